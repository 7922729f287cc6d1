"""What could be taken up is no yes, and is told to who asks why (W8)."""

import pytest

from tests.world import give_grants
from workspaces.operations.groups import groups
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms

DEE = {"type": "user", "id": "dee@example.org"}
ASKED = {
    "subject": DEE,
    "action": {"name": "edit"},
    "resource": {"type": "source", "id": "a"},
    "context": {"explain": True, "ip": "10.0.0.1"},
}
NEAREST = {
    "name": "Source Admin",
    "longest_minutes": 90,
    "approval": False,
    "proof": False,
    "break_glass": False,
}


@pytest.fixture
def dee(world):
    member = world.member("dee")
    how = Eligible(proof=False, longest_minutes=90)
    give_grants(member, [Terms("source-admin", "all", eligible=how)])
    return member


def test_a_no_says_what_is_nearest_to_take_up_W8(ask, dee):
    said = ask("evaluation", ASKED)[1]
    assert said["decision"] is False
    assert said["context"]["could_take_up"] == NEAREST


def test_unasked_it_says_nothing_of_it_W8(ask, dee):
    assert ask("evaluation", {**ASKED, "context": {"ip": "10.0.0.1"}}) == (200, {"decision": False})


def test_each_question_of_a_batch_says_for_itself_W8(ask, dee):
    body = {**ASKED, "context": {}, "evaluations": [{"context": {"explain": True}}, {}]}
    first, second = ask("evaluations", body)[1]["evaluations"]
    assert first["context"]["could_take_up"] == NEAREST
    assert second == {"decision": False}


def test_taken_up_it_is_a_yes_W2_W8(ask, dee, world):
    [what] = takable(dee)
    take_ups.take_up(dee, what.name, 30, "Pager", by=world.actor("dee"))
    said = ask("evaluation", ASKED)[1]
    assert said["decision"] is True
    assert "could_take_up" not in said["context"]


def test_a_place_in_a_group_is_named_by_the_group_W8(ask, world):
    how = Eligible(proof=True, approvers=frozenset())
    growth = world.group("growth")
    groups.add_members(
        growth, [world.member("dee")], span=Span(eligible=how), by=world.actor("ada")
    )
    found = ask("evaluation", ASKED)[1]["context"]["could_take_up"]
    assert found == {
        **NEAREST,
        "name": "growth",
        "longest_minutes": 240,
        "approval": True,
        "proof": True,
    }


def test_the_grant_of_a_group_names_it_W8(ask, world):
    how = Eligible(proof=False, longest_minutes=90)
    give_grants(world.group("growth"), [Terms("space-admin", "all", eligible=how)])
    asked = {**ASKED, "subject": {"type": "user", "id": "bo@example.org"},
             "resource": {"type": "space", "id": "eu"}}  # fmt: skip
    found = ask("evaluation", asked)[1]["context"]["could_take_up"]
    assert found == {**NEAREST, "name": "Unify and Engage Admin", "group": "growth"}


@pytest.mark.parametrize(
    "subject", [{"type": "group", "id": "growth"}, {"type": "user", "id": "cy@example.org"}]
)
def test_who_could_take_up_nothing_is_told_of_nothing_W8(ask, dee, subject):
    said = ask("evaluation", {**ASKED, "subject": subject, "action": {"name": "delete"}})[1]
    assert "could_take_up" not in said["context"]
