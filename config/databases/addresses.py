"""Reads the addresses of databases, and says how connections to them are held."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

Database = dict[str, Any]

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\[\]:,]+)(:(?P<port>\d{1,5}))?")
PORT = "5432"
STANDBY = "standby"
# What a commit waits for where standbys are read from; the last of several options wins.
APPLIED = "-c synchronous_commit=remote_apply"
# With several hosts a connection is good at the one that takes writes, whichever that is by now.
TAKES_WRITES = ("read-write", "primary")
# A machine that vanished says nothing: after so long without a sign it is taken for gone.
VANISHED = {
    "keepalives_idle": 4,  # seconds
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,  # milliseconds
}
SOON_VANISHED = 2000  # milliseconds: where there is another to ask


def sqlite_in(state_dir: Path) -> str:
    """Return the address of the database of a first look."""
    return f"sqlite:///{state_dir / 'gatehouse.sqlite3'}"


def databases(
    url: str, *, state_dir: Path, kept: int, standbys: Sequence[str] = (), pooled: bool = False
) -> dict[str, Database]:
    """Return Django's `DATABASES` for what the environment says; the primary is `default`.

    `kept` is for how many seconds a connection is kept. `pooled` says that a pooler
    in transaction mode stands before the primary. Raises ImproperlyConfigured for an address that
    is not understood, without telling what it says: there may be a password in it.
    """
    default = _read("DATABASE_URL", url) | {"CONN_MAX_AGE": kept}
    if default["ENGINE"] == SQLITE:
        if standbys:
            raise ImproperlyConfigured("DATABASE_REPLICA_URLS: SQLite has no standbys.")
        state_dir.mkdir(parents=True, exist_ok=True)
        return {"default": default | _on_sqlite(state_dir)}
    _hold(default)
    if pooled:
        _hold_through_pooler(default)
    elif standbys:
        default["OPTIONS"]["options"] += f" {APPLIED}"
    return {"default": default} | {
        f"{STANDBY}{number}": _standby(address, default, kept=kept)
        for number, address in enumerate(standbys, start=1)
    }


def standbys_of(all_databases: Iterable[str]) -> list[str]:
    """Return the aliases of standbys."""
    return [alias for alias in all_databases if alias.startswith(STANDBY)]


def _standby(url: str, primary: Database, *, kept: int) -> Database:
    """Return what is known of one standby; each has an address of its own."""
    read = _read("DATABASE_REPLICA_URLS", url) | {"CONN_MAX_AGE": kept}
    if read["ENGINE"] != POSTGRESQL or read["NAME"] != primary["NAME"]:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URLS: each names a PostgreSQL, and the database of DATABASE_URL."
        )
    read.setdefault("OPTIONS", {}).setdefault("tcp_user_timeout", SOON_VANISHED)
    _hold(read)
    read["CONN_HEALTH_CHECKS"] = False  # it is asked how far it is, which tells as much
    read["TEST"] = {"MIRROR": "default"}
    return read


def _read(name: str, url: str) -> Database:
    """Return what an address says; PostgreSQL may have several hosts in it, as libpq has it."""
    scheme, separator, rest = url.partition("://")
    end = re.search(r"[/?#]|$", rest).start()  # type: ignore[union-attr]  # always found
    who, at, hosts = rest[:end].rpartition("@")
    several = hosts.split(",") if scheme != "sqlite" else [hosts]
    try:
        first = f"{scheme}{separator}{who}{at}{several[0]}{rest[end:]}"
        read: Database = dict(dj_database_url.parse(first))
    except dj_database_url.UnknownSchemeError as error:
        raise ImproperlyConfigured(f"{name}: it begins with sqlite:// or postgres://.") from error
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} cannot be read. It looks like postgres://user:password@host:5432/name, with "
            "what is special in a name or password written as %40."
        ) from error
    if read["ENGINE"] not in (SQLITE, POSTGRESQL):
        raise ImproperlyConfigured(f"{name}: it begins with sqlite:// or postgres://.")
    if len(several) > 1:
        _name_hosts(name, read, several)
    return read


def _name_hosts(name: str, database: Database, hosts: Sequence[str]) -> None:
    found = [HOST.fullmatch(host) for host in hosts]
    if not all(found):
        raise ImproperlyConfigured(f"{name}: hosts are written host:port,host:port.")
    database["HOST"] = ",".join(unquote(host["name"].strip("[]")) for host in found if host)
    database["PORT"] = ",".join(host["port"] or PORT for host in found if host)
    options = database.setdefault("OPTIONS", {})
    if options.setdefault("target_session_attrs", TAKES_WRITES[0]) not in TAKES_WRITES:
        raise ImproperlyConfigured(
            f"{name}: with several hosts, target_session_attrs is one of {TAKES_WRITES}."
        )


def _on_sqlite(state_dir: Path) -> Database:
    # Write transactions take the lock when they begin: with the default mode most
    # transactions of eight concurrent writers fail with "database is locked".
    # Tests run on a file too: a database in memory has other locks.
    # A cursor that was not read to its end keeps its connection at what was so then (R4): none
    # outlives the request.
    return {
        "CONN_MAX_AGE": 0,
        "TEST": {"NAME": state_dir / "test.sqlite3"},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-16000;"  # 16 MB: what lists walk over stays in memory
            ),
        },
    }


def _hold(database: Database) -> None:
    """Say how connections to a PostgreSQL are held; what the address says of it stays."""
    database["CONN_HEALTH_CHECKS"] = True
    options = database.setdefault("OPTIONS", {})
    options["connect_timeout"] = 2  # seconds, for each host
    options["prepare_threshold"] = 5  # lets the engine's hot statements be planned once
    options.setdefault("options", "-c jit=off")  # compiling took longer than running, every time
    for option, value in VANISHED.items():
        options.setdefault(option, value)


def _hold_through_pooler(database: Database) -> None:
    """Ask for nothing that is kept between two transactions: each may meet another session.

    Its options are those of the role then, since poolers refuse them from clients.
    """
    database["DISABLE_SERVER_SIDE_CURSORS"] = True
    database["OPTIONS"]["prepare_threshold"] = None
    del database["OPTIONS"]["options"]
