"""What a caller of the decision API asks, read from JSON (AuthZEN 1.0, sections 5 to 8).

Required keys are held to their types; every other key is ignored, `properties` too:
Gatehouse holds the facts itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from workspaces.api.bodies import Fault

MOST = 1000  # evaluations in one batch (XH11)
EXECUTE_ALL, DENY_FIRST, PERMIT_FIRST = (
    "execute_all",
    "deny_on_first_deny",
    "permit_on_first_permit",
)
# The decision that ends a batch, by the semantic asked for.
STOPS_AT = {EXECUTE_ALL: None, DENY_FIRST: False, PERMIT_FIRST: True}

Body = Mapping[str, Any]


class Entity(NamedTuple):
    """A subject or a resource by type and id; a search leaves one id empty."""

    type: str
    id: str = ""


class Question(NamedTuple):
    """May this subject do this action on this resource? `explain` asks for the reasons."""

    subject: Entity
    action: str
    resource: Entity
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions in order, a fault in place of one that cannot be read."""

    questions: tuple[Question | Fault, ...]
    stops_at: bool | None


def question_in(body: Body) -> Question:
    """Read one question. Raises Fault (400) that names the key."""
    return Question(
        entity(body, "subject"), action(body), entity(body, "resource"), explain=_explain(body)
    )


def batch_in(body: Body) -> Batch | None:
    """Read a batch; None where the body is a single question.

    Each entry overrides whole keys of the body. Raises Fault: 400 for what is no list or
    an unknown semantic, 413 for too many.
    """
    entries = body.get("evaluations", [])
    if entries == []:
        return None
    if not isinstance(entries, list):
        raise Fault(400, "evaluations: a list is expected.")
    if len(entries) > MOST:
        raise Fault(413, f"evaluations: at most {MOST} are answered at once.")
    stops_at = _semantic(body)
    return Batch(tuple(_entry(body, entry) for entry in entries), stops_at)


def _entry(body: Body, entry: object) -> Question | Fault:
    if not isinstance(entry, dict):
        return Fault(400, "evaluations: each entry is an object.")
    try:
        return question_in({**body, **entry})
    except Fault as fault:
        return fault


def _semantic(body: Body) -> bool | None:
    options = body.get("options", {})
    if not isinstance(options, dict):
        raise Fault(400, "options: an object is expected.")
    wanted = options.get("evaluations_semantic", EXECUTE_ALL)
    if not isinstance(wanted, str) or wanted not in STOPS_AT:
        raise Fault(400, f"options.evaluations_semantic: one of {', '.join(STOPS_AT)}.")
    return STOPS_AT[wanted]


def entity(body: Body, key: str, *, named: bool = True) -> Entity:
    """Read a subject or resource; where it is what one searches for its id is ignored."""
    found = _object(body, key)
    return Entity(_text(found, key, "type"), _text(found, key, "id") if named else "")


def action(body: Body) -> str:
    """Read the name of the action."""
    return _text(_object(body, "action"), "action", "name")


def _explain(body: Body) -> bool:
    context = body.get("context", {})
    if not isinstance(context, dict):
        raise Fault(400, "context: an object is expected.")
    return context.get("explain") is True


def _object(body: Body, key: str) -> Body:
    found = body.get(key)
    if not isinstance(found, dict):
        raise Fault(400, f"{key}: an object is required.")
    return found


def _text(found: Body, key: str, part: str) -> str:
    value = found.get(part)
    if not isinstance(value, str):
        raise Fault(400, f"{key}.{part}: a string is required.")
    return value
