"""Asking to be in a group that is offered, and answering that: approvers, managers, owners (W4)."""

from collections import defaultdict
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.limits import count
from config.web.lists.listing import Drawn
from config.web.lists.returning import back_to
from config.web.values.dates import length_words
from workspaces.access.facts import load_policies
from workspaces.catalogue import role_of
from workspaces.errors import Denied
from workspaces.forms.requests.offered import AnswerForm, AskToJoinForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import AccessRequest, Grant, Member, Offer, Workspace
from workspaces.models.request import JOIN
from workspaces.operations.groups.offers import open_to
from workspaces.operations.requests import requests as operations
from workspaces.operations.requests.offered import may_answer
from workspaces.operations.requests.remedies import Remedy, remedies
from workspaces.views.console import answers
from workspaces.views.grants.cards import highest_of
from workspaces.views.grants.highest import Highest
from workspaces.views.requests.asking import limited_as_ask
from workspaces.views.requests.words import gains_of

NAMED = 3  # approvers whose names an offer says


@dataclass(frozen=True, slots=True)
class Askable(Drawn):
    """A group one may ask to be in, ready to draw; `waiting` is the request that asks for it.

    `could` names what one could take up once one is in it (W2).
    """

    name: str
    description: str
    highest: Highest
    could: str
    terms: str
    url: str
    waiting: AccessRequest | None


def askable(member: Member) -> list[Askable]:
    """Return what a member may ask for, as their own page and locked doors show it.

    1 statement where nothing is offered, else a fixed number.
    """
    offers = list(open_to(member))
    if not offers:
        return []
    asked = AccessRequest.objects.open().of(member).filter(action=JOIN)
    waiting = {row.group_id: row for row in asked}
    highest = highest_of(load_policies([offer.group for offer in offers]))
    could = _eligible_roles(offers)
    return [
        Askable(
            offer.group.name,
            offer.group.description,
            highest[offer.group_id],
            ", ".join(could[offer.group_id]),
            terms_of(offer),
            member.workspace.url("offer_ask", offer.group.public_id),
            waiting.get(offer.group_id),
        )
        for offer in offers
    ]


def _eligible_roles(offers: list[Offer]) -> dict[int, list[str]]:
    """Return what the people of each group could take up, by the group's id; 1 statement."""
    rows = Grant.objects.eligible().filter(group__in=[offer.group_id for offer in offers])
    found: dict[int, list[str]] = defaultdict(list)
    for group, role in rows.order_by("role").values_list("group", "role").distinct():
        found[group].append(role_of(role).name)
    return found


def terms_of(offer: Offer) -> str:
    """Say for how long at most, and who agrees: "14 days at most · Ada or Bo agrees"."""
    longest = length_words(offer.longest_minutes)
    return _("{longest} at most · {agrees}").format(longest=longest, agrees=_who_agrees(offer))


def _who_agrees(offer: Offer) -> str:
    rows = list(offer.approvers.all())
    if not rows:
        return _("an owner agrees")
    names = [
        row.member.user.get_full_name()
        if row.member
        else _("anybody in {group}").format(group=row.group)
        for row in rows[:NAMED]
    ]
    if len(rows) > NAMED:
        names.append(_("others"))
    if len(names) == 1:
        return _("{name} agrees").format(name=names[0])
    return _("{names} or {last} agrees").format(names=", ".join(names[:-1]), last=names[-1])


@needs("read", methods=(*SAFE, "POST"), visitors=False)
@limited_as_ask
def offer_ask(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Ask to be in a group that is offered: until when, and why."""
    offer = open_to(request.member).filter(group__public_id=group_id).first()
    if offer is None:
        raise Http404
    if request.method == "POST":
        count(request)
    form = AskToJoinForm(request.POST or None, offer=offer)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.ask_to_join(
                request.member,
                offer.group,
                form.cleaned_data["ends"],
                by=request.actor,
                message=form.cleaned_data["message"],
            )
            answers.toast(request, _("Asked. Whoever may agree got a mail."))
            return redirect(f"{workspace.url('my_access')}#requests")
    return answers.confirm(
        request,
        form,
        at="my_access",
        title=_("Ask to be in {group}?").format(group=offer.group.name),
        verb=_("Ask"),
        back=workspace.url("my_access"),
        effects=[
            *([offer.group.description] if offer.group.description else []),
            _("Somebody has to agree: {how}.").format(how=_who_agrees(offer)),
        ],
    )


@needs("read", visitors=False)
def asked(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Who asks to be in which group, until when and why, for whoever may answer."""
    return _page(request, workspace, _named(request, workspace, request_id))


@needs("read", methods=("POST",), visitors=False)
def asked_answer(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Put whoever asked into the group until then, or refuse."""
    row = _named(request, workspace, request_id)
    if row.member == request.member:
        raise Denied("W4", "Somebody else has to agree to this.")
    remedy = _remedy(row)
    form = _form(row, remedy, request)
    if form is None:
        return _page(request, workspace, row, status=409)
    if form.is_valid():
        with form.refusals():
            said = form.cleaned_data
            if said["agreed"]:
                by = form.said_by(request.actor)
                operations.approve(row, JOIN, by=by, ends=said["ends"])
                text = _("{name} is in {group} now.")
            else:
                operations.decline(row, by=request.actor, answer=said["answer"])
                text = _("Declined. {name} is told by mail.")
            name = row.member.user.get_full_name()
            answers.toast(request, text.format(name=name, group=row.asked_for))
            return back_to(request, workspace.url("asked", row.public_id))
    row = _named(request, workspace, request_id)
    form.renew(remedy.digest if remedy else "")
    return _page(request, workspace, row, form, status=form.status)


def _named(request: MemberRequest, workspace: Workspace, request_id: str) -> AccessRequest:
    """Return a request to be in a group that is one's own, or that one may answer.

    Raises Http404 where there is none.
    """
    rows = AccessRequest.objects.filter(workspace=workspace, action=JOIN)
    row = rows.with_details().filter(public_id=request_id).first()
    if row is None:
        raise Http404
    row.workspace = workspace
    if row.member != request.member and not may_answer(request.member, row):
        raise Http404
    return row


def _remedy(row: AccessRequest) -> Remedy | None:
    """Return what agreeing does, None where the request is closed or nothing is offered."""
    if row.closed_at is not None:
        return None
    return next((found for found in remedies(row) if found.offer is not None), None)


def _form(row: AccessRequest, remedy: Remedy | None, request: MemberRequest) -> AnswerForm | None:
    if remedy is None or remedy.offer is None:
        return None
    data = request.POST if request.method == "POST" else None
    return AnswerForm(data, offer=remedy.offer, asked=row, seen=remedy.digest)


def _page(
    request: MemberRequest,
    workspace: Workspace,
    row: AccessRequest,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    remedy = _remedy(row)
    context = {
        "workspace": workspace,
        "access_request": row,
        "own": row.member == request.member,
        "form": form or (_form(row, remedy, request) if request.method in SAFE else None),
        "remedy": remedy,
        "gains": gains_of(remedy.moves, remedy.gained) if remedy else [],
        "answer_url": workspace.url("asked_answer", row.public_id),
    }
    template = "workspaces/requests/asked.html"
    return answers.page(request, template, context, at="my_access", status=status)
