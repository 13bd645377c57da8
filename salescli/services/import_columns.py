"""Makes the columns of a new record out of what a line says: defaults, stage and closing."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from salescli.domain.fields import AWAITING_SALE, LEAD_STATUSES, NOUNS
from salescli.domain.importing import CREATED, CURRENCY, SINCE
from salescli.domain.moments import START_OF_DAY, at, to_utc_text
from salescli.domain.process.spec import ProcessSpec
from salescli.services.import_rows import Draft
from salescli.store.unit_of_work import UnitOfWork

_OWNED = frozenset({"account", "contact", "lead", "opportunity"})
_STORED = {noun: {field.name: field.stored_as for field in NOUNS[noun]} for noun in NOUNS}


class ColumnMaker:
    """Gives new records what their lines leave out."""

    def __init__(self, unit: UnitOfWork, spec: ProcessSpec) -> None:
        self._unit = unit
        self._start = spec.start
        self._endings = frozenset(stage.id for stage in spec.stages if stage.ending)
        self._now = unit.now
        self._now_text = to_utc_text(self._now)
        self._closed_on = lru_cache(4096)(self._closing_moment)

    def of(self, noun: str, draft: Draft) -> dict[str, Any]:
        """Return column -> stored value of a new record; its references are keys by now."""
        stored, values = _STORED[noun], draft.values
        row = {stored[name]: value for name, value in values.items() if name in stored}
        row["external_id"] = draft.external_id
        row["currency"] = values[CURRENCY]
        if noun in _OWNED and not row.get("owner_id"):
            row["owner_id"] = self._unit.user_id
        if noun == "opportunity":
            row |= self._times(values)
        elif noun == "lead":
            row["status"] = row.get("status") or LEAD_STATUSES[0]
        elif noun == "user" and row.get("is_active") is None:
            row["is_active"] = 1
        return row

    def awaiting(self, drafts: Sequence[Draft], keys: Sequence[bytes]) -> list[bytes]:
        """Return the leads that await a sale."""
        pairs = zip(drafts, keys, strict=True)
        return [key for draft, key in pairs if draft.values.get("status") == AWAITING_SALE]

    def _times(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return stage and moments: a closed sale was closed on its close date, or now."""
        stage = values.get("stage") or self._start
        created = values.get(CREATED) or values.get(SINCE) or self._now_text
        since = values.get(SINCE) or self._now_text
        closed = None
        if stage in self._endings:
            closed = since = self._closed_on(values.get("close_date"))
            created = min(created, closed)
        return {
            "stage": stage,
            "stage_since": since,
            "created_at": created,
            "updated_at": self._now_text,
            "closed_at": closed,
        }

    def _closing_moment(self, day: str | None) -> str:
        if day is None:
            return self._now_text
        closed = at(date.fromisoformat(day), START_OF_DAY, self._now.tzinfo)
        return to_utc_text(min(closed, self._now))
