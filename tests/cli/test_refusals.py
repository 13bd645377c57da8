"""Every refusal has a way out: read from the source, so that none is forgotten."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salescli.cli import GLOBAL_FLAGS, load_command
from salescli.commands.shared.catalog import COMMANDS, NOUN_SPELLINGS
from salescli.errors import SalesError

PACKAGE = Path(__file__).parents[2] / "salescli"

STANDS_FOR = {
    "noun": "division",
    "kind": "competitor",
    "command": "stage",
    "part": "competitor",
    "verb": "add",
    "options": "",
}
"""What a name in braces may mean where it is a word of a command."""

ANY = "REF"
"""What every other value stands for."""


PROSE = frozenset({"stand", "whose", "without"})
"""What follows the word `sales` where it means the sales of a team."""


def _sources() -> Iterator[tuple[str, list[ast.AST]]]:
    """Yield each file of the package with the nodes of its source; to keep them all is slow."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), list(ast.walk(ast.parse(path.read_bytes())))


def _refusals(classes: list[ast.ClassDef]) -> dict[str, ast.ClassDef | None]:
    """Return the classes of refusals by name, with their definition where it is not in errors."""
    found: dict[str, ast.ClassDef | None] = {SalesError.__name__: None}
    for _generation in range(4):
        for node in classes:
            if any(isinstance(base, ast.Name) and base.id in found for base in node.bases):
                found[node.name] = node
    return found


def _makes_its_hint(node: ast.ClassDef | None) -> bool:
    """Say whether a class gives itself a hint that nobody has to name."""
    if node is None or any(isinstance(n, ast.arg) and n.arg == "hint" for n in ast.walk(node)):
        return False
    return any(isinstance(n, ast.keyword) and n.arg == "hint" for n in ast.walk(node))


def _made() -> Iterator[tuple[str, ast.Call]]:
    """Yield each place of the source that makes a refusal."""
    sources = list(_sources())
    classes = [n for _path, nodes in sources for n in nodes if isinstance(n, ast.ClassDef)]
    refusals = _refusals(classes)
    names = {name for name, node in refusals.items() if not _makes_its_hint(node)}
    for path, nodes in sources:
        for node in nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield f"{path}:{node.lineno}", node


def _texts() -> Iterator[tuple[str, str]]:
    """Yield every text of the source but its docstrings, each value in it as a word."""
    for path, nodes in _sources():
        inside = {id(part) for node in nodes for part in _parts(node)}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                yield f"{path}:{node.lineno}", "".join(_spelled(part) for part in node.values)
            elif isinstance(node, ast.Constant) and id(node) not in inside:
                yield f"{path}:{node.lineno}", str(node.value)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is no text of its own: the parts of a text with values, and a docstring."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in ast.walk(node) if part is not node)
    elif isinstance(node, ast.Expr):
        yield node.value


def _spelled(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    name = ast.unparse(part).strip("{}").removeprefix("f'{").split("'")[0]
    return STANDS_FOR.get(re.sub(r"\W.*", "", name), ANY)


def _named_commands() -> list[tuple[str, str]]:
    """Return every command line that a text of the program names, with its place."""
    pattern = re.compile(r"(?:^|[`:(] ?|\bwith |\bthen )sales ([a-z][^`;\n]*)")
    return [
        (place, line.rstrip(" .,"))
        for place, text in _texts()
        for line in pattern.findall(text)
        if line.split()[0] not in PROSE
    ]


NAMED = _named_commands()


def test_every_refusal_has_a_hint() -> None:
    """B53: whatever is refused, the person is told what to do next."""
    hints = {place: [k.value for k in node.keywords if k.arg == "hint"] for place, node in _made()}
    assert len(hints) > 100
    assert [] == [place for place, found in hints.items() if not found]
    empty = [
        p
        for p, found in hints.items()
        if isinstance(found[0], ast.Constant) and len(str(found[0].value)) < 10
    ]
    assert [] == empty


@pytest.mark.parametrize(("place", "line"), NAMED, ids=str)
def test_every_named_command_exists(place: str, line: str) -> None:
    """B53: a command that a hint or a next step names is there, and has the options it names."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    command, rest = _command([word.rstrip(",") for word in words])
    options = {option for parameter in command.params for option in parameter.opts}
    given = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
    assert given <= options | GLOBAL_FLAGS | {"--help", "--home"}, place


def test_there_is_much_to_look_at() -> None:
    """The test above means something: it finds what the program says."""
    lines = {line for _place, line in NAMED}
    assert len(lines) > 40
    assert "undo" in {line.split()[0] for line in lines}


def _command(words: list[str]) -> tuple[Any, list[str]]:
    """Return the parser's object that words lead to, and the words behind its name."""
    name = NOUN_SPELLINGS.get(words[0], words[0])
    assert name in COMMANDS, words
    command, rest = load_command(name), words[1:]
    while children := getattr(command, "commands", None):
        if command.invoke_without_command and (not rest or rest[0].startswith("-")):
            break
        assert rest, words
        assert rest[0] in children, words
        command, rest = children[rest[0]], rest[1:]
    return command, rest
