"""A no names what is planned for whoever is told no: it is nearest to a yes (R14, W1)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.world import give_grants
from workspaces.access.engine import Access
from workspaces.access.explain import explain, reasons_of
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

START = datetime(2198, 1, 1, tzinfo=UTC)


def answer(subject, action, thing):
    return explain(Access.of(subject), action, thing)


def test_what_is_planned_is_the_nearest_W1_R14(world):
    dee, label = world.member("dee"), world.label("environment:prod")
    give_grants(dee, [Terms("source-admin", "labels", (label,), starts=START)])
    found = answer(dee, "edit", world.resource("source/a"))
    assert not found.decision
    first = found.nearest[0]
    assert (first.grant, first.starts) == (dee.grants.get(), START)
    assert reasons_of(found)[0] == (
        "would: from 2198-01-01T00:00:00Z on, Source Admin direct, labels environment:prod"
    )


def test_the_page_says_from_when_on_W1(world, see):
    give_grants(world.member("dee"), [Terms("source-admin", "all", starts=START)])
    page = see("ada", "check?who=dee@example.org&do=edit&which=source/a")
    assert "From 1 Jan 2198 (UTC) on, by Source Admin , which is planned for them" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "source-read-only", "scope": "all"},
        {"role": "warehouse-admin", "scope": "all"},
        {"role": "source-admin", "scope": "resources"},
    ],
)
def test_what_is_planned_and_would_not_give_it_is_not_named_W1(world, changes):
    dee = world.member("dee")
    listed = (world.resource("source/b"),) if changes["scope"] == "resources" else ()
    give_grants(dee, [Terms(**changes, resources=listed, starts=START)])
    assert not any(near.starts for near in answer(dee, "edit", world.resource("source/a")).nearest)


def test_the_soonest_comes_first_and_what_has_ended_is_no_help_W1(world):
    dee, now = world.member("dee"), timezone.now()
    give_grants(
        dee,
        [
            Terms("source-admin", "all", starts=START),
            Terms("source-admin", "all", starts=now + timedelta(days=3)),
            Terms("source-admin", "all", starts=now - timedelta(days=3), ends=now),
        ],
    )
    found = answer(dee, "edit", world.resource("source/a")).nearest
    assert [near.starts for near in found if near.starts] == [now + timedelta(days=3), START]


def test_personal_data_shows_once_reading_starts_W1_XB8(world):
    dee = world.member("dee")
    give_grants(dee, [Terms("pii-access", "all"), Terms("source-read-only", "all", starts=START)])
    found = answer(dee, "view_pii", world.resource("source/a"))
    assert found.nearest[0].grant.role == "source-read-only"


def test_rights_on_the_workspace_are_planned_too_W1(world):
    dee = world.member("dee")
    give_grants(dee, [Terms("source-admin", "all", starts=START)])
    assert reasons_of(answer(dee, "create_source", world.workspace)) == [
        "would: from 2198-01-01T00:00:00Z on, Source Admin direct, all current and future"
    ]


def test_groups_and_tokens_are_told_of_their_own_W1(world):
    token, _ = tokens.create(world.workspace, "Sync", by=world.actor("ada"), policy=())
    for subject in (world.group("growth"), token):
        give_grants(subject, [Terms("function-admin", "all", starts=START)])
        assert answer(subject, "edit", world.resource("function/clean")).nearest[0].starts == START
