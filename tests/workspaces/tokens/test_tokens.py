import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from tests.world import SYSTEM, give_grants
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.errors import Refused
from workspaces.models import Token
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def test_the_secret_is_nowhere_in_the_database_XH1_XK4(world):
    token, secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    rows = [*Token.objects.all(), *world.workspace.events.all()]
    dump = serializers.serialize("json", rows)
    assert token.name in dump
    assert secret.split("_")[2] not in dump


def test_a_secret_is_found_by_scanners_and_by_its_public_id_T1(world):
    token, secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    prefix, ident, random, checksum = secret.split("_")
    assert (prefix, ident) == ("gth", token.public_id)
    assert len(random) == 32
    assert len(checksum) == 8


def test_the_stored_hash_is_keyed_XH1(world, settings):
    token, secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    assert token.secret_hash == tokens.keyed_hash(secret)
    settings.SECRET_KEY = "another key that is long enough, too"
    assert token.secret_hash != tokens.keyed_hash(secret)


def test_a_token_has_its_own_grants_and_no_more_T1(world):
    token, _ = tokens.create(
        world.workspace, "ci", by=world.actor("ada"), policy=[Terms("source-admin", "all")]
    )
    access = Access.of(token)
    assert access.check("edit", world.resource("source/a"))
    assert not access.check("administer", world.workspace)


def test_a_token_without_a_live_grant_may_not_even_read_the_workspace(world):
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM)
    assert not Access.of(token).check("read", world.workspace)


def test_a_decision_reader_may_ask_and_see_nothing(world):
    policy = [Terms("decision-reader", "all")]
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    assert Access.of(token).on_workspace() == {"decide"}


def test_a_revoked_token_may_nothing_at_once_and_holds_no_label_T1_L4(world):
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM)
    labels = (world.label("product:car"),)
    give_grants(token, [Terms("source-admin", "labels", labels=labels)], by=SYSTEM)
    tokens.revoke(token, by=SYSTEM)
    assert not Access.of(token).check("edit", world.resource("source/a"))
    assert not world.label("product:car").grant_uses.exists()


def test_revoking_twice_is_one_event(world):
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM)
    for _ in range(2):
        tokens.revoke(token, by=SYSTEM)
    assert world.workspace.events.filter(action="token.revoked").count() == 1


def test_a_token_that_has_ended_may_nothing_R6(world):
    policy = [Terms("source-admin", "all")]
    ends = timezone.now() + timedelta(days=1)
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy, expires_at=ends)
    assert Access.of(token).policy.held
    with lock_workspace(world.workspace.pk):
        token.expires_at = timezone.now() - timedelta(seconds=1)
        token.save()
    assert not Access.of(token).policy.held


def test_a_token_cannot_be_made_to_have_ended(world):
    with pytest.raises(Refused, match="future"):
        tokens.create(world.workspace, "ci", by=SYSTEM, expires_at=timezone.now())


def test_a_bad_grant_makes_no_token(world):
    with pytest.raises(Refused):
        tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("nobody", "all")])
    assert not Token.objects.exists()


def test_the_trail_keeps_what_a_token_was_given(world):
    policy = [Terms("source-admin", "all")]
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    after = world.workspace.events.newest_first().first().after
    assert json.loads(json.dumps(after["grants"])) == [
        {"role": "source-admin", "scope": {"all": True}}
    ]
