"""Reads the text of a condition; `condition.parse` is the way in, and imports this when needed."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn

from salescli.domain.process.condition import JOINING, ORDERS, Condition
from salescli.domain.text import key
from salescli.errors import UsageError

MOST_NESTING = 50
MOST_LEXICONS = 500
LONGEST_VALUE = 200
_EXAMPLE = "write it like `amount >= 10000 and stage in (proposal, 'closed won')`"
_LEXICON = r"""
    (?P<space>\s+)
  | '(?P<single>(?:[^'\\]|\\.)*)'
  | "(?P<double>(?:[^"\\]|\\.)*)"
  | (?P<sign>[!<>]=|[=<>()\[\],])
  | (?P<word>[\w.:/+@%-]+)
"""


class _Token(NamedTuple):
    kind: str
    text: str
    column: int

    def says(self, *words: str) -> bool:
        return self.kind in ("word", "sign") and self.text.lower() in words


def read(text: str) -> Condition:
    """Return the condition as nested tuples, or raise UsageError; see `condition.parse`."""
    parser = _Parser(list(_tokens(text)))
    condition = parser.either()
    if parser.token.kind != "end":
        parser.refuse("`and`, `or` or the end; a value with spaces needs quotes")
    return condition


def _tokens(text: str) -> Iterator[_Token]:
    pattern = re.compile(_LEXICON, re.VERBOSE | re.DOTALL)
    position = count = 0
    while position < len(text):
        found = pattern.match(text, position)
        if found is None:
            _refuse(position + 1, "a field, a sign or a value", text[position])
        kind = str(found.lastgroup)
        if kind != "space":
            count += 1
            yield _token(kind, found[kind], position + 1, count)
        position = found.end()
    yield _Token("end", "", len(text) + 1)


def _token(kind: str, text: str, column: int, count: int) -> _Token:
    if kind in ("single", "double"):
        kind, text = "quoted", _unescaped(text)
    if count > MOST_LEXICONS or len(text) > LONGEST_VALUE:
        raise UsageError(
            f"The condition is too long at column {column}",
            hint=f"at most {MOST_LEXICONS} words and {LONGEST_VALUE} characters a value",
        )
    return _Token(kind, text, column)


def _unescaped(quoted: str) -> str:
    parts = quoted.split("\\\\")
    return "\\".join(part.replace("\\", "") for part in parts)


def _refuse(column: int, expected: str, found: str) -> NoReturn:
    shown = f"`{found}`" if found else "the end"
    raise UsageError(
        f"The condition breaks at column {column}: expected {expected}, found {shown}",
        hint=_EXAMPLE,
    )


class _Parser:
    """Recursive descent: each method reads one rule of the grammar, or refuses."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> _Token:
        return self._tokens[self._next]

    def refuse(self, expected: str) -> NoReturn:
        _refuse(self.token.column, expected, self.token.text)

    def _take(self) -> _Token:
        token = self.token
        self._next += token.kind != "end"
        return token

    def _skip(self, *words: str) -> bool:
        return self.token.says(*words) and bool(self._take())

    def either(self) -> Condition:
        return self._joined("or", self._both)

    def _both(self) -> Condition:
        return self._joined("and", self._single)

    def _joined(self, word: str, operand: Callable[[], Condition]) -> Condition:
        operands = [operand()]
        while self._skip(word):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else (word, *operands)

    def _single(self) -> Condition:
        if not self.token.says("not", "("):
            return self._comparison()
        self._depth += 1
        if self._depth > MOST_NESTING:
            self.refuse(f"at most {MOST_NESTING} levels of brackets and `not`")
        inner = ("not", self._single()) if self._take().says("not") else self._bracketed()
        self._depth -= 1
        return inner

    def _bracketed(self) -> Condition:
        condition = self.either()
        if not self._skip(")"):
            self.refuse("`)`, `and` or `or`")
        return condition

    def _comparison(self) -> Condition:
        field = self._field()
        token = self.token
        if token.says("is"):
            return (self._postfix(), field)
        if token.says("in"):
            return (self._take().text.lower(), field, self._list())
        if token.says("contains", *ORDERS):
            return (self._take().text.lower(), field, self._value())
        return self.refuse("`=`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `contains` or `is`")

    def _field(self) -> str:
        if self.token.kind != "word" or not _is_field(self.token.text):
            self.refuse("a field")
        return self._take().text

    def _postfix(self) -> str:
        self._take()
        if not self.token.says("set", "empty"):
            self.refuse("`set` or `empty` after `is`")
        return f"is {self._take().text.lower()}"

    def _list(self) -> tuple[str, ...]:
        if not self.token.says("(", "["):
            self.refuse("a list such as `(a, b)`")
        closing = ")" if self._take().text == "(" else "]"
        values = [self._value()]
        while self._skip(","):
            values.append(self._value())
        if not self._skip(closing):
            self.refuse(f"`,` or `{closing}`")
        return tuple(values)

    def _value(self) -> str:
        token = self.token
        if token.kind not in ("word", "quoted") or token.says(*JOINING):
            self.refuse("a value")
        if not key(token.text):
            self.refuse("a value; nothing is written `is empty`")
        return self._take().text


def _is_field(word: str) -> bool:
    starts_well = word[:1].isalpha() or word.startswith("_")
    allowed = all(char.isalnum() or char in "_-." for char in word)
    return starts_well and allowed and word.lower() not in JOINING
