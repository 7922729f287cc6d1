from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build
from workspaces import audit as trail
from workspaces.operations import groups, tokens
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


def test_the_trail_tells_in_sentences_newest_first_A3(see, world):
    groups.create(world.workspace, "sales", by=world.actor("ada"))
    page = see("ada", "audit")
    first = page.text.index("ada@example.org made the group sales")
    assert first < page.text.index("tests made the workspace Acme")


@pytest.mark.parametrize(
    ("query", "shown"),
    [("actor=ada", True), ("actor=tests", False), ("action=group.created", True),
     ("action=group.deleted", False), ("target=SALES", True), ("target=none", False),
     ("since=2020-01-01", True), ("until=2020-01-01", False), ("since=nonsense", True)],
)  # fmt: skip
def test_the_trail_is_narrowed_by_the_address_A3(see, world, query, shown):
    groups.create(world.workspace, "sales", by=world.actor("ada"))
    assert ("made the group sales" in see("ada", f"audit?{query}")) is shown


def test_the_trail_shows_before_and_after_and_the_hash(see, world):
    groups.describe(world.group("growth"), "growth", "New words", by=world.actor("ada"))
    page = see("ada", "audit")
    assert "Growth team" in page
    assert "New words" in page
    assert world.workspace.events.newest_first().first().digest in page


@pytest.mark.parametrize(("seconds", "shown"), [(-1, True), (1, False)])
def test_owners_see_exactly_the_last_ninety_days_A3_K5(see, world, monkeypatch, seconds, shown):
    then = timezone.now() - timedelta(days=90, seconds=seconds * 30)
    with monkeypatch.context() as patch:
        patch.setattr(trail.timezone, "now", lambda: then)
        groups.create(world.workspace, "old", by=SYSTEM)
    assert ("made the group old" in see("ada", "audit")) is shown


def test_the_trail_holds_nothing_of_another_workspace_A3(see, world):
    build(OTHER)
    assert "uixot" not in see("ada", "audit").raw
    assert "uixot" not in see("ada", "audit?target=Quixotry+Ltd&actor=").text.replace(
        "Quixotry Ltd", ""
    )
