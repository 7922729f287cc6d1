"""A session ends before one's eyes: the warning, the blanked page, and what one had typed (S4)."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from playwright.sync_api import expect

from accounts.models.sign_in import SignIn
from accounts.models.user import User
from accounts.sign_in.links import sign_in_path
from tests.browser.conftest import MEMBER, OWNER, sign_in_by_password
from tests.browser.people.test_member_access import card, choose, path_of
from tests.browser.test_every_page import require_sound
from tests.world import SYSTEM
from workspaces.models import Group, Member, Workspace
from workspaces.operations.members import members

OVERVIEW, GENERAL = "/w/northwind/overview", "/w/northwind/settings/general"
GONE = "You are signed out"
# As when the browser takes a page out of its back/forward cache.
RESTORED = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('kept:'))"
PASSWORD = "correct horse battery"


@pytest.fixture
def bound(demo):
    """Whoever is in northwind is held to the idle limit."""
    Workspace.objects.filter(slug="northwind").update(hipaa_eligible=True)


def idle_for(**time):
    """Let time pass on the server: the rows grow older, the clock stays."""
    by = timedelta(**time)
    SignIn.objects.update(last_active_at=F("last_active_at") - by, ends_at=F("ends_at") - by)


def signed_in_for(**time):
    by = timedelta(**time)
    SignIn.objects.update(signed_in_at=F("signed_in_at") - by, ends_at=F("ends_at") - by)


def last_active():
    return SignIn.objects.get().last_active_at


def with_clock(page):
    page.clock.install()
    return page


def wait(page, **time):
    """Let time pass for both, the server and the page."""
    idle_for(**time)
    page.clock.fast_forward(int(timedelta(**time).total_seconds() * 1000))


def dialog(page):
    return page.locator("#session-end")


def require_blank(page, *secrets):
    expect(page.get_by_role("heading", name=GONE)).to_be_visible()
    content = page.content()
    for secret in ("Northwind", "Mara", OWNER, *secrets):
        assert secret not in content


def sign_in(page, email):
    """Sign in on the page that asks to, as it leads back."""
    user = User.objects.get(email=email)
    user.set_password(PASSWORD)
    user.save()
    sign_in_by_password(page, email, PASSWORD)


# --- The warning ---------------------------------------------------------------------


def test_two_minutes_before_the_end_one_is_warned_and_stays_S4(open_as, bound):
    page = with_clock(open_as(OWNER))
    page.goto(OVERVIEW)
    wait(page, minutes=12, seconds=50)
    expect(dialog(page)).to_be_hidden()
    before = last_active()
    wait(page, seconds=20)
    expect(dialog(page)).to_contain_text("You will be signed out in 1:")
    expect(dialog(page).get_by_role("button", name="Stay signed in")).to_be_focused()
    assert last_active() == before - timedelta(seconds=20), "counting down is no activity"
    page.keyboard.press("Enter")
    expect(dialog(page)).to_be_hidden()
    assert last_active() > before
    wait(page, minutes=12)
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


def test_the_dialog_is_sound(open_as, bound):
    page = with_clock(open_as(OWNER, width=390, height=844, dark=True))
    page.goto(OVERVIEW)
    wait(page, minutes=13, seconds=30)
    expect(dialog(page)).to_be_visible()
    require_sound(page)


def test_one_may_sign_out_right_there(open_as, bound):
    page = with_clock(open_as(OWNER))
    page.goto(OVERVIEW)
    wait(page, minutes=13, seconds=30)
    dialog(page).get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert not SignIn.objects.exists()


def test_where_the_whole_length_ends_staying_is_not_offered_S1(open_as):
    page = with_clock(open_as(OWNER))
    signed_in_for(days=6, hours=23, minutes=58, seconds=30)
    page.goto(OVERVIEW)
    expect(dialog(page)).to_contain_text("lasted its whole length")
    expect(dialog(page).get_by_role("button", name="Stay signed in")).to_be_hidden()
    dialog(page).get_by_role("button", name="Go on").click()
    expect(dialog(page)).to_be_hidden()
    page.clock.fast_forward(5000)
    expect(dialog(page)).to_be_hidden()


def test_the_menu_says_when_one_is_signed_out_S2(open_as, bound):
    page = with_clock(open_as(OWNER))
    page.goto(OVERVIEW)
    page.locator(".me-menu summary").click()
    clock = page.locator(".me-menu .session-clock")
    expect(clock).to_contain_text("Signed out after 15 idle minutes")
    expect(clock).to_contain_text("15 min left")
    wait(page, minutes=5)
    expect(clock).to_contain_text("10 min left")


def test_nobody_else_sees_a_clock(open_as):
    page = open_as(OWNER)
    page.goto(OVERVIEW)
    expect(page.locator(".session-clock")).to_have_count(0)


def test_typing_that_is_reviewed_is_activity_and_a_timer_is_not_S4_XG7(open_as, bound):
    page = open_as(OWNER)
    page.goto(path_of())
    idle_for(minutes=5)
    before = last_active()
    page.evaluate("""
      document.body.insertAdjacentHTML("beforeend",
        `<p id="polled" hx-get="/me/preferences" hx-trigger="every 200ms" hx-target="#said"></p>`);
      htmx.process(document.querySelector("#polled"))
    """)
    page.mouse.click(5, 5)
    with page.expect_response("**/me/preferences"):
        pass
    page.wait_for_timeout(2500)  # what comes so long after a click is not its doing
    with page.expect_response("**/access/review"):
        page.evaluate("document.querySelector('#policy-form').dispatchEvent(new Event('change'))")
    assert last_active() == before
    with page.expect_response("**/access/review"):
        card(page, "Source Read-only").get_by_label("Source Read-only").check()
    page.wait_for_timeout(300)
    assert last_active() > before


# --- The end -------------------------------------------------------------------------


def test_after_the_end_the_page_is_blank_and_leads_back_S4(open_as, bound):
    page = with_clock(open_as(OWNER, listen=False))
    page.goto(f"{OVERVIEW}?x=1")
    wait(page, minutes=15, seconds=1)
    require_blank(page)
    expect(page).to_have_title("Signed out · Gatehouse")
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_text("You were signed out because nothing had happened")).to_be_visible()
    sign_in(page, OWNER)
    expect(page).to_have_url(re.compile(r"/w/northwind/overview\?x=1$"))


def test_what_one_had_typed_is_back_after_signing_in_again_S4_XG15(open_as, bound):
    page = with_clock(open_as(OWNER, listen=False))
    page.goto(GENERAL)
    page.get_by_label("Name").first.fill("Northwind Traders International")
    wait(page, minutes=15, seconds=1)
    require_blank(page, "Traders International")
    expect(page.get_by_text("What you had typed is kept in this tab")).to_be_visible()
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, OWNER)
    expect(page.locator(".put-back")).to_contain_text("is back")
    expect(page.get_by_label("Name").first).to_have_value("Northwind Traders International")


def half_fill(page):
    """Fill the access editor half: a second block, two labels, a reason."""
    page.goto(path_of())
    spaces = card(page, "Unify and Engage Admin")
    spaces.get_by_label("Unify and Engage Admin").check()
    choose(spaces.locator(".on-labels input[type=text]"), "environment:prod")
    expect(spaces.locator(".match")).to_contain_text("Matches")
    page.get_by_role("button", name="Or Unify and Engage Admin on something else").click()
    second = page.locator(".role", has_text="or Unify and Engage Admin")
    second.get_by_label("All current & future").check()
    with page.expect_response("**/access/review"):
        page.get_by_label("Why (kept in the audit trail)").fill("the launch in June")
        page.get_by_label("Why (kept in the audit trail)").blur()
    expect(page.locator("#change-review")).to_contain_text("gains edit on")


def test_the_half_filled_access_editor_survives_for_the_same_user_XG15(open_as, bound):
    page = with_clock(open_as(OWNER, listen=False))
    half_fill(page)
    wait(page, minutes=15, seconds=1)
    require_blank(page, "the launch in June", MEMBER)
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, OWNER)
    expect(page.locator(".put-back")).to_be_visible()
    spaces = card(page, "Unify and Engage Admin")
    expect(spaces.get_by_label("Unify and Engage Admin")).to_be_checked()
    expect(spaces.locator(".chip")).to_have_text("environment:prod")
    second = page.locator(".role", has_text="or Unify and Engage Admin")
    expect(second.get_by_label("All current & future")).to_be_checked()
    expect(page.get_by_label("Why (kept")).to_have_value("the launch in June")
    page.clock.run_for(1000)
    expect(page.locator("#change-review")).to_contain_text("gains edit on")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".toast")).to_contain_text("Saved what")
    assert page.evaluate(KEPT) == []


def test_the_half_filled_access_editor_is_dropped_for_another_XG15(open_as, bound):
    page = with_clock(open_as(OWNER, listen=False))
    half_fill(page)
    wait(page, minutes=15, seconds=1)
    page.get_by_role("link", name="Sign in again").click()
    members.set_owner(
        Member.objects.get(workspace__slug="northwind", user__email=MEMBER), owner=True, by=SYSTEM
    )
    sign_in(page, MEMBER)
    expect(page.locator("#policy-form")).to_be_visible()
    expect(page.get_by_label("Why (kept")).to_have_value("")
    assert page.evaluate(KEPT) == []
    page.locator(".me-menu summary").click()
    page.locator(".me-menu").get_by_role("button", name="Sign out").click()
    page.goto(f"/accounts/login/?next={path_of()}")
    sign_in(page, OWNER)
    expect(page.get_by_label("Why (kept")).to_have_value("")
    expect(page.locator(".put-back")).to_have_count(0)


def test_a_form_in_steps_goes_on_at_the_step_one_was_at_XG15(open_as, bound):
    page = with_clock(open_as(OWNER, listen=False))
    page.goto("/w/northwind/groups/new")
    page.get_by_label("Name").fill("launch")
    page.get_by_role("button", name="Next").click()
    card(page, "Source Read-only").get_by_label("Source Read-only").check()
    with page.expect_response("**/groups/new"):
        card(page, "Source Read-only").get_by_label("All current & future").check()
    wait(page, minutes=15, seconds=1)
    require_blank(page, "launch")
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, OWNER)
    expect(page.locator(".put-back")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("launch")
    expect(card(page, "Source Read-only").get_by_label("Source Read-only")).to_be_checked()
    assert not Group.objects.filter(name="launch").exists()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[aria-current=step]")).to_have_text("People")
    assert page.evaluate(KEPT) == []


def test_an_answer_that_says_signed_out_keeps_it_too_XG15(open_as, bound):
    page = open_as(OWNER, listen=False)
    page.goto(path_of())
    page.get_by_label("Why (kept in the audit trail)").fill("the launch in June")
    SignIn.objects.all().delete()
    card(page, "Unify and Engage Admin").get_by_label("Unify and Engage Admin").check()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, OWNER)
    expect(page.get_by_label("Why (kept")).to_have_value("the launch in June")
    ticked = card(page, "Unify and Engage Admin").get_by_label("Unify and Engage Admin")
    expect(ticked).to_be_checked()


def test_a_form_that_is_sent_too_late_comes_back_and_one_in_time_does_not_XG15(open_as, bound):
    page = open_as(OWNER, listen=False)
    page.goto(GENERAL)
    page.get_by_label("Name").first.fill("Northwind Traders")
    SignIn.objects.all().delete()
    page.get_by_role("button", name="Save").first.click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    sign_in(page, OWNER)
    expect(page.get_by_label("Name").first).to_have_value("Northwind Traders")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".toast")).to_be_visible()
    assert page.evaluate(KEPT) == []


def test_no_password_and_no_secret_is_kept(open_as, bound):
    page = open_as(OWNER, listen=False)
    page.goto(GENERAL)
    page.evaluate("""
      document.querySelector("main form").insertAdjacentHTML("beforeend",
        `<input type="password" name="p"><input type="file" name="f"><input type="hidden" name="h">
         <input name="c" autocomplete="one-time-code"><input name="s" data-unkept>`);
      for (const name of "phcs") document.querySelector(`[name=${name}]`).value = "hush";
    """)
    page.get_by_label("Name").first.fill("Changed")
    idle_for(minutes=16)
    page.evaluate(RESTORED)
    expect(page.get_by_role("heading", name=GONE)).to_be_visible()
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert "Changed" in kept
    assert "hush" not in kept


def test_a_locked_door_is_blanked_too_and_keeps_what_was_asked_XG15(open_as, bound):
    page = with_clock(open_as(MEMBER, listen=False))
    page.goto("/w/northwind/members")
    page.get_by_label("Why you need it").fill("on call this week")
    wait(page, minutes=15, seconds=1)
    require_blank(page, "on call this week")
    page.get_by_role("link", name="Sign in again").click()
    sign_in(page, MEMBER)
    expect(page.get_by_label("Why you need it")).to_have_value("on call this week")


# --- Several tabs ---------------------------------------------------------------------


def test_activity_in_one_tab_moves_the_end_in_the_others(open_as, bound):
    page = with_clock(open_as(OWNER))
    page.goto(OVERVIEW)
    other = page.context.new_page()
    other.goto(OVERVIEW)
    wait(page, minutes=13, seconds=30)
    expect(dialog(page)).to_be_visible()
    other.goto(GENERAL)
    expect(dialog(page)).to_be_hidden()
    assert "kept" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_page_that_thinks_it_is_over_asks_first(open_as, bound):
    page = with_clock(open_as(OWNER))
    page.goto(OVERVIEW)
    page.clock.fast_forward(20 * 60 * 1000)  # its clock runs ahead
    page.clock.run_for(2000)
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_role("heading", name=GONE)).to_have_count(0)


def test_signing_in_again_in_one_tab_brings_the_others_back(open_as, bound):
    page = open_as(OWNER, listen=False)
    page.goto(GENERAL)
    page.get_by_label("Name").first.fill("Northwind Traders")
    idle_for(minutes=16)
    page.evaluate(RESTORED)
    expect(page.get_by_role("heading", name=GONE)).to_be_visible()
    other = page.context.new_page()
    other.goto(OVERVIEW)
    sign_in(other, OWNER)
    expect(page.get_by_label("Name").first).to_have_value("Northwind Traders")


def test_signing_out_blanks_every_tab_and_drops_what_was_typed_XG10(open_as, bound):
    page = open_as(OWNER, listen=False)
    page.goto(GENERAL)
    page.get_by_label("Name").first.fill("Northwind Traders")
    other = page.context.new_page()
    other.goto(OVERVIEW)
    other.locator(".me-menu summary").click()
    other.locator(".me-menu").get_by_role("button", name="Sign out").click()
    require_blank(page)
    assert page.evaluate(KEPT) == []


def test_another_person_in_the_next_tab_blanks_this_one(open_as, bound):
    page = open_as(OWNER, listen=False)
    page.goto(OVERVIEW)
    client = Client()
    client.post(sign_in_path(User.objects.get(email=MEMBER)))
    cookie = {"name": "gatehouse", "value": client.cookies["gatehouse"].value}
    page.context.add_cookies([{**cookie, "url": page.evaluate("location.origin")}])
    other = page.context.new_page()
    other.goto("/w/northwind/my-access")
    require_blank(page)


@pytest.mark.parametrize("restored", [True, False])
def test_after_signing_out_back_shows_nothing_XG10(open_as, bound, restored):
    page = open_as(OWNER, listen=False)
    page.goto(OVERVIEW)
    if restored:
        page.context.clear_cookies()
        page.evaluate(RESTORED.replace("pageshow", "pagehide"))
        assert page.evaluate("getComputedStyle(document.body).visibility") == "hidden"
        page.evaluate(RESTORED)
        require_blank(page)
        return
    page.locator(".me-menu summary").click()
    page.locator(".me-menu").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.go_back()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_without_script_the_server_signs_out_and_leads_back(open_as, bound):
    page = open_as(OWNER, scripts=False)
    page.goto(GENERAL)
    idle_for(minutes=16)
    page.goto(OVERVIEW)
    expect(page.get_by_text("You were signed out because nothing had happened")).to_be_visible()
    sign_in(page, OWNER)
    expect(page).to_have_url(re.compile(r"/w/northwind/overview$"))
