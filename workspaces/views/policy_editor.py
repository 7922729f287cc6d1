"""The access editor as it is drawn: roles by type, what groups give already, what is locked."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labels.models import Label
from workspaces.access.coverage import totals_of
from workspaces.access.decide import Policy
from workspaces.access.reach import reachable
from workspaces.catalogue import READ, ResourceType, Role, Scope
from workspaces.forms.policy import EDITABLE, TYPES, GrantBlock, PolicyForm
from workspaces.models.grant import Grant
from workspaces.models.member import Member
from workspaces.operations.grants import NewGrant
from workspaces.operations.policies import proposed
from workspaces.views.words import noun, plural


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """One grant of a role; `match` says how much its labels match today."""

    form: GrantBlock
    match: str
    other: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role: its blocks, the groups that give it anyway, why it is locked if it is."""

    role: Role
    blocks: list[DrawnBlock]
    groups: list[str]
    locked: str
    repeatable: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The roles on one type; `total` is how many of it the workspace has."""

    title: str
    total: int | None
    rows: list[RoleRow]


def sections_of(policy: PolicyForm, member: Member | None = None) -> list[Section]:
    """Lay out the form; 1 statement, 1 more for a member's groups, 1 per block by label."""
    totals = totals_of(policy.workspace.pk)
    groups = _groups_giving(member) if member else {}
    return [
        Section(
            _title(type_),
            totals.get(type_, 0) if type_ in list(ResourceType) else None,
            [_row(policy, role, groups) for role in EDITABLE if role.type == type_],
        )
        for type_ in TYPES
    ]


def _row(policy: PolicyForm, role: Role, groups: Mapping[str, list[str]]) -> RoleRow:
    blocks = [block for block in policy.blocks if block.role is role]
    return RoleRow(
        role,
        [DrawnBlock(b, match_words(b), other=i > 0) for i, b in enumerate(blocks)],
        groups.get(role.slug, []),
        policy.locked(role),
        repeatable=len(role.scopes) > 1,
    )


def match_words(block: GrantBlock) -> str:
    """Say how much a block by label matches now, where its labels are known."""
    if block.chosen_scope != Scope.LABELS:
        return ""
    labels = _labels_of(block)
    if not labels:
        return ""
    held = proposed([NewGrant(block.role.slug, Scope.LABELS, labels=labels)])
    policy = Policy(block.workspace.pk, tuple(held))
    count = reachable(policy, READ, [block.role.type]).count()
    what = noun(block.role.type, count)
    later = ngettext(
        "new ones join when they carry it.", "new ones join when they carry all of them.",
        len(labels),
    )  # fmt: skip
    return _("Matches {count} {what} today; {later}").format(count=count, what=what, later=later)


def _labels_of(block: GrantBlock) -> tuple[Label, ...]:
    if not block.is_bound:
        return tuple(block.initial.get("labels") or ())
    return tuple(block.cleaned_data.get("labels") or ()) if block.is_valid() else ()


def _groups_giving(member: Member) -> dict[str, list[str]]:
    """Return the names of the groups through which a member holds each role; 1 statement."""
    through = Grant.objects.active().filter(group__memberships__member=member)
    found: dict[str, list[str]] = {}
    pairs = through.order_by("group__name").values_list("role", "group__name").distinct()
    for role, name in pairs:
        found.setdefault(role, []).append(name)
    return found


def _title(type_: str) -> str:
    if type_ == "modifier":
        return _("Personal data")
    return plural(type_) if type_ in list(ResourceType) else _("The workspace itself")
