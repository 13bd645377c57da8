"""A call, task, meeting or email as it is shown and planned with."""

from datetime import datetime
from typing import NamedTuple

MEETING = "meeting"
"""The kind of what is held with somebody at an hour."""


class Activity(NamedTuple):
    """An activity with the names of what it belongs to."""

    key: bytes
    reference: str
    kind: str
    name: str
    state: str
    due: datetime | None
    starts: datetime | None
    minutes: int | None
    result: str
    text: str
    owner: str
    account: str
    opportunity: str
    opportunity_name: str
    run: str
    run_key: bytes | None
    topic: str
    step_visit: bytes | None
    closed_at: datetime | None
    closed_by: str
    version: int

    @property
    def about(self) -> str:
        """The opportunity, account or run that it is about, in words."""
        return self.opportunity_name or self.account or self.run
