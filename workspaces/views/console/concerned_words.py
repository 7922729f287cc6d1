"""Whom a change of labels, things or groups concerns besides, in sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, ngettext

from labels.operations.concerned import Concerned
from labels.operations.relabelling import RelabelReview
from workspaces.access.changes.levels import NONE, VIEW, Move, level_of
from workspaces.catalogue import EDIT, ENGAGE, READ, VIEW_PII
from workspaces.models import Invite, Member, Token, Workspace
from workspaces.operations.invites.withdrawal import Losing
from workspaces.views.console.review_words import DROP, GAIN, LOSS, joined, moves_words

SHOWN = 20
NAMED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One person or token: `tone` chooses icon and colour."""

    tone: str
    name: str
    url: str
    text: str
    is_token: bool = False


@dataclass(frozen=True, slots=True)
class ConcernedWords:
    """Lines for those whose access moves, and what there is to say beside them.

    `still` counts those among the shown who keep what they have, `more` those not shown.
    """

    lines: tuple[Line, ...]
    still: int = 0
    more: int = 0
    gaining: int = 0
    losing: int = 0


def words_of_concerned(workspace: Workspace, found: Concerned) -> ConcernedWords:
    """Put the review of a change in many places into words; no statement."""
    people = [_moving(person_line(workspace, one.member), one.moves) for one in found.people.people]
    tokens = [_moving(token_line(workspace, token), moves) for token, moves in found.tokens]
    lines = tuple(line for line in (*people, *tokens) if line.text)
    return ConcernedWords(
        lines,
        still=len(people) + len(tokens) - len(lines),
        more=found.people.more + found.tokens_total - len(found.tokens),
        gaining=sum(line.tone == GAIN for line in lines),
        losing=sum(line.tone != GAIN for line in lines),
    )


def words_of_relabel(workspace: Workspace, review: RelabelReview) -> ConcernedWords:
    """Put what happens on one resource into words; no statement."""
    lines = [_changed(person_line(workspace, c.subject), c.had, c.has) for c in review.people]
    lines += [_changed(token_line(workspace, c.subject), c.had, c.has) for c in review.tokens]
    return ConcernedWords(
        tuple(lines[:SHOWN]),
        more=max(len(lines) - SHOWN, 0),
        gaining=sum(bool(c.gained) for c in review.people)
        + sum(bool(c.gained) for c in review.tokens),
        losing=sum(bool(c.lost) for c in review.people) + sum(bool(c.lost) for c in review.tokens),
    )


def person_line(workspace: Workspace, member: Member) -> Line:
    url = workspace.url("member", member.public_id)
    return Line("", member.user.get_full_name(), url, "")


def token_line(workspace: Workspace, token: Token) -> Line:
    url = workspace.url("tokens")
    return Line("", token.name, url, "", is_token=True)


def _moving(line: Line, moves: Iterable[Move]) -> Line:
    moves = list(moves)
    rising = [move.rises for move in moves]
    tone = GAIN if all(rising) else (DROP if any(rising) else LOSS)
    return Line(tone, line.name, line.url, moves_words(moves), line.is_token)


def _changed(line: Line, had: frozenset[str], has: frozenset[str]) -> Line:
    was, becomes = level_of(had), level_of(has)
    words = {
        (NONE, EDIT): _("gains edit"),
        (NONE, VIEW): _("gains view"),
        (VIEW, EDIT): _("rises from view to edit"),
        (EDIT, VIEW): _("drops from edit to view"),
        (EDIT, NONE): _("loses edit"),
        (VIEW, NONE): _("loses view"),
    }
    parts = [words[was, becomes]] if was != becomes else []
    aside = {
        (ENGAGE, True): _("may engage with it"),
        (ENGAGE, False): _("may no longer engage with it"),
        (VIEW_PII, True): _("sees its personal data"),
        (VIEW_PII, False): _("no longer sees its personal data"),
    }
    parts += [words for (action, now), words in aside.items()
              if (action in has) == now and (action in had) != now]  # fmt: skip
    gained, lost = has - had, had - has
    tone = DROP if (gained and lost) or (lost and READ in has) else (GAIN if gained else LOSS)
    return Line(tone, line.name, line.url, joined(parts), line.is_token)


def invites_words(losing: Losing) -> Iterator[str]:
    """Name the open invites that lose something, and those that then give nothing."""
    if losing.invites:
        yield ngettext(
            "{n} open invite loses it: {names}.",
            "{n} open invites lose it: {names}.",
            len(losing.invites),
        ).format(n=len(losing.invites), names=_named(losing.invites))
    if losing.void:
        yield ngettext(
            "{n} of them would give nothing any more and is void: {names}.",
            "{n} of them would give nothing any more and are void: {names}.",
            len(losing.void),
        ).format(n=len(losing.void), names=_named(losing.void))


def _named(invites: Sequence[Invite]) -> str:
    names = ", ".join(invite.email for invite in invites[:NAMED])
    more = len(invites) - NAMED
    return _("{names} and {n} more").format(names=names, n=more) if more > 0 else names
