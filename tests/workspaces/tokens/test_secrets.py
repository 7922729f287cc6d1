"""Whose a secret is: the live token's, from where it may be used, and no other's (T1, XH2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast.tokens import token_of
from tests.world import SYSTEM
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Conflict, Refused
from workspaces.models import ActorKind, Token
from workspaces.operations.tokens import tokens


@pytest.fixture
def made(world):
    return tokens.create(world.workspace, "ci", by=SYSTEM)


def behind(token, **values):
    with lock_workspace(token.workspace_id):
        Token.objects.filter(pk=token.pk).update(**values)


def test_a_secret_finds_its_token(made):
    token, secret = made
    assert token_of(secret, None) == token


@pytest.mark.parametrize(
    "spoil",
    [str.lower, str.upper, lambda s: s[:-1], lambda s: s + "0", lambda s: s[:0], lambda s: " " + s,
     lambda s: s.replace("gth_", "gho_"), lambda s: s[:-8] + "00000000", lambda s: s + "\n"],
)  # fmt: skip
def test_a_secret_that_is_not_quite_it_finds_nothing_XH2(made, spoil):
    _, secret = made
    assert token_of(spoil(secret), None) is None


def test_another_random_part_with_a_right_checksum_finds_nothing(world, made):
    token, _ = made
    assert token_of(tokens.new_secret(token.public_id), None) is None


def test_a_revoked_or_ended_token_is_dead_at_once_XH2(made):
    token, secret = made
    behind(token, expires_at=timezone.now() - timedelta(seconds=1))
    assert token_of(secret, None) is None
    behind(token, expires_at=None)
    assert token_of(secret, None) == token
    tokens.revoke(token, by=SYSTEM)
    assert token_of(secret, None) is None


@pytest.mark.parametrize(
    ("address", "fits"),
    [("192.0.2.7", True), ("192.0.2.8", False), ("10.1.2.3", True), ("::ffff:10.1.2.3", True),
     ("2001:db8::1", True), ("2001:db9::1", False), (None, False)],
)  # fmt: skip
def test_a_token_bound_to_addresses_works_from_there_only_T1(world, address, fits):
    ranges = ["192.0.2.7/32", "10.0.0.0/8", "2001:db8::/32"]
    token, secret = tokens.create(world.workspace, "ci", by=SYSTEM, address_ranges=ranges)
    assert (token_of(secret, address) == token) is fits


def test_the_old_secret_lives_a_day_then_only_the_new_one_T1(made):
    token, old = made
    token, new = tokens.rotate(token, by=SYSTEM)
    left = token.old_secret_until - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    assert token_of(old, None) == token_of(new, None) == token
    behind(token, old_secret_until=timezone.now() - timedelta(seconds=1))
    assert token_of(old, None) is None
    assert token_of(new, None) == token


def test_a_second_rotation_ends_the_oldest_secret(made):
    token, first = made
    token, second = tokens.rotate(token, by=SYSTEM)
    token, third = tokens.rotate(token, by=SYSTEM)
    assert [bool(token_of(secret, None)) for secret in (first, second, third)] == [
        False,
        True,
        True,
    ]


def test_a_revoke_ends_both_secrets_T1(made):
    token, old = made
    token, new = tokens.rotate(token, by=SYSTEM)
    tokens.revoke(token, by=SYSTEM)
    assert token_of(old, None) is token_of(new, None) is None


def test_a_token_that_has_ended_is_not_rotated(made):
    token, _ = made
    behind(token, expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Conflict, match="has ended"):
        tokens.rotate(token, by=SYSTEM)


def test_a_token_makes_and_rotates_no_tokens_XH4(world, made):
    token, _ = made
    machine = Actor(ActorKind.TOKEN, token.name)
    with pytest.raises(Refused, match="makes no tokens"):
        tokens.create(world.workspace, "more", by=machine)
    with pytest.raises(Refused, match="rotates no tokens"):
        tokens.rotate(token, by=machine)


def test_an_id_is_spent_in_one_workspace_only_XI7(world, made):
    token, _ = made
    assert tokens.create(world.workspace, "again", by=SYSTEM, ident=token.public_id) == (token, "")
    assert Token.objects.count() == 1
