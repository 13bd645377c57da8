"""Small pieces of Markdown that the generated pages are made of."""

from collections.abc import Iterable, Sequence

NOTICE = "<!-- written by scripts/reference; change what it is made from, then run it again -->"


def page(title: str, *parts: str) -> str:
    """Return a whole page."""
    return "\n\n".join([f"# {title}", NOTICE, *(part for part in parts if part)]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a pipe in a cell is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def code(text: str) -> str:
    """Return a word or command as code, or nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Return words as code, in a row."""
    return ", ".join(map(code, texts))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
