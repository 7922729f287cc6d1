"""Who is in a group, and from when until when: putting in, moving, taking out, other dates.

Each is a form with the review of those chosen beside it. *Look* answers with the review; what
was looked at can be saved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import returning
from config.web.values.dates import first_day, last_day
from workspaces.catalogue import OWNER, role_of
from workspaces.change import Actor
from workspaces.forms.groups import groups as forms
from workspaces.forms.taking_up.eligible import initial_of
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Group, Member, Workspace
from workspaces.operations.changes.affected import PeopleReview
from workspaces.operations.groups import groups, places, reviews
from workspaces.spans import ALWAYS
from workspaces.views.console import answers, review_words
from workspaces.views.console.panel_left import kept, panel_left
from workspaces.views.console.place_words import span_words
from workspaces.views.grants.steps import Row, one_of_several, row_at
from workspaces.views.groups import losses
from workspaces.views.groups.changes import named_group, panel_of


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """One thing that is done about people in a group: what looks at it, what does it, its words.

    `done` says of how many it was done, `nobody` that it makes no difference to anybody, `named`
    by name what the first people lose, by primary key.
    """

    review: Callable[[Sequence[Member]], PeopleReview | None]
    make: Callable[[Actor], Sequence[Member]]
    done: Callable[[int], str]
    title: str
    lead: str
    verb: str
    nobody: str
    danger: bool = False
    named: Callable[[PeopleReview], Mapping[int, tuple[str, ...]]] | None = None
    notes: Callable[[], Sequence[str]] = list
    later: Callable[[], Sequence[str]] = list


@needs("administer", methods=(*SAFE, "POST"))
def group_members(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Put people into a group, several at once."""
    group = named_group(workspace, group_id)
    form = forms.PlacesForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    if not form.is_bound:
        form.initial["proof"] = _grave(group)
    change = PeopleChange(
        review=lambda people: (
            None if form.span_now is None else reviews.of_joining(group, people, form.span_now)
        ),
        make=lambda by: groups.add_members(group, form.members, span=form.span, by=by),
        done=lambda n: ngettext(
            "Added {n} person to {name}.", "Added {n} people to {name}.", n
        ).format(n=n, name=group.name),
        title=_("Add people to {name}").format(name=group.name),
        lead=_("Whoever is in it gets what it grants: at once, or from a day until another."),
        verb=_("Add people"),
        nobody=_("They are all in it already."),
        notes=lambda: _owning(group),
        later=lambda: _later(form),
    )
    return _change_people(request, group, form, change)


