"""What a browser asked providers for and waits to hear: it stands in its session, each by a key
that goes to the provider and comes back (P7)."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from django.http import HttpRequest
from django.utils import timezone

from workspaces.models import SsoConnection
from workspaces.operations.sso.languages import Question

ASKED = "sso_asked"
MOST = 5  # that wait at once; tabs opened before are forgotten
LASTS = 15 * 60  # seconds that somebody may take at the provider


class Purpose(StrEnum):
    """What the answer is for: to come in, to prove who one is (S8), to see whether it works."""

    ENTER = "enter"
    PROVE = "prove"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question to a provider: by which connection, for what, to go on where, since when, and
    a sum of what was trusted then.
    """

    connection: str
    purpose: Purpose
    way_on: str
    at: float
    trusted: str
    question: Question

    @property
    def since(self) -> datetime:
        return datetime.fromtimestamp(self.at, tz=UTC)


def note(request: HttpRequest, waiting: Waiting) -> None:
    """Keep a question until its answer comes."""
    kept, key = request.session.get(ASKED, {}), waiting.question.key
    newest = sorted(kept, key=lambda one: kept[one]["at"])[-(MOST - 1) :]
    request.session[ASKED] = {**{one: kept[one] for one in newest}, key: asdict(waiting)}


def waits(request: HttpRequest, key: str) -> bool:
    """Whether this browser came with the session that asked by that key."""
    return key in request.session.get(ASKED, {})


def take(request: HttpRequest, key: str, connection: SsoConnection) -> Waiting | None:
    """Return what this browser asked by that key of this connection, once; None otherwise."""
    kept = request.session.get(ASKED, {})
    if key not in kept:
        return None
    said = kept[key]
    found = Waiting(
        said["connection"],
        Purpose(said["purpose"]),
        said["way_on"],
        said["at"],
        said["trusted"],
        Question(**said["question"]),
    )
    if found.connection != connection.public_id:
        return None
    request.session[ASKED] = {one: said for one, said in kept.items() if one != key}
    return found if timezone.now().timestamp() - found.at <= LASTS else None


def sum_of(connection: SsoConnection) -> str:
    """Return a hash (hex) over what is trusted, in force or not, as it is now."""
    values = json.dumps([connection.trusted, connection.wanted], sort_keys=True)
    return sha256(values.encode()).hexdigest()
