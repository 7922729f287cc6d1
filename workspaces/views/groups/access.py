"""What a group grants: said in the four steps that make one – name, access, people, review –, and
edited later, with what changes for it and for the people in it."""

from dataclasses import replace
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from workspaces.access.decide import Policy
from workspaces.access.facts import proposed
from workspaces.forms.grants.policy import PolicyForm
from workspaces.forms.groups.groups import ACCESS, MEMBERS, NAME, REVIEW, STEPS, GroupDraft
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Group, Workspace
from workspaces.operations.grants import policies
from workspaces.operations.groups import groups, reviews
from workspaces.views.console import answers, review_words
from workspaces.views.console.grant_words import later_words
from workspaces.views.console.place_words import span_words
from workspaces.views.grants import cards, editor
from workspaces.views.groups.changes import named_group, panel_of
from workspaces.views.resources.giving import given


@needs("administer", methods=(*SAFE, "POST"))
def group_access(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """The editor; a save goes back to the group with a sentence and *Undo*."""
    return editor.answer(request, _editor(request, named_group(workspace, group_id)))


@needs("administer", methods=("POST",))
def group_access_review(
    request: MemberRequest, workspace: Workspace, group_id: str
) -> HttpResponse:
    """What will change by the form as it stands; nothing is saved. Also adds a block."""
    return editor.draw(request, _editor(request, named_group(workspace, group_id)))


def _editor(request: MemberRequest, group: Group) -> editor.Editor:
    workspace = group.workspace
    held, opened_with = policies.ToEdit(group), given(request, workspace)
    more = opened_with.grants if opened_with else ()
    form = PolicyForm(
        request.POST or None,
        workspace=workspace,
        grants=lambda: (*editor.started(request, held), *more),
        kept=held.kept,
    )

    def save() -> editor.Saved:
        event = groups.regrant(
            group,
            form.proposed,
            by=form.said_by(request.actor),
        )
        return editor.saved(event, _("Saved what {name} grants."), group.name)

    def shown() -> answers.Context:
        review = None if form.standing is None else reviews.of_access(group, form.standing)
        return {
            "review": replace(review_words.words_of(review.own), digest=review.digest)
            if review
            else None,
            "people": review_words.people_words(workspace, review.people) if review else None,
            "n_people": group.memberships.active().count(),
        }

    template = "workspaces/groups/group_access.html"
    left = opened_with.left if opened_with else None
    return editor.Editor("group", template, "groups", group, form, save, shown, left)


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
            answers.toast(request, _("{name} was made.").format(name=made.name))
            return redirect(panel_of(made))
        status = draft.named.status
        faulty = faulty or (NAME if "name" in draft.named.errors else None)
    if faulty:
        at, status = faulty, HTTPStatus.UNPROCESSABLE_ENTITY
    return answers.page(
        request,
        "workspaces/groups/group_new.html",
        _context(request, draft, at),
        fragments=("change-review", "policy-editor"),
        at="groups",
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
        span=draft.span,
        ident=said["once"],
        by=request.actor.having_seen(str(draft.data["seen"])),
    )


def _made_before(draft: GroupDraft) -> Group | None:
    """Return what an earlier send of the same form made: its name is taken by itself (XI7)."""
    ident = draft.named.cleaned_data.get("once")
    return groups.made_before(draft.workspace, ident) if ident else None


def _context(request: MemberRequest, draft: GroupDraft, at: str) -> answers.Context:
    """Return what the step shows, with what the group would give beside it."""
    workspace = draft.workspace
    place = STEPS.index(at)
    url = workspace.url("group_new")
    context: answers.Context = {
        "draft": draft,
        "form": draft.named,
        "at": at,
        "steps": list(zip(STEPS, _titles(), range(len(STEPS)), strict=True)),
        "place": place,
        "back_to": STEPS[place - 1] if place else "",
        "next_to": STEPS[place + 1] if at != REVIEW else "make",
        "carried": list(draft.carried(at)),
        "url": url,
        "list_url": workspace.url("groups"),
        "live": bool(request.htmx),
        "name": draft.named["name"].value() or "",
        "review": None,
        "later": list(later_words(draft.grants)),
    }
    if at == ACCESS:
        policy = Policy(workspace.pk, tuple(proposed(draft.grants)))
        context |= {
            "sections": editor.sections_of(draft.policy),
            "reach": cards.reach_of(policy),
        }
    if at in {MEMBERS, REVIEW}:
        review = reviews.of_new_group(workspace, draft.grants, draft.members, draft.span)
        context["review"] = review_words.people_words(workspace, review)
        context["cards"] = cards.proposed_cards(draft.grants)
        context["span"] = span_words(draft.span)
    return context


def _titles() -> tuple[str, ...]:
    return _("Name"), _("Access"), _("People"), _("Review")
