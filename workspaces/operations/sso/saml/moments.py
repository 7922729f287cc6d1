"""When something in an answer begins and ends, with what clocks may differ (P7)."""

import re
from datetime import UTC, datetime, timedelta

from workspaces.operations.sso.saml.documents import Element, shown
from workspaces.operations.sso.vouched import Unvouched

SKEW = timedelta(seconds=60)  # both ways, between the provider's clock and ours
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
YEARS = range(2000, 3000)  # far from where reckoning with times ends


def moment_of(element: Element, name: str) -> datetime | None:
    """Return the moment an attribute says, in UTC; None where it is not there.

    Raises Unvouched for one without a zone, which is a moment nowhere.
    """
    text = element.get(name)
    if text is None:
        return None
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        found = datetime.fromisoformat(text).astimezone(UTC)
        if found.year not in YEARS:
            raise ValueError(text)
    except (ValueError, OverflowError) as error:
        raise _untimely(f"{name} is {shown(text)}, which is no moment.") from error
    return found


def require_begun(element: Element, name: str, now: datetime) -> None:
    """Refuse what begins or was made in the future. Raises Unvouched."""
    begins = moment_of(element, name)
    if begins is not None and now < begins - SKEW:
        raise _untimely(f"{name} is {begins.isoformat()}, and here it is {now.isoformat()}.")


def require_open(element: Element, name: str, now: datetime) -> datetime | None:
    """Return the moment at which something ends, skew included. Raises Unvouched when it has."""
    ends = moment_of(element, name)
    if ends is None:
        return None
    if now >= ends + SKEW:
        raise _untimely(f"{name} is {ends.isoformat()}, and here it is {now.isoformat()}.")
    return ends + SKEW


def _untimely(raw: str) -> Unvouched:
    sentence = "The provider's answer came too late, or its clock is not ours. Sign in once more."
    return Unvouched(sentence, raw)
