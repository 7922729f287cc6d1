"""Loads what `decide` works on: the policy of subjects, the facts of resources.

One statement each, whatever the number of subjects or resources. Nothing is kept
between requests, so nothing can be stale (R4).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils import timezone

from workspaces.access.decide import Facts, Held, Policy
from workspaces.access.dialect import fetch, ids, of_one, union_all
from workspaces.access.giving import JOINED, LIVE, OWN, STANDING, THROUGH, active
from workspaces.catalogue import OWNER, Scope, understood
from workspaces.models import GrantTerms, Group, Invite, Member, SupportVisit, Token

Subject = Member | Group | Token | Invite | SupportVisit

COLUMNS = "g.id, g.role, g.scope, g.n_labels, g.group_id, gl.label_id"
LABELS = "LEFT JOIN workspaces_grantlabel gl ON gl.grant_id = g.id"
OF_ITS_GROUP = "g.group_id = gm.group_id"

# Rows: subject, grant, role, scope, n_labels, group, label. The last part of each text
# yields one row, without a grant, per subject that is there at all: not deactivated, not
# revoked, its workspace not closed. Without that row the others count for nothing. Its
# role is set for own ownership.
MEMBERS = f"""
SELECT g.member_id, {COLUMNS} FROM workspaces_grant g {LABELS}
 WHERE g.member_id {{one_of}} AND {OWN}
UNION ALL
SELECT gm.member_id, {COLUMNS} FROM workspaces_groupmember gm
  JOIN workspaces_grant g ON {OF_ITS_GROUP} AND {THROUGH} {LABELS}
 WHERE gm.member_id {{one_of}} AND {JOINED}
UNION ALL
SELECT m.id, NULL, CASE WHEN m.owner THEN '{OWNER}' END, '{Scope.ALL}', 0, NULL, NULL
  FROM workspaces_member m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
  JOIN workspaces_workspace w ON w.id = m.workspace_id AND w.closed_at IS NULL
 WHERE m.id {{one_of}}
"""
GROUPS = f"""
SELECT g.group_id, {COLUMNS} FROM workspaces_grant g {LABELS}
 WHERE g.group_id {{one_of}} AND {STANDING}
UNION ALL
SELECT p.id, NULL, NULL, '{Scope.ALL}', 0, NULL, NULL FROM workspaces_group p
  JOIN workspaces_workspace w ON w.id = p.workspace_id AND w.closed_at IS NULL
 WHERE p.id {{one_of}}
"""
LIVE_TOKEN = """t.revoked_at IS NULL AND t.suspended_at IS NULL
   AND (t.expires_at IS NULL OR t.expires_at > {now})"""
TOKENS = f"""
SELECT g.token_id, {COLUMNS} FROM workspaces_grant g {LABELS}
 WHERE g.token_id {{one_of}} AND {STANDING}
UNION ALL
SELECT t.id, NULL, NULL, '{Scope.ALL}', 0, NULL, NULL FROM workspaces_token t
  JOIN workspaces_workspace w ON w.id = t.workspace_id AND w.closed_at IS NULL
 WHERE t.id {{one_of}} AND {LIVE_TOKEN}
"""
# What whoever accepts would hold: the invite's own grants, its groups', ownership (I1).
INVITES = f"""
SELECT g.invite_id, {COLUMNS} FROM workspaces_grant g {LABELS}
 WHERE g.invite_id {{one_of}} AND {STANDING}
UNION ALL
SELECT ig.invite_id, {COLUMNS} FROM workspaces_invitegroup ig
  JOIN workspaces_grant g ON g.group_id = ig.group_id AND {STANDING} {LABELS}
 WHERE ig.invite_id {{one_of}} AND {active("ig")}
UNION ALL
SELECT i.id, NULL, CASE WHEN i.owner THEN '{OWNER}' END, '{Scope.ALL}', 0, NULL, NULL
  FROM workspaces_invite i WHERE i.id {{one_of}}
"""
# A visit sees what an owner sees, while it and its window last (XK7).
VISITS = f"""
SELECT v.id, NULL, '{OWNER}', '{Scope.ALL}', 0, NULL, NULL FROM workspaces_supportvisit v
  JOIN workspaces_supportwindow s ON s.id = v.window_id
   AND s.ended_at IS NULL AND s.ends_at > {{now}}
  JOIN accounts_user u ON u.id = v.user_id AND u.is_active AND u.is_staff
  JOIN workspaces_workspace w ON w.id = v.workspace_id AND w.closed_at IS NULL
 WHERE v.id {{one_of}} AND v.ended_at IS NULL AND v.ends_at > {{now}}
