"""Numbered steps from one schema to the next, run by Alembic and recorded in the store."""
