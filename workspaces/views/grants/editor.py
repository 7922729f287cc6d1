"""The page on which access is edited: one for members, groups, tokens and invites.

Beside the form stands what will change; a save goes back with a sentence and *Undo*. The form
lies in sections by type of resource, a row for each role.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to, carried, returning
from labels.models import Label
from workspaces.access.counts.coverage import totals_of
from workspaces.access.decide import Policy
from workspaces.access.facts import proposed
from workspaces.access.reach import reachable
from workspaces.catalogue import READ, ResourceType, Role, Scope
from workspaces.forms.grants.blocks import GrantBlock
from workspaces.forms.grants.policy import EDITABLE, TYPES, PolicyForm
from workspaces.guards import MemberRequest
from workspaces.models import Event, Grant, GrantTerms, Group, Invite, Member, Token
from workspaces.operations.grants.policies import ToEdit
from workspaces.terms import Terms
from workspaces.views.console import answers
from workspaces.views.console.wording import counted, plural

Saved = tuple[str, Event | None]  # the sentence about it, and what can be undone


@dataclass(frozen=True, slots=True)
class Left:
    """Where an editor was opened from, if not from its holder's panel.

    `query` is what its own addresses carry on; a save leads to `then`, *Discard* to `home`.
    """

    query: str
    home: str
    then: str


@dataclass(frozen=True, slots=True)
class Editor:
    """What differs between the four.

    The addresses, the template and what it calls the holder follow from `kind`; `at` is the
    sidebar's entry. `save` does what a valid form says. `shown` is what the page says beside
    the form: the review of it first of all.
    """

    kind: str
    template: str
    at: str
    holder: Member | Group | Token | Invite
    form: PolicyForm
    save: Callable[[], Saved]
    shown: Callable[[], answers.Context]
    left: Left | None = None


def answer(request: MemberRequest, editor: Editor) -> HttpResponse:
    """Save a form that was sent and is right; else draw it."""
    form, workspace = editor.form, editor.holder.workspace
    if form.is_valid():
        with form.refusals():
            text, event = editor.save()
            answers.toast(request, text, undo=event)
            if editor.left:
                return redirect(editor.left.then)
            return back_to(request, workspace.url(editor.kind, editor.holder.public_id))
    return draw(request, editor, status=form.status)


def draw(
    request: MemberRequest, editor: Editor, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Draw the form as it stands, with what it would change; nothing is saved."""
    kind, holder, left = editor.kind, editor.holder, editor.left
    query = left.query if left else carried(request)
    url = holder.workspace.url
    return answers.page(
        request,
        editor.template,
        {
            kind: holder,
            "policy": editor.form,
            "sections": sections_of(editor.form, holder if isinstance(holder, Member) else None),
            "live": bool(request.htmx),
            "url": url(f"{kind}_access", holder.public_id) + query,
            "review_url": url(f"{kind}_access_review", holder.public_id) + query,
            "back_url": left.home if left else returning(request, url(kind, holder.public_id)),
            **editor.shown(),
        },
        fragments=("change-review", "policy-editor"),
        at=editor.at,
        status=status,
    )


def started(request: MemberRequest, held: ToEdit) -> tuple[GrantTerms, ...]:
    """Return the grants where the editing starts: those there are, but for those that the address
    names to be without. Raises Http404 where one of these is none of them (N4)."""
    without = request.GET.getlist("without")
    if not held.ids.issuperset(without):
        raise Http404
    return held.grants(without=without)


def saved(event: Event | None, text: str, name: str) -> Saved:
    """Return the sentence about a save that may have changed nothing."""
    return (text if event else _("Nothing changed for {name}.")).format(name=name), event


@dataclass(frozen=True, slots=True)
class DrawnBlock:
    """One grant of a role; `match` says how much its labels match today, which may be nothing."""

    form: GrantBlock
    match: "Match | None"
    other: bool

    @property
    def empty(self) -> bool:
        """Whether it is to be given and would give nothing yet."""
        given = bool(self.form["on"].value()) and not self.form.dormant
        return given and self.match is not None and not self.match.count


@dataclass(frozen=True, slots=True)
class Match:
    """How much a block by label matches today: the number, and in words."""

    count: int
    text: str


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role: its blocks, the groups that give it anyway, why it is locked if it is."""

    role: Role
    blocks: list[DrawnBlock]
    groups: list["Giving"]
    locked: str
    repeatable: bool


@dataclass(frozen=True, slots=True)
class Giving:
    """A group that gives somebody a role."""

    name: str
    url: str


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


def _row(policy: PolicyForm, role: Role, groups: Mapping[str, list[Giving]]) -> RoleRow:
    blocks = [block for block in policy.blocks if block.role is role]
    return RoleRow(
        role,
        [DrawnBlock(b, match_of(b), other=i > 0) for i, b in enumerate(blocks)],
        groups.get(role.slug, []),
        policy.locked(role),
        repeatable=len(role.scopes) > 1,
    )


def match_of(block: GrantBlock) -> Match | None:
    """Tell how much a block by label matches now, where its labels are known; 1 statement."""
    labels = _labels_of(block) if block.chosen_scope == Scope.LABELS else ()
    if not labels:
        return None
    held = proposed([Terms(block.role.slug, Scope.LABELS, labels=labels)])
    policy = Policy(block.workspace.pk, tuple(held))
    count = reachable(policy, READ, [block.role.type]).count()
    later = ngettext(
        "new ones join when they carry it.", "new ones join when they carry all of them.",
        len(labels),
    )  # fmt: skip
    text = _("Matches {things} today; {later}")
    return Match(count, text.format(things=counted(count, block.role.type), later=later))


def _labels_of(block: GrantBlock) -> tuple[Label, ...]:
    if not block.is_bound:
        return tuple(block.initial.get("labels") or ())
    return tuple(block.cleaned_data.get("labels") or ()) if block.is_valid() else ()


def _groups_giving(member: Member) -> dict[str, list[Giving]]:
    """Return the groups through which a member holds each role; 1 statement."""
    through = Grant.objects.active().filter(group__in=member.groups())
    found: dict[str, list[Giving]] = {}
    rows = through.order_by("group__sort_key").values_list(
        "role", "group__name", "group__public_id"
    )
    for role, name, public_id in rows.distinct():
        giving = Giving(name, member.workspace.url("group", public_id))
        found.setdefault(role, []).append(giving)
    return found


def _title(type_: str) -> str:
    if type_ == "modifier":
        return _("Personal data")
    return plural(type_) if type_ in list(ResourceType) else _("The workspace itself")