"""
# Rows: resource, label, grant.
CARRIED = "SELECT resource_id, label_id, NULL FROM labels_resourcelabel WHERE resource_id {one_of}"
BOTH = f"""
{CARRIED} UNION ALL
SELECT resource_id, NULL, grant_id FROM workspaces_grantresource WHERE resource_id {{one_of}}"""
OF_THESE = " AND grant_id {one_of}"  # any number of other grants may list the resource
FACTS, FACTS_OF_ONE = BOTH + OF_THESE, of_one(BOTH) + OF_THESE
CARRIED_BY_ONE = of_one(CARRIED)

Row = tuple[Any, ...]


def for_few(text: str) -> str:
    """Return the statement of what any number of members hold as one about a few of them."""
    return text.replace(OF_ITS_GROUP, "{at_its_group}")


@dataclass(frozen=True, slots=True)
class Kind:
    """How what subjects of one kind hold is read: the statement, and how often it names them."""

    model: type[Subject]
    text: str
    parts: int
    enrolled: bool
    looks_only: bool = False
    text_of_one: str = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text_of_one", of_one(for_few(self.text)))
        object.__setattr__(self, "name", str(self.model._meta.model_name))


# What members would hold who had taken up all that they can (W8).
AT_MOST = MEMBERS.replace(OWN, LIVE).replace(THROUGH, LIVE).replace(JOINED, active("gm"))
_AT_MOST: dict[type[Subject], Kind] = {
    Member: Kind(Member, AT_MOST, 3, enrolled=True),
    Group: Kind(Group, GROUPS.replace(STANDING, LIVE), 2, enrolled=True),
}
KINDS: dict[type[Subject], Kind] = {
    Member: Kind(Member, MEMBERS, 3, enrolled=True),
    Group: Kind(Group, GROUPS, 2, enrolled=True),
    Token: Kind(Token, TOKENS, 2, enrolled=False),
    Invite: Kind(Invite, INVITES, 3, enrolled=True),
    SupportVisit: Kind(SupportVisit, VISITS, 1, enrolled=True, looks_only=True),
}


def load_policy(subject: Subject) -> Policy:
    """Return what one subject holds now; 1 statement."""
    return _load_one(subject, KINDS[type(subject)])


def policy_of_owner(member: Member) -> Policy:
    """Return what an active owner by own role may do in an open workspace; no statement.

    Whatever else they hold adds nothing to it (R3).
    """
    owning = Held(OWNER, Scope.ALL)
    return Policy(member.workspace_id, (owning,), holder=("member", member.pk))


def load_policy_at_most(subject: Member | Group) -> Policy:
    """Return what a member would hold who had taken up all that they can (W8); 1 statement.

    Of a group: what its people would hold by it.
    """
    return _load_one(subject, _AT_MOST[type(subject)])


def load_policies(subjects: Sequence[Subject]) -> dict[int, Policy]:
    """Return the policies of subjects of one kind by primary key; 1 statement for all."""
    return _policies(subjects, KINDS[type(subjects[0])]) if subjects else {}


def load_policies_at_most(members: Sequence[Member]) -> dict[int, Policy]:
    """Return what each would hold who had taken up all that they can (W8); 1 statement for all."""
    return _policies(members, _AT_MOST[Member]) if members else {}


def load_policies_beside(
    group: Group, members: Sequence[Member]
) -> tuple[Policy, dict[int, Policy]]:
    """Return the policy of a group, and those of members by primary key; 1 statement for all."""
    of_group, of_member, wanted = KINDS[Group], KINDS[Member], ids(m.pk for m in members)
    parts = (
        (f"SELECT 0, g.* FROM ({of_group.text}) g", [ids([group.pk])] * of_group.parts),
        (f"SELECT 1, m.* FROM ({of_member.text}) m", [wanted] * of_member.parts),
    )
    rows_of: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for kind, *row in fetch(*union_all(parts)):
        rows_of[kind, row[0]].append(tuple(row))
    home = group.workspace_id
    policies = {m.pk: policy_in(rows_of[1, m.pk], of_member, home, m.pk) for m in members}
    return policy_in(rows_of[0, group.pk], of_group, home, group.pk), policies


def _load_one(subject: Subject, kind: Kind) -> Policy:
    rows = fetch(kind.text_of_one, [subject.pk] * kind.parts)
    return policy_in(rows, kind, subject.workspace_id, subject.pk)


def _policies(subjects: Sequence[Subject], kind: Kind) -> dict[int, Policy]:
    workspaces = {subject.pk: subject.workspace_id for subject in subjects}
    found = held_rows(kind, workspaces)
    return {pk: policy_in(found[pk], kind, workspaces[pk], pk) for pk in workspaces}


def held_rows(kind: Kind, pks: Iterable[int]) -> dict[int, list[Row]]:
    """Return what subjects of one kind hold, a row per grant and label; 1 statement for all."""
    return by_subject(fetch(kind.text, [ids(pks)] * kind.parts))


def by_subject(rows: Iterable[Row]) -> dict[int, list[Row]]:
    rows_of: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[row[0]].append(row)
    return rows_of


def policy_in(rows: Sequence[Row], kind: Kind, workspace: int, pk: int) -> Policy:
    """Fold the rows of one subject into what it holds."""
    present = None in [row[1] for row in rows]
    return Policy(
        workspace=workspace,
        held=tuple(_held(rows)) if present else (),
        present=present,
        enrolled=kind.enrolled,
        looks_only=kind.looks_only,
        holder=(kind.name, pk),
    )


def _held(rows: Iterable[Row]) -> Iterable[Held]:
    """Fold the rows of one subject, one per grant and label, into its held grants.

    A label set that is not whole – a label row lost behind our back – gives nothing.
    """
    grants: dict[int | None, tuple[Row, set[int]] | Held] = {}
    for row in rows:
        _subject, grant, role, scope, n_labels, group, label = row
        known = grants.get(grant)
        if known is None:
            if role is None or not understood(role, scope):
                continue
            if not n_labels and label is None:  # most are this simple
                grants[grant] = Held(role, scope, grant, group)
            else:
                grants[grant] = row, set() if label is None else {label}
        elif label is not None and not isinstance(known, Held):
            known[1].add(label)
    for grant, known in grants.items():
        if isinstance(known, Held):
            yield known
        else:
            (_, _, role, scope, n_labels, group, _), labels = known
            if len(labels) == n_labels:
                yield Held(role, scope, grant, group, frozenset(labels))


def proposed(given: Iterable[GrantTerms]) -> list[Held]:
    """Return grants that are not given yet as held ones; planned and ended ones give
    nothing now (R6, W1)."""
    now = timezone.now()
    return [
        Held(
            terms.role,
            str(terms.scope),
            labels=frozenset(label.pk for label in terms.labels),
            listed=frozenset(resource.pk for resource in terms.resources),
        )
        for terms in given
        if terms.holds_at(now)
    ]


class Placed(Protocol):
    """A resource, as far as its facts ask for it."""

    @property
    def pk(self) -> int: ...
    @property
    def workspace_id(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def source_id(self) -> int | None: ...


def load_facts(resources: Sequence[Placed], policies: Iterable[Policy]) -> dict[int, Facts]:
    """Return the facts of resources, as far as these policies ask for them; 1 statement.

    Destinations bring their source's facts along.
    """
    wanted = {r.pk for r in resources} | {r.source_id for r in resources if r.source_id}
    rows = _facts_rows(wanted, listing(policies)) if wanted else ()
    return facts_in(rows, resources)


def listing(policies: Iterable[Policy]) -> set[int]:
    """Return the grants of policies that list things: of these alone it matters what they list."""
    return {
        held.grant
        for policy in policies
        for held in policy.held
        if held.scope == Scope.RESOURCES and held.grant is not None
    }


def facts_in(rows: Iterable[Row], resources: Iterable[Placed]) -> dict[int, Facts]:
    """Fold rows – resource, label, grant – into the facts of resources and of their sources."""
    labels: dict[int, set[int]] = defaultdict(set)
    listed_in: dict[int, set[int]] = defaultdict(set)
    for resource, label, grant in rows:
        if label is not None:
            labels[resource].add(label)
        else:
            listed_in[resource].add(grant)

    def facts(workspace: int, type_: str, pk: int, source: Facts | None = None) -> Facts:
        return Facts(workspace, type_, pk, frozenset(labels[pk]), frozenset(listed_in[pk]), source)

    return {
        r.pk: facts(
            r.workspace_id,
            r.type,
            r.pk,
            facts(r.workspace_id, "source", r.source_id) if r.source_id else None,
        )
        for r in resources
    }


def _facts_rows(wanted: set[int], listed: set[int]) -> list[Row]:
    """Return a row per label that a resource carries, and per grant of these that lists it."""
    one = len(wanted) == 1
    resources: Any = next(iter(wanted)) if one else ids(wanted)
    if not listed:
        return fetch(CARRIED_BY_ONE if one else CARRIED, [resources])
    return fetch(FACTS_OF_ONE if one else FACTS, [resources, resources, ids(listed)])
