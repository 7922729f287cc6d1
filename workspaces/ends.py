"""When what ends may end at all: of grants (R6) and of tokens (T1), by whatever door they come."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from config.web.values.dates import FURTHEST, end_of
from workspaces.errors import Refused


def require_future(ends: datetime) -> None:
    """Raise Refused unless a grant that is given or moved may end then."""
    if ends <= timezone.now():
        raise Refused("R6", "This day has passed. Name a later one.", field="ends")
    _require_sayable("R6", ends)


def require_life(ends: datetime | None, most_days: int | None) -> None:
    """Raise Refused unless a token may end then, None for never.

    `most_days` is how long a token of its workspace lives at most, None for as long as it likes.
    """
    if ends is not None and ends <= timezone.now():
        raise Refused("T1", "A token ends in the future, or never.", field="ends")
    if most_days is not None and (ends is None or ends > latest_end(most_days)):
        words = f"A token of this workspace ends within {most_days} days."
        raise Refused("T1", words, field="ends")
    if ends is not None:
        _require_sayable("T1", ends)


def latest_end(days: int) -> datetime:
    """Return the end (UTC) of the last day a token may live that is made today."""
    last = timezone.now().astimezone(UTC) + timedelta(days=days + 1)
    return last.replace(hour=0, minute=0, second=0, microsecond=0)


def _require_sayable(rule: str, ends: datetime) -> None:
    """Raise Refused beyond the day that forms take at most."""
    if ends > end_of(FURTHEST):
        raise Refused(rule, f"Name a day up to {FURTHEST.isoformat()}.", field="ends")
