"""A review of many people as sentences: the first exactly, the others counted."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations.affected import Affected, PeopleReview
from workspaces.views.review_words import joined, moves_words


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person and what becomes of their access; `tone` is gain, loss, both or same."""

    member: Member
    url: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """A review of people, ready to draw."""

    lines: list[PersonLine]
    total: int
    more: int
    digest: str


def people_words(workspace: Workspace, review: PeopleReview, *, digest: str = "") -> PeopleWords:
    """Put a review of people into words; no statement.

    `digest` is that of a larger review which this one is part of.
    """
    lines = [_line(workspace, one) for one in review.people]
    return PeopleWords(lines, review.total, review.more, digest or review.digest)


def _line(workspace: Workspace, one: Affected) -> PersonLine:
    rises = {move.rises for move in one.moves}
    rises |= ({True} if one.gained else set()) | ({False} if one.lost else set())
    tones = {frozenset(): "same", frozenset({True}): "gain", frozenset({False}): "loss"}
    return PersonLine(
        one.member,
        reverse("workspaces:member", args=[workspace.slug, one.member.public_id]),
        _what(one),
        tones.get(frozenset(rises), "both"),
    )


def _what(one: Affected) -> str:
    """Say what becomes of one person's access; ownership says it all."""
    if one.becomes_owner:
        return _("may do everything, as an owner does")
    if one.stops_owning:
        return joined([_("is no owner any more"), moves_words(one.moves)])
    if one.moves:
        return moves_words(one.moves)
    if one.keeps:
        return _("keeps what they reach")
    return _("reaches the same things, and other rights on the workspace")
