"""A closed workspace is reached by no door, comes back whole, and ends for good (R16)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm

from accounts.models.user import User
from tests.world import SYSTEM, acme, build, everything
from workspaces.access.counts.headcount import headcounts
from workspaces.access.engine import Access
from workspaces.access.explain import explain
from workspaces.access.who import who
from workspaces.change import chain
from workspaces.errors import Conflict
from workspaces.models import Resource, Workspace
from workspaces.operations.documents import Faults, load_document
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import retention, workspaces
from workspaces.terms import Terms


@pytest.fixture
def token(world):
    policy = [Terms("workspace-owner", "all")]
    return tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)[0]


@pytest.fixture
def closed(world, token):
    workspaces.close(world.workspace, by=world.actor("ada"))
    world.workspace.refresh_from_db()
    return world


def put_back(world, days):
    """Say that it was closed so many days ago."""
    Workspace.objects.filter(pk=world.workspace.pk).update(
        closed_at=timezone.now() - timedelta(days=days)
    )
    world.workspace.refresh_from_db()


def test_the_engine_says_no_to_everybody_in_a_closed_workspace(closed, token):
    source = closed.resource("source/a")
    for subject in (closed.member("ada"), closed.member("bo"), closed.group("growth"), token):
        access = Access.of(subject)
        assert not access.check("read", source)
        assert not access.check("read", closed.workspace)
        assert not access.reach_any_type("read").exists()
        assert not explain(access, "read", source).decision
    assert not closed.user("ada").has_perm("workspaces.edit_source", source)
    assert not closed.user("ada").has_perm("workspaces.administer_workspace", closed.workspace)


def test_nobody_is_counted_as_reaching_what_is_closed(closed):
    source = closed.resource("source/a")
    assert not who("read", source).exists()
    assert not who("read", closed.workspace).exists()
    assert headcounts(["read"], [source]) == {source.pk: (0,)}


def test_a_page_open_meanwhile_changes_nothing_any_more(closed):
    with pytest.raises(Conflict):
        groups.create(closed.workspace, "late", by=SYSTEM)
    assert not closed.workspace.groups.filter(name="late").exists()


def test_every_page_answers_404_and_the_start_no_longer_lists_it(closed, as_user):
    client = as_user("ada")
    for path in ("", "overview", "my-access", "sources/a"):
        assert client.get(f"/w/acme/{path}").status_code == 404
    assert "Acme" not in client.get("/").content.decode()


@pytest.mark.parametrize("command", [
    ["workspace_export", "acme"],
    ["token_create", "--workspace=acme", "--name=x", "--role=source-admin"],
    ["owner_appoint", "dee@example.org", "--workspace=acme", "--reason=r"],
])  # fmt: skip
def test_the_command_line_does_not_find_it_either(closed, command):
    with pytest.raises(CommandError):
        call_command(*command)


def test_the_access_command_answers_no(closed):
    with pytest.raises(SystemExit) as left:
        call_command("access", "check", "ada@example.org", "read", "source/a", workspace="acme")
    assert left.value.code == 1


def test_no_document_is_loaded_into_it(closed):
    with pytest.raises(Faults, match="closed"):
        load_document(acme(), by=SYSTEM)


def test_its_trail_can_still_be_verified(closed):
    out = StringIO()
    call_command("audit_verify", "acme", stdout=out)
    assert "holds" in out.getvalue()


def test_an_account_is_deactivated_though_it_owns_a_closed_workspace_R7(closed):
    members.set_user_active(closed.user("ada"), active=False, by=SYSTEM.because("left"))
    assert not closed.user("ada").is_active
    with pytest.raises(Conflict, match="active account"):
        workspaces.reopen(closed.workspace, by=SYSTEM.because("asked"))


def test_reopened_it_is_as_it_was(world, token):
    before = everything()
    workspaces.close(world.workspace, by=SYSTEM)
    workspaces.reopen(world.workspace, by=SYSTEM.because("asked"))
    after = everything()
    for rows in (before, after):
        del rows["workspaces.Event"], rows["workspaces.Mention"]
    assert after == before
    assert Access.of(world.member("ada")).is_owner
    assert chain.verify(world.workspace) is None


def test_support_reopens_it_for_30_days_and_not_longer(closed):
    put_back(closed, 31)
    with pytest.raises(Conflict, match="could be reopened until"):
        workspaces.reopen(closed.workspace, by=SYSTEM.because("late"))


def test_what_is_open_is_not_reopened(world):
    with pytest.raises(Conflict, match="is open"):
        workspaces.reopen(world.workspace, by=SYSTEM.because("r"))


def test_before_30_days_nothing_is_erased(closed):
    put_back(closed, 29)
    assert retention.erase_closed(by=SYSTEM) == 0
    assert not retention.erase(closed.workspace, by=SYSTEM)
    assert closed.workspace.members.count() == 4


def test_after_30_days_everything_goes_but_the_trail(closed):
    other = build({**acme(), "workspace": {"slug": "beta", "name": "Beta"}})
    put_back(closed, 31)
    assert retention.erase_closed(by=SYSTEM) == 1
    assert retention.erase_closed(by=SYSTEM) == 0
    left = {
        name: [row for row in rows if row.get("workspace_id") == closed.workspace.pk]
        for name, rows in everything().items()
    }
    assert {name for name, rows in left.items() if rows} == {
        "workspaces.Event",
        "workspaces.Mention",
    }
    event = closed.workspace.events.newest_first().first()
    assert event.action == "workspace.erased"
    assert event.before["member"] == 4
    assert chain.verify(closed.workspace) is None
    assert other.workspace.members.count() == 4
    assert Resource.objects.filter(workspace=other.workspace).count() == 8


def test_an_erased_workspace_keeps_its_address_and_is_not_reopened(closed):
    put_back(closed, 31)
    retention.erase_closed(by=SYSTEM)
    assert Workspace.objects.filter(slug="acme").exists()
    with pytest.raises(Conflict):
        workspaces.reopen(closed.workspace, by=SYSTEM.because("late"))


def test_when_the_trail_is_past_its_time_the_rest_goes_A3(closed, settings):
    helper = User.objects.create_user("help@example.org")
    assign_perm("workspaces.support_workspace", helper, closed.workspace)
    put_back(closed, 31)
    retention.erase_closed(by=SYSTEM)
    assert retention.forget_erased(by=SYSTEM) == 0
    settings.AUDIT_KEPT_DAYS = -1
    retention.purge_old_events(closed.workspace, by=SYSTEM)
    assert retention.forget_erased(by=SYSTEM) == 1
    assert not Workspace.objects.filter(slug="acme").exists()
    assert not UserObjectPermission.objects.exists()


def test_housekeeping_does_all_of_it(closed, settings):
    put_back(closed, 31)
    out = StringIO()
    call_command("housekeeping", stdout=out)
    assert "1 closed workspaces erased, 0 forgotten" in out.getvalue()
    settings.AUDIT_KEPT_DAYS = -1
    call_command("housekeeping", stdout=out)
    assert "0 closed workspaces erased, 1 forgotten" in out.getvalue()


def test_rows_are_whole_while_it_is_closed_and_after(closed):
    call_command("integrity_check")
    put_back(closed, 31)
    retention.erase_closed(by=SYSTEM)
    call_command("integrity_check")
