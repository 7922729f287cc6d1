"""The invites that wait for an answer: the list, the panel of one, and what may be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models.mail import Mail
from config.web.lists.listing import Drawn, in_order, paged, sorting
from config.web.lists.returning import back_to, left_from
from config.web.values.dates import end_words
from workspaces.access.facts import load_policies
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.invites.invites import InviteFilters, OfferForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Event, Invite, InviteGroup, InviteQuerySet, Workspace
from workspaces.operations.invites import invites as operations
from workspaces.operations.invites.contents import offer_of, policy_of
from workspaces.views.console import answers
from workspaces.views.console.grant_words import later_words
from workspaces.views.console.place_words import offered_place
from workspaces.views.grants import cards, editor
from workspaces.views.grants.highest import Highest
from workspaces.views.trail.event_lines import sentences

SOON = timedelta(days=1)
SORTS = {"address": InviteQuerySet.by_address, "ends": InviteQuerySet.by_end}


@dataclass(frozen=True, slots=True)
class Invited(Drawn):
    """One line of a list; `waits`: its mail could not be delivered yet (XJ7)."""

    invite: Invite
    url: str
    highest: Highest
    group: str
    n_groups: int
    waits: bool


@needs("administer")
def invites(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All pending invites, searched by address."""
    return answers.list_page(
        request,
        "workspaces/invites/invites.html",
        listing(request, workspace),
        at="members",
        rows="invites",
        panel="invite",
    )


