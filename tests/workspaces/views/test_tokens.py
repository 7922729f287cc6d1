from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import SYSTEM
from workspaces.operations import tokens
from workspaces.operations.grants import NewGrant


@pytest.fixture
def three(world):
    """A live token, a revoked one, and one that ends tomorrow."""
    policy = [NewGrant("source-admin", "all")]
    soon = timezone.now() + timedelta(days=1)
    tokens.create(world.workspace, "live", by=world.actor("ada"), policy=policy)
    dead, _ = tokens.create(world.workspace, "dead", by=SYSTEM)
    tokens.revoke(dead, by=SYSTEM)
    tokens.create(world.workspace, "ending", by=SYSTEM, expires_at=soon)
    return world


def test_tokens_stand_with_state_maker_and_access(see, three):
    dead, ending, live = see("ada", "tokens").rows()
    assert "Revoked" in dead
    assert "Minimal access" in ending
    assert "Source Admin" in live
    assert "Ada Lovelace" in live
    assert "Never" in live


def test_no_page_shows_more_of_a_secret_than_its_prefix_H1(see, three):
    token, secret = tokens.create(three.workspace, "new", by=SYSTEM)
    for path in ("tokens", "audit", "overview"):
        page = see("ada", path)
        assert secret not in page.raw
        assert token.secret_hash not in page.raw
        assert token.public_id not in page.text
    assert f"gth_{token.public_id[:6]}" in see("ada", "tokens").raw


@pytest.mark.parametrize(
    ("query", "found"), [("q=LIV", ["live"]), ("unused=1", ["ending", "live"]), ("q=zzz", [])]
)
def test_tokens_can_be_searched(see, three, query, found):
    assert [row.split()[0] for row in see("ada", f"tokens?{query}").rows()] == found
