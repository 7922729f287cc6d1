"""Random reviews against a plain reading of their answers: what is covered, applied, taken back.

The reading shares no code with the reviews: it looks at who holds what as plain rows, and works
out by itself which of them an answer ends or takes away (V1–V4). `--reviews` says how many.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models.user import User
from tests.world import SYSTEM, World, build, give_grants
from workspaces.change import lock_workspace
from workspaces.errors import Denied, Refused
from workspaces.models import (
    Answer,
    Covers,
    DirectoryGroup,
    Eligibility,
    Grant,
    GroupMember,
    ReviewOutcome,
    Unanswered,
)
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.reviews import answering, closing, opening
from workspaces.operations.reviews.answering import Said
from workspaces.operations.reviews.opening import Asked
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms

DAY = timedelta(days=1)
ROLES = ("source-admin", "source-read-only", "space-admin", "pii-access", "warehouse-admin")
NAMES = ("ada", "bo", "cy", "dee", "olga")


@dataclass(frozen=True)
class Row:
    """One way somebody holds something, as plain values."""

    kind: str  # owner, grant, place or token
    key: int  # of the row; of the member for own ownership
    holder: str
    user: int | None  # whose own it is
    role: str = ""
    scope: str = ""
    labels: frozenset[str] = frozenset()
    group: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    eligible: bool = False


@pytest.fixture
def grown(db) -> World:
    """Acme with a second owner, and a group that a directory pushes."""
    world = build()
    workspace = world.workspace
    members.add(workspace, User.objects.create_user("olga@example.org"), by=SYSTEM, owner=True)
    for name in ("pushed", "empty", "chiefs"):
        groups.create(workspace, name, by=SYSTEM)
    with lock_workspace(workspace.pk):
        DirectoryGroup.objects.create(workspace=workspace, group=world.group("pushed"))
    return world


class Chance:
    """Draws a world, a review of it, its answers, and what changes meanwhile."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random, self.now = world, random.Random(seed), timezone.now()  # noqa: S311

    def span(self) -> Span:
        starts, ends = self.random.choice(
            [(None, None), (None, None), (None, 9), (-3, None), (2, 20), (5, None)]
        )
        return Span(*(self.now + DAY * n if n is not None else None for n in (starts, ends)))

    def terms(self) -> Terms:
        role, span = self.random.choice(ROLES), self.span()
        eligible = Eligible(proof=False) if self.random.random() < 0.2 else None
        terms = Terms(role, "all", ends=span.ends, starts=span.starts, eligible=eligible)
        if role.startswith("source") and self.random.random() < 0.6:
            if self.random.random() < 0.5:
                thing = self.world.resource(f"source/{self.random.choice('abc')}")
                return replace(terms, scope="resources", resources=(thing,))
            label = self.random.choice(["environment:prod", "product:car"])
            return replace(terms, scope="labels", labels=(self.world.label(label),))
        return terms

    def grow(self) -> None:
        """Give grants and places at random."""
        world = self.world
        for name in NAMES:
            for _ in range(self.random.randrange(3)):
                give_grants(world.member(name), [self.terms()])
        for name in ("pushed", "growth", "chiefs"):
            group = world.group(name)
            policy = [self.terms() for _ in range(self.random.randrange(3))]
            if name == "chiefs" and self.random.random() < 0.5:
                policy.append(Terms("workspace-owner", "all"))
            give_grants(group, policy)
            for who in self.random.sample(NAMES, self.random.randrange(4)):
                self.put_in(group, who)
        if self.random.random() < 0.5:
            policy = [replace(self.terms(), eligible=None)]
            tokens.create(world.workspace, "robot", by=world.actor("ada"), policy=policy)

    def put_in(self, group: Any, who: str) -> None:
        span, workspace = self.span(), self.world.workspace
        eligible = self.random.random() < 0.2
        with lock_workspace(workspace.pk):
            GroupMember.objects.filter(group=group, member=self.world.member(who)).delete()
            row = GroupMember.objects.create(
                workspace=workspace,
                group=group,
                member=self.world.member(who),
                eligible=eligible,
                **span.columns,
            )
            if eligible:
                Eligibility.objects.create(workspace=workspace, membership=row, proof=False)

    def disturb(self, rows: list[Row]) -> set[tuple[str, int]]:
        """Change some rows behind the review; return which."""
        changed = set()
        for row in rows:
            if row.kind == "owner" or self.random.random() > 0.15:
                continue
            model = GroupMember if row.kind == "place" else Grant
            with lock_workspace(self.world.workspace.pk):
                mine = model.objects.filter(pk=row.key)
                if self.random.random() < 0.5:
                    mine.get().delete()
                else:
                    mine.update(expires_at=self.now + DAY * 400)
            changed.add((row.kind, row.key))
        return changed


