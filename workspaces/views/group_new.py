"""Making a group in four steps: name, access, people, review (screens §4)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from workspaces.access.decide import Policy
from workspaces.forms.group_draft import ACCESS, MEMBERS, NAME, REVIEW, STEPS, GroupDraft
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.group import Group
from workspaces.models.workspace import Workspace
from workspaces.operations import group_reviews, groups
from workspaces.operations.policies import proposed
from workspaces.views.frame import framed
from workspaces.views.grant_cards import proposed_cards
from workspaces.views.group_changes import panel_of
from workspaces.views.people_review import people_words
from workspaces.views.policy_editor import sections_of
from workspaces.views.reach_bars import reach_of


@needs("administer", methods=(*SAFE, "POST"))
def group_new(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Show the step asked for, or the first one before it that is not right; make it at last."""
    data = request.POST if request.method == "POST" else None
    draft = GroupDraft(data, workspace=workspace)
    at, status = draft.step, HTTPStatus.OK
    faulty = draft.first_faulty(before=at)
    if draft.is_done:
        made = None
        with draft.named.refusals():
            made = _made_before(draft) if faulty else _make(request, draft)
        if made is not None:
            toast(request, _("{name} was made.").format(name=made.name))
            return redirect(panel_of(made))
        status = draft.named.status
        faulty = faulty or (NAME if "name" in draft.named.errors else None)
    if faulty:
        at, status = faulty, HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        request,
        "workspaces/group_new.html",
        _context(request, draft, at),
        fragments=("change-review", "policy-editor"),
        around=framed(request, "groups"),
        status=status,
    )


def _make(request: MemberRequest, draft: GroupDraft) -> Group:
    said = draft.named.cleaned_data
    return groups.create(
        draft.workspace,
        said["name"],
        description=said["description"],
        policy=draft.grants,
        members=draft.members,
        ident=said["once"],
        seen=str(draft.data["seen"]),
        by=request.actor,
    )


def _made_before(draft: GroupDraft) -> Group | None:
    """Return what an earlier send of the same form made: its name is taken by itself (I7)."""
    ident = draft.named.cleaned_data.get("once")
    return groups.made_before(draft.workspace, ident) if ident else None


def _context(request: MemberRequest, draft: GroupDraft, at: str) -> dict[str, Any]:
    """Return what the step shows, with what the group would give beside it."""
    workspace = draft.workspace
    place = STEPS.index(at)
    url = reverse("workspaces:group_new", args=[workspace.slug])
    context: dict[str, Any] = {
        "draft": draft,
        "form": draft.named,
        "at": at,
        "steps": list(zip(STEPS, _titles(), range(len(STEPS)), strict=True)),
        "place": place,
        "back_to": STEPS[place - 1] if place else "",
        "next_to": STEPS[place + 1] if at != REVIEW else "make",
        "carried": list(draft.carried(at)),
        "url": url,
        "list_url": reverse("workspaces:groups", args=[workspace.slug]),
        "live": bool(request.htmx),
        "name": draft.named["name"].value() or "",
        "review": None,
    }
    if at == ACCESS:
        policy = Policy(workspace.pk, tuple(proposed(draft.grants)))
        context |= {"sections": sections_of(draft.policy), "reach": reach_of(policy)}
    if at in {MEMBERS, REVIEW}:
        review = group_reviews.of_new_group(workspace, draft.grants, draft.members)
        context["review"] = people_words(workspace, review)
        context["cards"] = proposed_cards(draft.grants)
    return context


def _titles() -> tuple[str, ...]:
    return _("Name"), _("Access"), _("People"), _("Review")
