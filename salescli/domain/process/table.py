"""Reads tables of a definition without trusting their shape, and notes every problem on the way."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Sized
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from salescli.domain.process import condition
from salescli.domain.process.condition import Condition
from salescli.domain.text import clean, nearest, slug
from salescli.errors import UsageError

KeyPath: TypeAlias = tuple[str | int, ...]

LONGEST_ID = 60
LONGEST_WORD_SHOWN = 60
MOST_EXPLAINED = 200
"""After so many problems no more words are compared, or a hostile file would take minutes."""


class Problem(NamedTuple):
    """What is wrong at a place of the document, and with `hint` how to mend it."""

    path: KeyPath
    message: str
    hint: str = ""


class Problems(list[Problem]):
    """The problems found so far."""

    def note(self, path: KeyPath, message: str, hint: str = "") -> None:
        """Add a problem."""
        self.append(Problem(path, message, hint))

    def note_unknown(self, path: KeyPath, message: str, word: str, known: Collection[str]) -> None:
        """Add a problem with a word that is not known, and offer the nearest that are."""
        self.note(path, message, self._offer(word, known))

    def _offer(self, word: str, known: Collection[str]) -> str:
        is_comparable = len(self) < MOST_EXPLAINED and len(word) <= LONGEST_ID
        near = nearest(word, known) if is_comparable else []
        return f"did you mean {listed(near)}?" if near else ""


def quoted(word: str) -> str:
    """Return a word of the document as it can be shown in a message."""
    return f"`{clean(word, limit=LONGEST_WORD_SHOWN)}`"


def listed(words: Sequence[str]) -> str:
    """Return words of the document in a row: `a`, `b` or `c`."""
    shown = [quoted(word) for word in words]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


class Table:
    """One table of the document; each reader returns a harmless value where it notes a problem.

    `label` names the table in messages: "the process", "the step `call`".
    """

    def __init__(self, content: object, path: KeyPath, problems: Problems, label: str) -> None:
        self.path = path
        self.problems = problems
        self.is_table = isinstance(content, Mapping)
        self.content: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
        self.label = label
        if not self.is_table:
            problems.note(path, f"{label} has to be a table, not {_kind(content)}")

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def note(self, key: str, message: str, hint: str = "") -> None:
        """Note a problem with one key."""
        self.problems.note((*self.path, key), message, hint)

    def expect(
        self, needed: Collection[str], optional: Collection[str], elsewhere: Mapping[str, str]
    ) -> None:
        """Note missing and unknown keys; `elsewhere` says where keys that are wrong here belong."""
        if not self.is_table:
            return
        for key in needed:
            if key not in self:
                self.problems.note(self.path, f"{self.label} lacks {quoted(key)}")
        known = {*needed, *optional}
        for key in self.content:
            if key in known:
                continue
            if key in elsewhere:
                self.note(key, f"{quoted(key)} does not belong to {self.label}", elsewhere[key])
            else:
                message = f"{self.label} has an unknown key {quoted(key)}"
                self.problems.note_unknown((*self.path, key), message, key, known)

    def _refuse(self, path: KeyPath, wanted: str, value: object) -> None:
        self.problems.note(path, f"{_last_name(path)} has to be {wanted}, not {_kind(value)}")

    # Single values

    def raw(self, key: str) -> str:
        """Return a text as it stands, for words that are looked up or parsed."""
        return self._text(self.content[key], (*self.path, key)) if key in self else ""

    def text(self, key: str, default: str = "", *, lines: bool = False) -> str:
        """Return a text that can be shown."""
        return clean(self.raw(key), lines=lines) if key in self else default

    def _text(self, value: object, path: KeyPath) -> str:
        if not isinstance(value, str):
            self._refuse(path, "text", value)
            return ""
        if not value.strip():
            self.problems.note(path, f"{_last_name(path)} is empty")
            return ""
        return value

    def slug(self, key: str) -> str:
        """Return an id."""
        value = self.raw(key)
        if value:
            self.check_slug(value, (*self.path, key))
        return value

    def check_slug(self, word: str, path: KeyPath) -> None:
        """Note a word that cannot be an id."""
        if word and len(word) <= LONGEST_ID and slug(word) == word:
            return
        better = slug(word[:LONGEST_ID])
        hint = f"write it like {quoted(better)}" if better else "write it like `first-call`"
        if len(word) > LONGEST_ID:
            message = f"the id {quoted(word)} is longer than {LONGEST_ID} characters"
        else:
            message = f"{quoted(word)} is no id: ids are small letters and digits joined by `-`"
        self.problems.note(path, message, hint)

    def choice(self, key: str, options: Collection[str]) -> str:
        """Return one of some words."""
        value = self.raw(key)
        if value and value not in options:
            message = f"{quoted(key)} is {listed(sorted(options))}, not {quoted(value)}"
            self.problems.note_unknown((*self.path, key), message, value, options)
        return value

    def number(self, key: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds."""
        value = self.content.get(key)
        if value is None and key not in self:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self._refuse((*self.path, key), f"a whole number from {least} to {most}", value)
        elif least <= value <= most:
            return value
        else:
            self.note(key, f"{quoted(key)} has to be a whole number from {least} to {most}")
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Return yes or no."""
        value = self.content.get(key, default)
        if isinstance(value, bool):
            return value
        self._refuse((*self.path, key), "`true` or `false`", value)
        return default

    def condition(self, key: str) -> Condition | None:
        """Return a condition."""
        value = self.raw(key)
        try:
            return condition.parse(value) if value else None
        except UsageError as error:
            message = clean(error.message)
            self.note(key, message[:1].lower() + message[1:], error.hint)
            return None

    # Collections; an element with the wrong shape keeps its place, so positions stay true

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        path = (*self.path, key)
        items = self._list(key, "a list of texts")
        return tuple(self._text(item, (*path, place)) for place, item in enumerate(items))

    def slugs(self, key: str) -> tuple[str, ...]:
        """Return a list of ids."""
        found = self.texts(key)
        for place, word in enumerate(found):
            if word:
                self.check_slug(word, (*self.path, key, place))
        return found

    def pairs(self, key: str) -> dict[str, str]:
        """Return a table of texts with at least one."""
        content = self.content.get(key, {})
        if not isinstance(content, Mapping):
            self._refuse((*self.path, key), 'a table such as `{ a = "b" }`', content)
            return {}
        if not content and key in self:
            self.note(key, f"{quoted(key)} is empty")
        if "" in content:
            self.problems.note((*self.path, key, ""), f"a name in {quoted(key)} is empty")
        return {name: self._text(value, (*self.path, key, name)) for name, value in content.items()}

    def tables(self, key: str, most: int, *, noun: str = "") -> list["Table"]:
        """Return an array of tables, of which there may be `most`; `noun` is what each is."""
        items = self._list(key, f"a list of tables, each headed `[[{key}]]`")
        self._limit(key, items, most)
        path = (*self.path, key)
        return [
            Table(item, (*path, place), self.problems, _label(noun or key, item))
            for place, item in enumerate(items[:most])
        ]

    def children(self, key: str, most: int) -> Iterator[tuple[str, "Table"]]:
        """Yield the tables inside a table by name; there may be `most`."""
        content = self.content.get(key, {})
        if not isinstance(content, Mapping):
            self._refuse((*self.path, key), "a table", content)
            return
        self._limit(key, content, most)
        for name, value in islice(content.items(), most):
            label = f"the {key} {quoted(name)}"
            yield name, Table(value, (*self.path, key, name), self.problems, label)

    def _limit(self, key: str, items: Sized, most: int) -> None:
        if len(items) > most:
            self.note(key, f"{self.label} has more than {most} entries in {quoted(key)}")

    def _list(self, key: str, wanted: str) -> list[Any]:
        value = self.content.get(key, [])
        if isinstance(value, list):
            return value
        self._refuse((*self.path, key), wanted, value)
        return []


def _last_name(path: KeyPath) -> str:
    return next(quoted(part) for part in reversed(path) if isinstance(part, str))


def _label(noun: str, content: object) -> str:
    name = content.get("id") if isinstance(content, Mapping) else None
    return f"the {noun} {quoted(name)}" if name and isinstance(name, str) else f"a {noun}"


_KINDS: tuple[tuple[Callable[[object], bool], str], ...] = (
    (lambda value: isinstance(value, str), "text"),
    (lambda value: isinstance(value, bool), "`true` or `false`"),
    (lambda value: isinstance(value, int | float), "a number"),
    (lambda value: isinstance(value, list), "a list"),
    (lambda value: isinstance(value, Mapping), "a table"),
    (lambda value: hasattr(value, "isoformat"), "a date or a time"),
)


def _kind(value: object) -> str:
    return next((name for fits, name in _KINDS if fits(value)), "nothing")