def rows_of(world: World) -> list[Row]:
    """Read who holds what."""
    found = [
        Row("owner", m.pk, m.user.email, m.user_id)
        for m in world.workspace.members.filter(owner=True).select_related("user")
    ]
    for grant in world.workspace.grants.order_by("pk").with_terms():
        if grant.group_id:
            continue
        holder, kind = grant.member or grant.token, "grant" if grant.member_id else "token"
        user = grant.member.user_id if grant.member else grant.token.created_by_id
        name = grant.member.user.email if grant.member else grant.token.name
        found.append(
            Row(
                kind,
                grant.pk,
                name,
                user,
                grant.role,
                grant.scope,
                frozenset(map(str, grant.terms.labels)),
                starts=grant.starts_at,
                ends=grant.expires_at,
                eligible=grant.eligible,
            )
        )
        assert holder is not None
    places = GroupMember.objects.filter(workspace=world.workspace).order_by("pk")
    for place in places.select_related("member__user", "group"):
        found.append(
            Row(
                "place",
                place.pk,
                place.member.user.email,
                place.member.user_id,
                group=place.group.name,
                starts=place.starts_at,
                ends=place.expires_at,
                eligible=place.eligible,
            )
        )
    return found


def fits(covers: str, role: str, scope: str, labels: frozenset[str], *, eligible: bool) -> bool:
    """Read whether a grant is one of those that a review covers (V1)."""
    broad = scope == "all" and not role.endswith("read-only") and role != "pii-access"
    return {
        Covers.LABELS: "environment:prod" in labels,
        Covers.BROAD: broad,
        Covers.PII: role == "pii-access",
        Covers.OWNERS: role == "workspace-owner",
        Covers.ELIGIBLE: eligible,
    }.get(covers, True)


def covered(world: World, rows: list[Row], covers: str, now: datetime) -> list[Row]:
    """Read which of them a review of everything of a kind covers (V1, V2)."""
    giving: dict[str, list[bool]] = {}
    for grant in world.workspace.grants.filter(group__isnull=False).with_terms():
        if grant.expires_at is None or grant.expires_at > now:
            labels = frozenset(map(str, grant.terms.labels))
            said = fits(covers, grant.role, grant.scope, labels, eligible=grant.eligible)
            giving.setdefault(grant.group.name, []).append(said)

    def is_covered(row: Row) -> bool:
        if row.kind == "owner":
            return covers in {Covers.PEOPLE, Covers.BROAD, Covers.OWNERS}
        if row.kind == "place":
            taken_up = covers == Covers.ELIGIBLE and row.eligible
            gives = giving.get(row.group, [])
            return covers != Covers.TOKENS and (bool(gives) if taken_up else any(gives))
        if covers == Covers.TOKENS:
            return row.kind == "token"
        beside = row.kind == "token" and covers == Covers.PEOPLE
        mine = fits(covers, row.role, row.scope, row.labels, eligible=row.eligible)
        return mine and covers != Covers.GROUPS and not beside

    return [row for row in rows if is_covered(row) and not (row.ends and row.ends <= now)]


def outcome(row: Row, answer: str, ends: datetime | None) -> Row | None:
    """Read what an answer makes of a row; None where it goes."""
    if answer in {"", Answer.KEEP}:
        return row
    if answer == Answer.REMOVE or (row.starts and ends and ends <= row.starts):
        return None
    if row.ends is not None and ends is not None and row.ends <= ends:
        return row
    return replace(row, ends=ends)


