"""Filters: the condition language of the processes asked of records, and the views that keep it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from salescli.domain import fields as kinds
from salescli.domain import filters
from salescli.domain.fields import NOUNS, USER
from salescli.domain.process import condition
from salescli.domain.process.condition import Condition
from salescli.domain.text import clean, guesses, nearest, shell_word
from salescli.domain.text import key as text_key
from salescli.errors import NotFoundError, RuleError, UsageError
from salescli.services.sessions import setting
from salescli.store import definitions, records, search, views
from salescli.store.filters import Filter, compiled
from salescli.store.unit_of_work import UnitOfWork
from salescli.store.views import View

_SIGNS = frozenset("=<>()~")
"""A text with one of them is meant for a condition."""


class Stages(NamedTuple):
    """The stages of every process: as what each ends a sale, and every name that one goes by."""

    endings: dict[str, str]
    spellings: dict[str, tuple[str, ...]]

    def named(self, text: str) -> Sequence[str]:
        """Return the ids of the stages that a text means, the former ones too.

        Raises:
            UsageError: no process has such a stage.
        """
        from salescli.domain.text import slug

        found = self.spellings.get(slug(text))
        if found is None:
            ids = sorted({name for ids in self.spellings.values() for name in ids[:1]})
            near = nearest(text, self.spellings) or guesses(text, ids)
            raise UsageError(
                f"No process has a stage `{clean(text)}`",
                hint="did you mean " + ", ".join(f"`{name}`" for name in near) + "?",
            )
        return found


def where(unit: UnitOfWork, noun: str, asked: str = "", view: str = "") -> Filter | None:
    """Return SQL about the alias `t` for a condition, a view of mine or both; None for neither.

    Raises:
        UsageError: the condition cannot be read, asks for what the noun or the store does not have,
            or compares a field with what it cannot be.
        NotFoundError: no view of mine is called so.
    """
    texts = [condition_of(unit, noun, view)] if view else []
    texts += [asked] if asked.strip() else []
    if not texts:
        return None
    known = stages(unit)
    parts = [_read(unit, noun, text, known.named) for text in texts]
    test: Condition = parts[0] if len(parts) == 1 else ("and", *parts)
    return compiled(unit.connection, noun, test, now=unit.now, endings=known.endings)


def typed(unit: UnitOfWork, noun: str, text: str) -> Filter | None:
    """Return SQL about the alias `t` for a condition; what is none is taken for words of names.

    Raises:
        UsageError: the condition cannot be read.
    """
    try:
        return where(unit, noun, text) if noun in NOUNS else words(unit, noun, text)
    except UsageError:
        if _SIGNS & set(text):
            raise
        return words(unit, noun, text)


def words(unit: UnitOfWork, noun: str, text: str) -> Filter:
    """Return SQL about the alias `t` for words of names.

    Raises:
        UsageError: the text is a condition.
    """
    from salescli.store.named import with_words

    require_words(text)
    return with_words(unit.connection, noun, text)


def require_words(text: str) -> None:
    """Refuse a condition where only words are looked for.

    Raises:
        UsageError: the text is a condition.
    """
    if _SIGNS & set(text):
        raise UsageError(
            f"`{clean(text)}` is a condition, and here only words are looked for",
            hint="type words of a name, or a handle",
        )


def condition_of(unit: UnitOfWork, noun: str, name: str) -> str:
    """Return the condition of a view of mine about a noun.

    Raises:
        NotFoundError: I have no view of that name.
        UsageError: it is about another noun.
    """
    view = find_view(unit, name)
    if view.noun != noun:
        raise UsageError(
            f"The view `{view.name}` is of another noun: {view.noun}",
            hint=f"see it with `sales view run {shell_word(view.name)}`",
        )
    return view.condition


def save_view(unit: UnitOfWork, name: str, noun: str, asked: str) -> tuple[View, bool]:
    """Keep a condition under a name; return the view, and whether it is new.

    Raises:
        UsageError: there is no such noun, or the condition cannot be asked of it.
    """
    name, asked = clean(name), clean(asked)
    if noun not in NOUNS:
        raise UsageError(
            f"There is no noun `{clean(noun)}`",
            hint="it is one of " + ", ".join(f"`{known}`" for known in NOUNS),
        )
    if not (name and asked):
        raise UsageError("A view needs a name and a condition", hint="give --where CONDITION")
    with unit:
        where(unit, noun, asked)
        before = views.find(unit.connection, unit.user_id, text_key(name))
        view = View(before.key if before else b"", name, noun, asked)
        views.save(unit, view)
        return view, before is None


def list_views(unit: UnitOfWork) -> list[View]:
    """Return my views by name."""
    with unit.reading():
        return views.listing(unit.connection, unit.user_id)


def view_named(unit: UnitOfWork, name: str) -> View:
    """Return a view of mine, read by itself; see `find_view`."""
    with unit.reading():
        return find_view(unit, name)


def remove_view(unit: UnitOfWork, name: str) -> View:
    """Remove a view of mine.

    Raises:
        NotFoundError: I have none of that name.
    """
    with unit:
        view = find_view(unit, name)
        views.remove(unit, view.key)
        return view


def find_view(unit: UnitOfWork, name: str) -> View:
    """Return a view of mine by its name.

    Raises:
        NotFoundError: I have none of that name.
    """
    found = views.find(unit.connection, unit.user_id, text_key(clean(name)))
    if found is not None:
        return found
    names = [view.name for view in views.listing(unit.connection, unit.user_id)]
    near = nearest(name, names) or names
    told = "yours are " + ", ".join(f"`{other}`" for other in near) if near else ""
    raise NotFoundError(
        f"You have no view `{clean(name)}`",
        hint=told or "save one: sales view save NAME --where CONDITION",
    )


def _read(
    unit: UnitOfWork, noun: str, text: str, named: Callable[[str], Sequence[str]]
) -> Condition:
    day, require = partial(_day, unit), partial(_require, unit)
    reader = filters.Reader(unit.login, day, setting(unit, "currency"), named, require)
    try:
        return filters.read(noun, condition.parse(text), reader)
    except RuleError as refusal:
        raise UsageError(refusal.message, hint=refusal.hint) from None


def _day(unit: UnitOfWork, kind: str, text: str) -> date | datetime:
    from salescli.services import when

    read = when.day if kind == kinds.DAY else when.day_or_moment
    return read(text, unit.now)


def _require(unit: UnitOfWork, noun: str, name: str) -> None:
    """Refuse the name of a user or a division that there is not."""
    names = {text_key(label): label for label in search.labels(unit.connection, noun)}
    if text_key(name) in names or records.by_label(unit.connection, noun, name):
        return
    if noun == USER and name == unit.login:
        return
    near = [names[found] for found in nearest(text_key(name), names)]
    raise UsageError(
        f"There is no {noun} `{clean(name)}`",
        hint="did you mean " + ", ".join(f"`{one}`" for one in near) + "?"
        if near
        else f"see them with `sales {noun} list`",
    )


def stages(unit: UnitOfWork) -> Stages:
    """Return the stages of the processes that move opportunities."""
    from salescli.domain.text import slug

    endings: dict[str, str] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    for _process, _division, spec in definitions.in_use(unit.connection):
        for stage in spec.stages:
            for name in stage.names:
                before = spellings.get(slug(name), ())
                spellings[slug(name)] = tuple(dict.fromkeys((*before, *stage.ids)))
            endings |= dict.fromkeys(stage.ids, stage.ending) if stage.ending else {}
    return Stages(endings, spellings)
