"""Counts in the shared cache: atomic in the table and in Redis (XE12, XJ4)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from config.web.cache import count
from tests.peers.redis_server import running

CALLS = 120


@pytest.fixture
def redis(settings, tmp_path):
    with running(tmp_path) as redis:
        backend = "config.web.redis_cache.RedisOrTableCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": redis.address}}
        yield redis


def counted_at_once():
    def one(_number):
        try:
            return count("calls", 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        return sorted(workers.map(one, range(CALLS)))


@pytest.mark.django_db(transaction=True)
def test_workers_that_count_at_once_lose_none_in_the_table():
    assert counted_at_once() == list(range(1, CALLS + 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_workers_that_count_at_once_lose_none_in_redis(redis):
    assert counted_at_once() == list(range(1, CALLS + 1))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_while_redis_is_away_the_table_counts_XJ4(redis, db):
    assert count("calls", 60) == 1
    redis.stop()
    assert [count("calls", 60), count("calls", 60)] == [1, 2]


def test_keys_are_counted_apart(db):
    assert [count("a", 60), count("b", 60), count("a", 60)] == [1, 1, 2]
