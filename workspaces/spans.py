"""When what is given holds: from a start until an end (R6, W1), by whatever door it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from config.web.values.dates import FURTHEST, end_of
from workspaces.errors import Refused
from workspaces.terms import Eligible


@dataclass(frozen=True, slots=True)
class Span:
    """From `starts` until `ends`, where these are set; standing, or `eligible` (W2)."""

    starts: datetime | None = None
    ends: datetime | None = None
    eligible: Eligible | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether it gives something then by itself: standing, begun, and not ended."""
        begun = self.eligible is None and (self.starts is None or self.starts <= moment)
        return begun and (self.ends is None or moment < self.ends)

    @property
    def columns(self) -> dict[str, datetime | None]:
        """What a `Spanned` row says of it, but for whether it is standing."""
        return {"starts_at": self.starts, "expires_at": self.ends}

    def told(self) -> dict[str, Any]:
        """Return it as the trail keeps it; nothing of what is not set."""
        moments = {"starts": self.starts, "expires": self.ends}
        told = {key: at.astimezone(UTC).isoformat() for key, at in moments.items() if at}
        return {**told, "eligible": self.eligible.as_json()} if self.eligible else told

    @staticmethod
    def read(told: Mapping[str, Any]) -> "Span":
        """Read what `told` wrote."""
        starts, ends = (told.get(key) for key in ("starts", "expires"))
        return Span(
            datetime.fromisoformat(starts) if starts else None,
            datetime.fromisoformat(ends) if ends else None,
            Eligible.from_json(told["eligible"]) if "eligible" in told else None,
        )


ALWAYS = Span()
SAYABLE = f"Name a day up to {FURTHEST.isoformat()}."


def sayable(moment: datetime) -> bool:
    """Whether the moment lies within the days that doors take."""
    return moment <= end_of(FURTHEST)


def require_span(starts: datetime | None, ends: datetime | None) -> None:
    """Raise Refused unless what is given or moved may hold from then until then (W1).

    What starts in the past has begun: a grant that is copied, or put back, keeps its start.
    """
    if ends is not None:
        require_future(ends)
    if starts is None:
        return
    _require_sayable("W1", starts, "starts")
    if ends is not None and ends <= starts:
        raise Refused("W1", "It would end before it starts. Name a later end.", field="ends")


def require_future(ends: datetime) -> None:
    """Raise Refused unless a grant that is given or moved may end then."""
    if ends <= timezone.now():
        raise Refused("R6", "This day has passed. Name a later one.", field="ends")
    _require_sayable("R6", ends, "ends")


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
        _require_sayable("T1", ends, "ends")


def latest_end(days: int) -> datetime:
    """Return the end (UTC) of the last day a token may live that is made today."""
    last = timezone.now().astimezone(UTC) + timedelta(days=days + 1)
    return last.replace(hour=0, minute=0, second=0, microsecond=0)


def _require_sayable(rule: str, moment: datetime, field: str) -> None:
    """Raise Refused beyond the day that forms take at most."""
    if not sayable(moment):
        raise Refused(rule, SAYABLE, field=field)
