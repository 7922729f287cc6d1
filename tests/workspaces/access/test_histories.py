"""People take up, ask, answer and end while time goes by: the engine against a plain reading.

After each step everything is asked of everybody (W1–W3, W5, W8). A few histories in the suite;
`pytest tests/workspaces/access/test_histories.py --histories 10000` lives through as many as one
likes, `--minutes 25` for as long.
"""

import time
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from tests.workspaces.access.histories import EVERYBODY, Reading, Step, Taking, histories, key_of
from tests.workspaces.access.test_property import agree, compared, explained, move
from tests.workspaces.access.test_taking_up import at_most
from tests.workspaces.access.test_time import AFTER, BEFORE, go_by, moments_in
from tests.world import SYSTEM, build, take_grants
from workspaces.change import Actor, Right
from workspaces.errors import Refused
from workspaces.models import TakeUp
from workspaces.operations.groups import groups
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable

AT_ONCE = 50  # histories between two looks at the time
CLEAR = -BEFORE  # what a history lands in is this far from what comes next


class _Undo(Exception):
    pass


class Living:
    """A history as it goes on, in the database and in the plain reading beside it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.world, self.reading = build(document), Reading(document)
        self.went: list[str] = []

    def live(self, step: Step) -> None:
        """Do one step, and see that it goes as the rules say."""
        getattr(self, f"_{step.kind}")(step)

    def ask_everything(self) -> None:
        """Put every question about everybody."""
        oracle = self.reading.oracle
        for question in (agree, explained, compared, move):
            question(self.world, oracle)
        at_most(self.world, oracle.at_most())
        for member in self.world.workspace.members.select_related("user"):
            could = sorted(row.eligibility.longest_minutes for row in takable(member))
            assert could == sorted(key_of(w) for w in self.reading.takable(member.user.email))
        now, taking = self.reading.now, self.reading.takings
        rows = self.world.workspace.take_ups
        assert _idents(rows.running()) == {one.ident for one in taking if one.runs(now)}
        assert _idents(rows.waiting()) == {one.ident for one in taking if one.waits(now)}

    def _actor(self, email: str) -> Actor:
        actor, member = self.world.actor(email), self.world.member(email)
        return Actor(actor.kind, actor.name, actor.user, right=Right(member, "read"))

    def _goes(self, expected: str, act: Any) -> Any:
        """Do something that ends as expected: with this refusal, or without any."""
        try:
            found, ended = act(), ""
        except Refused as refused:
            found, ended = None, type(refused).__name__
        assert ended == expected
        self.went.append(ended or "done")
        return found

    def _take(self, step: Step) -> None:
        options = [(who, what) for who in EVERYBODY for what in self.reading.takable(who)]
        if not options:
            return
        who, what = options[step.which % len(options)]
        minutes = min(
            step.minutes, key_of(what) + (step.which % 8 == 0)
        )  # now and then one too many
        expected, taking = self.reading.takes(who, what, minutes)
        member, by = self.world.member(who), self._actor(who)
        names = {row.eligibility.longest_minutes: row.name for row in takable(member)}
        row = self._goes(
            expected,
            lambda: take_ups.take_up(member, names[key_of(what)], minutes, "To try", by=by),
        )
        if row is not None:
            taking.ident, now = row.public_id, self.reading.now
            taking.asked, taking.begun = now, now if taking.begun else None  # by now, surely
            self.reading.takings.append(taking)
            assert row.glass == what["eligible"].get("break_glass", False)
            self.went.append("glass" if row.glass else "taken" if taking.begun else "asked")

    def _chosen(self, step: Step) -> tuple[Taking, TakeUp] | None:
        """Choose among what was taken up so far; mostly what waits or runs."""
        some = [one for one in self.reading.takings if not one.over] or self.reading.takings
        if not some:
            return None
        taking = some[step.which % len(some)]
        return taking, self.world.workspace.take_ups.get(public_id=taking.ident)

    def _answer(self, step: Step) -> None:
        if chosen := self._chosen(step):
            taking, row = chosen
            may = sorted(self.reading.approvers(taking))
            who = may[0] if step.which % 2 and may else step.who
            by, expected = (
                self._actor(who),
                self.reading.answers(taking, who, agreed=step.yes),
            )
            self._goes(expected, lambda: take_ups.answer(row, agreed=step.yes, by=by))
            if step.yes and not expected:
                taking.begun = self.reading.now  # by now, surely
            self.went.append("refused" if taking.over else "agreed" if taking.begun else "clash")

    def _end(self, step: Step) -> None:
        if chosen := self._chosen(step):
            taking, row = chosen
            who = taking.who if step.yes else step.who
            by, expected = self._actor(who), self.reading.ends(taking, who)
            self._goes(expected, lambda: take_ups.end(row, by=by))
            self.went.append("ended" if not expected else "not ended")

    def _pass(self, step: Step) -> None:
        """Go to just before or after one of the next moments, clear of all others."""
        now = self.reading.now
        coming = [one.end for one in self.reading.takings if not one.over]
        coming += moments_in(self.reading.document)
        goals = sorted(moment for moment in coming if moment > now + CLEAR)
        if not goals:
            return
        goal = goals[step.which % min(4, len(goals))] + (AFTER if step.yes else BEFORE)
        while near := [m for m in coming if goal - AFTER < m < goal + CLEAR]:
            goal = max(near) + AFTER
        if goal > now:
            go_by(self.world, goal - now)
            self.reading.gone += goal - now
            self.went.append("passed")

    def _leave(self, step: Step) -> None:
        """Somebody leaves a group, and comes back to nothing that they took up there."""
        places = [(g, place) for g in self.reading.document["groups"] for place in g["members"]]
        if not places:
            return
        group, place = places[step.which % len(places)]
        row, member = self.world.group(group["name"]), self.world.member(place["email"])
        groups.remove_members(row, [member], by=SYSTEM)
        group["members"].remove(place)
        self.reading.drop([place])
        self.reading.drop(group["grants"], place["email"])
        self.went.append("left")

    def _strip(self, step: Step) -> None:
        """A grant that is eligible is taken away."""
        holders = [*self.reading.document["members"], *self.reading.document["groups"]]
        held = [
            (holder, grant)
            for holder in holders
            for grant in holder.get("grants", ())
            if "eligible" in grant
        ]
        if not held:
            return
        holder, grant = held[step.which % len(held)]
        whose = self.world.group(holder["name"]) if "members" in holder else None
        rows = (whose or self.world.member(holder["email"])).grants
        gone = rows.filter(eligibility__longest_minutes=key_of(grant))
        if not gone.lasting().exists():
            return  # what has ended is not kept among what a change of policy says
        take_grants(whose or self.world.member(holder["email"]), gone)
        holder["grants"].remove(grant)
        self.reading.drop([grant])
        self.went.append("stripped")


def _idents(rows: Any) -> set[str]:
    return set(rows.values_list("public_id", flat=True))


@pytest.mark.django_db
def test_every_answer_follows_what_people_take_up_answer_and_end_W2_W3_W5_W8(request):
    count, minutes = (request.config.getoption(name) for name in ("--histories", "--minutes"))
    until, went = time.monotonic() + minutes * 60, Counter[str]()
    while went["histories"] < count and time.monotonic() < until:
        live_through(min(count - went["histories"], AT_ONCE), went, chosen=count > AT_ONCE)
    print(f"\n{dict(went.most_common())}")  # noqa: T201 – how much was lived through
    assert went["taken"] + went["asked"] > min(count, went["histories"]) // 4, went


def live_through(count: int, went: Counter[str], *, chosen: bool) -> None:
    """Live through some histories, the same each time unless they are `chosen` anew."""

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=not chosen,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def each(history):
        document, happening = history
        try:
            with transaction.atomic():
                living = Living(document)
                for step in happening:
                    living.live(step)
                    living.ask_everything()
                went.update([*living.went, "histories"])
                raise _Undo
        except _Undo:
            pass

    each()
