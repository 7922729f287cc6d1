"""The cache that all workers share: a table of the database, or Redis with the table behind it."""

import time
from collections.abc import Callable
from typing import Any

import structlog
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
log = structlog.get_logger("gatehouse.cache")


class TableCache(DatabaseCache):
    """Django's cache in a table, with room enough."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, {**params, "OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES}})


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
                return getattr(RedisCache, name)(self, *args, **options)
            except (RedisError, OSError) as error:
                self.resting_until = time.monotonic() + REST
                log.warning("redis does not answer", error=str(error))
        return getattr(self.table, name)(*args, **options)

    return call


class RedisOrTableCache(RedisCache):
    """Redis; while it does not answer, the table, so that limits hold and the site goes on (J4).

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
    clear = _redis_or_table("clear")
