"""The command tree: imports the command that was named, and turns a refusal into its exit code."""

import errno
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer._click.core import Context
from typer._click.exceptions import ClickException
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command as to_command

from salescli import __version__, diagnostics
from salescli.commands.shared.catalog import COMMANDS, EPILOG, NOUN_SPELLINGS
from salescli.context import AppContext
from salescli.errors import ExitCode, SalesError, StoreError, UsageError
from salescli.streams import width_of

GLOBAL_FLAGS = frozenset(
    {"--json", "--no-input", "--quiet", "-q", "--no-color", "--debug", "--energy", "--dry-run"}
)
"""Flags that every command takes, wherever they stand."""

MORE_FILES = "close other programs, or allow more files with `ulimit -n`"

HELP_WIDTHS = 30, 78
"""A help text is set at least and at most so wide."""


class SalesGroup(TyperGroup):
    """The root of the tree: nouns and verbs by name, imported when they are called."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Return every command in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> TyperCommand | None:
        """Return a stand-in that knows the help line; `resolve_command` brings the real one."""
        entry = COMMANDS.get(NOUN_SPELLINGS.get(cmd_name, cmd_name))
        if entry is None:
            return None
        return TyperCommand(cmd_name, help=entry.help, rich_help_panel=entry.panel)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the commands in their groups."""
        for panel in dict.fromkeys(entry.panel for entry in COMMANDS.values()):
            with formatter.section(panel):
                formatter.write_dl(
                    [(name, entry.help) for name, entry in COMMANDS.items() if entry.panel == panel]
                )

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Import the command that was named."""
        name = NOUN_SPELLINGS.get(args[0], args[0])
        if name not in COMMANDS:
            raise _unknown_command(args[0])
        return name, load_command(name), args[1:]

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the flags that every command takes from any place before a `--`."""
        if sys.stdout.isatty():
            ctx.terminal_width = _help_width()
        try:
            words = hoisted(args)
            _require_once(self, ctx, words)
            return super().parse_args(ctx, words)
        except ClickException as failure:
            raise _refused(failure, as_json="--json" in args) from failure

    def invoke(self, ctx: Context) -> Any:
        """Run the command; a refusal is told on stderr and becomes the exit code.

        A context that was handed in is closed. The program's own ends with the process, because
        closing the last connection would write the whole journal back into the store.
        """
        handed_in = ctx.obj
        try:
            answer = super().invoke(ctx)
        except SalesError as refusal:
            _ask_which(ctx, refusal)
            diagnostics.error(refusal, as_json=_wants_json(ctx))
            raise typer.Exit(refusal.code) from refusal
        except ClickException as failure:
            raise _refused(failure, as_json=_wants_json(ctx)) from failure
        except BrokenPipeError as closed:
            raise typer.Exit(ExitCode.DONE) from closed
        except typer.Exit as ended:
            if ended.exit_code and isinstance(ctx.obj, AppContext):
                _tell_remarks(ctx.obj)
            raise
        else:
            _tell_remarks(ctx.obj)
            return answer
        finally:
            if isinstance(handed_in, AppContext):
                handed_in.close()


app = typer.Typer(
    cls=SalesGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", help="Folder of the store")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out hints")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Print without colour")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do it, and keep none of it")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure")] = False,
    energy: Annotated[bool, typer.Option("--energy", help="Tell what the command took")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Explain today's figures")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version")] = False,
) -> None:
    """Guide a sale step by step; without a command, show what today holds

    Example: sales run-process corporate-sale
    """
    del energy  # `run` measures around all this
    if version:
        sys.stdout.write(f"sales {__version__}\n")
        raise typer.Exit
    if no_color:
        os.environ["NO_COLOR"] = "1"
    if context.obj is None:
        context.obj = AppContext(home=home)
    context.obj.take_flags(
        as_json=as_json, no_input=no_input, quiet=quiet, debug=debug, dry_run=dry_run
    )
    if context.invoked_subcommand is None:
        from salescli.commands.daily import show_today

        show_today(context, explain=explain)
    elif explain:
        raise UsageError(
            "`--explain` belongs behind the command that it explains",
            hint=f"such as `sales {context.invoked_subcommand} --explain`",
        )


class _SaidWhich(Exception):  # noqa: N818 - a message, not an error
    """A person chose one of several matches: the command is run again with its handle."""

    def __init__(self, text: str, handle: str) -> None:
        super().__init__(text)
        self.text = text
        self.handle = handle

    def instead(self, arguments: Sequence[str]) -> list[str]:
        """Return the arguments with the handle for the words; empty where they are not found."""
        words = list(arguments)
        for index, word in enumerate(words):
            option, equals, value = word.partition("=")
            if word == self.text:
                words[index] = self.handle
                return words
            if option.startswith("--") and value == self.text:
                words[index] = f"{option}{equals}{self.handle}"
                return words
        return []


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; with --energy, tell what it took."""
    words = list(arguments)
    flags = words[: words.index("--")] if "--" in words else words
    if "--energy" not in flags:
        return _run(words)
    from salescli.energy import Meter

    meter = Meter()
    code = _run(words)
    diagnostics.energy(meter.read(), as_json="--json" in flags)
    return code


def _run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; an unknown failure says where to report it."""
    if "_SALES_COMPLETE" in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
    try:
        code = app(list(arguments), prog_name="sales", standalone_mode=False)
    except _SaidWhich as said:
        again = said.instead(arguments)
        if again:
            return _run(again)
        diagnostics.error(UsageError("That command was not run", hint=f"give it `{said.handle}`"))
        return ExitCode.DECISION_NEEDED
    except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 - the last line before the user
        return failed(failure, arguments)
    return code if isinstance(code, int) else ExitCode.DONE


