"""A grant that is planned or has ended never looks like one that gives something (W1)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from config.web.values.dates import end_of, start_of
from tests.cast.invited import ask, link_to
from tests.world import SYSTEM, give_grants
from workspaces.errors import Refused
from workspaces.models import Grant
from workspaces.operations.grants import ends
from workspaces.operations.invites.contents import Offer
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

FIRST = date(2198, 1, 1)
SAID = "Planned – starts 1 Jan 2198 (UTC)"
PLANNED = Terms("warehouse-admin", "all", starts=start_of(FIRST))


def ended(**changes):
    return Terms("warehouse-admin", "all", ends=timezone.now() - timedelta(days=1), **changes)


def card_of(page, words="Warehouse Admin"):
    """Return the markup of the card that bears the role's name."""
    text = page.raw
    at = text.index(f"<strong>{words}</strong>")
    return text[text.rindex("<li", 0, at) : text.index("</li>", at)]


@pytest.fixture
def shown(world, see):
    """Give somebody a grant; return its card on each page that shows it."""

    def cards(grant):
        token = tokens.create(world.workspace, "Sync", by=world.actor("ada"), policy=())[0]
        holders = {
            f"members/{world.member('dee').public_id}": world.member("dee"),
            f"groups/{world.group('growth').public_id}": world.group("growth"),
            f"tokens/{token.public_id}": token,
        }
        for holder in holders.values():
            give_grants(holder, [grant])
        pages = {path: see("ada", path) for path in holders}
        pages |= {"dee's own": see("dee", "my-access"), "bo's own": see("bo", "my-access")}
        return {path: card_of(page) for path, page in pages.items()}

    return cards


def test_what_is_planned_says_when_it_starts_and_looks_like_nothing_given_W1(shown):
    for path, card in shown(PLANNED).items():
        assert SAID in card, path
        assert 'class="card grant dormant"' in card, path
        assert "badge edit" not in card, path
        assert "badge all" not in card, path


def test_what_has_ended_looks_like_nothing_given_W1(shown):
    for path, card in shown(ended()).items():
        assert "Ended" in card, path
        assert 'class="card grant dormant"' in card, path
        assert "badge edit" not in card, path


def test_what_has_begun_says_since_when_W1(shown):
    since = start_of(timezone.now().date() - timedelta(days=3))
    for path, card in shown(Terms("warehouse-admin", "all", starts=since)).items():
        assert "since" in card, path
        assert "badge edit" in card, path
        assert 'class="card grant"' in card, path


def test_a_list_of_people_names_what_holds_alone_W1(world, see):
    give_grants(world.member("dee"), [PLANNED])
    page = see("ada", "members?q=dee")
    assert "Minimal access" in page
    assert "Warehouse Admin" not in " ".join(page.rows())


@pytest.mark.parametrize(
    ("grant", "word"), [(PLANNED, SAID), (ended(), "Ended")], ids=["planned", "ended"]
)
def test_the_page_of_a_label_says_what_does_not_hold_W1(world, see, grant, word):
    label = world.label("product:truck")
    by_label = Terms("space-admin", "labels", (label,), starts=grant.starts, ends=grant.ends)
    give_grants(world.member("dee"), [by_label])
    text = see("ada", "labels/product:truck").raw
    use = text[text.index("Dee Dee Bridgewater") :]
    use = use[: use.index("</li>")]
    assert word in use
    assert "badge edit" not in use


def test_an_invite_says_when_what_it_offers_starts_W1(world, client):
    invite = ask(world, "new@example.org", Offer(grants=(PLANNED,)))
    assert "starts 1 Jan 2198 (UTC)" in client.get(link_to(invite)).content.decode()


def test_an_ended_grant_is_renewed_from_its_card_R6_W1(world, see, as_user):
    [grant] = give_grants(world.member("dee"), [ended()])
    address = f"/w/acme/members/{world.member('dee').public_id}/grants/{grant.pk}/end"
    card = card_of(see("ada", f"members/{world.member('dee').public_id}"))
    assert address in card
    assert "Renew" in card
    as_user("ada").post(address, {"ends": "2198-12-31"})
    assert Grant.objects.active().filter(pk=grant.pk).exists()


def test_the_end_of_what_is_planned_gives_nothing_now_W1(world, see):
    grant = Terms("warehouse-admin", "all", starts=start_of(FIRST), ends=end_of(FIRST))
    [row] = give_grants(world.member("dee"), [grant])
    page = see("ada", f"members/{world.member('dee').public_id}/grants/{row.pk}/end")
    assert "What Dee reaches today stays the same." in page


def test_an_end_before_the_start_is_refused_beside_the_field_W1(world):
    grant = Terms("warehouse-admin", "all", starts=start_of(FIRST), ends=end_of(FIRST))
    [row] = give_grants(world.member("dee"), [grant])
    with pytest.raises(Refused) as refused:
        ends.set_end(row, start_of(FIRST), by=SYSTEM)
    assert (refused.value.rule, refused.value.field) == ("W1", "ends")
