"""The driver's own cursor, for the few statements that go past what Django does to each."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def hot_cursor(database: BaseDatabaseWrapper) -> Any:
    """Return a cursor of psycopg on an open connection to a PostgreSQL.

    It passes parameters beside the text, so the server can keep what it planned.
    """
    import psycopg  # noqa: PLC0415 - where the site runs on SQLite nobody asks for it

    return psycopg.Cursor(database.connection)
