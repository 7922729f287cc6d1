"""The few places where the hot statements differ between SQLite and PostgreSQL."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

SQLITE, POSTGRESQL = "sqlite", "postgresql"

# Literal percent signs are doubled: every statement is run with parameters.
NOW = {
    SQLITE: "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')",
    POSTGRESQL: "STATEMENT_TIMESTAMP()",
}
ONE_OF = {
    SQLITE: "IN (SELECT value FROM json_each(%s))",
    POSTGRESQL: "= ANY(%s::bigint[])",
}
ROWS_OF = {
    SQLITE: "SELECT value FROM json_each(%s)",
    POSTGRESQL: "SELECT unnest(%s::bigint[])",
}
TEXTS_OF = {
    SQLITE: "SELECT value FROM json_each(%s)",
    POSTGRESQL: "SELECT unnest(%s::text[])",
}


@lru_cache(maxsize=512)
def spoken(text: str, vendor: str) -> str:
    """Fill `{now}`, `{one_of}` and `{rows_of}` in a statement for the database in use."""
    return text.format(now=NOW[vendor], one_of=ONE_OF[vendor], rows_of=ROWS_OF[vendor])


def sql(text: str) -> str:
    """Return the statement in the dialect of the default database."""
    return spoken(text, connection.vendor)


def ids(values: Iterable[int]) -> Any:
    """Pass any number of ids as one parameter: SQLite stops at 32,766 variables."""
    return json.dumps(list(values)) if connection.vendor == SQLITE else list(values)


def among(pks: Iterable[int]) -> RawSQL:
    """Return any number of primary keys for `pk__in`, as one parameter."""
    return RawSQL(sql("{rows_of}"), [ids(pks)])


def among_texts(texts: Iterable[str]) -> RawSQL:
    """Return any number of texts for `…__in`, as one parameter."""
    listed = list(texts)
    sqlite = connection.vendor == SQLITE
    return RawSQL(TEXTS_OF[connection.vendor], [json.dumps(listed) if sqlite else listed])


def fetch(text: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql(text), params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
