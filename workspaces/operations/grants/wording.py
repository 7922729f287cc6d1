"""Keeping how a program worded a policy, so that it reads what it put.

Grants have no order and no grouping: several places of one permission are a grant each, and
*Minimal Workspace Access* is none at all. Beside the grants the words are kept, and shown as
far as the grants still give what they say; they give nothing themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from workspaces.catalogue import OWNER, Scope
from workspaces.models import GrantTerms, Group, Invite, Member, PolicyWording
from workspaces.spans import ALWAYS, Span
from workspaces.terms import Terms

MINIMAL = "minimal-workspace-access"
ALL, LABELS, THING = "all", "labels", "thing"

Holder = Member | Group | Invite
Said = dict[str, Any]
Place = list[str]


OWNING: GrantTerms = Terms(OWNER, Scope.ALL)


def worded(said: Iterable[Said], live: Sequence[GrantTerms]) -> list[Said]:
    """Return what grants give, in the words that were said as far as they fit, then the rest.

    A list that lost things is shown with those it still has.
    """
    found, told = [], set()
    for permission, giving in _read(said, live):
        if places := [place for place, of in giving if of or permission["role"] == MINIMAL]:
            found.append({**permission, "places": places})
        told |= {i for _, of in giving for i in of}
    rest = (grant for i, grant in enumerate(live) if i not in told)
    return found + [
        {"role": grant.role, "places": _places(grant), **span_of(grant).told()} for grant in rest
    ]


def with_spans(said: Iterable[Said], live: Sequence[GrantTerms]) -> list[tuple[Said, Span]]:
    """Return the same, each permission with the one span in which it gives what it says (W1).

    Where no span was said, what holds from other moments or until others is told apart.
    """
    found = []
    for permission, giving in _read(worded(said, live), live):
        places: dict[Span, list[Place]] = {}
        for place, of in giving:
            for span in dict.fromkeys(span_of(live[i]) for i in of) or (ALWAYS,):
                places.setdefault(span, []).append(place)
        found += [({**permission, "places": some}, span) for span, some in places.items()]
    return found


def span_of(grant: GrantTerms) -> Span:
    """Return from when until when a grant holds."""
    return Span(grant.starts, grant.ends)


def _read(
    said: Iterable[Said], live: Sequence[GrantTerms]
) -> Iterator[tuple[Said, list[tuple[Place, list[int]]]]]:
    """Yield permissions, and beside each of their places which of the grants give it.

    Grants whose very span is said by one permission belong to no other.
    """
    permissions = list(said)
    exact = [permission for permission in permissions if _says_span(permission)]
    claimed = {i for p in exact for place in p["places"] for i in _giving(p, place, live)}
    for permission in permissions:
        others = set() if _says_span(permission) else claimed
        yield (
            permission,
            [
                (place, [i for i in _giving(permission, place, live) if i not in others])
                for place in permission["places"]
            ],
        )


def _giving(permission: Said, place: Place, live: Sequence[GrantTerms]) -> list[int]:
    """Return which of the grants are what this place of a permission says."""
    return [i for i, grant in enumerate(live) if _gives(grant, place, permission)]


def _says_span(permission: Said) -> bool:
    return "starts" in permission or "expires" in permission


def _places(grant: GrantTerms) -> list[Place]:
    """Return the places that a grant has by itself."""
    if grant.resources:
        return [[THING, thing.public_id] for thing in grant.resources]
    if grant.labels:
        return [[LABELS, *(label.public_id for label in grant.labels)]]
    return [[ALL]]


def _gives(grant: GrantTerms, place: Place, permission: Said) -> bool:
    """Whether a grant is what this place of a permission says; things are one grant together."""
    if grant.role != permission["role"]:
        return False
    if _says_span(permission) and span_of(grant) != Span.read(permission):
        return False
    kind, *ids = place
    if kind == THING:
        things = {thing.public_id for thing in grant.resources}
        listed = {named[1] for named in permission["places"] if named[0] == THING}
        return ids[0] in things and things <= listed
    if grant.resources:
        return False
    return {label.public_id for label in grant.labels} == set(ids)


def keep(holder: Holder, said: Sequence[Said]) -> None:
    """Keep these words of a holder's policy in place of all before; under the lock."""
    rows = PolicyWording.objects.filter(**_of(holder))
    if not said:
        rows.delete()
    elif not rows.update(permissions=list(said)):
        PolicyWording.objects.create(
            workspace_id=holder.workspace_id, permissions=list(said), **_of(holder)
        )


def add(holder: Holder, said: Sequence[Said], before: Sequence[GrantTerms]) -> None:
    """Keep these words beside those there are; under the lock, `before` what was held.

    What says nothing new is left out, so that the words are never many more than the grants.
    """
    kept = worded(said_of(holder), before)
    kept += [one for one in said if one not in kept and _says_more(one, before)]
    keep(holder, kept)


def _says_more(permission: Said, before: Sequence[GrantTerms]) -> bool:
    return any(not _giving(permission, place, before) for place in permission["places"])


def said_of(holder: Holder) -> list[Said]:
    """Return the words that are kept; none where no program said any."""
    row = getattr(holder, "wording", None)
    return list(row.permissions) if row else []


def _of(holder: Holder) -> dict[str, Any]:
    return {str(holder._meta.model_name): holder}
