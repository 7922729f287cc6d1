"""Inviting people: many addresses at once, each with its verdict before anything is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses import WHOLE_LENGTH, spelled
from accounts.models.mail import Mail
from config.web.lists.listing import paged
from workspaces.forms.invites.invites import InviteForm, box
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.invites import invites
from workspaces.operations.invites.addresses import Kind, Verdict, judge
from workspaces.operations.invites.contents import policy_of
from workspaces.operations.invites.invites import Sent
from workspaces.views.console import answers
from workspaces.views.console.grant_words import later_words
from workspaces.views.grants import cards, editor

KEPT = "invited"  # what the last send came to, for the page after it
SHOWN = 100
ICONS = {
    Kind.NEW: "mail-plus",
    Kind.REPLACES: "replace",
    Kind.MEMBER: "user-check",
    Kind.RECENT: "hourglass",
    Kind.MALFORMED: "circle-x",
    Kind.LOOKALIKE: "triangle-alert",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One address of the box: how its chip looks, what it says, where to look further."""

    text: str
    kind: str
    icon: str
    words: str
    good: bool
    url: str = ""


@needs("administer", methods=(*SAFE, "POST"))
def invite_people(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The box, what everybody in it gets, and who would be mailed; sending says what came of it."""
    form = InviteForm(request.POST or None, workspace=workspace)
    form.initial["addresses"] = request.GET.get("address", "")[:WHOLE_LENGTH]
    if form.is_valid():
        with form.refusals():
            sent = invites.send(
                workspace,
                form.cleaned_data["addresses"],
                form.offer,
                by=request.actor.having_seen(form.cleaned_data["seen"]),
                ident=form.cleaned_data["once"],
            )
            request.session[KEPT] = _kept(request, workspace, sent)
            return redirect(workspace.url("invite_people_result"))
    answer = _draw(request, workspace, form, status=form.status)
    if form.wait:
        answer.headers["Retry-After"] = str(form.wait)
    return answer


@needs("administer", methods=("POST",))
def invite_people_review(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The verdicts and what each would get, by the form as it stands. Also adds a block."""
    form = InviteForm(request.POST or None, workspace=workspace)
    return _draw(request, workspace, form, status=HTTPStatus.OK)


@needs("administer")
def invite_people_result(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """What came of the last send, address by address; who was left stands in the box again."""
    kept = request.session.get(KEPT, {})
    if kept.get("workspace") != workspace.slug:
        return redirect(workspace.url("invite_people"))
    found = paged(request, workspace.invites.filter(public_id__in=kept["sent"]).by_address())
    emails = [invite.email for invite in found.rows]
    waits = set(Mail.objects.held_up().filter(to__in=emails).values_list("to", flat=True))
    again = None
    if kept["left"]:
        data = QueryDict(kept["form"], mutable=True)
        data["addresses"] = box(kept["left"])
        data["once"] = str(InviteForm(workspace=workspace).initial["once"])
        again = InviteForm(data, workspace=workspace)
    return _draw(
        request,
        workspace,
        again or InviteForm(workspace=workspace),
        status=HTTPStatus.OK,
        result={
            "page": found,
            "rows": [
                (invite, invite.email in waits, workspace.url("invite", invite.public_id))
                for invite in found.rows
            ],
            "left": len(kept["left"]),
            "n_rest": kept.get("n_rest", 0),
            "rest_url": f"{workspace.url('invite_file')}?left=on",
        },
    )


def _kept(request: MemberRequest, workspace: Workspace, sent: Sent) -> dict[str, object]:
    """Return what the page after the send needs: ids, who was left, the form as it was."""
    form = request.POST.copy()
    for name in ("addresses", "once", "seen", "csrfmiddlewaretoken"):
        form.pop(name, None)
    return {
        "workspace": workspace.slug,
        "sent": [invite.public_id for invite in sent.invites],
        "left": [verdict.typed for verdict in sent.left],
        "form": form.urlencode(),
    }


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    form: InviteForm,
    *,
    status: HTTPStatus,
    result: answers.Context | None = None,
) -> HttpResponse:
    verdicts = judge(workspace, form.typed)
    ready = not form.is_bound or (form.checked and (form.offers or form.legible))
    people = judged(workspace, verdicts)
    return answers.page(
        request,
        "workspaces/invites/invite_people.html",
        {
            "policy": form,
            "sections": editor.sections_of(form),
            "n_owners": workspace.members.owners().count(),
            "workspace": workspace,
            "live": bool(request.htmx),
            "people": people[:SHOWN],
            "more": len(people[SHOWN:]),
            "n_good": sum(verdict.good for verdict in verdicts),
            "n_bad": sum(not verdict.good for verdict in verdicts),
            "reach": cards.reach_of(policy_of(workspace, form.offer)) if ready else None,
            "later": list(later_words(form.offer.grants)) if ready else [],
            "owns": ready and form.offer.owner,
            "digest": invites.digest(workspace, verdicts, form.offer) if ready else "",
            "result": result,
            "url": workspace.url("invite_people"),
            "review_url": workspace.url("invite_people_review"),
            "back_url": workspace.url("members"),
            "file_url": workspace.url("invite_file"),
        },
        fragments=("change-review", "policy-editor"),
        at="members",
        status=status,
    )


def judged(workspace: Workspace, verdicts: Iterable[Verdict]) -> list[Judged]:
    """Put verdicts into words, those that need a look first."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.good)
    return [
        Judged(
            spelled(verdict.email) or verdict.typed[:100],
            verdict.kind,
            ICONS[verdict.kind],
            verdict_words(verdict),
            verdict.good,
            better_url(workspace, verdict),
        )
        for verdict in ordered
    ]


def verdict_words(verdict: Verdict) -> str:  # noqa: PLR0911 – a sentence for each kind
    """Say what becomes of an address."""
    match verdict.kind:
        case Kind.NEW | Kind.REPLACES if verdict.mail_at:
            minutes = ceil((verdict.mail_at - timezone.now()) / timedelta(minutes=1))
            words = _("gets a mail in {minutes} minutes: one left within the hour")
            return words.format(minutes=max(1, minutes))
        case Kind.NEW:
            return _("gets a mail")
        case Kind.REPLACES:
            return _("replaces the open invite")
        case Kind.MEMBER:
            return _("is a member already")
        case Kind.RECENT:
            return _("was mailed less than an hour ago")
        case Kind.LOOKALIKE:
            return _("may look like another address: {why}").format(why=verdict.why)
    return verdict.why


def better_url(workspace: Workspace, verdict: Verdict) -> str:
    """Return where one would rather go: a member's editor, the open invite."""
    if verdict.member:
        member = verdict.member.public_id
        return workspace.url("member_access", member)
    if verdict.invite:
        return workspace.url("invite", verdict.invite.public_id)
    return ""