@needs("administer", methods=(*SAFE, "POST"))
def group_members_move(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """Take people out of a group and put them into another one, in one step."""
    group = named_group(workspace, group_id)
    form = forms.MoveForm(request.POST or None, group=group, initial=_chosen(request))
    change = PeopleChange(
        review=lambda people: (
            reviews.of_moving(group, people, form.to_group) if form.to_group else None
        ),
        make=lambda by: groups.move_members(group, form.members, form.cleaned_data["to"], by=by),
        done=lambda n: ngettext(
            "Moved {n} person to {name}.", "Moved {n} people to {name}.", n
        ).format(n=n, name=form.cleaned_data["to"].name),
        title=_("Move people from {name}").format(name=group.name),
        lead=_("They leave this group and join the other one in one step, until the same end."),
        verb=_("Move people"),
        nobody=_("None of them is in it now."),
        notes=lambda: _owning(form.to_group) if form.to_group else [],
    )
    return _change_people(request, group, form, change)


@needs("administer", methods=(*SAFE, "POST"))
@one_of_several
def group_members_remove(
    request: MemberRequest, workspace: Workspace, group_id: str
) -> HttpResponse:
    """Take people out of a group; they stay in the workspace."""
    group = named_group(workspace, group_id)
    form = forms.PeopleForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    change = PeopleChange(
        review=lambda people: reviews.of_leaving(group, people),
        make=lambda by: groups.remove_members(group, form.members, by=by),
        done=lambda n: ngettext(
            "Took {n} person out of {name}.", "Took {n} people out of {name}.", n
        ).format(n=n, name=group.name),
        title=_("Take people out of {name}").format(name=group.name),
        lead=_("They stay in the workspace, with what they have from elsewhere."),
        verb=_("Take out"),
        nobody=_("None of them is in it."),
        danger=True,
        named=lambda review: losses.of_leaving(group, review.people),
    )
    return _change_people(request, group, form, change, row_at(request, workspace))


@needs("administer", methods=(*SAFE, "POST"))
def group_members_dates(
    request: MemberRequest, workspace: Workspace, group_id: str
) -> HttpResponse:
    """Let places in a group start and end otherwise; renews ended ones, too (W1)."""
    group = named_group(workspace, group_id)
    form = forms.DatesForm(request.POST or None, workspace=workspace, initial=_chosen(request))
    if not form.is_bound:
        form.initial.update({"proof": _grave(group), **_dates_of(group, form.members)})
    change = PeopleChange(
        review=lambda people: (
            places.preview(group, people, form.span_now, keeps=form.cleaned_data["keeps"])
            if form.is_bound and form.span_now is not None
            else None
        ),
        make=lambda by: places.move(
            group, form.members, form.span, keeps=form.cleaned_data["keeps"], by=by
        ),
        done=lambda n: ngettext(
            "Changed the dates of {n} person in {name}.",
            "Changed the dates of {n} people in {name}.",
            n,
        ).format(n=n, name=group.name),
        title=_("Change dates in {name}").format(name=group.name),
        lead=_("Whoever has ended is in it again until the day you name."),
        verb=_("Change dates"),
        nobody=_("Their places start and end so already, or they have none."),
        notes=lambda: _owning(group),
        later=lambda: _later(form),
    )
    return _change_people(request, group, form, change)


def _dates_of(group: Group, members: Sequence[Member]) -> dict[str, Any]:
    """Return the days the form begins with: those that the places of all of them have."""
    rows = list(group.memberships.with_eligibility().with_state().filter(member__in=members))
    starts = {row.starts_at for row in rows if row.planned}  # type: ignore[attr-defined]
    ends = {row.expires_at for row in rows if not row.expired}  # type: ignore[attr-defined]
    first, last = (dates.pop() if len(dates) == 1 else None for dates in (starts, ends))
    dates = {"starts": first and first_day(first), "ends": last and last_day(last)}
    hows = {row.span.eligible for row in rows}
    how = hows.pop() if len(hows) == 1 else None
    return {**dates, **(initial_of(how) if how else {})}


def _grave(group: Group) -> bool:
    """Whether taking up a place in it asks for a proof unless one says otherwise (W2)."""
    return any(role_of(grant.role).grave for grant in group.grants.lasting())


def _chosen(request: MemberRequest) -> dict[str, list[str]]:
    """Return the people named in the address: those ticked on the panel."""
    return {"people": request.GET.getlist("people")}


def _later(form: forms.PlacesForm) -> list[str]:
    """Say from when until when it holds, where it does not begin at once."""
    span = form.span_now or ALWAYS
    return [] if span.holds_at(timezone.now()) else [span_words(span)]


def _owning(group: Group) -> list[str]:
    """Warn of a group that makes everybody in it an owner (R3)."""
    if not group.grants.lasting().filter(role=OWNER).exists():
        return []
    return [_("{name} makes everybody in it an owner of this workspace.").format(name=group.name)]


def _change_people(
    request: MemberRequest,
    group: Group,
    form: forms.PeopleForm,
    change: PeopleChange,
    row: Row | None = None,
) -> HttpResponse:
    """Do it once it was looked at; else draw the form, and beside it what it does to whom.

    `row` is where it stands among several reviews, if it does.
    """
    left = panel_left(request, group.workspace) or panel_of(group, tab="members")
    home = row.home if row else returning(request, left)
    if request.method == "POST" and form.is_valid() and form.was_looked_at:
        with form.refusals():
            text = change.done(len(change.make(form.said_by(request.actor))))
            answers.toast(request, text, undo=answers.changed_by(request))
            return redirect(row.then if row else home)
    people = form.members
    review = change.review(people) if people else None
    return answers.page(
        request,
        "workspaces/groups/group_people.html",
        {
            "group": group,
            "form": form,
            "review": review_words.people_words(
                group.workspace,
                review,
                later=change.later() if review.total else (),
                named=change.named(review) if change.named else {},
            )
            if review
            else None,
            "notes": [change.nobody] if review and not review.total else change.notes(),
            "title": change.title,
            "lead": change.lead,
            "verb": change.verb,
            "danger": change.danger,
            "url": f"{request.path}{row.query if row else kept(request)}",
            "back": home,
            "row": row,
        },
        fragments=("change-review",),
        at="groups",
        status=form.status,
    )
