"""What a review says, in sentences: who gains and who loses what, one alone or many (U10)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _, ngettext

from labels.models import Label
from workspaces.access.changes.levels import NONE, VIEW, Move
from workspaces.access.decide import Held
from workspaces.access.dialect import among
from workspaces.catalogue import EDIT, ENGAGE, ROLES, VIEW_PII, ResourceType, Scope
from workspaces.models import Group, Member, Workspace
from workspaces.operations.changes.affected import Affected, PeopleReview
from workspaces.operations.grants.looking import Review
from workspaces.views.console.grant_words import later_words
from workspaces.views.console.wording import action_words, counted

# How a line looks: what comes, what goes, what only drops.
GAIN, LOSS, DROP = "gain", "loss", "drop"


@dataclass(frozen=True, slots=True)
class Line:
    """One card of the review: `tone` chooses icon and colour, `note` says where from."""

    tone: str
    text: str
    names: str = ""
    note: str = ""
    labels: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """A review ready to draw."""

    gains: str
    losses: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    changes: int
    digest: str
    later: tuple[str, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether nobody's access moves, though something may be saved."""
        return not self.lines


def words_of(review: Review) -> ReviewWords:
    """Put a review into words; at most 2 statements, for labels and groups."""
    because = [held for move in review.moves for held in move.because]
    labels = _label_names(because)
    may, may_not = _("May {action} this workspace"), _("May no longer {action} this workspace")
    return ReviewWords(
        gains=joined(gains_of(review.moves)),
        losses=joined(losses_of(review.moves)),
        lines=(
            *(line_of(move, labels) for move in review.moves),
            *(Line(GAIN, may.format(action=action_words(a))) for a in review.gained),
            *(Line(LOSS, may_not.format(action=action_words(a))) for a in review.lost),
        ),
        notes=tuple(_stay_words(review)),
        changes=review.changes,
        digest=review.digest,
        later=tuple(later_words(review.later, review.cancelled)),
    )


def moves_words(moves: Sequence[Move]) -> str:
    """Say everything that moves for somebody: "gains edit on 2 sources and loses …"."""
    return joined([*gains_of(moves), *losses_of(moves)])


def gains_of(moves: Iterable[Move]) -> list[str]:
    """Say what is gained: "gains edit on 6 sources", from whatever level they rise."""
    totals: Counter[tuple[str, str]] = Counter()
    for move in moves:
        if move.rises:
            totals[move.type, move.becomes] += move.count
    texts = {
        EDIT: _("gains edit on {things}"),
        VIEW: _("gains view of {things}"),
        ENGAGE: _("may engage with {things}"),
        VIEW_PII: _("sees personal data of {things}"),
    }
    return [_counted(texts[what], type_, n) for (type_, what), n in totals.items()]


def losses_of(moves: Iterable[Move]) -> list[str]:
    """Say what is lost: "loses edit on 6 tracking plans", to whatever level they fall."""
    totals: Counter[tuple[str, str]] = Counter()
    for move in moves:
        if not move.rises:
            totals[move.type, move.was] += move.count
    texts = {
        EDIT: _("loses edit on {things}"),
        VIEW: _("loses view of {things}"),
        ENGAGE: _("may no longer engage with {things}"),
        VIEW_PII: _("no longer sees personal data of {things}"),
    }
    return [_counted(texts[what], type_, n) for (type_, what), n in totals.items()]


def _counted(text: str, type_: str, count: int) -> str:
    return text.format(things=counted(count, type_))


def joined(parts: Iterable[str]) -> str:
    """Join parts of a sentence: "a, b and c"."""
    words = list(dict.fromkeys(parts))
    if len(words) < 2:  # noqa: PLR2004 one part needs no joint
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def line_of(move: Move, labels: Mapping[int, str] = MappingProxyType({})) -> Line:
    """Put one move into a card; with the names of labels where they are given."""
    tone = GAIN if move.rises else (DROP if move.becomes == VIEW else LOSS)
    held = move.because[0] if len(move.because) == 1 else None
    return Line(
        tone,
        _line_text(move),
        _names(move),
        _note(move),
        tuple(sorted(labels[pk] for pk in held.labels if pk in labels)) if held else (),
        everything=any(h.scope == Scope.ALL for h in move.because) and move.rises,
    )


