"""Everything on stderr: errors, hints, warnings, notes."""

import re
import sys
from collections.abc import Sequence

from salescli.domain.text import escaped, printable
from salescli.errors import SalesError

LONGEST_LINE = 400
"""Of a longer line, which quotes something long, the middle is left out."""

_KEPT_AT_THE_END = 100


def error(refusal: SalesError, *, as_json: bool = False) -> None:
    """Tell what happened and the way out."""
    if as_json:
        _error_document(refusal)
        return
    sys.stderr.write(f"error: {_sentence(refusal.message)}\n")
    if refusal.hint:
        sys.stderr.write(f"\nhint: {_sentence(refusal.hint)}\n")


def warning(text: str) -> None:
    """Tell what should be known."""
    sys.stderr.write(f"note: {_sentence(text)}\n")


def _sentence(text: str) -> str:
    """Return what can be told: short lines, and no line that a quoted text has begun.

    Only indented lines are our own: the list of what is wrong with a definition.
    """
    lines = re.sub(r"\n(?!  )", " ", printable(text)).split("\n")
    return "\n".join(_shortened(line) for line in lines)


def _shortened(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[: LONGEST_LINE - _KEPT_AT_THE_END]} … {line[-_KEPT_AT_THE_END:]}"


def _error_document(refusal: SalesError) -> None:
    import json

    choices: Sequence[str] = getattr(refusal, "choices", ())
    details = {
        "code": refusal.code.name.lower(),
        "exit_code": int(refusal.code),
        "message": _sentence(refusal.message),
        "hint": _sentence(refusal.hint),
    }
    if choices:
        details["choices"] = list(choices)
    sys.stderr.write(escaped(json.dumps({"error": details}, ensure_ascii=False)) + "\n")
