"""For comparison only: a batch of stage moves as it is usually written, object by object.

It makes the rows that the program makes, under the same triggers, but knows the way of the process
beforehand and seals nothing.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import LargeBinary
from sqlmodel import Field, Session, SQLModel, create_engine, select

from bench.naive import ChangeSet, Counter, CurrentChangeSet, Opportunity

STAGE, STEP, KIND, NAME = "negotiations", "prepare", "task", "Prepare the negotiation"


class Run(SQLModel, table=True):
    """A passage through the process."""

    __tablename__ = "process_run"
    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    opportunity_id: bytes | None = Field(sa_type=LargeBinary)
    account_id: bytes | None = Field(sa_type=LargeBinary)
    contact_id: bytes | None = Field(sa_type=LargeBinary)
    owner_id: bytes | None = Field(sa_type=LargeBinary)
    state: str


class Visit(SQLModel, table=True):
    """A stay in a stage."""

    __tablename__ = "stage_visit"
    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    created_in: bytes = Field(sa_type=LargeBinary)
    version: int = 1
    run_id: bytes = Field(sa_type=LargeBinary)
    definition_id: bytes = Field(sa_type=LargeBinary)
    stage: str
    n: int
    entered_at: datetime
    entered_by: str
    login: str
    left_at: datetime | None = None
    left_by: str | None = None
    left_login: str | None = None


class Step(SQLModel, table=True):
    """A step of a stay."""

    __tablename__ = "step_visit"
    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    created_in: bytes = Field(sa_type=LargeBinary)
    version: int = 1
    visit_id: bytes = Field(sa_type=LargeBinary)
    run_id: bytes = Field(sa_type=LargeBinary)
    step: str
    state: str
    result: str | None = None
    reason: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None


class Activity(SQLModel, table=True):
    """What is to be done."""

    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    created_in: bytes = Field(sa_type=LargeBinary)
    version: int = 1
    number: int
    kind: str
    name: str
    topic: str | None = None
    account_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    contact_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    opportunity_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    run_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    step_visit_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    owner_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    due_at: datetime | None = None
    state: str
    result: str | None = None
    text: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None


def main(numbers: list[int]) -> None:
    """Move opportunities, by their numbers, in one transaction."""
    engine = create_engine(f"sqlite:///{Path(os.environ['SALES_HOME']) / 'sales.db'}")
    with Session(engine) as session:
        now = datetime.now(UTC)  # noqa: TID251 - it knows no clock of ours
        counter = session.exec(select(Counter).where(Counter.noun == "change_set")).one()
        change_set = ChangeSet(id=uuid4().bytes, number=counter.next, at=now, login="naive")
        counter.next += 1
        session.add(change_set)
        session.flush()
        current = session.exec(select(CurrentChangeSet)).one()
        current.change_set_id = change_set.id
        session.flush()
        for number in numbers:
            _move(session, number, change_set.id, now)
        session.flush()
        current.change_set_id = None
        session.commit()
    sys.stdout.write(f"Moved {len(numbers)}\n")


def _move(session: Session, number: int, change_set: bytes, now: datetime) -> None:
    sale = session.exec(select(Opportunity).where(Opportunity.number == number)).one()
    run = session.exec(
        select(Run).where(Run.opportunity_id == sale.id, Run.state == "running")
    ).one()
    visits = session.exec(select(Visit).where(Visit.run_id == run.id).order_by("id")).all()
    for step in session.exec(
        select(Step).where(Step.visit_id == visits[-1].id, Step.closed_at == None)  # noqa: E711 - SQL
    ):
        step.state, step.result, step.reason = "canceled", "canceled", f"moved to {STAGE}"
        step.closed_at, step.closed_by = now, "naive"
        session.add(step)
    for activity in session.exec(
        select(Activity).where(Activity.run_id == run.id, Activity.state == "open")
    ):
        activity.state, activity.result = "canceled", "canceled"
        activity.text, activity.closed_at = f"moved to {STAGE}", now
        activity.closed_by = "naive"
        session.add(activity)
    visits[-1].left_at, visits[-1].left_by, visits[-1].left_login = now, "jump", "naive"
    session.add(visits[-1])
    visit = Visit(
        id=uuid4().bytes,
        created_in=change_set,
        run_id=run.id,
        definition_id=visits[-1].definition_id,
        stage=STAGE,
        n=1 + sum(visit.stage == STAGE for visit in visits),
        entered_at=now,
        entered_by="jump",
        login="naive",
    )
    session.add(visit)
    step = Step(
        id=uuid4().bytes,
        created_in=change_set,
        visit_id=visit.id,
        run_id=run.id,
        step=STEP,
        state="open",
        opened_at=now,
    )
    session.add(step)
    counter = session.exec(select(Counter).where(Counter.noun == "activity")).one()
    session.add(
        Activity(
            id=uuid4().bytes,
            created_in=change_set,
            number=counter.next,
            kind=KIND,
            name=NAME,
            account_id=run.account_id,
            contact_id=run.contact_id,
            opportunity_id=run.opportunity_id,
            run_id=run.id,
            step_visit_id=step.id,
            owner_id=run.owner_id,
            due_at=now + timedelta(days=3),
            state="open",
        )
    )
    counter.next += 1
    session.add(counter)
    sale.stage, sale.stage_since = STAGE, now
    session.add(sale)


if __name__ == "__main__":
    main([int(line) for line in Path(sys.argv[1]).read_text("utf-8").split()])
