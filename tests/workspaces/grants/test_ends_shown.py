"""Wherever an end is shown, it is the day that was chosen, in UTC (U10)."""

from datetime import date

import pytest

from config.web.values.dates import end_of
from tests.cast.invited import ask, link_to, sent_to
from tests.world import SYSTEM, give_grants
from workspaces.operations.invites.contents import Offer
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

DAY, SAID = date(2198, 12, 31), "ends after 31 Dec 2198 (UTC)"
GRANT = Terms("space-read-only", "all", ends=end_of(DAY))


@pytest.fixture
def ending(world):
    for name in ("cy", "ada"):
        user = world.user(name)
        user.time_zone = "Pacific/Auckland"
        user.save()
    give_grants(world.member("cy"), [GRANT], by=SYSTEM)
    return world


def test_on_the_panel_on_my_access_and_in_the_view_of_another(see, ending):
    panel = f"members/{ending.member('cy').public_id}"
    assert SAID in see("ada", panel)
    assert SAID in see("cy", "my-access")
    assert SAID in see("ada", f"{panel}/view-as")


def test_in_the_editor_the_day_stands_as_it_was_chosen(see, ending):
    page = see("ada", f"members/{ending.member('cy').public_id}/access")
    assert "Ends after (UTC)" in page
    assert 'value="2198-12-31"' in page.raw


def test_in_an_invite_on_its_page_and_in_its_mail(see, client, ending):
    invited = ask(ending, "new@example.org", Offer(grants=(GRANT,)))
    assert SAID in see("ada", f"members/invited/{invited.public_id}")
    assert SAID in sent_to("new@example.org").text
    assert SAID in sent_to("new@example.org").html
    client.logout()
    assert SAID in client.get(link_to("new@example.org")).content.decode()


def test_of_a_token(see, ending):
    made, _ = tokens.create(ending.workspace, "ci", by=SYSTEM, expires_at=end_of(DAY))
    assert "Ends after 31 Dec 2198 (UTC)" in see("ada", f"tokens/{made.public_id}")


def test_in_the_trail(see, ending):
    number = ending.workspace.events.newest_first().first().number
    assert SAID in see("ada", f"audit/{number}")


def test_where_a_longer_end_is_asked_for_and_set(as_user, see, ending):
    link = next(
        url for url in see("cy", "my-access").links() if "/ask/extend" in url or "extend?" in url
    )
    assert SAID in see("cy", link)
    grant = ending.member("cy").grants.get(expires_at=GRANT.ends)
    path = f"members/{ending.member('cy').public_id}/grants/{grant.pk}/end"
    seen = see("ada", path).answer.context["form"]["seen"].value()
    answer = as_user("ada").post(
        f"/w/acme/{path}", {"ends": "2199-01-31", "seen": seen}, follow=True
    )
    assert "ends after 31 Jan 2199 (UTC)" in answer.content.decode()
