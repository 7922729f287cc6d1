"""A review in Chromium: answered by mouse, by keyboard, without script; closed and undone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from workspaces.change import Actor
from workspaces.models import ActorKind, Workspace
from workspaces.operations.reviews import opening


@pytest.fixture
def review(demo):
    """A review of everybody in Northwind, opened by its owner."""
    workspace = Workspace.objects.get(slug="northwind")
    owner = workspace.members.select_related("user").get(user__email=OWNER)
    by = Actor(ActorKind.USER, OWNER, owner.user)
    due = (timezone.now() + timedelta(days=14)).date()
    words = opening.Asked("Autumn", "people", due)
    return opening.open_review(workspace, words, lambda w: w.members.all(), by=by)


def sheet(page, review, more=""):
    page.goto(f"/w/northwind/reviews/{review.public_id}{more}")


def counted(page):
    return page.locator(".progress-words")


def said(review):
    """Return the answers that stand, by number."""
    answered = review.items.exclude(answer="").in_order()
    return dict(answered.values_list("number", "answer"))


def test_it_is_opened_answered_closed_and_undone_by_mouse(open_as):
    page = open_as(OWNER)
    page.goto("/w/northwind/members?status=owner")
    page.get_by_role("link", name="Start a review of these").click()
    page.get_by_role("link", name="Broad access").click()
    page.get_by_label("What it is called").fill("Broad, autumn")
    page.get_by_role("button", name="Open the review").click()
    expect(page.locator("#toasts")).to_contain_text("Broad, autumn is open")
    rows = page.locator("tbody tr")
    rows.nth(0).get_by_role("button", name="Keep").click()
    expect(counted(page)).to_contain_text("1 keep")
    rows.nth(1).get_by_role("button", name="Take away").click()
    expect(counted(page)).to_contain_text("1 take away")
    rows.nth(2).get_by_role("button", name="End on…").click()
    rows.nth(2).get_by_role("button", name="In 30 days").click()
    expect(counted(page)).to_contain_text("1 end")
    rows.nth(3).get_by_role("link").click()
    page.get_by_label("Note (kept in the report)").fill("On call until spring")
    page.get_by_role("button", name="Keep the note").click()
    expect(rows.nth(3)).to_contain_text("On call until spring")
    page.get_by_role("link", name="Close the review…").click()
    expect(page.locator(".panel.review")).to_contain_text("loses")
    page.get_by_role("button", name="Close the review").click()
    expect(page.locator("#toasts")).to_contain_text("Broad, autumn is closed")
    expect(page.locator("#sheet")).to_contain_text("Done")
    page.locator(".page-head").get_by_role("link", name="Undo…").click()
    page.locator("#dialog").get_by_role("button", name="Undo").click()
    expect(page.locator("#progress")).to_contain_text("What it changed was taken back")


def test_a_page_of_50_is_answered_with_less_than_100_keys(open_as, review):
    page = open_as(OWNER)
    sheet(page, review)
    keys = 0

    def press(key):
        nonlocal keys
        keys += 1
        page.keyboard.press(key)

    press("j")
    numbers = [row.number for row in review.items.exclude(own=review.opened_by_id).in_order()][:50]
    for at, number in enumerate(numbers):
        expect(page.locator(f"#i-{number}")).to_be_focused()
        may_end = page.locator(f"#item-{number} .no-end").count() == 0
        if at % 10 == 3 and may_end:
            press("2")
            expect(page.locator(f"#end-{number} button").first).to_be_focused()
            press("Enter")
        else:
            press("3" if at % 10 == 7 else "1")
    expect(counted(page)).to_contain_text("50 of")
    assert keys <= 100
    assert list(said(review)) == numbers
    expect(page.locator('.pages [rel="next"]')).to_be_focused()


def test_many_are_answered_at_once_by_keyboard(open_as, review):
    page = open_as(OWNER)
    sheet(page, review)
    bar = page.locator(".answer-bar")
    expect(bar).to_be_hidden()
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("3")
    expect(page.locator("#toasts")).to_contain_text("3 items are answered")
    expect(counted(page)).to_contain_text("3 take away")
    expect(page.locator("tr[data-unanswered] .row-link").first).to_be_focused()


def test_n_writes_a_note_and_leads_back_to_the_row(open_as, review):
    page = open_as(OWNER)
    sheet(page, review)
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.get_by_label("Note (kept in the report)")).to_be_focused()
    page.keyboard.type("Until Elena is back")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("Until Elena is back")
    expect(page.locator("tbody .row-link").first).to_be_focused()


def test_keys_that_are_typed_into_a_field_answer_nothing(open_as, review):
    page = open_as(OWNER)
    sheet(page, review)
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.type("123")
    expect(page.locator("#sheet")).to_contain_text("Nothing matches")
    assert said(review) == {}


def test_it_is_answered_and_closed_without_script(open_as, review):
    page = open_as(OWNER, scripts=False)
    sheet(page, review)
    rows = page.locator("tbody tr")
    rows.nth(0).get_by_role("button", name="Keep").click()
    expect(counted(page)).to_contain_text("1 keep")
    rows.nth(1).get_by_role("button", name="End on…").click()
    rows.nth(1).get_by_role("button", name="In 7 days").click()
    expect(counted(page)).to_contain_text("1 end")
    rows.nth(2).locator("[data-tick]").check()
    rows.nth(3).locator("[data-tick]").check()
    page.locator(".answer-bar").get_by_role("button", name="Take away").click()
    expect(counted(page)).to_contain_text("2 take away")
    page.get_by_role("link", name="Close the review…").click()
    page.get_by_role("button", name="Close the review").click()
    expect(page.locator("#progress")).to_contain_text("Closed by")


def test_it_is_answered_on_a_phone(open_as, review):
    page = open_as(OWNER, width=390, height=844)
    sheet(page, review)
    page.locator("tbody tr").nth(0).get_by_role("button", name="Keep").tap()
    expect(counted(page)).to_contain_text("1 keep")


def test_a_stale_answer_says_why_in_its_row(open_as, review):
    page = open_as(OWNER, listen=False)  # the console tells of the 409
    sheet(page, review)
    other = open_as(OWNER)
    other.goto(f"/w/northwind/reviews/{review.public_id}/close")
    other.get_by_role("button", name="Close the review").click()
    expect(other.locator("#progress")).to_contain_text("Closed by")
    page.locator("tbody tr").nth(0).get_by_role("button", name="Keep").click()
    expect(page.locator("#progress")).to_contain_text("Closed by")
    assert said(review) == {}
