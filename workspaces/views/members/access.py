"""What one member may do: its editor, with what will change beside it (U5), and copying it."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import carried, carried_page, here, page_left, returning
from workspaces.forms.grants.policy import PolicyForm
from workspaces.forms.members.membership import CopyForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import AccessRequest, GrantTerms, Member, Workspace
from workspaces.operations.grants import policies
from workspaces.operations.members import copying
from workspaces.operations.requests.remedies import wanted
from workspaces.views.console import answers, review_words
from workspaces.views.console.grant_words import later_words
from workspaces.views.console.panel_left import from_panel
from workspaces.views.console.place_words import SHOWN, place_of, places_of
from workspaces.views.grants import editor
from workspaces.views.grants.steps import one_of_several, row_at
from workspaces.views.members.membership import named_member
from workspaces.views.resources.giving import given


@needs("administer", methods=(*SAFE, "POST"))
@one_of_several
def member_access(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """The editor; a save goes back to the member with a sentence and *Undo*."""
    return editor.answer(request, _editor(request, _member(workspace, member_id)))


@needs("administer", methods=("POST",))
@one_of_several
def member_access_review(
    request: MemberRequest, workspace: Workspace, member_id: str
) -> HttpResponse:
    """What will change by the form as it stands; nothing is saved. Also adds a block."""
    return editor.draw(request, _editor(request, _member(workspace, member_id)))


def _member(workspace: Workspace, member_id: str) -> Member:
    return get_object_or_404(workspace.members.select_related("user"), public_id=member_id)


def _editor(request: MemberRequest, member: Member) -> editor.Editor:
    workspace = member.workspace
    opened_with, row = given(request, workspace), row_at(request, workspace)
    form = _form(request, member, opened_with.grants if opened_with else ())

    def save() -> editor.Saved:
        event = policies.change(
            member,
            policies.Proposal(form.proposed, owner=form.owns),
            by=form.said_by(request.actor),
        )
        return editor.saved(event, _("Saved what {name} may do."), member.user.get_short_name())

    def shown() -> answers.Context:
        review, left = None, from_panel(request, member, first=False)
        panel = workspace.url("member", member.public_id)
        if form.standing is not None:
            owner = form.owns if form.is_bound else bool(form["owner"].value())
            review = policies.preview(member, policies.Proposal(form.standing, owner=owner))
        others = workspace.members.owners().exclude(pk=member.pk)
        return {
            "review": review_words.words_of(review) if review else None,
            "row": row,
            "n_owners": workspace.members.owners().count(),
            "last_owner": member.owner and member.user.is_active and not others.exists(),
            "copy_url": workspace.url("member_copy", member.public_id) + carried(request),
            "people_url": workspace.url("pick_members"),
            "places": lambda: [place_of(row) for row in places_of(member)[:SHOWN]],
            "n_places": lambda: places_of(member).count(),
            "groups_url": workspace.url("groups"),
            "all_url": returning(request, f"{panel}?tab=groups"),
            "of_them": f"{urlencode({'people': member.user.email})}&{left}",
            "add_url": f"{workspace.url('members_group')}?who={member.public_id}&{left}",
        }

    template = "workspaces/members/member_access.html"
    if row:
        left: editor.Left | None = editor.Left(row.query, row.home, row.then)
    else:
        left = opened_with.left if opened_with else _request_left(request, member)
    return editor.Editor("member", template, "members", member, form, save, shown, left)


def _request_left(request: MemberRequest, member: Member) -> editor.Left | None:
    """Return the member's request that the editor was opened from, as it was left."""
    asked = request.GET.get("request", "")
    if not asked or not AccessRequest.objects.of(member).filter(public_id=asked).exists():
        return None
    home = page_left(request, member.workspace.url("request", asked))
    return editor.Left(f"?{urlencode({'request': asked, **carried_page(request)})}", home, home)


def _form(request: MemberRequest, member: Member, more: tuple[GrantTerms, ...]) -> PolicyForm:
    """Return the form with `more` in it, beginning from another person's where `start` names one.

    Where the address names a request of the member, what would satisfy it is filled in; grants
    that it names to be without are off.
    """
    start = _member(member.workspace, request.GET["start"]) if request.GET.get("start") else member
    held = policies.ToEdit(member)

    def grants() -> Iterator[GrantTerms]:
        if start == member:
            yield from editor.started(request, held)
        else:
            yield from policies.living(policies.as_proposed(start))
        if asked := request.GET.get("request"):
            yield from wanted(member, asked)
        yield from more

    return PolicyForm(
        request.POST or None,
        workspace=member.workspace,
        kept=held.kept,
        grants=grants,
        owner=start.owner,
        owner_is_a_grant=False,
    )


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
    context: answers.Context = {
        "member": member,
        "form": form,
        "review": None,
        "url": here(request),
        "back": returning(request, workspace.url("member", member.public_id)),
    }
    if form.is_valid():
        copy, people = form.copy, form.targets
        looked = form.cleaned_data["seen"] and "look" not in request.POST
        if looked:
            with form.refusals():
                copying.copy_access(
                    workspace,
                    copy,
                    people,
                    by=form.said_by(request.actor),
                )
                n = len(people)
                answers.toast(
                    request,
                    ngettext("Copied to {n} person.", "Copied to {n} people.", n).format(n=n),
                )
                return redirect(context["back"])
        review = copying.preview(workspace, copy, people)
        context["review"] = review_words.people_words(
            workspace, review, later=later_words(policies.as_proposed(copy.source))
        )
    return answers.page(
        request,
        "workspaces/members/member_copy.html",
        context,
        fragments=("change-review",),
        at="members",
        status=form.status,
    )
