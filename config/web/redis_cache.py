"""The cache that all workers share, in Redis, with the table of the database behind it."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.web.cache import TABLE, TableCache

PATIENCE = 0.5  # seconds that Redis may take to answer
REST = 5.0  # seconds for which a Redis that did not answer is left alone
log = structlog.get_logger("gatehouse.cache")


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
