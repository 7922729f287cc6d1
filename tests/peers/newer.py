"""Rows as a node of a newer version writes them: roles, scopes and types this one does not know.

That node has moved the constraints with its migrations; here they are set aside for a test.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from workspaces.change import lock_workspace
from workspaces.models import Grant, Resource

ROLE, SCOPE, TYPE = "journey-wizard", "regions", "lakehouse"
GIVEN = ({"role": ROLE, "scope": "all"}, {"role": "source-admin", "scope": SCOPE})
SET_ASIDE = {
    "grant": ("grant_role_known", "grant_scope_known"),
    "resource": ("resource_type_known",),
}


@contextmanager
def newer_tables() -> Iterator[None]:
    """Let the tables take what the constraints of this version do not know."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for model, names in SET_ASIDE.items():
                for name in names:
                    cursor.execute(f"ALTER TABLE workspaces_{model} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def give_unknown(holder) -> list[Grant]:
    """Let a holder have a grant of an unknown role, and one of an unknown scope."""
    with lock_workspace(holder.workspace_id) as workspace:
        return [
            Grant.objects.create(
                workspace=workspace, **{str(holder._meta.model_name): holder}, **given
            )
            for given in GIVEN
        ]


def add_unknown(workspace) -> Resource:
    """Let the workspace have a thing of an unknown type."""
    with lock_workspace(workspace.pk) as locked:
        return Resource.objects.create(workspace=locked, type=TYPE, slug="lake", name="The lake")