@cache
def load_command(name: str) -> Any:
    """Import a command and return it as the parser's object."""
    entry = COMMANDS[name]
    loaded = getattr(import_module(f"salescli.commands.{entry.module}"), entry.attribute)
    if not isinstance(loaded, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name, epilog=EPILOG)(loaded)
        loaded = single
    command = to_command(loaded)
    command.name = name
    _prepare(command)
    return command


def _prepare(command: Any) -> None:
    """Let help be words and spaces, which every screen reader shows; take an option once."""
    parse = command.parse_args

    def parse_args(ctx: Context, args: list[str]) -> Any:
        _require_once(command, ctx, args)
        return parse(ctx, args)

    command.parse_args = parse_args
    command.rich_markup_mode = None
    for child in getattr(command, "commands", {}).values():
        child.short_help = (child.help or "").partition("\n")[0]
        _prepare(child)


def _require_once(command: Any, ctx: Context, args: Sequence[str]) -> None:
    """Refuse a second value of an option that takes one; the first would be forgotten."""
    if ctx.resilient_parsing:
        return
    _values, _rest, order = command.make_parser(ctx).parse_args(args=[*args])
    options = [one for one in order if one.param_type_name == "option"]
    for one in options:
        if not (one.is_flag or one.multiple) and options.count(one) > 1:
            ctx.fail(f"`{one.opts[0]}` is given twice and takes one value")


def _help_width() -> int:
    least, most = HELP_WIDTHS
    return max(least, min(most, width_of(sys.stdout)))


def hoisted(arguments: list[str]) -> list[str]:
    """Return the arguments with the global flags, and `--home DIR`, in front."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in GLOBAL_FLAGS or word.startswith("--home="):
            front.append(word)
        elif word == "--home":
            front += [word, *([value] if (value := next(words, None)) else [])]
        else:
            rest.append(word)
    return front + rest


def _unknown_command(word: str) -> UsageError:
    from salescli.domain.text import clean, nearest

    near = nearest(word, [*COMMANDS, *NOUN_SPELLINGS])
    hint = "did you mean " + ", ".join(f"`sales {name}`" for name in near) + "?" if near else ""
    return UsageError(
        f"There is no command `{clean(word)}`", hint=hint or "see them with `sales --help`"
    )


def _ask_which(ctx: Context, refusal: SalesError) -> None:
    """On a terminal, ask which of several matches is meant; nothing was changed so far."""
    matches = getattr(refusal, "matches", ())
    if matches and isinstance(ctx.obj, AppContext) and ctx.obj.is_interactive:
        from salescli.commands.shared.asking import ask_number

        names = [f"{match.reference} {match.name}" for match in matches]
        chosen = matches[ask_number(refusal.message, names)]
        raise _SaidWhich(refusal.text, chosen.reference)  # type: ignore[attr-defined]  # it has matches


def _tell_remarks(app: AppContext) -> None:
    """Tell what the user should know beside the answer."""
    for remark in app.remarks:
        diagnostics.warning(remark)
    if app.dry_run:
        diagnostics.warning("This was a dry run: nothing of it was kept")


def _wants_json(ctx: Context) -> bool:
    return bool(ctx.params.get("as_json"))


def failed(failure: BaseException, arguments: Sequence[str]) -> int:
    """Tell why a command line was not carried out to its end, and return the exit code."""
    if isinstance(failure, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    if isinstance(failure, BrokenPipeError):
        return ExitCode.DONE
    if isinstance(failure, typer.Abort):
        sys.stderr.write("\n")
        diagnostics.warning("You left; nothing else was changed")
        return ExitCode.INTERRUPTED
    if isinstance(failure, typer.Exit):
        return failure.exit_code
    if "--debug" in arguments:
        raise failure
    refusal = failure if isinstance(failure, SalesError) else _of_program(failure)
    diagnostics.error(refusal, as_json="--json" in arguments)
    return refusal.code


def _of_program(failure: BaseException) -> SalesError:
    """Return what to say of a failure; without a file handle no module can be loaded for it."""
    if isinstance(failure, OSError) and failure.errno in {errno.EMFILE, errno.ENFILE}:
        return StoreError("Too many files are open", hint=MORE_FILES)
    from salescli import failures

    return failures.of_program(failure)


def _refused(failure: ClickException, *, as_json: bool) -> typer.Exit:
    """Tell what the parser could not understand as every other refusal is told."""
    from salescli import failures

    diagnostics.error(failures.of_parser(failure), as_json=as_json)
    return typer.Exit(ExitCode.USAGE)
