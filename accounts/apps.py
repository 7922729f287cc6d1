from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate

from config.web.cache import TABLE


class AccountsConfig(AppConfig):
    """Sign-in; brings the cache table that rate limits count in."""

    name = "accounts"

    def ready(self) -> None:
        from accounts import receivers  # noqa: F401, PLC0415 - receivers need loaded models

        post_migrate.connect(make_cache_table, sender=self)


def make_cache_table(using: str, **kwargs: Any) -> None:
    """Make the table that counts are kept in, also where Redis stands before it (XJ4)."""
    call_command("createcachetable", TABLE, database=using, verbosity=0)
