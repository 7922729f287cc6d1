"""What one can take up, and what runs, on one's own access page; taking one of them up (W2)."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to
from workspaces.access.engine import Access
from workspaces.access.naming import thing_named
from workspaces.catalogue import READ, role_of
from workspaces.forms.taking_up.take_ups import TakeUpForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Member, Resource, TakeUp, Workspace
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import Takable, takable
from workspaces.operations.taking_up.telling import name_of
from workspaces.views.console import answers
from workspaces.views.console.frame import SHORT, seconds_left


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to take up, ready to draw."""

    name: str
    group: str
    level: str
    terms: str
    glass: bool
    url: str
    wait: bool


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A taking up that runs or waits, read with which, ready to draw."""

    name: str
    take_up: TakeUp
    url: str
    end_url: str

    @property
    def left(self) -> int:
        """Seconds that it runs yet, as the page is drawn."""
        return seconds_left(self.take_up.ends_at) if self.take_up.ends_at else 0

    @property
    def share(self) -> int:
        """How much of its time is left, in percent."""
        return round(100 * self.left / (60 * self.take_up.minutes))

    @property
    def is_short(self) -> bool:
        """Whether it runs, and ends soon."""
        return self.take_up.ends_at is not None and self.left < SHORT


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def my_take_up(request: MemberRequest, workspace: Workspace, name: str) -> HttpResponse:
    """Say for how long and why, and take it up."""
    what = {row.name: row for row in takable(request.member)}.get(name)
    if what is None:
        raise Http404
    longest, which = what.eligibility.longest_minutes, request.GET.get("which", "")
    form = TakeUpForm(request.POST or None, longest=longest, which=which)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            said = form.cleaned_data
            row = take_ups.take_up(
                request.member, name, said["minutes"], said["reason"], by=request.actor
            )
            answers.toast(request, _said(row))
            return back_to(request, _opened(request, said["which"]))
    return answers.confirm(
        request,
        form,
        at="my_access",
        title=_("Take up {what}?").format(what=name_of(what)),
        verb=_("Ask") if what.eligibility.asks else _("Take up"),
        back=workspace.url("my_access"),
        effects=_effects(what),
        hurts=what.eligibility.break_glass,
    )


def _opened(request: MemberRequest, which: str) -> str:
    """Return the page whose door it opened, where one came from there; else one's own access."""
    workspace = request.member.workspace
    thing = thing_named(workspace, which) if which else None
    if isinstance(thing, Resource) and Access.of(request.member).check(READ, thing):
        return workspace.url("resource", thing.type, thing.slug)
    return workspace.url("my_access")


def _said(row: TakeUp) -> str:
    if row.starts_at is None:
        return _("Asked. You have it as soon as somebody agrees.")
    words = ngettext("You have it for {n} minute.", "You have it for {n} minutes.", row.minutes)
    return words.format(n=row.minutes)


def _effects(what: Takable) -> list[str]:
    if what.eligibility.asks:
        return [_("It begins when an approver agrees, within 24 hours.")]
    if what.eligibility.break_glass:
        return [_("Breaking glass: every owner is told at once, and looks at it afterwards.")]
    return [_("It begins at once, and ends by itself. You can end it early.")]


def taking_up(workspace: Workspace, member: Member) -> dict[str, Any]:
    """Return what one's own page draws of it; 3 statements where nothing is eligible."""
    mine = list(workspace.take_ups.filter(member=member).going_on().with_all())
    busy = {(row.grant_id, row.membership_id) for row in mine}
    offers = [row for row in takable(member) if row.key not in busy]
    return {
        "going_on": [_going_on(workspace, row) for row in mine],
        "offers": [_offer(workspace, row) for row in offers],
    }


def _going_on(workspace: Workspace, row: TakeUp) -> GoingOn:
    return GoingOn(
        name_of(row),
        row,
        workspace.url("take_up", row.public_id),
        workspace.url("take_up_end", row.public_id),
    )


def _offer(workspace: Workspace, what: Takable) -> Offer:
    how = what.eligibility
    group = what.membership.group.name if what.grant and what.membership else ""
    longest = ngettext("for {n} minute", "for up to {n} minutes", how.longest_minutes)
    return Offer(
        name_of(what),
        group,
        role_of(what.grant.role).level if what.grant else "",
        longest.format(n=how.longest_minutes),
        how.break_glass,
        workspace.url("my_take_up", what.name),
        how.asks,
    )
