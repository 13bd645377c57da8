"""The records that an import names: found by name or by id, and made where there are none.

A company, person, offer or division that a file only names is made, as a form makes it. Names are
compared as everywhere, whatever their case and spacing; those of users as logins; and where no
offer is called so, `GTXPro` finds `GTX Pro`.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from salescli.domain.importing import named, reference_id, salesforce_id
from salescli.domain.text import key as text_key
from salescli.domain.text import slug
from salescli.services.sessions import setting
from salescli.store import importing as store
from salescli.store.importing import Known
from salescli.store.unit_of_work import UnitOfWork

NAMED = frozenset({"account", "offer", "user", "division"})
"""Nouns of which no two records have the same name."""

_SLUGGED = frozenset({"user", "division"})
"""Those that are known by the slug of their name, all of which are read at once."""


class References:
    """Looks up names once, and remembers them for the rest of the import."""

    def __init__(self, unit: UnitOfWork, added: Counter[str]) -> None:
        self._unit = unit
        self._added = added
        self.made: Counter[str] = Counter()
        self._named: dict[str, dict[str, Known]] = {noun: {} for noun in NAMED}
        self._loose: dict[str, bytes] = {}
        self._contacts: dict[tuple[str, bytes | None], bytes] = {}
        self._by_id: dict[tuple[str, str], bytes] = {}
        self._counted: dict[tuple[str, str], str] = {}
        self._read = {"account"}

    def look_up(self, noun: str, names: Iterable[str]) -> None:
        """Look up the names that are not known yet."""
        if noun not in self._read:
            self._read.add(noun)
            self._read_all(noun)
        if noun in _SLUGGED:
            return
        known = self._named[noun]
        missing = {text_key(name) for name in names} - known.keys()
        known |= store.by_name_key(self._unit, noun, missing)
        by_id = {named(name): name for name in missing - known.keys()}
        found = store.by_external_id(self._unit, noun, by_id)
        known |= {by_id[external_id]: record for external_id, record in found.items()}

    def named(self, noun: str, name: str) -> Known | None:
        """Return the record that is called so; `look_up` comes first."""
        return self._named[noun].get(_folded(noun, name))

    def key(self, noun: str, name: str) -> bytes:
        """Return the record that a name means, which `make_missing` has made sure of."""
        found = self.named(noun, name)
        if found is None and noun == "user" and name == "me":
            return self._unit.user_id
        return found.key if found else self._loose[_squeezed(name)]

    def make_missing(self, noun: str, names: Iterable[str]) -> None:
        """Look the names up, and make the records that none of them means."""
        texts: dict[str, str] = {}
        for name in names:
            texts.setdefault(_folded(noun, name), name)
        self.look_up(noun, texts.values())
        missing = [name for name in texts.values() if not self._is_known(noun, name)]
        if missing:
            records = [self._bare(noun, name) for name in missing]
            keys = store.insert(self._unit, noun, records)
            self._count(noun, len(keys))
            for name, key in zip(missing, keys, strict=True):
                self.remember(noun, name, key)

    def remember(self, noun: str, name: str, key: bytes) -> None:
        """Keep the name of a record that this import has made."""
        if noun in NAMED:
            self._named[noun][_folded(noun, name)] = Known(key, is_new=True)
        if noun == "offer":
            self._loose.setdefault(_squeezed(name), key)

    def remember_id(self, noun: str, text: str, key: bytes, name: str) -> None:
        """Keep by which id other records of the same import name a record."""
        self._by_id[noun, reference_id(text)] = key
        if not salesforce_id(text):
            self._counted[noun, reference_id(text)] = name

    def stable(self, noun: str, text: str) -> str:
        """Return what an id means beyond its file: itself, or a name for a counter of the file."""
        return self._counted.get((noun, reference_id(text)), text)

    def by_id(self, noun: str, texts: Iterable[str]) -> dict[str, bytes]:
        """Return id as written -> record, for those ids that this or an earlier import knows."""
        wanted = {text: reference_id(text) for text in texts}
        missing = {name for name in wanted.values() if (noun, name) not in self._by_id}
        for external_id, known in store.by_external_id(self._unit, noun, missing).items():
            self._by_id[noun, external_id] = known.key
        return {
            text: self._by_id[noun, name]
            for text, name in wanted.items()
            if (noun, name) in self._by_id
        }

    def contacts(self, wanted: Iterable[tuple[str, bytes | None]]) -> list[bytes]:
        """Return the contact of each (name, account), made where there is none."""
        asked = [(text_key(name), account, name) for name, account in wanted]
        unknown = {name for name, account, _ in asked if (name, account) not in self._contacts}
        self._contacts |= store.contacts(self._unit, unknown)
        missing: dict[tuple[str, bytes | None], str] = {}
        for name_key, account, name in asked:
            if (name_key, account) not in self._contacts:
                missing.setdefault((name_key, account), name)
        records = [
            {"name": name, "account_id": account, "owner_id": self._unit.user_id}
            for (_name_key, account), name in missing.items()
        ]
        keys = store.insert(self._unit, "contact", records)
        self._count("contact", len(keys))
        self._contacts |= dict(zip(missing, keys, strict=True))
        return [self._contacts[name_key, account] for name_key, account, _ in asked]

    def _is_known(self, noun: str, name: str) -> bool:
        if self.named(noun, name) is not None or (noun == "user" and name == "me"):
            return True
        return noun == "offer" and _squeezed(name) in self._loose

    def _read_all(self, noun: str) -> None:
        known = self._named[noun]
        for key, label, name in store.everybody(self._unit.connection, noun):
            if noun == "offer":
                self._loose.setdefault(_squeezed(name), key)
                continue
            known.setdefault(_folded(noun, label), Known(key, is_new=False))
            known.setdefault(_folded(noun, name), Known(key, is_new=False))

    def _bare(self, noun: str, name: str) -> dict[str, Any]:
        """Return the columns of a record of which only the name is known."""
        if noun == "user":
            return {"login": slug(name), "name": name, "is_active": 1}
        if noun == "division":
            return {"slug": slug(name), "name": name}
        columns = {
            "name": name,
            "external_id": named(text_key(name)),
            "currency": setting(self._unit, "currency"),
        }
        return columns | ({"owner_id": self._unit.user_id} if noun == "account" else {})

    def _count(self, noun: str, number: int) -> None:
        self._added[noun] += number
        self.made[noun] += number


def _squeezed(name: str) -> str:
    return slug(name).replace("-", "")


def _folded(noun: str, name: str) -> str:
    return slug(name) if noun in _SLUGGED else text_key(name)
