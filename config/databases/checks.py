"""What `manage.py check --database default`, and `migrate` before it begins, say of standbys."""

import re
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Info, Tags, Warning as Warned, register
from django.db import DEFAULT_DB_ALIAS, connections

from config.databases.standbys import APPLIED, NO_STANDBY, Place, place_of_primary, why_not

# `FIRST 2 (a, b)`, `ANY 1 (a, b)`, `2 (a, b)`, or `a, b`, of which the first is meant.
NAMES = re.compile(r"(?:(?:(?:FIRST|ANY)\s+)?(\d+)\s*\((.*)\)|(.*))", re.IGNORECASE)


@register(Tags.database)
def standbys_keep_up(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Return what keeps standbys from being read, or from having what was acknowledged."""
    if not settings.STANDBYS or DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    place = place_of_primary()
    return [*_of_commits(place), *_of_standbys(place)]


def _of_commits(place: Place) -> list[CheckMessage]:
    if place.commits != APPLIED:
        return [
            Warned(
                f"Commits do not wait until standbys have applied them: {place.commits}.",
                hint=f"ALTER ROLE … SET synchronous_commit = '{APPLIED}'",
                id="gatehouse.W001",
            )
        ]
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SHOW synchronous_standby_names")
        names = cursor.fetchone()[0]
    if waits_for_all(names):
        return []
    return [
        Warned(
            f"Commits do not wait for each standby: synchronous_standby_names is '{names}'.",
            hint="FIRST n (…) with the names of all n of them",
            id="gatehouse.W002",
        )
    ]


def waits_for_all(names: str) -> bool:
    """Whether a commit waits for each standby that is named, not just for some of them."""
    read = NAMES.fullmatch(names.strip())
    if read is None:
        return False
    listed = [name.strip() for name in (read[2] or read[3] or "").split(",") if name.strip()]
    return 0 < len(listed) <= int(read[1] or 1) and "*" not in listed


def _of_standbys(place: Place) -> list[CheckMessage]:
    """Say why a standby is not read from; of several machines one is the primary, which may be."""
    reasons = {alias: why_not(alias, place) for alias in settings.STANDBYS}
    return [
        (Info if why == NO_STANDBY else Warned)(
            f"{alias} is not read from: {why}", id="gatehouse.W003"
        )
        for alias, why in reasons.items()
        if why
    ]
