"""A sensitive act asks for the password again, and goes on where one was (S8, XG14)."""

import re

from playwright.sync_api import expect

from accounts.models.user import User
from tests.browser.conftest import MEMBER, OWNER
from tests.cast.proofs import PASSWORD, grow_old, with_password
from workspaces.models import Member


def opened(open_as):
    """Return a page of the owner's, with a password, whose last proof is old."""
    with_password(User.objects.get(email=OWNER))
    page = open_as(OWNER, listen=False)  # the browser itself notes each 401 on its console
    grow_old()
    return page


def prove(page):
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_a_dialog_shows_its_question_and_asks_for_the_proof_at_the_act_S8(open_as):
    page = opened(open_as)
    page.goto("/w/northwind/settings/general")
    page.get_by_role("link", name="Close workspace").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Close Northwind?")).to_be_visible()
    dialog.get_by_role("textbox").first.fill("Northwind")
    dialog.get_by_role("button", name="Close").click()
    prove(page)
    expect(page.get_by_text("Northwind is closed.")).to_be_visible()


def test_a_form_that_went_stale_is_done_after_the_proof_S8(open_as):
    page = opened(open_as)
    member = Member.objects.get(user__email=MEMBER, workspace__slug="northwind")
    page.goto(f"/w/northwind/members/{member.public_id}/owner")
    page.get_by_role("button", name="Make owner").click()
    prove(page)
    expect(page).to_have_url(re.compile(rf"/members/{member.public_id}$"))
    member.refresh_from_db()
    assert member.owner
