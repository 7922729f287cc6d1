"""The invitations that wait for an answer: the list, the panel of one, and what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.mail import Mail
from config.web.http import page
from config.web.listing import Drawn, paged
from config.web.toasts import toast
from workspaces.access.facts import load_policies
from workspaces.forms.changes import ChangeForm
from workspaces.forms.invites import OfferForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.event import Event
from workspaces.models.invite import Invite, InviteGroup
from workspaces.models.workspace import Workspace
from workspaces.operations import invites
from workspaces.operations.offers import offer_of, policy_of
from workspaces.views.chips import active_chips
from workspaces.views.confirm import confirm
from workspaces.views.event_sentences import sentences
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, Highest, grant_cards, highest_of, owner_card
from workspaces.views.invite_people import editor_of
from workspaces.views.reach_bars import reach_of

SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Invited(Drawn):
    """One line of a list; `waits`: its mail could not be delivered yet (J7)."""

    invite: Invite
    url: str
    highest: Highest
    group: str
    n_groups: int
    waits: bool


@needs("administer")
def invitations(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All pending invitations, searched by address."""
    return page(
        request,
        "workspaces/invitations.html",
        {**listing(request, workspace), "invite": None},
        fragments=("invitations",),
        around=framed(request, "members"),
    )


@needs("administer")
def invitation(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """One invitation beside the list: what it offers, who sent it, until when."""
    found = _invite(workspace, invite_id)
    return page(
        request,
        "workspaces/invitation.html",
        panel(request, workspace, found),
        fragments=("panel",),
        around=framed(request, "members", lambda: listing(request, workspace)),
    )


@needs("administer", methods=(*SAFE, "POST"))
def invitation_access(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """The editor of what a pending invitation offers; its link stays good."""
    found = get_object_or_404(workspace.invites.pending(), public_id=invite_id)
    form = _form(request, found)
    if form.is_valid():
        with form.refusals():
            seen = form.cleaned_data["seen"]
            invites.edit(found, form.offer, by=request.actor, seen=seen)
            text = _("Saved what {address} would get.").format(address=found.email)
            toast(request, text)
            return redirect("workspaces:invitation", workspace.slug, found.public_id)
    return _draw(request, found, form, status=form.status)


@needs("administer", methods=("POST",))
def invitation_access_review(
    request: MemberRequest, workspace: Workspace, invite_id: str
) -> HttpResponse:
    """What whoever accepts would reach, by the form as it stands. Also adds a block."""
    found = get_object_or_404(workspace.invites.pending(), public_id=invite_id)
    return _draw(request, found, _form(request, found), status=HTTPStatus.OK)


@needs("administer", methods=(*SAFE, "POST"))
def invitation_resend(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """Ask, then send a new link; the old one is dead from then on (I1)."""
    found = _invite(workspace, invite_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    back = reverse("workspaces:invitation", args=[workspace.slug, found.public_id])
    if form.is_valid():
        with form.refusals():
            invites.resend(found, by=request.actor)
            toast(request, _("Sent {address} a new link.").format(address=found.email))
            return redirect(back)
    answer = confirm(
        request,
        "members",
        form,
        title=_("Send {address} a new link?").format(address=found.email),
        verb=_("Send a new link"),
        back=back,
        effects=[_("The link in the last mail stops working."), _("You become the sender.")],
    )
    if form.wait:
        answer.headers["Retry-After"] = str(form.wait)
    return answer


@needs("administer", methods=(*SAFE, "POST"))
def invitation_revoke(request: MemberRequest, workspace: Workspace, invite_id: str) -> HttpResponse:
    """Ask, then withdraw the invitation."""
    found = _invite(workspace, invite_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            invites.revoke(found, by=request.actor)
            toast(request, _("Withdrew the invitation of {address}.").format(address=found.email))
            return redirect("workspaces:members", workspace.slug)
    return confirm(
        request,
        "members",
        form,
        title=_("Withdraw the invitation of {address}?").format(address=found.email),
        verb=_("Withdraw it"),
        back=reverse("workspaces:invitation", args=[workspace.slug, found.public_id]),
        effects=[_("The link in the mail stops working."), _("Nobody is told.")],
    )


def listing(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return one page of pending invitations; 5 statements at most."""
    text = request.GET.get("q", "").strip()[:200]
    rows = workspace.invites.pending().with_end().with_senders().by_address()
    if text:
        rows = rows.filter(email__icontains=text)
    found = paged(request, rows)
    return {
        "page": found,
        "rows": rows_of(workspace, found.rows),
        "q": text,
        "chips": active_chips(request, {"q": text} if text else {}),
        "list_url": reverse("workspaces:invitations", args=[workspace.slug]),
        "members_url": reverse("workspaces:members", args=[workspace.slug]),
        "invite_url": reverse("workspaces:invite_people", args=[workspace.slug]),
    }


def rows_of(workspace: Workspace, pending: Sequence[Invite]) -> list[Invited]:
    """Return the lines of invitations read with their end; 4 statements."""
    if not pending:
        return []
    highest = highest_of(load_policies(pending))
    joined = InviteGroup.objects.filter(invite__in=pending).order_by().values_list("invite")
    counted = joined.annotate(first=Min("group__name"), n=Count("pk"))
    groups = {pk: (first, n) for pk, first, n in counted}
    held_up = Mail.objects.held_up().filter(to__in=[invite.email for invite in pending])
    waits = set(held_up.values_list("to", flat=True))
    return [
        Invited(
            invite,
            reverse("workspaces:invitation", args=[workspace.slug, invite.public_id]),
            highest[invite.pk],
            *groups.get(invite.pk, ("", 0)),
            waits=invite.email in waits,
        )
        for invite in pending
    ]


def panel(request: MemberRequest, workspace: Workspace, invite: Invite) -> dict[str, Any]:
    """Return what the panel of one invitation shows; 13 statements at most."""
    grants = invite.grants.with_details(listed=SHOWN)
    shown = paged(request, grants.order_by("role", "pk"), key="grants")
    own = [owner_card()] if invite.owner else []
    offer = offer_of(invite)
    address = [workspace.slug, invite.public_id]
    events = Event.objects.filter(
        workspace=workspace, target_type="invite", target_id=invite.public_id
    )
    mail = Mail.objects.held_up().filter(to=invite.email).order_by("-pk").first()
    return {
        "invite": invite,
        "pending": invite.accepted_at is None and invite.voided_at is None,
        "reach": reach_of(policy_of(workspace, offer)),
        "cards": [*own, *grant_cards(workspace, shown.rows)],
        "grants_page": shown,
        "groups": offer.groups,
        "events": sentences(events.newest_first()[:SHOWN]),
        "held_up": mail,
        "panel_url": reverse("workspaces:invitation", args=address),
        "access_url": reverse("workspaces:invitation_access", args=address),
        "resend_url": reverse("workspaces:invitation_resend", args=address),
        "revoke_url": reverse("workspaces:invitation_revoke", args=address),
        "held_url": reverse("workspaces:held", args=[workspace.slug]),
        "groups_url": reverse("workspaces:groups", args=[workspace.slug]),
        "close_url": reverse("workspaces:invitations", args=[workspace.slug]),
    }


def _invite(workspace: Workspace, invite_id: str) -> Invite:
    rows = workspace.invites.with_end().with_senders().select_related("workspace")
    return get_object_or_404(rows, public_id=invite_id)


def _form(request: MemberRequest, invite: Invite) -> OfferForm:
    until = _("Until {day}, as it is").format(day=f"{invite.expires_at:%Y-%m-%d %H:%M} UTC")
    return OfferForm(
        request.POST or None, workspace=invite.workspace, offer=offer_of(invite), keep=until
    )


def _draw(
    request: MemberRequest, invite: Invite, form: OfferForm, *, status: HTTPStatus
) -> HttpResponse:
    workspace = invite.workspace
    ready = not form.is_bound or (form.checked and (form.is_valid() or form.complete))
    address = [workspace.slug, invite.public_id]
    return page(
        request,
        "workspaces/invitation_access.html",
        {
            **editor_of(form, workspace),
            "invite": invite,
            "live": bool(request.htmx),
            "reach": reach_of(policy_of(workspace, form.offer)) if ready else None,
            "owns": ready and form.offer.owner,
            "digest": form["seen"].value()
            if form.is_bound and not form.clash
            else invites.state_digest(invite),
            "url": reverse("workspaces:invitation_access", args=address),
            "review_url": reverse("workspaces:invitation_access_review", args=address),
            "back_url": reverse("workspaces:invitation", args=address),
        },
        fragments=("change-review", "policy-editor"),
        around=framed(request, "members"),
        status=status,
    )
