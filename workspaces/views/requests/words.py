"""What a request asks for, in the words of whoever reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_noop as _noop

from workspaces.access.changes.levels import Move
from workspaces.catalogue import role_of
from workspaces.models import AccessRequest, Outcome, Workspace
from workspaces.models.request import EXTEND, JOIN
from workspaces.views.console.wording import action_words, noun

# How a request ended, in the words of a sentence to whoever asked.
ANSWERS = {
    Outcome.APPROVED: _noop("Approved."),
    Outcome.DECLINED: _noop("Declined."),
    Outcome.CHANGED: _noop("Your access changed since. Ask again for what is still missing."),
    Outcome.SATISFIED: _noop("You can {verb} it now."),
    Outcome.GONE: _noop("There is nothing of that name any more."),
}
OF_JOINING = {
    Outcome.SATISFIED: _noop("You are in it now."),
    Outcome.GONE: _noop("It is not offered any more."),
}
OF_EXTENSIONS = {
    Outcome.SATISFIED: _noop("It no longer ends."),
    Outcome.GONE: _noop("It was taken away meanwhile."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's verb and thing; `url` leads owners to the thing, if there is one."""

    request: AccessRequest
    verb: str
    thing: str
    url: str = ""

    @property
    def answer(self) -> str:
        """Say to whoever asked how it ended; nothing while it waits, or where they know."""
        return _answer(self.request)


@dataclass(frozen=True, slots=True)
class Banner:
    """The request that has waited longest; how many wait the sidebar knows."""

    asked: Asked
    url: str


def as_typed(request: AccessRequest) -> Asked:
    """Read a request back to the asker: just what they typed, as doors name nothing (R5)."""
    return Asked(request, verb_of(request), request.asked_for or _("this workspace"))


def as_found(workspace: Workspace, request: AccessRequest) -> Asked:
    """Tell owners what a request names, where it names something; read with `with_details`."""
    verb, thing = verb_of(request), request.resource
    if thing is not None:
        url = workspace.url("resource", thing.type, thing.slug)
        return Asked(request, verb, thing.name, url)
    if request.group is not None:
        return Asked(
            request, verb, request.group.name, workspace.url("group", request.group.public_id)
        )
    if request.grant is not None:
        return Asked(request, verb, role_of(request.grant.role).name)
    return Asked(request, verb, request.asked_for or workspace.name)


def verb_of(request: AccessRequest) -> str:
    own = {EXTEND: _("keep"), JOIN: _("be in")}
    return own.get(request.action) or action_words(request.action)


def banner_of(workspace: Workspace) -> Banner | None:
    """Return what stands above the members list; 1 statement, asked where a page shows it."""
    waiting = AccessRequest.objects.open().filter(workspace=workspace)
    first = waiting.with_details().order_by("asked_at", "pk").first()
    if first is None:
        return None
    url = workspace.url("request", first.public_id)
    return Banner(as_found(workspace, first), url)


def _answer(request: AccessRequest) -> str:
    own = {EXTEND: OF_EXTENSIONS, JOIN: OF_JOINING}.get(request.action, {})
    answers = {**ANSWERS, **own}
    text = answers.get(Outcome(request.outcome)) if request.outcome in Outcome.values else None
    told = _(text).format(verb=verb_of(request)) if text else ""
    return f"{told} {request.answer}".strip()


@dataclass(frozen=True, slots=True)
class Gain:
    """A level or right, on how many of what, named by the first few; 0 is the workspace."""

    level: str
    verb: str
    count: int = 0
    noun: str = ""
    names: str = ""
    more: int = 0


def gains_of(moves: Sequence[Move], on_workspace: Iterable[str]) -> list[Gain]:
    """Put the rises among moves, and new rights on the workspace, into lines."""
    verbs = {"view": action_words("read")}
    risen = [
        Gain(
            "edit" if move.becomes in {"edit", "engage"} else "view",
            verbs.get(move.becomes, action_words(move.becomes)),
            move.count,
            noun(move.type, move.count),
            ", ".join(move.names),
            move.count - len(move.names),
        )
        for move in moves
        if move.rises
    ]
    return [*risen, *(Gain("edit", action_words(action)) for action in on_workspace)]
