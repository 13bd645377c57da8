"""What waits for a seller apart from due activities."""

from datetime import datetime
from typing import NamedTuple


class WaitingSale(NamedTuple):
    """A running sale that stands on a step without a due activity, or on none.

    `state` is `form` (it waits for you), `put off`, `standby` (it waits for an activity) or
    `choose` (its stage has ended).
    """

    run: bytes
    reference: str
    title: str
    stage: str
    step: str
    state: str
    until: datetime | None


class QuietSale(NamedTuple):
    """An open opportunity for which nothing is planned."""

    reference: str
    title: str
    stage: str
    since: datetime


class Worth(NamedTuple):
    """Whose an opportunity is and what it is worth, in minor units."""

    account: str
    amount: int | None
    currency: str
