"""Check access: can *who* do *what* on *which*, and why (R14); and what a name might mean."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from config.web.http import page
from workspaces.access.engine import Access
from workspaces.access.explain import Explanation, Near, Path, explain
from workspaces.access.naming import (
    Meaning,
    Named,
    invited_to,
    itself_called,
    meaning,
    subjects_of,
    things_of,
)
from workspaces.catalogue import ACTIONS, QUESTIONS, READ, WORKSPACE
from workspaces.forms.grants.ways import value_of
from workspaces.guards import MemberRequest, needs
from workspaces.models import Grant, Group, Invite, Member, Resource, Workspace
from workspaces.views.console import frame, wording
from workspaces.views.console.picks import choices
from workspaces.views.grants.paths import PathChips, chips_in, what_if_url

ASKED = ("who", "do", "which")


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no with its reasons, ready to draw; of who has not accepted, where the invite is."""

    decision: bool
    who_name: str
    which_name: str
    icon: str
    invite_url: str = ""
    paths: list[PathChips] = field(default_factory=list)
    nearest: tuple[Near, ...] = ()
    every_url: str = ""


@needs("read")
def check(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Answer the question in the address. Members ask about themselves only.

    A name that is nobody's, or several's, gets no verdict, but the names near it (N4), and so does
    what is not done to things of that type. Nearest grants are told to owners: they name groups.
    """
    owner, said = request.access.is_owner, {key: _asked(request, key) for key in ASKED}
    who, which, what = said["who"], said["which"], said["do"] or READ
    subject = _whom(request, workspace, who, told=owner)
    things = things_of(request.access.reach_any_type(READ))
    thing = meaning(which, things, beside=itself_called(workspace, which))
    asked = bool((who or not owner) and which)
    unclear = _unclear(subject, what, thing, told=owner) if asked else []
    resolved = asked and not unclear
    return page(
        request,
        "workspaces/grants/check.html",
        {
            "asked": asked,
            "unclear": unclear,
            "answer": _answer(workspace, subject, what, thing, told=owner) if resolved else None,
            "who": who if owner else request.user.email,
            "what": what,
            "which": which,
            "questions": wording.choices(_askable(thing)),
            "live": request.htmx.target == "answer",
            "what_words": wording.action_words(what) if what in QUESTIONS else what,
            "is_owner": owner,
            "people": choices(request, "who", subject) if who else [],
            "things": choices(request, "which", thing) if which else [],
            "check_url": workspace.url("check"),
            "ask_url": workspace.url("access_ask"),
            "subjects_url": workspace.url("pick_subjects"),
            "things_url": workspace.url("pick_things"),
        },
        fragments=("answer",),
        around=frame.framed(request, "check"),
    )


def _asked(request: MemberRequest, key: str) -> str:
    """Return what the address says under a key; of several values none is meant."""
    said = request.GET.getlist(key)
    return said[0].strip() if len(said) == 1 else ", ".join(said)


def _whom(request: MemberRequest, workspace: Workspace, who: str, *, told: bool) -> Meaning:
    """Return whom the question is about; of who may ask about themselves alone, just them."""
    if not told:
        return Meaning(request.user.email, (request.member,))
    return meaning(who, *subjects_of(workspace), invited_to(workspace))


def _unclear(subject: Meaning, what: str, thing: Meaning, *, told: bool) -> list[str]:
    """Say what a question does not name, in sentences."""
    unclear = []
    several = _("“{name}” is the name of more than one. Which do you mean?")
    if subject.one is None:
        nobody = _("There is nobody of the name “{name}” here. Whom do you mean?")
        unclear.append((several if subject.bearers else nobody).format(name=subject.text))
    if what not in QUESTIONS:
        unclear.append(_("“{name}” is nothing that one may or may not do.").format(name=what))
    elif what not in _askable(thing):
        nowhere = _("“{verb}” is asked of other things: it is nothing that is done to {thing}.")
        verb = wording.action_words(what)
        unclear.append(nowhere.format(verb=verb, thing=str(thing.one)))
    if thing.one is None:
        # What one cannot see and what is not there are told in the same words (R5).
        nothing = (
            _("There is nothing called “{name}” here. What do you mean?")
            if told
            else _("There is nothing called “{name}” that you can see.")
        )
        unclear.append((several if thing.bearers else nothing).format(name=thing.text))
    return unclear


def _askable(thing: Meaning) -> tuple[str, ...]:
    """Return what may be done to what a name means; everything where that is not clear."""
    match thing.one:
        case Workspace():
            return ACTIONS[WORKSPACE]
        case Resource(type=type_):
            return ACTIONS[type_]
    return QUESTIONS


def _answer(
    workspace: Workspace,
    named: Meaning,
    what: str,
    meant: Meaning,
    *,
    told: bool,
) -> Answer:
    """Ask the engine about what is resolved, both of it."""
    subject: Named | Invite = named.bearers[0]
    thing: Resource | Workspace = meant.bearers[0]
    found: Explanation = explain(Access.of(subject), what, thing)
    near = (one for one in found.nearest if one.group is None or isinstance(subject, Member))
    return Answer(
        found.decision,
        subject.user.get_full_name() if isinstance(subject, Member) else str(subject),
        str(thing),
        wording.ICONS[thing.type if isinstance(thing, Resource) else WORKSPACE],
        workspace.url("invite", subject.public_id) if isinstance(subject, Invite) else "",
        [_drawn(subject, thing, path, told=told) for path in found.paths],
        tuple(near) if told else (),
        _every(subject, thing, found.paths) if told else "",
    )


def _drawn(
    subject: Named | Invite, thing: Resource | Workspace, path: Path, *, told: bool
) -> PathChips:
    """Draw a path; for owners with where one sees what would be lost without it."""
    grant = path.grant
    [chips] = chips_in(subject.workspace, [path.held], {grant.pk: grant} if grant else {})
    return replace(chips, what_if_url=_what_if(subject, thing, grant) if told and grant else "")


def _what_if(subject: Named | Invite, thing: Resource | Workspace, grant: Grant) -> str:
    """Return where one sees what goes with a grant: of a group or token, its own editor."""
    match subject:
        case Member():
            return what_if_url(subject, [value_of(subject, grant)], _on(thing))
        case Invite():
            return ""
        case Group():
            editor = subject.workspace.url("group_access", subject.public_id)
        case _:
            editor = subject.workspace.url("token_access", subject.public_id)
    return f"{editor}?{urlencode({'without': grant.pk})}"


def _every(subject: Named | Invite, thing: Resource | Workspace, found: Iterable[Path]) -> str:
    """Return where one sees what a member would lose without all of several ways."""
    if not isinstance(subject, Member):
        return ""
    values = (value_of(subject, path.grant) for path in found)
    ways = list(dict.fromkeys(value for value in values if value))
    return what_if_url(subject, ways, _on(thing)) if len(ways) > 1 else ""


def _on(thing: Resource | Workspace) -> Resource | None:
    return thing if isinstance(thing, Resource) else None
