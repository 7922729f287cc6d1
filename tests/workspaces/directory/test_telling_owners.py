"""A directory that would take out the last owner is refused, and the owners hear of it (XL8)."""

from functools import partial

import pytest

from accounts.models.mail import Mail
from tests.cast.directories import directory_of, known
from tests.world import SYSTEM, acme, build, everything, give_grants
from workspaces.change import Actor
from workspaces.errors import Conflict
from workspaces.operations.directory import groups
from workspaces.operations.directory.groups import Step, StepKind
from workspaces.operations.directory.people import change, forget
from workspaces.operations.members import members
from workspaces.terms import Terms

SUBJECT = "The directory wanted to remove the last owner of Acme"


@pytest.fixture
def scim(world) -> Actor:
    return directory_of(world)


def rows() -> dict[str, object]:
    return {name: rows for name, rows in everything().items() if name != "accounts.Mail"}


@pytest.mark.parametrize("act", [partial(change, active=False, external_id="00u1"), forget])
def test_the_last_owner_stays_and_nothing_changes_R7_XC5_XL8(world, scim, act):
    before = rows()
    with pytest.raises(Conflict) as refused:
        act(world.member("ada"), by=scim)
    assert refused.value.rule == "R7"
    assert rows() == before
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("ada@example.org", SUBJECT)
    assert "ada@example.org" in mail.text
    assert "Okta" in mail.html


def test_owners_are_told_once_a_day_and_workspace(world, scim):
    other = build(acme(workspace={"slug": "second", "name": "Second"}))
    for _ in range(3):
        with pytest.raises(Conflict):
            forget(world.member("ada"), by=scim)
    with pytest.raises(Conflict):
        forget(other.member("ada"), by=directory_of(other))
    assert Mail.objects.count() == 2


def test_an_owner_among_others_goes(world, scim):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    change(world.member("ada"), active=False, by=scim)
    assert not known(world, "ada@example.org").inside
    assert not Mail.objects.filter(subject=SUBJECT).exists()


def test_an_owner_through_a_group_does_not_count_XC3(world, scim):
    group = world.group("growth")
    give_grants(group, [Terms("workspace-owner", "all")], by=SYSTEM)
    with pytest.raises(Conflict):
        change(world.member("ada"), active=False, by=scim)
    groups.change(group, steps=[Step(StepKind.REPLACE)], by=scim)
    assert not world.workspace.members.in_group(group).exists()
