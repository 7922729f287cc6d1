"""Where a world lies between runs: a file of its own, or a PostgreSQL database of its own."""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

STATE = Path(__file__).resolve().parents[3] / ".gatehouse" / "bench"


def url_for(base: str, name: str) -> str:
    """Return the database of this name: beside the one given, or in our own folder."""
    if base.startswith("postgres"):
        parts = urlsplit(base)
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/') or '/gatehouse'}_{name}"))
    if base.startswith("sqlite:///"):
        return f"{base.removesuffix('.sqlite3')}_{name}.sqlite3"
    STATE.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{STATE / name}.sqlite3"


def use(url: str) -> None:
    """Let Django work on this database; to be called before it is set up."""
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ.setdefault("LOG_LEVEL", "ERROR")


def make(url: str) -> None:
    """Make an empty database where there is none yet."""
    if url.startswith("postgres"):
        with _server(url) as server:
            there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name(url)])
            if there.fetchone() is None:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_name(url))))


def drop(url: str) -> None:
    """Take the database away."""
    if url.startswith("postgres"):
        with _server(url) as server:
            name = sql.Identifier(_name(url))
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        return
    for ending in ("", "-wal", "-shm"):
        Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _server(url: str) -> psycopg.Connection:
    parts = urlsplit(url)
    return psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True)
