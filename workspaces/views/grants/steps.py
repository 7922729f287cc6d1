"""One review after another: from what if ways were taken away to the changes that take them.

Where that takes several reviews, the address of each carries the ways that come after it, and the
page where it all began. A save, or *Skip*, leads to the next review; the last one leads back.
Nothing is written on the way but what each review saves by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import BACK, carried_page, left_from, page_left, returning
from workspaces.access.naming import thing_named
from workspaces.forms.grants.ways import MOST, ON, WAY, TickedWay, WaysTicked
from workspaces.guards import MemberRequest
from workspaces.models import Member, Resource, Workspace
from workspaces.operations.changes.affected import SHOWN
from workspaces.views.console import answers
from workspaces.views.console.panel_left import LEFT
from workspaces.views.console.review_words import joined

STEP = "step"  # the place of a review in its row, from 1
LONGEST = 60  # characters that are said of what is not understood

Pairs = Sequence[tuple[str, str]]  # what an address says


@dataclass(frozen=True, slots=True)
class Step:
    """One review that taking the ways leads to; without an address where it is not ours to do."""

    text: str
    url: str
    ways: tuple[TickedWay, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Where a review stands among several.

    `then` is where a save or *Skip* leads: the next review, or `home`, where it all began. `query`
    is what the review's own forms carry on; `gone` how many ways that were to follow nobody has
    any more.
    """

    number: int
    total: int
    query: str
    then: str
    home: str
    gone: int


class Strayed(Exception):
    """An address names a row of reviews by something that is not understood: `said`."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def from_thing(thing: Resource, left: Pairs) -> Pairs:
    """Return what an address says that began at the people of a thing; `left` is how they were."""
    return ((ON, thing.ref), *left)


def from_member(request: MemberRequest, member: Member) -> Pairs:
    """Return what an address says that began at a member's panel, beside the list behind it."""
    back = left_from(request)
    return ((LEFT, member.public_id), *(((BACK, back),) if back else ()))


def steps_of(workspace: Workspace, ways: Iterable[TickedWay]) -> Iterator[Step]:
    """Yield the reviews that taking the ways leads to: one a group, one a person's own grants."""
    places: dict[int, list[TickedWay]] = {}
    own: dict[int, list[TickedWay]] = {}
    for way in ways:
        if way.group is not None:
            places.setdefault(way.group.pk, []).append(way)
        else:
            own.setdefault(way.member.pk, []).append(way)
    for some in places.values():
        yield _leaving(workspace, some)
    for some in own.values():
        member = some[0].member
        query = urlencode({"without": [way.grant.pk for way in some if way.grant]}, doseq=True)
        text = ngettext(
            "Take {n} grant from {name}", "Take {n} grants from {name}", len(some)
        ).format(n=len(some), name=member.user.get_full_name())
        url = f"{workspace.url('member_access', member.public_id)}?{query}"
        yield Step(text, url, tuple(some))


def _leaving(workspace: Workspace, ways: Sequence[TickedWay]) -> Step:
    group = ways[0].group
    if group is None:
        raise ValueError("Only a place in a group is left.")
    members = [way.member for way in ways]
    names = joined(member.user.get_full_name() for member in members[:SHOWN])
    if hasattr(group, "directory"):
        text = _("The directory decides who is in {group}.").format(group=group.name)
        return Step(text, "", tuple(ways))
    query = urlencode({"people": [member.user.email for member in members]}, doseq=True)
    url = workspace.url("group_members_remove", group.public_id)
    text = _("Take {names} out of {group}").format(names=names, group=group.name)
    return Step(text, f"{url}?{query}", tuple(ways))


def first_url(steps: Iterable[Step], home: Pairs) -> str:
    """Return where the change begins: its only review, or the first of several, which carries the
    others; "" where there is none."""
    ours = [step for step in steps if step.url]
    if len(ours) > 1:
        return _url(1, ours, home)
    return ours[0].url if ours else ""


def _url(number: int, steps: Sequence[Step], home: Pairs) -> str:
    """Return the first of these reviews, which is the one of that number."""
    return f"{steps[0].url}&{_said(number, steps[1:], home)}"


def _said(number: int, later: Iterable[Step], home: Pairs) -> str:
    ways = [(WAY, way.value) for step in later for way in step.ways]
    return urlencode([(STEP, str(number)), *ways, *home])


def row_at(request: MemberRequest, workspace: Workspace) -> Row | None:
    """Return where the review at this address stands among several; None where it is alone.

    At most 4 statements. Raises Strayed for what is not understood (N4): the address may have
    been written by hand. Ways that nobody here has any more are left out.
    """
    if STEP not in request.GET:
        return None
    number = _number(request.GET[STEP])
    ticked = WaysTicked(request.GET, workspace=workspace)
    if ticked.malformed:
        raise Strayed(ticked.malformed[0])
    pairs, home = _home(request, workspace)
    later = [step for step in steps_of(workspace, ticked.ways) if step.url]
    return Row(
        number,
        number + len(later),
        f"?{_said(number, later, pairs)}",
        _url(number + 1, later, pairs) if later else home,
        home,
        ticked.unknown,
    )


def _number(text: str) -> int:
    if text not in {str(n) for n in range(1, MOST + 1)}:
        raise Strayed(text)
    return int(text)


def _home(request: MemberRequest, workspace: Workspace) -> tuple[Pairs, str]:
    """Return where a row of reviews began: as an address says it, and where that is."""
    if ON in request.GET:
        thing = thing_named(workspace, request.GET[ON])
        if not isinstance(thing, Resource):
            raise Strayed(request.GET[ON])
        people = workspace.url("resource_people", thing.type, thing.slug)
        return from_thing(thing, tuple(carried_page(request).items())), page_left(request, people)
    ident = request.GET.get(LEFT, "")
    member = workspace.members.filter(public_id=ident).first()
    if member is None:
        raise Strayed(ident)
    return from_member(request, member), returning(request, workspace.url("member", ident))


Review = Callable[Concatenate[MemberRequest, Workspace, ...], HttpResponse]


def one_of_several(view: Review) -> Review:
    """Let a review stand among several: what is not understood of them is refused by name."""

    @wraps(view)
    def reviewed(
        request: MemberRequest, workspace: Workspace, *args: str, **named: str
    ) -> HttpResponse:
        try:
            return view(request, workspace, *args, **named)
        except Strayed as strayed:
            return answers.page(
                request,
                "workspaces/grants/strayed.html",
                {"said": strayed.said[:LONGEST], "list_url": workspace.url("members")},
                at="members",
                status=422,
            )

    return reviewed
