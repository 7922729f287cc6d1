"""Editing what a group grants, with what changes for it and for the people in it."""

from dataclasses import replace
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from workspaces.forms.policy import PolicyForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.group import Group
from workspaces.models.workspace import Workspace
from workspaces.operations import group_reviews, groups, policies
from workspaces.views.frame import framed
from workspaces.views.group_changes import named_group, panel_of
from workspaces.views.people_review import people_words
from workspaces.views.policy_editor import sections_of
from workspaces.views.review_words import words_of
from workspaces.views.undo_links import undo_url


@needs("administer", methods=(*SAFE, "POST"))
def group_access(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """The editor; a save goes back to the group with a sentence and *Undo*."""
    group = named_group(workspace, group_id)
    form = _form(request, group)
    if form.is_valid():
        with form.refusals():
            event = groups.regrant(
                group,
                form.proposed,
                by=request.actor,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
            )
            text = _("Saved what {name} grants.") if event else _("Nothing changed for {name}.")
            toast(request, text.format(name=group.name), undo_url=undo_url(workspace, event))
            return redirect(panel_of(group))
    return _draw(request, group, form, status=form.status)


@needs("administer", methods=("POST",))
def group_access_review(
    request: MemberRequest, workspace: Workspace, group_id: str
) -> HttpResponse:
    """What will change by the form as it stands; nothing is saved. Also adds a block."""
    group = named_group(workspace, group_id)
    return _draw(request, group, _form(request, group), status=HTTPStatus.OK)


def _form(request: MemberRequest, group: Group) -> PolicyForm:
    return PolicyForm(
        request.POST or None, workspace=group.workspace, grants=policies.as_proposed(group)
    )


def _draw(
    request: MemberRequest, group: Group, form: PolicyForm, *, status: HTTPStatus
) -> HttpResponse:
    review = None
    if not form.is_bound:
        review = group_reviews.of_access(group, form.started)
    elif form.checked and (form.is_valid() or form.complete):
        review = group_reviews.of_access(group, form.proposed)
    address = [group.workspace.slug, group.public_id]
    return page(
        request,
        "workspaces/group_access.html",
        {
            "group": group,
            "policy": form,
            "sections": sections_of(form),
            "live": bool(request.htmx),
            "review": replace(words_of(review.own), digest=review.digest) if review else None,
            "people": people_words(group.workspace, review.people) if review else None,
            "n_people": group.memberships.count(),
            "url": reverse("workspaces:group_access", args=address),
            "review_url": reverse("workspaces:group_access_review", args=address),
            "back_url": panel_of(group),
        },
        fragments=("change-review", "policy-editor"),
        around=framed(request, "groups"),
        status=status,
    )
