"""A plain reading of W2, W3 and W5: what people took up, asked for, answered and ended.

Nothing here asks the engine or the operations. What is eligible is known by its longest while,
of which no two things in a history have the same one.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle import Oracle
from tests.workspaces.access.worlds import EMAILS, documents

What = dict[str, Any]  # a grant, or a place in a group, as a document says it
SHORTEST, A_DAY = 15, timedelta(days=1)
OWNER = "owner@example.org"
EVERYBODY = (OWNER, *EMAILS)
EVENLY, LIKELY = 0.5, 0.7
KINDS = (*["take"] * 5, *["answer"] * 3, *["end"] * 2, *["pass"] * 2, "leave", "strip")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: what kind, to which of those there are, by whom."""

    kind: str
    which: int
    who: str
    yes: bool
    minutes: int


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, Any], list[Step]]:
    """A world in which much is eligible, in each of all ways, and what happens in it."""
    document = draw(documents())
    chance = random.Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 – no secret
    _make_eligible(document, chance)
    return document, [
        Step(
            chance.choice(KINDS),
            chance.randrange(60),
            chance.choice(EVERYBODY),
            chance.random() < LIKELY,
            chance.randrange(10, 40),
        )
        for _ in range(chance.randrange(4, 10))
    ]


def _make_eligible(document: dict[str, Any], chance: random.Random) -> None:
    """Make about half of it eligible, with a longest while of its own."""
    for group in document["groups"]:
        group["members"] = [p if isinstance(p, dict) else {"email": p} for p in group["members"]]
    for what in held_in(document):
        if chance.random() < EVENLY:
            what["eligible"] = {}
    names = [*EVERYBODY, *(f"group:{group['name']}" for group in document["groups"])]
    for number, what in enumerate(eligible_in(document)):
        what["eligible"] = {"proof": False, "longest_minutes": SHORTEST + number}
        match chance.choice(["free", "free", "asks", "owners", "glass"]):
            case "asks":
                asked = chance.sample(names, chance.randrange(1, 3))
                what["eligible"]["approvers"] = sorted(asked)
            case "owners":
                what["eligible"]["approvers"] = []
            case "glass":
                what["eligible"]["break_glass"] = True


def held_in(document: dict[str, Any]) -> Iterator[What]:
    """Yield all grants, and all places in groups."""
    for holder in (*document["members"], *document["groups"]):
        yield from holder.get("grants", ())
    for group in document["groups"]:
        yield from group["members"]


def eligible_in(document: dict[str, Any]) -> Iterator[What]:
    """Yield whatever is eligible in a document."""
    return (what for what in held_in(document) if "eligible" in what)


def key_of(what: What) -> int:
    """What tells something eligible apart."""
    key: int = what["eligible"]["longest_minutes"]
    return key


@dataclass(slots=True)
class Taking:
    """One time that somebody took something up, or asked to; `ident` leads to its row."""

    who: str
    what: What
    minutes: int
    asked: datetime
    about: Any
    ident: str = ""
    begun: datetime | None = None
    over: bool = False

    @property
    def end(self) -> datetime:
        """When it stops by itself: its while, or a day without an answer."""
        return self.begun + timedelta(minutes=self.minutes) if self.begun else self.asked + A_DAY

    def runs(self, now: datetime) -> bool:
        return self.begun is not None and not self.over and now < self.end

    def waits(self, now: datetime) -> bool:
        return self.begun is None and not self.over and now < self.end


class Reading:
    """What has happened so far, and what the rules say of the next step."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document, self.gone = document, timedelta()
        self.takings: list[Taking] = []

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.gone

    @property
    def oracle(self) -> Oracle:
        """Everything that is so now."""
        now = self.now
        running = {(one.who, key_of(one.what)) for one in self.takings if one.runs(now)}
        return Oracle(self.document, self.gone, running=running)

    def takable(self, email: str) -> list[What]:
        """What somebody could take up now: their own grants, places, grants of their groups."""
        oracle, found = self.oracle, []
        for member in self.document["members"]:
            if member["email"] == email:
                found += member.get("grants", [])
        for group in self.document["groups"]:
            found += [place for place in group["members"] if place["email"] == email]
            if email in oracle.inside(group):
                found += group["grants"]
        return [what for what in found if "eligible" in what and oracle.has_begun(what)]

    def about(self, what: What) -> Any:
        """What taking it up is about: what it gives, and how it is taken up."""
        if "role" in what:
            return repr(what)
        group = self.group_of(what)
        return repr((what["eligible"], [g for g in group["grants"] if self.oracle.has_begun(g)]))

    def group_of(self, place: What) -> dict[str, Any]:
        """The group that a place is in."""
        found: dict[str, Any] = next(
            group for group in self.document["groups"] if any(p is place for p in group["members"])
        )
        return found

    def approvers(self, taking: Taking) -> set[str]:
        """Who may agree: those named, without the asker; where nobody is left, owners (W3)."""
        oracle, named = self.oracle, set[str]()
        members = {member["email"] for member in self.document["members"]}
        for name in taking.what["eligible"].get("approvers", ()):
            named |= oracle.inside_group(name[6:]) if name.startswith("group:") else {name}
        owners = {
            email
            for email in members
            if oracle.allowed_on_workspace(oracle.grants_of(email), "administer")
        }
        return (named & members) - {taking.who} or owners - {taking.who}

    def takes(self, who: str, what: What, minutes: int) -> tuple[str, Taking]:
        """Somebody takes something up: how it goes, and what is there afterwards."""
        taking, now = Taking(who, what, minutes, self.now, self.about(what)), self.now
        same = [one for one in self.takings if (one.who, one.what) == (who, what)]
        if minutes > key_of(what):
            return "Refused", taking
        if any(one.runs(now) or one.waits(now) for one in same):
            return "Conflict", taking
        if "approvers" in what["eligible"]:
            return ("" if self.approvers(taking) else "Conflict"), taking
        taking.begun = now
        return "", taking

    def answers(self, taking: Taking, who: str, *, agreed: bool) -> str:
        """Somebody answers: how it goes."""
        if not taking.waits(self.now):
            return "Conflict"
        if who not in self.approvers(taking):
            return "Denied"
        if not agreed:
            taking.over = True
            return ""
        still = any(what is taking.what for what in self.takable(taking.who))
        if not still or self.about(taking.what) != taking.about:
            return "Conflict"
        taking.begun = self.now
        return ""

    def ends(self, taking: Taking, who: str) -> str:
        """Somebody ends it, or takes it back: its holder may, and whoever owns now."""
        oracle = self.oracle
        owns = oracle.allowed_on_workspace(oracle.grants_of(who), "administer")
        if who != taking.who and not owns:
            return "Denied"
        if not (taking.runs(self.now) or taking.waits(self.now)):
            return "Conflict"
        taking.over = True
        return ""

    def drop(self, gone: Iterable[What], who: str = "") -> None:
        """What is taken away takes with it what was taken up of it."""
        keys = {key_of(what) for what in gone if "eligible" in what}
        self.takings = [
            one for one in self.takings if key_of(one.what) not in keys or (who and one.who != who)
        ]
