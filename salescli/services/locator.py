"""Finds the line on which each key of a TOML text stands; `tomllib` keeps no positions.

It reads only text that `tomllib` has accepted, so it need not look for mistakes.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from salescli.domain.process.table import KeyPath

DEEPEST = 20
"""Values nested deeper than this are found by the line of the value around them."""

_TOKEN = re.compile(
    r'''
    (?P<string> """(?:\\.|[^\\])*?"""(?:"{0,2}) | \'\'\'.*?\'\'\'(?:'{0,2})
              | "(?:\\.|[^"\\])*" | '[^']*' )
  | (?P<line> \n )
  | (?P<skip> [^\S\n]+ | \#[^\n]* )
  | (?P<sign> [\[\]{},=.] )
  | (?P<word> [^\s\[\]{},=.\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)


def lines_of(source: str) -> dict[KeyPath, int]:
    """Return the line of every key path: tables, keys, and elements of arrays."""
    locator = _Locator(_tokens(source))
    locator.read()
    return locator.lines


def line_at(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Return the line of a key path, or of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Token(NamedTuple):
    kind: str
    text: str
    line: int

    def is_sign(self, signs: str) -> bool:
        return self.kind == "sign" and self.text in signs


def _tokens(source: str) -> list[_Token]:
    tokens = []
    line = 1
    for found in _TOKEN.finditer(source):
        kind = str(found.lastgroup)
        if kind != "skip":
            tokens.append(_Token(kind, found[0], line))
        line += found[0].count("\n")
    return [*tokens, _Token("end", "", line)]


class _Locator:
    def __init__(self, tokens: list[_Token]) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._tokens = tokens
        self._next = 0
        self._sizes: dict[KeyPath, int] = {}

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _skip(self, signs: str) -> bool:
        return self._token.is_sign(signs) and bool(self._take())

    def _skip_lines(self) -> None:
        while self._token.kind == "line":
            self._take()

    def read(self) -> None:
        table: KeyPath = ()
        self._skip_lines()
        while self._token.kind != "end":
            if self._token.is_sign("["):
                table = self._header()
            else:
                self._pair(table, 0)
            self._skip_lines()

    def _header(self) -> KeyPath:
        line = self._take().line
        is_array = self._skip("[")
        path: KeyPath = ()
        names = self._names()
        for place, name in enumerate(names):
            path = (*path, name)
            self.lines.setdefault(path, line)
            if is_array and place == len(names) - 1:
                self._sizes[path] = self._sizes.get(path, 0) + 1
            if path in self._sizes:
                path = (*path, self._sizes[path] - 1)
                self.lines.setdefault(path, line)
        while self._skip("]"):
            pass
        return path

    def _names(self) -> list[str]:
        names = [_name(self._take())]
        while self._skip("."):
            names.append(_name(self._take()))
        return names

    def _pair(self, table: KeyPath, depth: int) -> None:
        path, line = table, self._token.line
        for name in self._names():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._skip("=")
        self._value(path, depth)

    def _value(self, path: KeyPath, depth: int) -> None:
        if depth > DEEPEST and self._token.is_sign("[{"):
            self._skip_nested()
        elif self._skip("["):
            self._array(path, depth + 1)
        elif self._skip("{"):
            self._inline_table(path, depth + 1)
        else:
            while self._token.kind in ("string", "word") or self._token.is_sign("."):
                self._take()

    def _array(self, path: KeyPath, depth: int) -> None:
        place = 0
        self._skip_lines()
        while not self._skip("]") and self._token.kind != "end":
            self.lines[(*path, place)] = self._token.line
            self._value((*path, place), depth)
            self._skip_lines()
            self._skip(",")
            self._skip_lines()
            place += 1

    def _inline_table(self, path: KeyPath, depth: int) -> None:
        while not self._skip("}") and self._token.kind != "end":
            self._pair(path, depth)
            self._skip(",")

    def _skip_nested(self) -> None:
        open_brackets = 0
        while self._token.kind != "end":
            token = self._take()
            open_brackets += token.is_sign("[{") - token.is_sign("]}")
            if not open_brackets:
                return


def _name(token: _Token) -> str:
    if token.kind != "string":
        return token.text
    if token.text.startswith("'"):
        return token.text[1:-1]
    import tomllib

    return str(tomllib.loads(f"name = {token.text}")["name"])
