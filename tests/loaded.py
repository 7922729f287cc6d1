"""What a made world left in the database, kept so that the next test need not make it again.

Most tests begin with the same small worlds, and making them – checks, engine, trail and all –
costs more than what many of them try. A worker therefore takes each step once, reads back every
row that came of it, and puts those very rows in when a later test takes the same step on the
same ground: on an empty database, or one on which only steps were taken that it knows. What the
ground is tell the workspaces, the digest of the last event, and how many users and sessions
there are. Tests that travel in time make their worlds as ever.
"""

from collections.abc import Callable
from typing import Any

import time_machine
from django.db import connection, transaction

from accounts.models import SignIn, User
from workspaces.models import Event, Tally, Workspace

Ground = tuple[Any, ...]
Rows = dict[str, list[tuple[Any, ...]]]  # by the statement that puts them in

NOTHING: Ground = ((), None, 0, 0)

_steps: dict[Ground, str] = {NOTHING: ""}
_kept: dict[str, Rows | None] = {}  # None: the step changed rows, and cannot be kept


def once(step: str, make: Callable[[], object]) -> None:
    """Take a step by `make`, or by the rows that it left when it was taken before."""
    ground = None if time_machine.escape_hatch.is_travelling() else _steps.get(_ground())
    if ground is None:
        make()
        return
    steps = f"{ground}\n{step}"
    if steps not in _kept:
        before = _all_rows()
        make()
        _kept[steps] = _added(before, _all_rows())
    elif (rows := _kept[steps]) is None:
        make()
    else:
        _put_in(rows)
    if _kept[steps] is not None:
        _steps[_ground()] = steps


def _ground() -> Ground:
    slugs = tuple(Workspace.objects.order_by("slug").values_list("slug", flat=True))
    digest = Event.objects.order_by("-pk").values_list("digest", flat=True).first()
    return slugs, digest, User.objects.count(), SignIn.objects.count()


def _all_rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            if table == Tally._meta.db_table:
                continue  # the database writes it beside the others
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            columns = ", ".join(f'"{column[0]}"' for column in cursor.description)
            values = ", ".join(["%s"] * len(cursor.description))
            statement = f'INSERT INTO "{table}" ({columns}) VALUES ({values})'  # noqa: S608
            found[statement] = cursor.fetchall()
    return found


def _added(before: Rows, after: Rows) -> Rows | None:
    came: Rows = {}
    for statement, rows in after.items():
        old = before[statement]
        if any(row not in rows for row in old):
            return None
        if new := [row for row in rows if row not in old]:
            came[statement] = new
    return came


def _put_in(rows: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:  # rows name later tables' rows
        for statement, some in rows.items():
            cursor.executemany(statement, some)
