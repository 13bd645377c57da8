"""The locator: the line of every key of a TOML text, which `tomllib` does not keep (P113)."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salescli
from salescli.domain.process.table import KeyPath
from salescli.services.locator import line_at, lines_of

PROCESSES = Path(salescli.__file__).parent / "processes"


def _paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Return every key path of a document."""
    if isinstance(value, dict):
        inner = [_paths(item, (*path, key)) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [_paths(item, (*path, place)) for place, item in enumerate(value)]
    else:
        inner = []
    return {path}.union(*inner) - {()}


def _marked(source: str) -> int:
    """Return the line that carries the mark."""
    [line] = [number for number, text in enumerate(source.splitlines(), 1) if "HERE" in text]
    return line


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("a = 1\nb = 2 # HERE", ("b",)),
        ("\n\n# note = 1\n  a = 1 # HERE", ("a",)),
        ("[a]\nx = 1\n[b]\nx = 2 # HERE", ("b", "x")),
        ("[activity.demo]\n[activity.call] # HERE", ("activity", "call")),
        ("[activity.demo] # HERE", ("activity",)),
        ("[[stage]]\n[[stage]] # HERE", ("stage", 1)),
        ("[[stage]] # HERE\n[[stage]]", ("stage",)),
        ("[[stage]]\nid = 1\n[[stage]]\nid = 2 # HERE", ("stage", 1, "id")),
        (
            "[[stage]]\n[[stage.step]]\n[[stage.step]]\n[[stage]]\n[[stage.step]] # HERE",
            ("stage", 1, "step", 0),
        ),
        (
            "[[stage]]\n[[stage.step]]\n[[stage.step]]\n[stage.step.on]\nx = 1 # HERE",
            ("stage", 0, "step", 1, "on", "x"),
        ),
        ("on = { a = 1, b = 2 } # HERE", ("on", "b")),
        ("next = [ # first\n  'a', # second\n  'b', # HERE\n]", ("next", 1)),
        ("x = [\n { if = '1', stage = 'a' },\n { stage = 'b' }, # HERE\n]", ("x", 1, "stage")),
        ("x = [[1], [\n2, # HERE\n3]]", ("x", 1, 0)),
        ('a = """\nb = 1\n[c]\n"""\nb = 2 # HERE', ("b",)),
        ("a = '''\nb = 1\n[c]\\'''\nb = 2 # HERE", ("b",)),
        ('a = """x\\"""""\nb = 2 # HERE', ("b",)),
        ('a = """one""""" # two quotes at the end\nb = 2 # HERE', ("b",)),
        ('a = "\\"#[x]"\nb = 2 # HERE', ("b",)),
        ("a = '#\\'\nb = 2 # HERE", ("b",)),
        ('"a b" = 1\n"c\\u0064" = 2 # HERE', ("cd",)),
        ("'a.b' = 1\na . b = 2 # HERE", ("a", "b")),
        ("a.b.c = 1 # HERE", ("a", "b")),
        ("at = 2026-12-01 10:00:00.5+01:00\nb = -1.5e3 # HERE", ("b",)),
        ("a = 1\r\nb = 2 # HERE\r\n", ("b",)),
    ],
)
def test_each_form_of_toml(source: str, path: KeyPath) -> None:
    """Tables, arrays of tables, dotted and quoted keys, and values over several lines."""
    assert path in _paths(tomllib.loads(source))
    assert lines_of(source)[path] == _marked(source)


def test_the_nearest_enclosing_line() -> None:
    """A key that is not there is found by what is around it; the whole file by its first line."""
    source = "\n[[stage]] # HERE\nid = 1"
    lines = lines_of(source)
    assert line_at(lines, ("stage", 0, "step", 3, "on")) == _marked(source)
    assert line_at(lines, ("format",)) == 1
    assert line_at(lines, ()) == 1


def test_a_deep_value_is_found_by_its_key() -> None:
    """What is nested beyond any definition is skipped, and the lines after it stay true."""
    source = "deep = " + "[" * 60 + "\n" + "]" * 60 + "\nb = 1 # HERE"
    assert lines_of(source)[("b",)] == _marked(source)
    assert lines_of(source)[("deep",)] == 1


@pytest.mark.parametrize("path", sorted(PROCESSES.glob("*.toml")), ids=lambda path: path.name)
def test_a_shipped_definition(path: Path) -> None:
    """Every key path of a real file has a line on which its key can be read."""
    source = path.read_text(encoding="utf-8")
    lines = lines_of(source)
    assert set(lines) == _paths(tomllib.loads(source))
    text = source.splitlines()
    assert all(str(p[-1]) in text[n - 1] for p, n in lines.items() if isinstance(p[-1], str))


VALUES = st.recursive(
    st.sampled_from(
        ["1", "1.5", "true", "2026-12-01", "''", "'#['", '"\\"]"', '"""a\n[b]\n"""', "'''\nc=1'''"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "\n]")
        | st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n} = {item}" for n, item in enumerate(items)) + "}"
        )
    ),
    max_leaves=8,
)
HEADERS = st.sampled_from(["[[stage]]", "[[stage]]\n[[stage.step]]", "[[trigger]]"])
BLOCKS = st.tuples(HEADERS, st.lists(VALUES, max_size=3))


@given(st.lists(BLOCKS, max_size=6))
def test_every_key_path_has_a_line(blocks: list[tuple[str, list[str]]]) -> None:
    """Whatever is nested in whatever, the locator finds the paths that `tomllib` finds."""
    source = "\n".join(
        "\n".join([header, *(f"v{n} = {value}" for n, value in enumerate(values))])
        for header, values in blocks
    )
    lines = lines_of(source)
    assert set(lines) == _paths(tomllib.loads(source))
    text = source.splitlines()
    assert all(str(p[-1]) in text[n - 1] for p, n in lines.items() if isinstance(p[-1], str))
