"""The cache that all workers share: a table of the database, unless Redis is (`redis_cache`)."""

from datetime import timedelta
from typing import Any, Protocol, cast

from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone

TABLE = "gatehouse_cache"
# Django drops a third of a full table, whatever it counts: this must not fill up by guessing.
MOST_ENTRIES = 200_000
COUNT = f"""
    INSERT INTO {TABLE} (cache_key, value, expires) VALUES (%s, '1', %s)
    ON CONFLICT (cache_key) DO UPDATE
    SET value = CAST(CAST({TABLE}.value AS integer) + 1 AS text)
    RETURNING value
"""  # noqa: S608


def count(key: str, seconds: int) -> int:
    """Count one more under a key that is of use for so many seconds; return the count.

    One atomic step: workers that count at the same moment lose none.
    """
    return cast("Counting", cache).count(key, seconds)


class Counting(Protocol):
    """What a cache of ours can do beside Django's."""

    def count(self, key: str, seconds: int) -> int: ...


class TableCache(DatabaseCache):
    """Django's cache in a table, with room enough. Counts stand in it as plain numbers."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, {**params, "OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}})

    def count(self, key: str, seconds: int) -> int:
        ends = (timezone.now() + timedelta(seconds=seconds)).replace(microsecond=0)
        values = [self.make_and_validate_key(key), connection.ops.adapt_datetimefield_value(ends)]
        with connection.cursor() as cursor:
            cursor.execute(COUNT, values)
            return int(cursor.fetchone()[0])


def sweep() -> int:
    """Drop what has ended from the table; return how many entries."""
    ended = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE expires < %s", [ended])  # noqa: S608
        dropped: int = cursor.rowcount
    return dropped
