"""The groups one manages: who is in them, who asks to be, putting people in and taking them out.

Nothing else of the workspace opens by it (W6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.utils.translation import gettext as _, ngettext

from config.web.lists.listing import Drawn, paged
from config.web.lists.returning import back_to
from config.web.values.dates import first_day, last_day
from workspaces.access.facts import load_policies
from workspaces.catalogue import EDIT
from workspaces.forms.groups.managing import PutInForm, TakeOutForm
from workspaces.guards import SAFE, MemberRequest, locked_door, needs
from workspaces.models import AccessRequest, Group, Workspace
from workspaces.models.request import JOIN
from workspaces.operations.groups import groups, places
from workspaces.operations.groups.managers import groups_of
from workspaces.views.console import answers
from workspaces.views.console.place_words import place_of
from workspaces.views.grants.cards import highest_of
from workspaces.views.grants.highest import Highest

MyGroupView = Callable[[MemberRequest, Group], HttpResponse]


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One group that is managed; `waiting` is how many ask to be in it."""

    group: Group
    url: str
    highest: Highest
    people: int
    waiting: int


def managed(view: MyGroupView) -> Callable[..., HttpResponse]:
    """Hand a view the group that an address names, if the asker manages it now.

    Everybody else meets the locked door, be there such a group or not (R5).
    """

    @wraps(view)
    def found(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
        group = groups_of(request.member).filter(public_id=group_id).first()
        if group is None:
            return locked_door(request, EDIT, _("a group here"))
        group.workspace = workspace
        return view(request, group)

    return found


@needs("read", visitors=False)
def my_groups(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The groups one manages, and how many ask to be in each."""
    found = paged(request, groups_of(request.member).with_people().by_name())
    highest = highest_of(load_policies(found.rows))
    asked = AccessRequest.objects.open().filter(action=JOIN, group__in=found.rows).order_by()
    waiting = dict(asked.values_list("group").annotate(n=Count("pk")))
    rows = [
        Row(
            row,
            workspace.url("my_group", row.public_id),
            highest[row.pk],
            row.people,  # type: ignore[attr-defined]
            waiting.get(row.pk, 0),
        )
        for row in found.rows
    ]
    context = {"page": found, "rows": rows, "list_url": workspace.url("my_groups")}
    return answers.page(request, "workspaces/groups/my_groups.html", context, at="my_groups")


@needs("read", visitors=False)
@managed
def my_group(request: MemberRequest, group: Group) -> HttpResponse:
    """Who is in one group, and who asks to be."""
    workspace = group.workspace
    rows = group.memberships.with_eligibility().with_state().select_related("group", "member__user")
    listed = paged(request, rows.order_by("member__user__sort_key", "pk"), key="people")
    asked = AccessRequest.objects.open().filter(action=JOIN, group=group)
    waiting = asked.exclude(member=request.member).with_details().open_first()
    return answers.page(
        request,
        "workspaces/groups/my_group.html",
        {
            "group": group,
            "highest": highest_of(load_policies([group]))[group.pk],
            "people": listed,
            "places": [place_of(row) for row in listed.rows],
            "waiting": paged(request, waiting, key="asked"),
            "workspace": workspace,
            "itself": workspace.url("my_group", group.public_id),
        },
        at="my_groups",
    )


@needs("read", methods=(*SAFE, "POST"), visitors=False)
@managed
def my_group_add(request: MemberRequest, group: Group) -> HttpResponse:
    """Put people in, from a day until another."""
    form = PutInForm(request.POST or None, workspace=group.workspace)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            people, by = form.cleaned_data["people"], form.said_by(request.actor)
            n = len(groups.add_members(group, people, span=form.span, by=by))
            text = ngettext("Put {n} person in {name}.", "Put {n} people in {name}.", n)
            return _done(request, group, text.format(n=n, name=group.name))
    title, lead = _("Put people in {name}"), _("You cannot put yourself in: somebody else does.")
    return _form(request, group, form, title=title, lead=lead, verb=_("Put in"))


@needs("read", methods=(*SAFE, "POST"), visitors=False)
@managed
def my_group_dates(request: MemberRequest, group: Group) -> HttpResponse:
    """Let places start and end otherwise; renews ended ones, too."""
    data, names = request.POST or None, request.GET.getlist("people")
    initial = {"people": names, **_dates_of(group, names)}
    form = PutInForm(data, workspace=group.workspace, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            people, by = form.cleaned_data["people"], form.said_by(request.actor)
            n = len(places.move(group, people, form.span, by=by))
            text = ngettext(
                "Changed the dates of {n} person in {name}.",
                "Changed the dates of {n} people in {name}.",
                n,
            )
            return _done(request, group, text.format(n=n, name=group.name))
    title, lead = _("Change dates in {name}"), _("Your own place is changed by somebody else.")
    return _form(request, group, form, title=title, lead=lead, verb=_("Change dates"))


@needs("read", methods=(*SAFE, "POST"), visitors=False)
@managed
def my_group_remove(request: MemberRequest, group: Group) -> HttpResponse:
    """Ask, then take people out; they stay in the workspace."""
    data, names = request.POST or None, request.GET.getlist("people")
    form = TakeOutForm(data, workspace=group.workspace, initial={"people": names})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            people, by = form.cleaned_data["people"], form.said_by(request.actor)
            n = len(groups.remove_members(group, people, by=by))
            text = ngettext("Took {n} person out of {name}.", "Took {n} people out of {name}.", n)
            return _done(request, group, text.format(n=n, name=group.name))
    title, lead = _("Take people out of {name}"), _("They stay in the workspace.")
    return _form(request, group, form, title=title, lead=lead, verb=_("Take out"), danger=True)


def _dates_of(group: Group, names: list[str]) -> dict[str, Any]:
    """Return the days of the one place a form is about."""
    rows = group.memberships.filter(member__user__email__in=names[:1]) if len(names) == 1 else []
    for row in rows:
        starts, ends = row.starts_at, row.expires_at
        return {"starts": starts and first_day(starts), "ends": ends and last_day(ends)}
    return {}


def _done(request: MemberRequest, group: Group, text: str) -> HttpResponse:
    answers.toast(request, text, undo=answers.changed_by(request))
    return back_to(request, group.workspace.url("my_group", group.public_id))


def _form(
    request: MemberRequest, group: Group, form: PutInForm | TakeOutForm, **words: Any
) -> HttpResponse:
    words["title"] = words["title"].format(name=group.name)
    context = {
        **words,
        "group": group,
        "form": form,
        "highest": highest_of(load_policies([group]))[group.pk],
        "back": group.workspace.url("my_group", group.public_id),
    }
    template = "workspaces/groups/my_group_people.html"
    return answers.page(request, template, context, at="my_groups", status=form.status)
