"""`docs/reference/commands.md`: every command with its arguments and options."""

import inspect
from collections.abc import Iterator
from typing import Any

from salescli.cli import load_command
from salescli.commands.shared.catalog import COMMANDS, NOUN_SPELLINGS
from scripts.docs.markdown import code, codes, page, table

FLAGS = (
    ("--json", "print one JSON document; errors too, on stderr"),
    ("--no-input", "never ask"),
    ("-q, --quiet", "leave out hints"),
    ("--no-color", "print without colour; so does the variable `NO_COLOR`"),
    ("--energy", "tell on stderr what the command took: CPU time, and joules where they are told"),
    ("--debug", "show the traceback of a failure"),
    ("--home DIR", "the folder of the store; else `SALES_HOME`, else the platform's data folder"),
)


def commands_page() -> str:
    """Return the page of the commands."""
    return page(
        "Commands",
        "`sales` alone shows what today holds. Words before a command's own options are its"
        " arguments; those in brackets can be left out. These flags may stand anywhere:",
        table(("flag", "meaning"), [(code(flag), meaning) for flag, meaning in FLAGS]),
        *_panels(),
    )


def every_command() -> Iterator[tuple[str, Any]]:
    """Yield the full name and the parser's object of every command, groups left out."""
    for name in COMMANDS:
        yield from _leaves(f"sales {name}", load_command(name))


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if not children:
        yield name, command
        return
    if getattr(command, "invoke_without_command", False):
        yield name, command
    for child in children.values():
        yield from _leaves(f"{name} {child.name}", child)


def _panels() -> Iterator[str]:
    panel = ""
    for name, entry in COMMANDS.items():
        if entry.panel != panel:
            panel = entry.panel
            yield f"## {panel}"
        yield f"### sales {name}"
        others = [other for other, meant in NOUN_SPELLINGS.items() if meant == name]
        loaded = load_command(name)
        about = entry.help if hasattr(loaded, "commands") else _paragraphs(loaded)[0]
        yield f"{about}." + (f" Also spelled {codes(others)}." if others else "")
        for full_name, command in _leaves(f"sales {name}", loaded):
            yield from _command(full_name, command, is_nested=full_name != f"sales {name}")


def _command(name: str, command: Any, *, is_nested: bool) -> Iterator[str]:
    if is_nested:
        yield f"#### {name}"
    words = [_usage(parameter) for parameter in _arguments(command)]
    yield f"```\n{' '.join([name, *words, '[OPTIONS]'])}\n```"
    yield from _help(command, skips_first=not is_nested)
    rows = [_row(parameter) for parameter in command.params if not _is_help(parameter)]
    if rows:
        yield table(("argument or option", "meaning"), rows)


def _help(command: Any, *, skips_first: bool) -> Iterator[str]:
    """Yield the paragraphs of a help text; its examples become code."""
    for place, paragraph in enumerate(_paragraphs(command)):
        head, _, rest = paragraph.partition(": ")
        if head in {"Example", "Examples"}:
            lines, _, said = rest.partition(". ")
            yield "For example:\n\n```\n" + "\n".join(lines.split("; ")) + "\n```"
            if said:
                yield said
        elif paragraph and not (skips_first and place == 0):
            yield paragraph.rstrip(".") + "."


def _paragraphs(command: Any) -> list[str]:
    texts = inspect.cleandoc(command.help or "").split("\n\n")
    return [" ".join(text.split()) for text in texts]


def _arguments(command: Any) -> list[Any]:
    return [p for p in command.params if p.param_type_name == "argument"]


def _is_help(parameter: Any) -> bool:
    return "--help" in parameter.opts


def _usage(parameter: Any) -> str:
    name = _metavar(parameter)
    return name if parameter.required else f"[{name}]"


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _row(parameter: Any) -> tuple[str, str]:
    text = str(getattr(parameter, "help", "") or "").rstrip(".")
    if parameter.param_type_name == "argument":
        return code(_metavar(parameter)), text
    value = "" if parameter.is_flag else f" {_metavar(parameter)}"
    return codes(f"{option}{value}" for option in reversed(parameter.opts)), text
