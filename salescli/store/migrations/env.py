"""What Alembic runs: it gets the runner's open connection and describes `tables.py`."""

from typing import Literal

from alembic import context
from sqlmodel import SQLModel

from salescli.store import tables

assert tables.OpportunityRow.metadata is SQLModel.metadata  # importing registers them


def short_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Return how a migration file writes a column's type, or False for Alembic's own way."""
    if kind != "type":
        return False
    written = {"Key": "Key()", "AutoString": "sa.String()", "UTCDateTime": "UTCDateTime()"}
    return written.get(type(item).__name__, False)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=short_type,
    transactional_ddl=False,
)
context.run_migrations()
