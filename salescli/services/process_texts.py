"""The texts of processes: a new one, one under another name, and what tells two of them apart."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from salescli.domain.process.diff import Difference, differences
from salescli.domain.process.spec import ProcessSpec
from salescli.domain.text import clean, shell_word, slug
from salescli.errors import NotFoundError, RuleError, UsageError
from salescli.services import definitions as files
from salescli.services import publishing, shipped
from salescli.services.processes import process_id
from salescli.store import definitions
from salescli.store.unit_of_work import UnitOfWork

MOST_DIGITS = 9
"""No version has a longer number."""

SKELETON = """\
format  = 1
id      = "{id}"
name    = {name}
subject = "opportunity"
drives  = "stage"
start   = "first-talk"

# A stage has steps; each result of a step leads to another step or to the end of the stage.

[[stage]]
id          = "first-talk"
goal        = "We know what they need"
probability = 20
next        = ["closed-won", "closed-lost"]

  [[stage.step]]
  id   = "call"
  do   = "activity"
  type = "call"
  name = "First call"
  hint = "Ask: what has to be different in a year?"
  on   = {{ interested = "details", not-interested = "@end" }}

  [[stage.step]]
  id      = "details"
  do      = "form"
  name    = "What do they need?"
  creates = "opportunity"
  fields  = ["account*", "need", "amount"]
  on      = {{ saved = "@end" }}

# An ending closes the sale; a star makes a field required.

[[stage]]
id     = "closed-won"
ending = "won"

[[stage]]
id     = "closed-lost"
ending = "lost"
fields = ["reason*"]
"""


class Comparison(NamedTuple):
    """Two texts of a process, what each of them is called, and what tells them apart."""

    process: str
    old_name: str
    new_name: str
    differences: list[Difference]
    old_source: str
    new_source: str


def skeleton(name: str) -> str:
    """Return the text of a new process: one stage with two steps, and two endings."""
    return SKELETON.format(id=_id_of(name), name=_quoted(name))


def renamed(source: str, name: str) -> str:
    """Return the text of a process under another name: its `id` and `name` change, no more.

    Raises:
        UsageError: the head of the text does not spell `id` as a text of its own line.
    """
    id_ = _id_of(name)
    head, rest = _head(source)
    head, found = re.subn(_KEY.format("id"), rf'\g<1>"{id_}"', head, count=1)
    label = _quoted(name).replace("\\", r"\\")
    head, has_name = re.subn(_KEY.format("name"), rf"\g<1>{label}", head, count=1)
    if not has_name:
        head = re.sub(r'(?m)^(id\s*=\s*"[^"]*")', rf"\g<1>\nname = {label}", head, count=1)
    if not found:
        raise UsageError(
            "The text has no line with its `id` before its first table",
            hint='write it like `id = "my-sale"` at the top',
        )
    return head + rest


def copy(unit: UnitOfWork, name: str, new_name: str) -> publishing.Publication:
    """Publish a process under another name, as version 1 of a process of its own.

    Raises:
        UsageError: the name is one of a file.
    """
    if new_name.endswith(".toml"):
        raise UsageError(
            f"`{clean(new_name)}` is the name of a file; a copy is published under a name",
            hint=f"for a file: sales process show {shell_word(clean(name))} --source"
            f" > {shell_word(clean(new_name))}",
        )
    with unit.reading():
        _process, text = publishing.text_of(unit, name)
    source = renamed(text.source, new_name)
    return publishing.publish(unit, source, _id_of(new_name), is_new=True)


def compare(
    unit: UnitOfWork, name: str, other: str = "", *, division: str = "", with_shipped: bool = False
) -> Comparison:
    """Compare two texts of a process.

    Without `other` the newest version with the one before it; a number means that version and the
    newest one; else it is a file that is compared with the newest version.

    Raises:
        UsageError: two things are named to compare it with.
        RuleError: there is one version only, or the program ships no process of that name.
    """
    if with_shipped and other:
        raise UsageError(
            f"Both `{clean(other)}` and the shipped text are named", hint="leave one of them out"
        )
    with unit.reading():
        process, newest = publishing.text_of(unit, name, division=division)
        present = (f"version {newest.revision}", newest.source)
        if with_shipped:
            pair = [present, ("the program's own", _shipped_text(process))]
        elif other.isdecimal() and len(other) <= MOST_DIGITS:
            _id, text = publishing.text_of(unit, name, revision=int(other))
            pair = [(f"version {text.revision}", text.source), present]
        elif other:
            path = Path(other)
            pair = [present, (path.name, files.read(path)[0])]
        else:
            pair = [_before(unit, process, newest.revision, division), present]
    (old_name, old), (new_name, new) = pair
    found = differences(_spec(old, old_name), _spec(new, new_name))
    return Comparison(process, old_name, new_name, found, old, new)


def unified(comparison: Comparison) -> Iterable[str]:
    """Yield the lines of the texts' difference in the unified form."""
    from difflib import unified_diff

    return unified_diff(
        comparison.old_source.splitlines(),
        comparison.new_source.splitlines(),
        f"{comparison.process} {comparison.old_name}",
        f"{comparison.process} {comparison.new_name}",
        lineterm="",
    )


def _before(unit: UnitOfWork, process: str, newest: int, division: str) -> tuple[str, str]:
    """Return the version before the newest: of the division, or else the one for everybody."""
    place = publishing.division_of(unit, division)
    own = definitions.revisions(unit.connection, process, place.key if place else None)
    earlier = [number for number in own if number < newest]
    earlier = earlier or [
        number
        for number in definitions.revisions(unit.connection, process, None)
        if number < newest
    ]
    if not earlier:
        raise RuleError(
            f"`{process}` has one version only",
            hint=f"compare it with a file: `sales process diff {process} FILE`",
        )
    text = definitions.text(unit.connection, process, revision=earlier[0])
    assert text is not None
    return f"version {text.revision}", text.source


def shipped_text(unit: UnitOfWork, name: str) -> str:
    """Return the text that this program ships of a process.

    Raises:
        NotFoundError: it ships none of that name.
    """
    with unit.reading():
        return _shipped_text(process_id(unit, name))


def _shipped_text(process: str) -> str:
    known = {one.process: one.source for one in shipped.shipped()}
    if process not in known:
        raise NotFoundError(
            f"This program ships no process `{process}`",
            hint="it ships " + ", ".join(f"`{name}`" for name in known),
        )
    return known[process]


def _spec(source: str, name: str) -> ProcessSpec:
    return publishing.checked(source, name)


def _id_of(name: str) -> str:
    """Return the id of a process with that name.

    Raises:
        UsageError: there is no letter or digit in it.
    """
    found = slug(name)
    if not found:
        raise UsageError(
            f"`{clean(name)}` cannot be the name of a process",
            hint="give it letters, such as `Service`",
        )
    return found


_KEY = r"""(?m)^(\s*{}\s*=\s*)(?:"[^"\n]*"|'[^'\n]*')"""
"""A key of the head with a text on its own line."""


def _head(source: str) -> tuple[str, str]:
    """Return the text up to its first table, and the rest."""
    found = re.search(r"(?m)^\s*\[", source)
    place = found.start() if found else len(source)
    return source[:place], source[place:]


def _quoted(name: str) -> str:
    """Return a name as a text of TOML; a slug is read as words."""
    words = clean(name)
    label = words.replace("-", " ").capitalize() if words == slug(words) else words
    return json.dumps(label, ensure_ascii=False)
