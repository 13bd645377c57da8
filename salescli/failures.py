"""What is told of a failure that no command foresaw, and of a line that cannot be parsed."""

import errno

from typer._click.exceptions import ClickException

from salescli.errors import SalesError, UsageError

NO_OUTPUT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""Errors of a stream that takes no more; those of the store are told before they come here."""


def of_program(failure: BaseException) -> SalesError:
    """Return what to say of a failure that came up to the last line before the user."""
    if isinstance(failure, OSError) and failure.errno in NO_OUTPUT:
        return SalesError(
            f"The answer could not be written: {failure.strerror}",
            hint="what was changed is stored: see `sales log`",
        )
    return SalesError(
        f"Something went wrong inside the program: {type(failure).__name__}: {failure}",
        hint="`sales log` tells what was changed, `sales doctor` whether the store is sound; report"
        " what --debug prints",
    )


def of_parser(failure: ClickException) -> UsageError:
    """Return what the parser could not understand, as every other refusal is told."""
    message = failure.format_message().rstrip(".")
    for kind in ("a valid int range", "a valid int"):
        message = message.replace(kind, "a whole number")
    context = getattr(failure, "ctx", None)
    names = context.command_path.split()[1:] if context else []
    return UsageError(message, hint=f"see `{' '.join(['sales', *names])} --help`")
