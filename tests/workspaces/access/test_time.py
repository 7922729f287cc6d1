"""Time goes by: the engine against the oracle a moment before and after each start and end (W1).

The database's clock cannot be set; what the rows say is set back instead. A few worlds in the
suite; `pytest tests/workspaces/access/test_time.py --histories 10000` lives through as many as
one likes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F, QuerySet

from tests.cast.invited import ask
from tests.oracle import Oracle
from tests.workspaces.access.test_property import agree, compared, explained, in_many_worlds, move
from tests.world import SYSTEM, World
from workspaces.access.engine import Access
from workspaces.access.who import tokens_that_may
from workspaces.models import Grant, GroupMember, InviteGroup, TakeUp
from workspaces.operations.invites.contents import Offer
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

BEFORE, AFTER = timedelta(minutes=-5), timedelta(milliseconds=50)
MONTH = timedelta(days=30)


def go_by(world: World, time: timedelta) -> None:
    """Let time go by: set all starts and ends back, and when something was taken up."""
    for model in (Grant, GroupMember, InviteGroup):
        QuerySet(model).filter(workspace=world.workspace).update(
            starts_at=F("starts_at") - time, expires_at=F("expires_at") - time
        )
    moments = {name: F(name) - time for name in ("asked_at", "starts_at", "ends_at")}
    QuerySet(TakeUp).filter(workspace=world.workspace).update(**moments)


def moments_in(document: dict[str, Any]) -> list[datetime]:
    """Return each start and end to come that a document names, in order."""
    holders = (*document["members"], *document["groups"])
    spanned = [grant for holder in holders for grant in holder.get("grants", ())]
    spanned += [one for g in document["groups"] for one in g["members"] if isinstance(one, dict)]
    told = {one[key] for one in spanned for key in ("starts", "expires") if key in one}
    moments = sorted(datetime.fromisoformat(text) for text in told)
    return [moment for moment in moments if moment > datetime.now(UTC) - BEFORE]


@pytest.mark.django_db
def test_every_answer_follows_each_start_and_end_W1_R6(request):
    lived = []

    def live(world: World, oracle: Oracle) -> None:
        gone = timedelta()
        for moment in moments_in(oracle.document):
            for edge in (BEFORE, AFTER):
                step = moment + edge - datetime.now(UTC) - gone
                go_by(world, step)
                gone += step
                for question in (agree, explained, compared, move):
                    question(world, Oracle(oracle.document, gone))
                lived.append(moment)

    in_many_worlds(live, request.config.getoption("--histories"))
    assert len(lived) > 4, "hardly anything starts or ends in these worlds"


def may_edit(world: World, subject: Any) -> bool:
    return Access.of(subject).check("edit", world.resource("source/c"))


def test_what_a_token_holds_starts_and_ends_W1_XH2(world):
    in_a_month = datetime.now(UTC) + MONTH
    terms = Terms("source-admin", "all", starts=in_a_month, ends=in_a_month + MONTH)
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=[terms])
    answers = []
    for _month in range(3):
        listed = tokens_that_may("edit", world.resource("source/c")).filter(pk=token.pk).exists()
        assert listed == may_edit(world, token)
        answers.append(listed)
        go_by(world, MONTH + AFTER)
    assert answers == [False, True, False]


def test_what_an_invite_offers_starts_and_ends_W1_I1(world):
    in_a_month = datetime.now(UTC) + MONTH
    terms = Terms("source-admin", "all", starts=in_a_month, ends=in_a_month + MONTH)
    invite = ask(world, "new@example.org", Offer(grants=(terms,)))
    answers = []
    for _month in range(3):
        answers.append(may_edit(world, invite))
        go_by(world, MONTH + AFTER)
    assert answers == [False, True, False]
