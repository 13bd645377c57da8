"""For comparison only: how a list and a stage move are usually written with Typer and SQLModel."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import typer
from sqlalchemy import LargeBinary
from sqlmodel import Field, Session, SQLModel, create_engine, select

app = typer.Typer()
engine = create_engine(f"sqlite:///{Path(os.environ['SALES_HOME']) / 'sales.db'}")


class User(SQLModel, table=True):
    """A person who logs in."""

    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    login: str


class Opportunity(SQLModel, table=True):
    """A possible sale."""

    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    number: int
    name: str
    owner_id: bytes | None = Field(foreign_key="user.id", sa_type=LargeBinary)
    stage: str
    stage_since: datetime
    amount: int | None
    close_date: date | None
    closed_at: datetime | None


class ChangeSet(SQLModel, table=True):
    """One command that changed something."""

    __tablename__ = "change_set"
    id: bytes = Field(primary_key=True, sa_type=LargeBinary)
    number: int
    at: datetime
    login: str
    front_end: str = "cli"
    command: str = "naive"
    digest: bytes = bytes(32)
    link: bytes = bytes(32)


class CurrentChangeSet(SQLModel, table=True):
    """The change set of the open transaction."""

    __tablename__ = "current_change_set"
    id: int = Field(primary_key=True)
    change_set_id: bytes | None = Field(sa_type=LargeBinary)


class Counter(SQLModel, table=True):
    """The next free handle number of a noun."""

    noun: str = Field(primary_key=True)
    next: int


@app.command("list")
def list_opportunities(login: str) -> None:
    """List a user's open opportunities."""
    with Session(engine) as session:
        user = session.exec(select(User).where(User.login == login)).one()
        statement = (
            select(Opportunity)
            .where(Opportunity.owner_id == user.id, Opportunity.closed_at == None)  # noqa: E711 - SQL
            .order_by("close_date")
        )
        for found in session.exec(statement):
            typer.echo(f"OPP-{found.number}\t{found.name}\t{found.stage}\t{found.amount}")


@app.command("stage")
def change_stage(number: int, stage: str) -> None:
    """Move an opportunity to a stage."""
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
        found = session.exec(select(Opportunity).where(Opportunity.number == number)).one()
        found.stage, found.stage_since = stage, now
        session.flush()
        current.change_set_id = None
        session.commit()
        typer.echo(f"Moved OPP-{number} to {stage}")


if __name__ == "__main__":
    app()
