"""Moments as the wire has them."""

from datetime import UTC, datetime


def told(when: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the millisecond."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
