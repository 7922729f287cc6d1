"""The few places where the hot statements differ between SQLite and PostgreSQL."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from config.databases.hot import hot_cursor
from config.databases.reading import connection_for_reading

Term = tuple[str, list[Any]]  # SQL and its parameters

SQLITE, POSTGRESQL = "sqlite", "postgresql"

# Literal percent signs are doubled: every statement is run with parameters.
NOW = {
    # Times are compared as texts there: in Django's six digits, an end that is now has come.
    SQLITE: "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f000', 'NOW')",
    POSTGRESQL: "STATEMENT_TIMESTAMP()",
}
ONE_OF = {
    SQLITE: "IN (SELECT value FROM json_each(%s))",
    POSTGRESQL: "= ANY(%s::bigint[])",
}
ONE_OF_TEXTS = {
    SQLITE: ONE_OF[SQLITE],
    POSTGRESQL: "= ANY(%s::text[])",
}
ROWS_OF = {
    SQLITE: "SELECT value FROM json_each(%s)",
    POSTGRESQL: "SELECT unnest(%s::bigint[])",
}
# Gathers the ids of a group of rows; `gathered` reads them.
ALL_OF = {SQLITE: "json_group_array", POSTGRESQL: "array_agg"}
TEXTS_OF = {
    SQLITE: ROWS_OF[SQLITE],
    POSTGRESQL: "SELECT unnest(%s::text[])",
}
# Of an equality PostgreSQL makes a join that reads the grants of all groups, few of them wanted.
AT_ITS_GROUP = {
    SQLITE: "g.group_id = gm.group_id",
    POSTGRESQL: "g.group_id = ANY(ARRAY[gm.group_id])",
}
ROLE_ASKED = {
    SQLITE: "g.role IN (SELECT role FROM asked)",
    POSTGRESQL: "g.role = ANY(ARRAY(SELECT role FROM asked))",
}


@lru_cache(maxsize=512)
def spoken(text: str, vendor: str) -> str:
    """Fill `{now}`, `{one_of}`, `{rows_of}` and their like for the database in use."""
    return text.format(
        now=NOW[vendor],
        one_of=ONE_OF[vendor],
        one_of_texts=ONE_OF_TEXTS[vendor],
        rows_of=ROWS_OF[vendor],
        all_of=ALL_OF[vendor],
        texts_of=TEXTS_OF[vendor],
        at_its_group=AT_ITS_GROUP[vendor],
        role_asked=ROLE_ASKED[vendor],
    )


def sql(text: str) -> str:
    """Return the statement in the dialect of the default database."""
    return spoken(text, connection.vendor)


def ids(values: Iterable[int]) -> Any:
    """Pass any number of ids as one parameter: SQLite stops at 32,766 variables."""
    return _together(values)


def gathered(value: Any) -> list[int]:
    """Return the ids that `{all_of}` gathered."""
    found: list[int] = json.loads(value) if isinstance(value, str) else value
    return found


def among(pks: Iterable[int]) -> RawSQL:
    """Return any number of primary keys for `pk__in`, as one parameter."""
    return RawSQL(sql("{rows_of}"), [ids(pks)])


def texts(values: Iterable[str]) -> Any:
    """Pass any number of texts as one parameter."""
    return _together(values)


def _together(values: Iterable[int | str]) -> Any:
    return json.dumps(list(values)) if connection.vendor == SQLITE else list(values)


def among_texts(values: Iterable[str]) -> RawSQL:
    """Return any number of texts for `…__in`, as one parameter."""
    return RawSQL(TEXTS_OF[connection.vendor], [texts(values)])


def fetch(text: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """Run one of the hot statements and return its rows.

    It goes to the driver as it stands, past what Django does to every statement: SQLite gets
    its own placeholders, PostgreSQL plans the text once per connection. Where statements are
    logged or counted, Django runs it.
    """
    database = connection_for_reading()
    if database.queries_logged or database.execute_wrappers:
        with database.cursor() as cursor:
            cursor.execute(sql(text), params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        if database.vendor == SQLITE:
            rows = database.connection.execute(_marked(text), params).fetchall()
        else:
            hot = hot_cursor(database)
            rows = hot.execute(spoken(text, POSTGRESQL), params, prepare=True).fetchall()
    return rows


def moment(found: str | datetime) -> datetime:
    """Return a time that `fetch` read: the text of SQLite has no offset."""
    when = datetime.fromisoformat(found) if isinstance(found, str) else found
    return when if when.tzinfo else when.replace(tzinfo=UTC)


@lru_cache(maxsize=512)
def _marked(text: str) -> str:
    """Return a statement with SQLite's own placeholders."""
    return spoken(text, SQLITE).replace("%s", "?").replace("%%", "%")


def run(text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement made of what Django wrote and return its rows."""
    with connection_for_reading().cursor() as cursor:
        cursor.execute(text, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def union_all(terms: Iterable[Term]) -> Term:
    """Return one statement for the rows of several."""
    found = list(terms)
    text = " UNION ALL ".join(text for text, _ in found)
    return text, [value for _, params in found for value in params]


def of_one(text: str) -> str:
    """Return a statement about any number of rows as one about a single row."""
    return text.replace("{one_of}", "= %s")
