"""The processes that the program brings along, and how a store gets them and their new texts."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.check import vanished
from salescli.domain.process.spec import COMPILED, ProcessSpec
from salescli.services.definitions import check_text
from salescli.services.sessions import EDITION
from salescli.store import definitions
from salescli.store.engine import edition, set_edition
from salescli.store.unit_of_work import UnitOfWork

PROCESSES = Path(__file__).parent.parent / "processes"
"""The folder of the shipped definitions."""

EARLIER = {
    "corporate-sale": frozenset(
        {
            "1f2f63d20122b05c426976e8a59bf3a16ef9310e3da4a916cc3f005421d56db4",
            "829c65c5015818701a1da82bcabfed6a4bb9165a8227f5c3c9f7a96253f125e6",
        }
    )
}
"""Process -> the SHA-256 of each text that an earlier release shipped."""


class Shipped(NamedTuple):
    """A process as this program ships it."""

    process: str
    source: str

    @property
    def sha256(self) -> str:
        """The fingerprint of its text."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def shipped() -> list[Shipped]:
    """Return every process that this program ships."""
    paths = sorted(PROCESSES.glob("*.toml"))
    return [Shipped(path.stem, path.read_text(encoding="utf-8")) for path in paths]


def newer(unit: UnitOfWork) -> list[str]:
    """Return the processes of which the program ships a text that was never published here."""
    return [
        one.process
        for one in shipped()
        if (known := definitions.fingerprints(unit.connection, one.process))
        and one.sha256 not in known
    ]


def publish_shipped(unit: UnitOfWork) -> None:
    """Publish every shipped process that the store does not have yet."""
    known = definitions.names(unit.connection)
    for one in shipped():
        if one.process not in known:
            definitions.publish(unit, _sound(one), one.source, one.sha256)
    set_edition(unit.connection, EDITION)


def bring_up(unit: UnitOfWork) -> list[str]:
    """Bring the processes of an older store to this edition, as upkeep; return what to say of it.

    What an older program compiled is compiled again. A process that still has the text of an
    earlier release gets the present one as its next version; one that a team edited is left alone.
    """
    with unit:
        if edition(unit.connection) >= EDITION:
            return []
        unit.keep()
        _recompile(unit)
        told = [sentence for one in shipped() for sentence in _renew(unit, one)]
        set_edition(unit.connection, EDITION)
    return told


def _recompile(unit: UnitOfWork) -> None:
    import json

    for key, source, compiled in definitions.compiled(unit.connection):
        if json.loads(compiled).get("compiled", 1) < COMPILED:
            spec, _problems = check_text(source, fields=SALE_FIELDS)
            if spec is not None:
                definitions.recompile(unit, key, spec)


def _renew(unit: UnitOfWork, one: Shipped) -> list[str]:
    """Publish the present text of a process that has the one of an earlier release."""
    newest = definitions.text(unit.connection, one.process)
    if newest is None or newest.sha256 not in EARLIER.get(one.process, ()):
        return []
    old = definitions.newest_of(unit.connection, one.process, None)
    assert old is not None
    spec = _sound(one)
    in_use = definitions.steps_in_use(unit.connection, one.process)
    if vanished(old.spec, spec, {(stage, "") for stage, _step in in_use}):
        return []
    revision = definitions.publish(unit, spec, one.source, one.sha256)
    told = (
        f"`{one.process}` has the text of this program now, as version {revision}: running sales"
        f" take it with their next stage; what is new: sales process diff {one.process}"
    )
    return [told]


def _sound(one: Shipped) -> ProcessSpec:
    """Return what a shipped text defines."""
    spec, problems = check_text(one.source, fields=SALE_FIELDS)
    assert spec is not None, f"the shipped process {one.process} is sound: {problems}"
    return spec
