"""The cache that all workers share: a table of the database, or Redis with the table behind it."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol, cast

import structlog
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

TABLE = "gatehouse_cache"
# Django drops a third of a full table, whatever it counts: this must not fill up by guessing.
MOST_ENTRIES = 200_000
PATIENCE = 0.5  # seconds that Redis may take to answer
REST = 5.0  # seconds for which a Redis that did not answer is left alone
COUNT = f"""
    INSERT INTO {TABLE} (cache_key, value, expires) VALUES (%s, '1', %s)
    ON CONFLICT (cache_key) DO UPDATE
    SET value = CAST(CAST({TABLE}.value AS integer) + 1 AS text)
    RETURNING value
"""  # noqa: S608
log = structlog.get_logger("gatehouse.cache")


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


def _redis_or_table(name: str) -> Callable[..., Any]:
    def call(self: "RedisOrTableCache", *args: Any, **options: Any) -> Any:
        if time.monotonic() >= self.resting_until:
            try:
                return getattr(CountingRedisCache, name)(self, *args, **options)
            except (RedisError, OSError) as error:
                self.resting_until = time.monotonic() + REST
                log.warning("redis does not answer", error=str(error))
        return getattr(self.table, name)(*args, **options)

    return call


class CountingRedisCache(RedisCache):
    """Django's cache in Redis."""

    def count(self, key: str, seconds: int) -> int:
        key = self.make_and_validate_key(key)
        with self._cache.get_client(key, write=True).pipeline() as pipe:  # type: ignore[attr-defined]
            counted, _ = pipe.incr(key).expire(key, seconds).execute()
        return int(counted)


class RedisOrTableCache(CountingRedisCache):
    """Redis; while it does not answer, the table, so that limits hold and the site goes on (XJ4).

    When Redis is back its own count goes on from where it was: between the two somebody gets
    at most as many tries again. Nothing but counts is kept here, so nothing that was revoked
    can come back with old content.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, {**params, "OPTIONS": options})
        self.table = TableCache(TABLE, params)
        self.resting_until = 0.0

    add = _redis_or_table("add")
    get = _redis_or_table("get")
    set = _redis_or_table("set")
    touch = _redis_or_table("touch")
    delete = _redis_or_table("delete")
    get_many = _redis_or_table("get_many")
    set_many = _redis_or_table("set_many")
    delete_many = _redis_or_table("delete_many")
    has_key = _redis_or_table("has_key")
    incr = _redis_or_table("incr")
    count = _redis_or_table("count")
    clear = _redis_or_table("clear")
