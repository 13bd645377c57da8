"""The rules of the source tree that no linter can state."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "salescli"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MIGRATIONS = PACKAGE / "store" / "migrations"
LONGEST = 350
WHOLE_SCHEMA = PACKAGE / "store" / "tables.py"


def name_of(path: Path) -> str:
    """Return a file's place in the tree."""
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path) -> Iterator[ast.AST]:
    """Yield every node of a file's syntax tree."""
    return ast.walk(ast.parse(path.read_bytes()))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of each module that a file imports, anywhere in it."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "salescli":
            yield from (f"salescli.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def commits(path: Path) -> list[int]:
    """Return the lines that end a transaction."""
    return [
        node.lineno
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr == "commit")
        or (isinstance(node, ast.Constant) and node.value == "COMMIT")
    ]


def test_the_domain_needs_nothing_but_python() -> None:
    """A rule imports the standard library, the errors and other rules."""
    allowed = re.compile(r"salescli\.(errors|domain)(\.|$)")
    strangers = {
        (name_of(path), module)
        for path in (PACKAGE / "domain").rglob("*.py")
        for module in imports(path)
        if module.partition(".")[0] not in sys.stdlib_module_names and not allowed.match(module)
    }
    assert strangers == set()


def test_every_imported_package_is_declared() -> None:
    """A library that comes with another one is still named in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {}).values()
    requirements = [*project["dependencies"], *(line for extra in extras for line in extra)]
    declared = {re.split(r"[^\w-]", line)[0].replace("-", "_") for line in requirements}
    imported = {module.partition(".")[0] for path in SOURCES for module in imports(path)}
    assert imported - declared - sys.stdlib_module_names - {"salescli"} == set()


def test_only_the_unit_of_work_commits() -> None:
    """What a command does is one transaction, so nothing under it may end one.

    The index of `sales find` has a file and a transaction of its own.
    """
    own = {PACKAGE / "store" / name for name in ("unit_of_work.py", "finding.py")}
    may_commit = {*own, *MIGRATIONS.rglob("*.py")}
    found = {name_of(path): commits(path) for path in SOURCES if path not in may_commit}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_sql_lives_in_the_store() -> None:
    """A query outside the store could not be prepared, planned or ported with the others."""
    outside = [path for path in SOURCES if PACKAGE / "store" not in path.parents]
    found = {
        name_of(path)
        for path in outside
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"execute", "executemany"}
    }
    assert found == set()


def test_no_module_is_long() -> None:
    """A module is split by concept; the schema is described in one place, and stays whole."""
    modules = [path for path in SOURCES if path.parent.name != "versions" and path != WHOLE_SCHEMA]
    lengths = {name_of(path): len(path.read_bytes().splitlines()) for path in modules}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}
