"""What every test stands on: plain static files, a fast hasher, a small fixed cast."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from _pytest.nodes import coerce_node_id
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import override_settings

from tests.world import World, build

CLUSTERS = "clusters"  # the group of tests that start database servers


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--worlds", type=int, default=200, help="random worlds of the property test")
    parser.addoption("--histories", type=int, default=8, help="random worlds that time goes by in")
    parser.addoption("--reviews", type=int, default=12, help="random reviews held to their answers")
    parser.addoption("--minutes", type=float, default=60, help="for how long histories go on")
    parser.addoption("--spans", type=int, default=8, help="starts and ends watched at two nodes")
    parser.addoption("--rounds", type=int, default=0, help="races of each kind; 0: each pair once")
    parser.addoption("--revokes", type=int, default=200, help="revokes asked about at a standby")
    parser.addoption("--kills", type=int, default=2, help="how often the primary dies under load")
    parser.addoption("--cases", type=int, default=4, help="random calls of each API operation")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep the tests that share clusters in one process, by the name of their group.

    xdist 3.8 writes names of groups where pytest 9.2 does not look any more. Groups of other
    tests only save a second or two, and need not be kept together.
    """
    for item in items if config.getoption("loadgroup", default=False) else ():
        for mark in item.iter_markers("xdist_group"):
            if mark.args[0] == CLUSTERS and "@" not in item.nodeid:
                item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Where `CI` is set, a skipped test is a failed one: nothing goes unlooked-at there."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def _test_settings():
    """Serve static files as they lie, hash passwords fast, count limits in memory."""
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


def _by_deleting(
    operations: DatabaseOperations, style: Any, tables: list[str], **options: Any
) -> list[str]:
    """Return what empties tables of few rows; truncating makes new files and syncs each.

    Foreign keys are checked at the end of the transaction, so any order will do.
    """
    return [f"DELETE FROM {operations.quote_name(table)}" for table in tables]  # noqa: S608


def _by_force(creation: DatabaseCreation, name: str, verbosity: int) -> None:
    """Drop a test database, also while a process that served it is still on its way out."""
    with creation._nodb_cursor() as cursor:
        quoted = creation.connection.ops.quote_name(name)
        cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


@pytest.fixture(scope="session", autouse=True)
def _quick_to_empty():
    """Empty a test database of PostgreSQL in milliseconds, as SQLite does, not in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", _by_deleting)
        patch.setattr(DatabaseCreation, "_destroy_test_db", _by_force)
        yield


@pytest.fixture
def world(db) -> World:
    """The cast of most tests: ada owns acme, bo is in growth, cy has one grant, dee none."""
    return build()


@pytest.fixture
def as_user(client, world) -> Callable[[str], Any]:
    """Sign somebody of the cast in and return the client."""

    def sign_in(name: str) -> Any:
        client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        return client

    return sign_in
