"""What operators and scripts rely on: tokens, the trail, owners, housekeeping."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build
from workspaces.access.engine import Access
from workspaces.change import chain
from workspaces.models import Token
from workspaces.operations.groups import groups
from workspaces.operations.tokens.tokens import keyed_hash


def test_the_secret_is_printed_alone_T1(world, capsys):
    call_command("token_create", "--workspace=acme", "--name=ci", "--role=source-admin")
    secret = capsys.readouterr().out.strip()
    token = Token.objects.get()
    assert token.secret_hash == keyed_hash(secret)
    assert Access.of(token).check("edit", world.resource("source/a"))


def test_a_token_may_end(world):
    call_command(
        "token_create",
        "--workspace=acme",
        "--name=ci",
        "--role=source-admin",
        "--expires=2199-01-01T00:00Z",
    )
    assert Token.objects.get().expires_at.year == 2199


def test_a_scim_token_needs_no_role(world):
    call_command(
        "token_create", "--workspace=acme", "--name=idp", "--kind=scim", "--role=source-admin"
    )
    token = Token.objects.get()
    assert token.kind == "scim"
    assert not token.grants.exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--workspace=none", "--name=x", "--role=source-admin"], "no workspace none"),
        (["--workspace=acme", "--name= ", "--role=source-admin"], "empty"),
        (["--workspace=acme", "--name=x"], "--role"),
        (["--workspace=acme", "--name=x", "--role=king"], "invalid choice"),
        (["--workspace=acme", "--name=x", "--role=source-admin", "--expires=soon"], "ISO 8601"),
        (["--workspace=acme", "--name=x", "--role=source-admin", "--expires=2001-01-01"], "future"),
    ],
)
def test_bad_input_makes_no_token(world, options, word):
    with pytest.raises(CommandError, match=word):
        call_command("token_create", *options)
    assert not Token.objects.exists()


def test_a_whole_chain_is_verified_and_its_head_printed(world, capsys):
    call_command("audit_verify", "acme")
    assert chain.newest(world.workspace) in capsys.readouterr().out


def test_a_broken_chain_is_exit_1_and_names_the_event_XK2(world, capsys):
    build(OTHER)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_event SET reason = 'x' WHERE workspace_id = %s", [world.workspace.pk]
        )
    with pytest.raises(CommandError, match="1 of 2") as error:
        call_command("audit_verify")
    assert error.value.returncode == 1
    printed = capsys.readouterr()
    assert "acme: broken at event 1" in printed.err
    assert "other: holds" in printed.out


def test_a_head_kept_outside_finds_a_cut_tail_XK2(world):
    head = chain.newest(world.workspace).replace("1:", "2:")
    with pytest.raises(CommandError):
        call_command("audit_verify", "acme", "--head", head)


def test_a_head_belongs_to_one_workspace(world):
    with pytest.raises(CommandError, match="name it"):
        call_command("audit_verify", "--head", "1:abc")


def test_an_owner_is_appointed_with_a_reason_XC6(world):
    call_command("owner_appoint", "new@example.org", "--workspace=acme", "--reason=all left")
    assert world.member("new").owner
    assert world.workspace.events.newest_first().first().reason == "all left"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nonsense", "--workspace=acme", "--reason=x"], "name@domain"),
        (["new@example.org", "--workspace=acme", "--reason="], "empty"),
        (["new@example.org", "--workspace=none", "--reason=x"], "no workspace"),
    ],
)
def test_nobody_is_appointed_by_bad_input(world, words, message):
    with pytest.raises(CommandError, match=message):
        call_command("owner_appoint", *words)
    assert world.workspace.members.owners().count() == 1


def test_housekeeping_drops_ended_sessions_and_old_events_A3(world, settings, capsys):
    Session.objects.create(
        session_key="x", session_data="", expire_date=timezone.now() - timedelta(days=1)
    )
    settings.AUDIT_KEPT_DAYS = -1
    call_command("housekeeping")
    assert not Session.objects.exists()
    assert "1 audit events purged" in capsys.readouterr().out
    assert chain.verify(world.workspace) is None


def test_housekeeping_asks_nothing_of_a_workspace_in_which_there_is_nothing_to_do(world):
    with CaptureQueriesContext(connection) as alone:
        call_command("housekeeping")
    for n in range(3):
        build({**OTHER, "workspace": {**OTHER["workspace"], "slug": f"more-{n}"}})
    with CaptureQueriesContext(connection) as among_others:
        call_command("housekeeping")
    assert len(among_others) == len(alone)


def test_integrity_holds_for_what_operations_wrote(world, capsys):
    groups.create(world.workspace, "x", by=SYSTEM)
    call_command("integrity_check")
    assert "Every row belongs" in capsys.readouterr().out


def test_integrity_is_exit_1_when_a_row_joins_two_workspaces_XA2(world, capsys):
    other = build(OTHER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workspaces_groupmember SET workspace_id = %s", [other.workspace.pk])
    with pytest.raises(CommandError) as error:
        call_command("integrity_check")
    assert error.value.returncode == 1
    assert "joins two workspaces" in capsys.readouterr().err
