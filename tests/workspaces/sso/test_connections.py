"""Connections as owners change them: drafts, tests, what is in force meanwhile (P3, P6)."""

import json

import pytest
from django.test import Client

from accounts.models.sign_in import SignIn
from tests.cast.connecting import (
    SECRET,
    SIGN_IN,
    a_connection,
    bound,
    certificate,
    openid,
    requires,
    saml,
    vouch,
)
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.errors import Conflict, Refused, Unproved
from workspaces.models import ConnectionKind, ConnectionState, SsoBinding, SsoConnection
from workspaces.operations.sso import connections, requiring, trust

ACTIVE, OFF = ConnectionState.ACTIVE, ConnectionState.OFF
NEW = "https://new.acme.example/sso"


@pytest.fixture
def workspace(world):
    return world.workspace


def now(connection):
    return SsoConnection.objects.get(pk=connection.pk)


def last_event(workspace):
    return workspace.events.newest_first().first()


def test_a_new_connection_is_a_draft_that_waits_for_its_test_P6(workspace):
    made = connections.add(workspace, "Acme SSO", ConnectionKind.SAML, saml(), by=SYSTEM)
    assert (made.state, made.trusted) == (ConnectionState.DRAFT, None)
    assert made.wanted["sign_in_url"] == SIGN_IN


def test_only_a_tested_connection_becomes_active_P6(workspace):
    made = a_connection(workspace, tested=False)
    with pytest.raises(Conflict, match="Test the connection first"):
        connections.switch(made, ACTIVE, by=SYSTEM)
    connections.pass_test(made, by=SYSTEM)
    assert connections.switch(made, ACTIVE, by=SYSTEM).is_active


def test_what_changes_waits_while_the_old_values_stay_in_force_P6(workspace):
    made = a_connection(workspace, active=True)
    changed = connections.trust(made, saml(sign_in=NEW), by=SYSTEM)
    assert changed.is_active
    assert changed.trusted["sign_in_url"] == SIGN_IN
    assert changed.wanted["sign_in_url"] == NEW
    passed = connections.pass_test(changed, by=SYSTEM)
    assert (passed.trusted["sign_in_url"], passed.wanted) == (NEW, None)


def test_going_back_to_what_is_in_force_needs_no_test_P6(workspace):
    made = a_connection(workspace, active=True)
    connections.trust(made, saml(sign_in=NEW), by=SYSTEM)
    assert connections.trust(made, saml(), by=SYSTEM).wanted is None


def test_saving_the_same_again_is_no_event_A1(workspace):
    made = a_connection(workspace, trust=openid(), active=True)
    with_events = workspace.events.count()
    assert connections.trust(made, openid(), by=SYSTEM).wanted is None
    assert workspace.events.count() == with_events


def test_a_test_of_what_was_changed_meanwhile_puts_nothing_in_force_P6(workspace):
    begun = a_connection(workspace, tested=False)
    connections.trust(begun, saml(sign_in=NEW), by=SYSTEM)
    with pytest.raises(Conflict, match="changed while it was tested"):
        connections.pass_test(begun, by=SYSTEM)
    assert now(begun).trusted is None


def test_two_certificates_are_trusted_at_a_time_P6(workspace):
    both = (certificate(), certificate(days=900, of="next"))
    made = a_connection(workspace, trust=saml(certificates=both), active=True)
    assert trust.read(made.kind, made.trusted).certificates == both
    assert len(trust.ends_of(made)) == 2


def test_a_name_is_of_one_connection_without_regard_to_case_N2(workspace):
    a_connection(workspace)
    with pytest.raises(Refused, match="already") as caught:
        a_connection(workspace, "ACME sso")
    assert caught.value.field == "name"
    other = a_connection(workspace, "Another")
    with pytest.raises(Refused, match="already"):
        connections.change(other, by=SYSTEM, name="acme SSO", unasked=False, makes_members=True)
    assert a_connection(build(OTHER).workspace).name == "Acme SSO"


def test_a_workspace_has_at_most_ten_P6(workspace):
    for number in range(connections.MOST):
        a_connection(workspace, f"Number {number}", tested=False)
    with pytest.raises(Refused, match="at most 10") as caught:
        a_connection(workspace, "One more", tested=False)
    assert caught.value.field == "name"


def test_a_form_sent_twice_makes_one_XI7(workspace):
    made = [
        connections.add(workspace, "SSO", ConnectionKind.SAML, None, by=SYSTEM, ident="once")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert workspace.sso_connections.count() == 1


def test_a_secret_lies_sealed_and_no_event_tells_it_P6(workspace):
    made = a_connection(workspace, trust=openid(), active=True)
    kept = json.dumps(everything(), default=str)
    assert SECRET not in kept
    assert trust.read(made.kind, made.trusted).client_secret == SECRET


def test_switching_off_ends_what_it_alone_opened_P10(world, workspace):
    made = a_connection(workspace, active=True)
    for name, own in (("bo", False), ("cy", True)):
        Client().force_login(world.user(name), backend="accounts.backends.SignInBackend")
        vouch(bound(made, world.user(name), name), own=own)
    connections.switch(made, OFF, by=SYSTEM)
    assert list(SignIn.objects.values_list("user__email", flat=True)) == ["cy@example.org"]


def test_taking_out_takes_its_bindings_along_and_says_how_many_P6(world, workspace):
    made = a_connection(workspace, active=True)
    bound(made, world.user("bo"))
    connections.take_out(made, by=SYSTEM)
    assert not SsoBinding.objects.exists()
    event = last_event(workspace)
    assert (event.action, event.before["people"]) == ("connection.taken_out", 1)


def test_releasing_forgets_one_id_and_ends_its_sessions_P3(world, workspace):
    made = a_connection(workspace, active=True)
    Client().force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    mine, other = bound(made, world.user("bo"), "1"), bound(made, world.user("cy"), "2")
    vouch(mine, own=False)
    connections.release(mine, by=SYSTEM)
    assert list(SsoBinding.objects.all()) == [other]
    assert not SignIn.objects.exists()
    assert last_event(workspace).before["id"] == "1"


def switch_off(connection):
    connections.switch(connection, OFF, by=SYSTEM)


def take_out(connection):
    connections.take_out(connection, by=SYSTEM)


@pytest.mark.parametrize("act", [switch_off, take_out])
def test_the_last_active_one_stays_while_it_is_required_P5(world, act):
    made = requires(world)
    assert set(connections.shut_out_by(made)) == set(requiring.moved(world.workspace))
    before = everything()
    with pytest.raises(Conflict, match="Only its connections let people in"):
        act(made)
    assert everything() == before
    a_connection(world.workspace, "Another", active=True)
    assert not connections.shut_out_by(made).exists()
    act(made)


@pytest.mark.parametrize(
    "change",
    [
        lambda c, by: connections.change(c, by=by, name="x", unasked=True, makes_members=True),
        lambda c, by: connections.trust(c, saml(sign_in=NEW), by=by),
        lambda c, by: connections.pass_test(c, by=by),
        lambda c, by: connections.switch(c, ACTIVE, by=by),
        lambda c, by: connections.take_out(c, by=by),
        lambda c, by: connections.release(c.bindings.get(), by=by),
        lambda c, by: connections.add(c.workspace, "x", ConnectionKind.SAML, None, by=by),
    ],
)
def test_each_change_asks_for_a_fresh_proof_S8(world, workspace, acting, change):
    made = a_connection(workspace)
    bound(made, world.user("bo"))
    with pytest.raises(Unproved):
        change(made, acting("ada", proved=False))
