"""What if I take this away: asked in few clicks, with nothing written (R14, U1)."""

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound
from tests.world import SYSTEM
from workspaces.models import Event
from workspaces.operations.documents import load_document

KUBERNETES = Path(__file__).parents[2] / "data" / "kubernetes.json"
PEOPLE = "/w/northwind/sources/checkout-web/people"
CLICKS, SECONDS = 4, 30
# Somebody with one way to edit a source, and somebody who has three ways to reach it.
ONE, THREE = "Aiko Huber", "Ada Johansson"


@pytest.fixture
def kubernetes(transactional_db):
    document = json.loads(KUBERNETES.read_text())
    load_document(document, by=SYSTEM)
    return next(member["email"] for member in document["members"] if member.get("owner"))


class Counting:
    """Clicks, counted, of somebody who comes from the overview; typing is none."""

    def __init__(self, page):
        self.page, self.clicks, self.began = page, 0, time.monotonic()
        self.before = Event.objects.count()

    def click(self, what):
        what.click()
        self.clicks += 1

    def expect_answered(self, *words):
        panel = self.page.get_by_role("complementary", name=re.compile("^What if"))
        for said in words:
            expect(panel).to_contain_text(said)
        assert self.clicks <= CLICKS
        assert time.monotonic() - self.began < SECONDS
        assert Event.objects.count() == self.before


def test_from_the_list_of_sources_it_takes_four_clicks_also_for_three_ways(kubernetes, open_as):
    page = open_as(kubernetes)
    page.goto("/w/kubernetes/overview")
    asking = Counting(page)
    asking.click(page.get_by_role("link", name="Sources", exact=False).first)
    asking.click(page.get_by_role("link", name="autoscaler", exact=True))
    asking.click(page.get_by_role("link", name="People", exact=True))
    row = page.get_by_role("row", name=re.compile(THREE))
    for way in ("autoscaler-admins", "autoscaler-maintainers", "autoscaler-reviewers"):
        expect(row).to_contain_text(way)
    asking.click(row.get_by_role("link", name="What if all of them went?"))
    asking.expect_answered(
        "Ada can no longer edit or see autoscaler.",
        "autoscaler-admins → Edit stays by autoscaler-maintainers",
        "Who else can still edit it",
    )


def test_from_a_check_it_takes_three_clicks(kubernetes, open_as):
    page = open_as(kubernetes)
    page.goto("/w/kubernetes/overview")
    asking = Counting(page)
    asking.click(page.get_by_role("link", name="Check access", exact=True))
    page.get_by_label("Who:", exact=False).fill("ada.johansson.a27ae@example.org")
    page.get_by_label("do what").select_option("edit")
    page.get_by_label("on which resource", exact=False).fill("source/autoscaler")
    asking.click(page.get_by_role("button", name="Check", exact=True))
    expect(page.locator("#answer")).to_contain_text("Yes, through 2 grants")
    asking.click(page.get_by_role("link", name="What if I take this away?").first)
    asking.expect_answered("Ada keeps edit on autoscaler", "Who else can still edit it")


def test_by_keyboard_ways_are_ticked_and_escape_leaves_it(open_as):
    page = open_as(OWNER)
    page.goto(PEOPLE)
    box = page.get_by_role("row", name=re.compile("Carla Mendes")).get_by_role("checkbox").first
    box.focus()
    page.keyboard.press("Space")
    panel = page.get_by_role("complementary", name=re.compile("What if Carla loses this way?"))
    expect(panel).to_contain_text("Nothing" if panel.get_by_text("Nothing").count() else "keeps")
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#panel")).to_contain_text("What if Carla loses these 2 ways?")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).to_have_url(re.compile("/people$"))
    page.go_back()
    expect(page.locator("#panel")).to_contain_text("What if Carla loses these 2 ways?")


def test_without_script_a_button_asks_and_the_review_is_the_ordinary_one(open_as):
    page = open_as(OWNER, scripts=False)
    page.goto(PEOPLE)
    row = page.get_by_role("row", name=re.compile("Dana Whitfield"))
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="What if I take this away?").click()
    expect(page.locator("#panel")).to_contain_text("Dana can no longer see Checkout web.")
    page.get_by_role("link", name="Review this change").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Take people out of Contractors")
    expect(page.locator("#change-review")).to_contain_text("Dana Whitfield")


@pytest.mark.parametrize("window", [{}, {"dark": True}, {"width": 390, "height": 844}])
def test_the_answer_is_sound_in_every_window(open_as, window):
    page = open_as(OWNER, **window)
    page.goto(PEOPLE)
    page.get_by_role("link", name="What if all of them went?").first.click()
    expect(page.locator("#panel")).to_contain_text("If only one of them went")
    require_sound(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_several_reviews_lead_on_to_each_other_and_back(kubernetes, open_as, scripts):
    page = open_as(kubernetes, scripts=scripts)
    page.goto("/w/kubernetes/sources/autoscaler/people?level=edits")
    row = page.get_by_role("row", name=re.compile(THREE))
    row.get_by_role("link", name="What if all of them went?").click()
    page.get_by_role("link", name="Review this change").click()
    expect(page.locator(".page-head")).to_contain_text("1 of 3")
    if scripts:
        require_sound(page)
    page.get_by_role("button", name="Take out").click()
    expect(page.locator(".page-head")).to_contain_text("2 of 3")
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(page.locator(".page-head")).to_contain_text("3 of 3")
    page.get_by_role("link", name="Skip", exact=True).click()
    expect(page).to_have_url(re.compile(r"/people\?level=edits$"))
