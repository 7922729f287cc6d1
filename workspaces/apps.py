from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps as present
from django.db import connections
from django.db.models.signals import post_migrate


class WorkspacesConfig(AppConfig):
    """Workspaces; listens to who signs in and out, and sees to the database after migrations."""

    name = "workspaces"

    def ready(self) -> None:
        from workspaces import receivers  # noqa: F401, PLC0415 - receivers need loaded models

        post_migrate.connect(see_to_tallies, sender=self)
        post_migrate.connect(see_to_statistics, sender=self)


def see_to_tallies(using: str, apps: Any = present, **kwargs: Any) -> None:
    """Let the database keep the tallies again, where a migration made a table of them anew.

    Not where it went back to a version that has none.
    """
    from workspaces.models.tally import keep_tallies  # noqa: PLC0415 - models load later

    if "tally" in apps.all_models["workspaces"]:
        keep_tallies(using)


def see_to_statistics(using: str, plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """Let the database know again how rows lie, where migrations were run.

    SQLite makes a table anew to change it, and forgets that: with a million things pages then took
    six times as long. PostgreSQL would find out by itself, in time.
    """
    if plan:
        with connections[using].cursor() as cursor:
            cursor.execute("ANALYZE")