@needs("administer")
def invite(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """One invite beside the list: what it offers, who sent it, until when."""
    found = _invite(workspace, invite_id)
    return answers.page(
        request,
        "workspaces/invites/invite.html",
        panel(request, workspace, found),
        fragments=("panel",),
        at="members",
        beside=lambda: listing(request, workspace),
    )


@needs("administer", methods=(*SAFE, "POST"))
def invite_access(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """The editor of what a pending invite offers; its link stays good."""
    return editor.answer(request, _editor(request, workspace, invite_id))


@needs("administer", methods=("POST",))
def invite_access_review(
    request: MemberRequest, workspace: Workspace, invite_id: str
) -> HttpResponse:
    """What whoever accepts would reach, by the form as it stands. Also adds a block."""
    return editor.draw(request, _editor(request, workspace, invite_id))


@needs("administer", methods=(*SAFE, "POST"))
def invite_resend(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """Ask, then send a new link; the old one is dead from then on (I1)."""
    found = _invite(workspace, invite_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    back = workspace.url("invite", found.public_id)
    if form.is_valid():
        with form.refusals():
            operations.resend(found, by=request.actor)
            answers.toast(request, _("Sent {address} a new link.").format(address=found.email))
            return back_to(request, back)
    answer = answers.confirm(
        request,
        form,
        at="members",
        title=_("Send {address} a new link?").format(address=found.email),
        verb=_("Send a new link"),
        back=back,
        effects=[_("The link in the last mail stops working."), _("You become the sender.")],
    )
    if form.wait:
        answer.headers["Retry-After"] = str(form.wait)
    return answer


@needs("administer", methods=(*SAFE, "POST"))
def invite_revoke(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """Ask, then withdraw the invite."""
    found = _invite(workspace, invite_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.revoke(found, by=request.actor)
            answers.toast(
                request, _("Withdrew the invite of {address}.").format(address=found.email)
            )
            return back_to(request, _list_left(request, workspace))
    return answers.confirm(
        request,
        form,
        at="members",
        title=_("Withdraw the invite of {address}?").format(address=found.email),
        verb=_("Withdraw it"),
        back=workspace.url("invite", found.public_id),
        effects=[_("The link in the mail stops working."), _("Nobody is told.")],
    )


def _list_left(request: MemberRequest, workspace: Workspace) -> str:
    """Return the list one came from; invites stand on two."""
    return workspace.url("invites" if left_from(request) else "members")


def listing(request: MemberRequest, workspace: Workspace) -> answers.Context:
    """Return one page of pending invites; 5 statements at most."""
    filters = InviteFilters(request.GET)
    sort = sorting(request, SORTS, "address")
    pending = workspace.invites.pending()
    found = paged(
        request,
        in_order(filters.narrow(pending), sort, SORTS),
        whole=in_order(pending.with_end().with_senders(), sort, SORTS),
    )
    return {
        "page": found,
        "sort": sort,
        "rows": rows_of(workspace, found.rows),
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "views_url": answers.views_url(request, "invites"),
        "list_url": workspace.url("invites"),
        "members_url": workspace.url("members"),
        "invite_url": workspace.url("invite_people"),
    }


def rows_of(workspace: Workspace, pending: Sequence[Invite]) -> list[Invited]:
    """Return the lines of invites read with their end; 4 statements."""
    if not pending:
        return []
    highest = cards.highest_of(load_policies(pending))
    joined = (
        InviteGroup.objects.lasting().filter(invite__in=pending).order_by().values_list("invite")
    )
    counted = joined.annotate(first=Min("group__name"), n=Count("pk"))
    groups = {pk: (first, n) for pk, first, n in counted}
    held_up = Mail.objects.held_up().filter(to__in=[invite.email for invite in pending])
    waits = set(held_up.values_list("to", flat=True))
    return [
        Invited(
            invite,
            workspace.url("invite", invite.public_id),
            highest[invite.pk],
            *groups.get(invite.pk, ("", 0)),
            waits=invite.email in waits,
        )
        for invite in pending
    ]


def panel(request: MemberRequest, workspace: Workspace, invite: Invite) -> answers.Context:
    """Return what the panel of one invite shows; 13 statements at most."""
    shown, held = cards.cards_page(request, workspace, invite.grants.order_by("role", "pk"))
    own = [cards.owner_card()] if invite.owner else []
    offer = offer_of(invite)
    events = Event.objects.about(workspace.pk, "invite", invite.public_id)
    mail = Mail.objects.held_up().filter(to=invite.email).order_by("-pk").first()
    return {
        "invite": invite,
        "pending": invite.accepted_at is None and invite.voided_at is None,
        "reach": cards.reach_of(policy_of(workspace, offer)),
        "cards": [*own, *held],
        "grants_page": shown,
        "places": [offered_place(row) for row in places_in(invite)],
        "events": sentences(workspace, events.newest_first()[: cards.SHOWN]),
        "held_up": mail,
        "panel_url": workspace.url("invite", invite.public_id),
        "access_url": workspace.url("invite_access", invite.public_id),
        "resend_url": workspace.url("invite_resend", invite.public_id),
        "revoke_url": workspace.url("invite_revoke", invite.public_id),
        "suspended_url": workspace.url("suspended_confirm"),
        "groups_url": workspace.url("groups"),
        "close_url": workspace.url("invites"),
    }


def places_in(invite: Invite) -> Iterable[InviteGroup]:
    """Return the places in groups that an invite offers; 1 statement."""
    rows = InviteGroup.objects.filter(invite=invite).select_related("group")
    return rows.order_by("group__sort_key", "pk")


def _invite(workspace: Workspace, invite_id: str) -> Invite:
    rows = workspace.invites.with_end().with_senders().select_related("workspace")
    return get_object_or_404(rows, public_id=invite_id)


def _editor(request: MemberRequest, workspace: Workspace, invite_id: str) -> editor.Editor:
    found = get_object_or_404(workspace.invites.pending(), public_id=invite_id)
    until = _("Ends {when}, as it is").format(when=end_words(found.expires_at))
    offer = offer_of(found)
    form = OfferForm(request.POST or None, workspace=workspace, offer=offer, keep=until)

    def save() -> editor.Saved:
        by = request.actor.having_seen(form.cleaned_data["seen"])
        operations.edit(found, form.offer, by=by)
        return _("Saved what {address} would get.").format(address=found.email), None

    def shown() -> answers.Context:
        ready, sent = form.standing is not None, form.is_bound and not form.clash
        return {
            "n_owners": workspace.members.owners().count(),
            "workspace": workspace,
            "reach": cards.reach_of(policy_of(workspace, form.offer)) if ready else None,
            "later": list(later_words(form.offer.grants)) if ready else [],
            "owns": ready and form.offer.owner,
            "digest": form["seen"].value() if sent else operations.state_digest(found),
        }

    template = "workspaces/invites/invite_access.html"
    return editor.Editor("invite", template, "members", found, form, save, shown)