CHOOSING: dict[str, Callable[[Any], Any]] = {
    Covers.PEOPLE: lambda w: w.members.all(),
    Covers.GROUPS: lambda w: w.groups.all(),
    Covers.LABELS: lambda w: w.labels.filter(key="environment", value="prod"),
    Covers.TOKENS: lambda w: w.tokens.all(),
}


def one_review(world: World, seed: int) -> str:
    """Draw a review, hold it against the plain reading, take it back; return what it came to."""
    chance = Chance(world, seed)
    chance.grow()
    covers = chance.random.choice(Covers.values)
    expected = covered(world, rows_of(world), covers, chance.now)
    unanswered = chance.random.choice(Unanswered.values)
    asked = Asked("Random", covers, (chance.now + DAY * 30).date(), unanswered=unanswered)
    try:
        review = opening.open_review(
            world.workspace, asked, CHOOSING.get(covers), by=world.actor("ada")
        )
    except Refused:
        assert expected == []
        return "empty"
    items = list(review.items.in_order())
    keys = Counter((str(i.way), i.row or i.subject) for i in items)
    assert keys == Counter((row.kind, row.key) for row in expected), covers
    by_key = {(row.kind, row.key): row for row in expected}
    answers: dict[tuple[str, int], tuple[str, datetime | None]] = {}
    for item in items:
        key = (str(item.way), item.row or item.subject)
        answers[key] = say(chance, world, review, item, by_key[key])
    changed = chance.disturb(expected)
    before = rows_of(world)
    wanted = list(applied(world, before, answers, changed, unanswered == Unanswered.REMOVE))
    if not any(row.kind == "owner" for row in wanted):  # they stay, all of them (R7)
        wanted = [row for row in before if row.kind == "owner"] + wanted
    closing.close(review, by=world.actor("ada"))
    assert rows_of(world) == wanted
    marked = review.items.filter(outcome=ReviewOutcome.CHANGED)
    assert {(str(i.way), i.row or i.subject) for i in marked} == changed
    event = world.workspace.events.filter(action="review.closed").newest_first().first()
    undo.undo(world.workspace, event.number, by=SYSTEM)
    plain = [Counter(replace(row, key=0) for row in rows) for rows in (rows_of(world), before)]
    assert plain[0] == plain[1]
    return "closed"


def say(
    chance: Chance, world: World, review: Any, item: Any, row: Row
) -> tuple[str, datetime | None]:
    """Let a random owner answer, or nobody; nobody answers what is their own (V3)."""
    choices = ["", Answer.KEEP, Answer.REMOVE]
    if row.kind != "owner":
        choices.append(Answer.END)
    answer = chance.random.choice(choices)
    who = world.actor(chance.random.choice(["ada", "olga"]))
    ends = chance.now + DAY * chance.random.choice([1, 4, 30]) if answer == Answer.END else None
    if not answer:
        return "", None
    said = Said(answer, ends)
    if who.user is not None and row.user == who.user.pk:
        with pytest.raises(Denied):
            answering.answer(review, [item.number], said, by=who)
        return "", None
    answering.answer(review, [item.number], said, by=who)
    return str(answer), ends


def applied(
    world: World,
    rows: list[Row],
    answers: dict[tuple[str, int], tuple[str, datetime | None]],
    changed: set[tuple[str, int]],
    remove: bool,  # noqa: FBT001
) -> Iterator[Row]:
    """Read what closing makes of all rows."""
    for row in rows:
        key = (row.kind, row.key)
        if key not in answers or key in changed or row.group == "pushed":
            yield row
            continue
        answer, ends = answers[key]
        new = outcome(row, answer or (Answer.REMOVE if remove else ""), ends)
        if new is not None:
            yield new


def test_random_reviews_apply_what_was_answered_V2_V3_V4(grown, request):
    wanted, seen = request.config.getoption("--reviews"), Counter()
    for seed in range(wanted):
        with transaction.atomic():
            seen[one_review(grown, seed)] += 1
            transaction.set_rollback(True)
    assert seen["closed"] > wanted // 3
