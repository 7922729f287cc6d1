from typing import Any

from django.apps import AppConfig, apps as present
from django.db.models.signals import post_migrate


class WorkspacesConfig(AppConfig):
    """Workspaces; listens to who signs in and out, and lets the database keep its tallies."""

    name = "workspaces"

    def ready(self) -> None:
        from workspaces import receivers  # noqa: F401, PLC0415 - receivers need loaded models

        post_migrate.connect(see_to_tallies, sender=self)


def see_to_tallies(using: str, apps: Any = present, **kwargs: Any) -> None:
    """Let the database keep the tallies again, where a migration made a table of them anew.

    Not where it went back to a version that has none.
    """
    from workspaces.models.tally import keep_tallies  # noqa: PLC0415 - models load later

    if "tally" in apps.all_models["workspaces"]:
        keep_tallies(using)
