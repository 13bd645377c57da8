"""Ids of a process in the words of people: what a field or a result is called."""

import re

from salescli.domain.fields import NOUNS, SALE_FIELDS

_CHANGED = re.compile(r"^([a-z_]+)(?=: .* -> )", re.MULTILINE)
_COMPLETED = re.compile(r"^(Completed `ACT-\d+` .*: )([a-z0-9-]+)$", re.MULTILINE)
_TICKED = re.compile(r"`([a-z_]+)`")
_SET = re.compile(r"`[^`]*`|--set ([a-z_]+)=(?:\"[^\"]*\"|\S+)")


def label_of(field: str) -> str:
    """Return what a field of a sale is called; another name stays as it is."""
    return SALE_FIELDS[field].label if field in SALE_FIELDS else field


def labelled(text: str) -> str:
    """Return a text whose fields in backticks are named as the forms name them."""
    return _TICKED.sub(lambda found: _label(found[0], found[1]), text)


def _label(ticked: str, name: str) -> str:
    return SALE_FIELDS[name].label if name in SALE_FIELDS else ticked


def without_options(text: str) -> str:
    """Return a text that names the fields where it names options for them, but for whole commands.

    Such as `Title of the main contact` for `--set contact_title=...`.
    """
    return _SET.sub(lambda found: label_of(found[1]) if found[1] else found[0], text)


def in_words(told: str) -> str:
    """Return sentences of a command with their fields and results in the words of the forms."""
    names = {field.name: field.label for fields in NOUNS.values() for field in fields}
    names |= {name: field.label for name, field in SALE_FIELDS.items()}
    told = _CHANGED.sub(lambda found: names.get(found[1], found[1]), told)
    return labelled(_COMPLETED.sub(lambda found: found[1] + say_result(found[2]), told))


def say_result(result: str) -> str:
    """Return a result such as `presentation-agreed` as it is read."""
    words = result.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
