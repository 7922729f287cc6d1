"""Copying access between people: choose, look at what it does to each, save."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from config.web.http import page
from config.web.toasts import toast
from workspaces.forms.copies import CopyForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.operations import copies
from workspaces.views.frame import framed
from workspaces.views.membership import named_member
from workspaces.views.people_review import people_words


@needs("administer", methods=(*SAFE, "POST"))
def member_copy(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """Copy a member's access to others, or another member's to them.

    A form without `seen` has not been looked at yet and is answered with the review.
    """
    member = named_member(workspace, member_id)
    asked = {
        "direction": request.GET.get("direction", "to"),
        "people": request.GET.getlist("people"),
    }
    form = CopyForm(request.POST or None, workspace=workspace, member=member, initial=asked)
    context: dict[str, Any] = {
        "member": member,
        "form": form,
        "review": None,
        "url": request.path,
        "back": reverse("workspaces:member", args=[workspace.slug, member.public_id]),
    }
    if form.is_valid():
        copy, people = form.copy, form.targets
        looked = form.cleaned_data["seen"] and "look" not in request.POST
        if looked:
            with form.refusals():
                copies.copy_access(
                    workspace,
                    copy,
                    people,
                    by=request.actor,
                    reason=form.cleaned_data["reason"],
                    seen=form.cleaned_data["seen"],
                )
                n = len(people)
                toast(
                    request,
                    ngettext("Copied to {n} person.", "Copied to {n} people.", n).format(n=n),
                )
                return redirect(context["back"])
        review = copies.preview(workspace, copy, people)
        context["review"] = people_words(workspace, review)
    return page(
        request,
        "workspaces/member_copy.html",
        context,
        fragments=("change-review",),
        around=framed(request, "members"),
        status=form.status,
    )
