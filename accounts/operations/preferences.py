"""Preferences of a person: written here, and turned into what pages are drawn with."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import User


def save_preferences(user: User, fields: tuple[str, ...]) -> None:
    """Write what was chosen and nothing else of the row."""
    user.save(update_fields=fields)


def look_of(user: User) -> dict[str, str]:
    """Return the attributes of `<html>` by which the style sheet and the script know."""
    return {
        "data-theme": user.theme,
        "data-density": user.density,
        "data-keys": "on" if user.single_keys else "off",
    }


def zone_of(user: User) -> ZoneInfo:
    """Return the person's time zone; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