def _line_text(move: Move) -> str:
    texts = {
        (NONE, EDIT): _("Edit {things}"),
        (VIEW, EDIT): ngettext(
            "{things} rises from view to edit", "{things} rise from view to edit", move.count
        ),
        (NONE, VIEW): _("View {things}"),
        (EDIT, VIEW): ngettext(
            "{things} drops from edit to view", "{things} drop from edit to view", move.count
        ),
        (EDIT, NONE): _("{things} can no longer be edited or seen"),
        (VIEW, NONE): _("{things} can no longer be seen"),
        (NONE, ENGAGE): _("Engage with {things}"),
        (ENGAGE, NONE): _("No more engaging with {things}"),
        (NONE, VIEW_PII): _("Personal data of {things} is shown"),
        (VIEW_PII, NONE): _("Personal data of {things} is masked"),
    }
    return _counted(texts[move.was, move.becomes], move.type, move.count)


def _names(move: Move) -> str:
    more = move.count - len(move.names)
    if not move.names:
        return ""
    if more <= 0:
        return joined(move.names)
    rest = ngettext("{n} more", "{n} more", more).format(n=more)
    return _("{names} and {rest}").format(names=", ".join(move.names), rest=rest)


def _note(move: Move) -> str:
    """Say which role does it; a destination beneath a source comes with the source's role."""
    roles = dict.fromkeys(ROLES[held.role] for held in move.because)
    names = joined(role.name for role in roles)
    if not names:
        return ""
    beneath = move.type == ResourceType.DESTINATION and all(
        role.type == ResourceType.SOURCE for role in roles
    )
    if beneath:
        return (
            _("Comes with {roles}").format(roles=names)
            if move.rises
            else _("Goes with {roles}").format(roles=names)
        )
    return (
        _("by {roles}").format(roles=names) if move.rises else _("{roles} goes").format(roles=names)
    )


def _stay_words(review: Review) -> Iterable[str]:
    groups = _group_names([pk for stay in review.stays for pk in stay.groups])
    for stay in review.stays:
        through = joined(groups[pk] for pk in stay.groups if pk in groups)
        yield ngettext(
            "View of {things} stays: it comes from group {through}, not from here.",
            "View of {things} stays: it comes from the groups {through}, not from here.",
            len(stay.groups),
        ).format(things=counted(stay.count, stay.type), through=through)


def _group_names(pks: Sequence[int]) -> dict[int, str]:
    if not pks:
        return {}
    return dict(Group.objects.filter(pk__in=among(pks)).values_list("pk", "name"))


def _label_names(held: Sequence[Held]) -> dict[int, str]:
    wanted = {pk for one in held for pk in one.labels}
    if not wanted:
        return {}
    return {label.pk: str(label) for label in Label.objects.filter(pk__in=among(wanted))}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person and what becomes of their access; `tone` is gain, loss, both or same.

    `named` says by name what they lose and what stays, of the first people.
    """

    member: Member
    url: str
    text: str
    tone: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """A review of people, ready to draw."""

    lines: list[PersonLine]
    total: int
    more: int
    digest: str
    later: tuple[str, ...] = ()


def people_words(
    workspace: Workspace,
    review: PeopleReview,
    *,
    digest: str = "",
    later: Iterable[str] = (),
    named: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
) -> PeopleWords:
    """Put a review of people into words; no statement.

    `digest` is that of a larger review which this one is part of, `later` says what only starts
    one day (W1), `named` what is said by name of members, by primary key.
    """
    lines = [_person_line(workspace, one, named.get(one.member.pk, ())) for one in review.people]
    return PeopleWords(lines, review.total, review.more, digest or review.digest, tuple(later))


def _person_line(workspace: Workspace, one: Affected, named: tuple[str, ...]) -> PersonLine:
    rises = {move.rises for move in one.moves}
    rises |= ({True} if one.gained else set()) | ({False} if one.lost else set())
    tones = {frozenset(): "same", frozenset({True}): "gain", frozenset({False}): "loss"}
    return PersonLine(
        one.member,
        workspace.url("member", one.member.public_id),
        _what(one),
        tones.get(frozenset(rises), "both"),
        named,
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
