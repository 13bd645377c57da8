"""Records by words of names: their own, and those of whom they belong to."""

import sqlite3

from salescli.domain.reference import PREFIXES
from salescli.domain.text import key
from salescli.store.filters import Filter

_ACCOUNT = "{}account_id IN (SELECT a.id FROM account AS a WHERE instr(a.name_key, ?))"
_CONTACT = "{}contact_id IN (SELECT c.id FROM contact AS c WHERE instr(c.name_key, ?))"
_OPPORTUNITY = (
    "t.opportunity_id IN (SELECT o.id FROM opportunity AS o WHERE instr(o.name_key, ?)"
    f" OR 'opp-' || o.number = ? OR {_ACCOUNT.format('o.')} OR {_CONTACT.format('o.')})"
)
_STAKEHOLDER = (
    "t.id IN (SELECT s.opportunity_id FROM stakeholder AS s JOIN contact AS c"
    " ON c.id = s.contact_id WHERE instr(c.name_key, ?))"
)
_OWN = (_ACCOUNT.format("t."), _CONTACT.format("t."))
_PLACES = {
    "opportunity": ("instr(t.name_key, ?)", *_OWN, _STAKEHOLDER),
    "account": (
        "instr(t.name_key, ?)",
        "t.id IN (SELECT c.account_id FROM contact AS c WHERE instr(c.name_key, ?))",
    ),
    "lead": ("instr(t.name_key, ?)", "instr(search_key(t.company), ?)"),
    "activity": ("instr(search_key(t.name), ?)", *_OWN, _OPPORTUNITY),
    "run": ("instr(search_key(t.subject), ?)", *_OWN, _OPPORTUNITY),
}


def with_words(connection: sqlite3.Connection, noun: str, text: str) -> Filter:
    """Return SQL about the alias `t` for the records that have each word of a text in a name.

    The handle of a record is a word of its name.
    """
    connection.create_function("search_key", 1, _key, deterministic=True)
    places = (*_PLACES[noun], f"'{PREFIXES[noun].lower()}-' || t.number = ?")
    clause = f"({' OR '.join(places)})"
    words = key(text).split()
    parameters = (word for word in words for _mark in range(clause.count("?")))
    return Filter(" AND ".join([clause] * len(words)) or "1", tuple(parameters))


def _key(text: str | None) -> str | None:
    return None if text is None else key(text)
