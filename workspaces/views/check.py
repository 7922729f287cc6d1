"""Check access: can *who* do *what* on *which*, and why (§9)."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from workspaces.access.engine import Access
from workspaces.access.explain import Explanation, Near, explain
from workspaces.access.naming import subject_named, thing_named
from workspaces.catalogue import ACTIONS, READ, WORKSPACE
from workspaces.guards import MemberRequest, needs
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed
from workspaces.views.path_chips import PathChips, chips_of
from workspaces.views.words import ICONS, action_words, choices

OFFERED = 20
QUESTIONS = tuple(dict.fromkeys(action for actions in ACTIONS.values() for action in actions))


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as far as it names something there is."""

    who: Member | Group | None
    what: str
    which: Resource | Workspace | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no with its reasons, ready to draw."""

    decision: bool
    who_name: str
    which_name: str
    icon: str
    paths: list[PathChips] = field(default_factory=list)
    nearest: tuple[Near, ...] = ()


@needs("read")
def check(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Answer the question in the address. Members ask about themselves only.

    Unknown names get a plain no (R5). Nearest grants are told to owners: they name groups.
    """
    owner = request.access.is_owner
    who = request.GET.get("who", "").strip()[:254] if owner else request.user.email
    what = request.GET.get("do", READ)[:32]
    which = request.GET.get("which", "").strip()[:100]
    question = Question(subject_named(workspace, who), what, thing_named(workspace, which))
    asked = bool(who and which)
    return page(
        request,
        "workspaces/check.html",
        {
            "asked": asked,
            "answer": _answer(workspace, question, who, which, told=owner) if asked else None,
            "who": who,
            "what": what,
            "which": which,
            "questions": choices(QUESTIONS),
            "what_words": action_words(what),
            "is_owner": owner,
            **_offers(request, workspace, question, who, which),
            "check_url": reverse("workspaces:check", args=[workspace.slug]),
            "ask_url": reverse("workspaces:access_ask", args=[workspace.slug]),
        },
        fragments=("answer",),
        around=framed(request, "check"),
    )


def _answer(
    workspace: Workspace, question: Question, who: str, which: str, *, told: bool
) -> Answer:
    if question.who is None or question.which is None:
        return Answer(decision=False, who_name=who, which_name=which, icon="circle-help")
    found: Explanation = explain(Access.of(question.who), question.what, question.which)
    name = (
        question.who.user.get_full_name() if isinstance(question.who, Member) else str(question.who)
    )
    # A locked door names nothing (R5): whoever is told no reads back what they typed.
    shown = str(question.which) if found.decision or told else which
    type_ = question.which.type if isinstance(question.which, Resource) else WORKSPACE
    return Answer(
        found.decision,
        name,
        shown,
        ICONS[type_],
        chips_of(workspace, [path.held for path in found.paths]),
        found.nearest if told else (),
    )


def _offers(
    request: MemberRequest, workspace: Workspace, question: Question, who: str, which: str
) -> dict[str, Any]:
    """Offer what a text might have meant; at most 20 of each, from what the asker may see."""
    people: Any = []
    things: Any = []
    if question.who is None and who:
        people = workspace.members.matching(who).select_related("user").by_name()[:OFFERED]
    if question.which is None and which:
        slug = which.rpartition("/")[2]
        things = request.access.reach_any_type(READ).matching(slug).by_name()[:OFFERED]
    return {"people": people, "things": things}
