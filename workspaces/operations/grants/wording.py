"""Keeping how a program worded a policy, so that it reads what it put.

Grants have no order and no grouping: several places of one permission are a grant each, and
*Minimal Workspace Access* is none at all. Beside the grants the words are kept, and shown as
far as the grants still give what they say; they give nothing themselves.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from workspaces.catalogue import OWNER, Scope
from workspaces.models import GrantTerms, Group, Invite, Member, PolicyWording
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
    for permission in said:
        role = permission["role"]
        mine = [(i, grant) for i, grant in enumerate(live) if grant.role == role]
        places = []
        for place in permission["places"]:
            giving = {i for i, grant in mine if _gives(grant, place, permission)}
            if giving or role == MINIMAL:
                places.append(place)
            told |= giving
        if places:
            found.append({"role": role, "places": places})
    rest = (grant for i, grant in enumerate(live) if i not in told)
    return found + [{"role": grant.role, "places": _places(grant)} for grant in rest]


def _places(grant: GrantTerms) -> list[Place]:
    """Return the places that a grant has by itself."""
    if grant.resources:
        return [[THING, thing.public_id] for thing in grant.resources]
    if grant.labels:
        return [[LABELS, *(label.public_id for label in grant.labels)]]
    return [[ALL]]


def _gives(grant: GrantTerms, place: Place, permission: Said) -> bool:
    """Whether a grant is what this place of a permission says; things are one grant together."""
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
    mine = [grant for grant in before if grant.role == permission["role"]]
    return any(
        not any(_gives(grant, place, permission) for grant in mine)
        for place in permission["places"]
    )


def said_of(holder: Holder) -> list[Said]:
    """Return the words that are kept; none where no program said any."""
    row = getattr(holder, "wording", None)
    return list(row.permissions) if row else []


def _of(holder: Holder) -> dict[str, Any]:
    return {str(holder._meta.model_name): holder}
