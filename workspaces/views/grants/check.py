"""Check access: can *who* do *what* on *which*, and why (R14); and what a name might mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.values.text import search_words
from workspaces.access.engine import Access
from workspaces.access.explain import Explanation, Near, explain
from workspaces.access.naming import Named, is_ref, subjects_named, thing_named
from workspaces.catalogue import QUESTIONS, READ, WORKSPACE
from workspaces.guards import MemberRequest, needs
from workspaces.models import Group, Member, Resource, Workspace
from workspaces.views.console import frame, wording
from workspaces.views.grants.cards import PathChips, chips_of

OFFERED = 20  # of each kind


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody or something a text might have meant; `url` asks about it, or leads to it."""

    name: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as far as it names something there is.

    `unclear` says what it does not name: then there is no verdict (N4).
    """

    who: Named | None
    what: str
    which: Resource | Workspace | None
    unclear: tuple[str, ...] = ()


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

    A name nobody bears gets no verdict, but the names near it. Nearest grants are told to
    owners: they name groups.
    """
    owner = request.access.is_owner
    who = _asked(request, "who") if owner else request.user.email
    what = _asked(request, "do") or READ
    which = _asked(request, "which")
    asked = bool(who and which)
    named = subjects_named(workspace, who) if owner and who else []
    thing = thing_named(workspace, which) if which else None
    question = _question(request, named, thing, said=(who, what, which)) if asked else None
    return page(
        request,
        "workspaces/grants/check.html",
        {
            "asked": asked,
            "unclear": question.unclear if question else (),
            "answer": _answer(workspace, question, who, which, told=owner)
            if question and not question.unclear
            else None,
            "who": who,
            "what": what,
            "which": which,
            "questions": wording.choices(QUESTIONS),
            "what_words": wording.action_words(what) if what in QUESTIONS else what,
            "is_owner": owner,
            "people": people_meant(request, workspace, named, who) if owner and who else [],
            "things": _things_meant(request, which) if which and thing is None else [],
            "check_url": reverse("workspaces:check", args=[workspace.slug]),
            "ask_url": reverse("workspaces:access_ask", args=[workspace.slug]),
        },
        fragments=("answer",),
        around=frame.framed(request, "check"),
    )


def _asked(request: MemberRequest, key: str) -> str:
    """Return what the address says under a key; of several values none is meant."""
    said = request.GET.getlist(key)
    return said[0].strip() if len(said) == 1 else ", ".join(said)


def _question(
    request: MemberRequest,
    named: list[Named],
    thing: Resource | Workspace | None,
    *,
    said: tuple[str, str, str],
) -> Question:
    """Put together what is asked; `said` is the who, the what and the which as typed."""
    workspace, (who, what, ref) = request.member.workspace, said
    unclear = []
    subject: Named | None = request.member
    if request.access.is_owner:
        subject = named[0] if len(named) == 1 else None
    if subject is None:
        several = _("“{name}” is the name of more than one. Which do you mean?")
        nobody = _("There is nobody of the name “{name}” here. Whom do you mean?")
        unclear.append((several if named else nobody).format(name=who))
    if what not in QUESTIONS:
        unclear.append(_("“{name}” is nothing that one may or may not do.").format(name=what))
    if thing is None and not _behind_a_door(request, workspace, ref):
        nothing = _("There is nothing called “{name}” here. What do you mean?")
        unclear.append(nothing.format(name=ref))
    return Question(subject, what, thing, tuple(unclear))


def _behind_a_door(request: MemberRequest, workspace: Workspace, ref: str) -> bool:
    """Whether a thing that is not there might be one that the asker cannot see.

    Then the answer is the same no as for what is there, for it tells nothing (R5).
    """
    type_ = ref.partition("/")[0]
    return (
        is_ref(workspace, ref)
        and type_ != WORKSPACE
        and not request.access.policy.covers_all(READ, type_)
    )


def _answer(
    workspace: Workspace, question: Question, who: str, which: str, *, told: bool
) -> Answer:
    subject, thing = question.who, question.which
    if subject is None:
        raise ValueError("Only what is resolved is judged.")
    name = subject.user.get_full_name() if isinstance(subject, Member) else str(subject)
    if thing is None:
        return Answer(decision=False, who_name=name, which_name=which, icon="circle-question-mark")
    found: Explanation = explain(Access.of(subject), question.what, thing)
    near = (one for one in found.nearest if one.group is None or isinstance(subject, Member))
    type_ = thing.type if isinstance(thing, Resource) else WORKSPACE
    return Answer(
        found.decision,
        name,
        # A locked door names nothing (R5): whoever is told no reads back what they typed.
        str(thing) if found.decision or told else which,
        wording.ICONS[type_],
        chips_of(workspace, [path.held for path in found.paths]),
        tuple(near) if told else (),
    )


def _things_meant(request: MemberRequest, which: str) -> list[Meant]:
    """Offer what the asker can read and a text might have meant; 1 statement."""
    rows = request.access.reach_any_type(READ).matching(which.rpartition("/")[2])
    found = rows.by_name()[:OFFERED]
    return [Meant(row.name, row.ref, asked_about(request, "which", row.ref)) for row in found]


def people_meant(
    request: MemberRequest, workspace: Workspace, named: list[Named], text: str
) -> list[Meant]:
    """Offer those who bear the name when they are several, else those whose name is near it.

    Nobody where it is clear who is meant. 4 statements at most.
    """
    if len(named) == 1:
        return []
    if named:
        return [_named(request, one) for one in named[:OFFERED]]
    return [
        *(_named(request, one) for one in _near(workspace, text)),
        *_invited(workspace, text),
    ]


def asked_about(request: MemberRequest, key: str, value: str) -> str:
    """Return the same question with one name in it put right."""
    params = request.GET.copy()
    params[key] = value
    address = request.member.workspace.url("check")
    return f"{address}?{params.urlencode()}"


def _near(workspace: Workspace, text: str) -> Iterator[Named]:
    """Yield whose name or address holds the text, or else a word of it."""
    searches: Iterable[str] = (text, *search_words(text.partition("@")[0]))
    for search in searches:
        if not search_words(search):
            continue
        members = workspace.members.matching(search).select_related("user").by_name()
        tokens = workspace.tokens.live().matching(search).by_name()
        found = [
            *members[:OFFERED],
            *workspace.groups.matching(search).by_name()[:OFFERED],
            *tokens[:OFFERED],
        ]
        if found:
            yield from found
            return


def _invited(workspace: Workspace, text: str) -> Iterator[Meant]:
    """Yield open invites of the address: who has not come in has no access to check."""
    rows = workspace.invites.pending().matching(text).by_address()[:OFFERED]
    for row in rows:
        url = workspace.url("invite", row.public_id)
        yield Meant(row.email, _("invited, and not in yet"), url)


def _named(request: MemberRequest, one: Named) -> Meant:
    if isinstance(one, Member):
        email = one.user.email
        return Meant(one.user.get_full_name(), email, asked_about(request, "who", email))
    kind = _("group") if isinstance(one, Group) else _("token")
    return Meant(str(one), kind, asked_about(request, "who", one.public_id))
