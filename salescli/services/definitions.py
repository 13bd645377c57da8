"""Reads definition files and tells what is wrong with them, line by line."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from salescli.domain.process.spec import ProcessSpec
from salescli.errors import NotFoundError, UsageError

LARGEST = 1_000_000
"""Bytes that a definition file may have."""


_OWN_FILE = "begin with what is published: `sales process show corporate-sale --source`"


class LocatedProblem(NamedTuple):
    """What is wrong on a line of the text, and with `hint` how to mend it."""

    line: int
    message: str
    hint: str = ""


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of a definition file and the document that it holds.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it cannot be read, is too large, or is no TOML in UTF-8.
    """
    source = _decoded(path.name, _content(path))
    document = _parsed(source)
    if isinstance(document, LocatedProblem):
        message = f"line {document.line} of `{path.name}`: {document.message}"
        raise UsageError(message, hint=document.hint or "mend that line and check again")
    return source, document


def check_text(
    source: str, *, fields: Collection[str]
) -> tuple[ProcessSpec | None, list[LocatedProblem]]:
    """Return the definition that a text holds, or None and all its problems in the order of lines.

    `fields` are the names that forms may ask for.
    """
    from salescli.domain.process.check import compile_definition

    document = _parsed(source)
    if isinstance(document, LocatedProblem):
        return None, [document]
    spec, problems = compile_definition(document, fields=fields)
    if not problems:
        return spec, []
    from salescli.services.locator import line_at, lines_of

    lines = lines_of(source)
    located = [LocatedProblem(line_at(lines, p.path), p.message, p.hint) for p in problems]
    return None, sorted(dict.fromkeys(located), key=lambda problem: problem.line)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise NotFoundError(f"There is no file `{path}`", hint=_OWN_FILE) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"`{path}` cannot be read: {reason}", hint=_OWN_FILE) from None
    if len(content) > LARGEST:
        raise UsageError(
            f"`{path.name}` is larger than 1 MB, too large for a definition", hint=_OWN_FILE
        )
    return content


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"line {line} of `{name}` is not UTF-8", hint="save the file in UTF-8"
        ) from None


def _parsed(source: str) -> dict[str, Any] | LocatedProblem:
    import tomllib

    try:
        return tomllib.loads(source)
    except RecursionError:
        return LocatedProblem(1, "brackets are nested too deeply")
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(str(error), source)
    except ValueError:
        return LocatedProblem(1, "a number is too long")


def _syntax_problem(message: str, source: str) -> LocatedProblem:
    told, _, where = message.partition(" (at ")
    found = re.match(r"line (\d+), column (\d+)", where)
    line = int(found[1]) if found else source.rstrip().count("\n") + 1
    column = f" at column {found[2]}" if found else ""
    reason = told[:1].lower() + told[1:]
    hint = 'texts need quotes: `name = "First call"`' if reason == "invalid value" else ""
    return LocatedProblem(line, f"the text is not TOML{column}: {reason}", hint)
