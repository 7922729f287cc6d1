"""Asking at locked doors and on one's own page; owners look and answer (Q1, R5, XE13, XE14)."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models.mail import Mail
from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.forms.requests.requests import name_of_grant
from workspaces.models import AccessRequest
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.resources import resources
from workspaces.terms import Terms

ASK = "/w/acme/my-access/ask"


@pytest.fixture(autouse=True)
def _limits_begin_anew(db):
    cache.clear()


@pytest.fixture
def send(as_user):
    """Post to acme as somebody: `send("dee", "my-access/ask", do="read", which="x")`."""

    def post(name, path, **data):
        path = path if path.startswith("/") else f"/w/acme/{path}"
        return Seen(as_user(name).post(path, data))

    return post


def ask(world, name="dee", which="source/c", action="edit", message=""):
    asked = Asked.of(world.workspace, which, action)
    return requests.ask(world.member(name), asked, by=world.actor(name), message=message)


def a_grant_that_ends(holder):
    ends = timezone.now() + timedelta(days=5)
    return give_grants(holder, [Terms("function-admin", "all", ends=ends)], by=SYSTEM)[0]


def approval(see, request, key="named"):
    """Return what the form of one remedy would send."""
    page = see("ada", f"requests/{request.public_id}").raw
    forms = re.findall(r"<form method=\"post\".*?</form>", page, re.DOTALL)
    form = next(form for form in forms if f'value="{key}"' in form)
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)
        if name != "csrfmiddlewaretoken"
    }


def rows():
    """Return every row but those in which signing in notes itself."""
    noted = {"accounts.User", "accounts.AccountEvent"}
    return {name: found for name, found in everything().items() if name not in noted}


# --- The locked door ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["sources/a", "sources/none", "members", "requests", "audit"])
def test_every_locked_door_has_a_form_that_asks_and_works_as_it_stands_Q1(
    see, as_user, world, path
):
    door = see("dee", path)
    assert door.status == 403
    sent = filled(door.answer, ASK, blanks="for the launch")
    answer = as_user("dee").post(ASK, sent)
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/my-access#requests")
    request = AccessRequest.objects.get()
    assert request.member == world.member("dee")
    assert request.message == "for the launch"


def test_the_door_asks_for_what_was_addressed(see, as_user):
    for path, expected in (
        ("sources/c/people", ("source/c", "read")), ("members", ("", "administer"))
    ):  # fmt: skip
        as_user("dee").post(ASK, filled(see("dee", path).answer, ASK))
        request = AccessRequest.objects.order_by("pk").last()
        assert (request.asked_for, request.action) == expected


def without_tokens(raw):
    raw = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", raw)
    return re.sub(r"[0-9a-f]{32}|<time[^>]*>", "", raw)


def test_asking_at_a_door_tells_not_whether_the_thing_is_there_R5(see, send):
    """From the door over the answer to one's own page, both ways differ by the slug alone."""
    seen = {}
    for slug in ("c", "x"):
        door = see("dee", f"sources/{slug}")
        answer = send("dee", "my-access/ask", do="read", which=f"source/{slug}")
        mine = see("dee", "my-access")
        [request] = AccessRequest.objects.all()
        seen[slug] = [
            without_tokens(page.raw)
            .replace(f"source/{slug}", "source/-")
            .replace(request.public_id, "-")
            for page in (door, answer, mine)
        ]
        requests.withdraw(request, by=SYSTEM)
        with_lock_removed(request)
        see("dee", "my-access")  # takes the toast away
    for there, nowhere in zip(seen["c"], seen["x"], strict=True):
        assert there.splitlines() == nowhere.splitlines()


def with_lock_removed(request):
    """Drop the request for good, so that the next one is alone."""
    gone = AccessRequest.objects.filter(pk=request.pk)
    gone._raw_delete(gone.db)


# --- One's own page ----------------------------------------------------------------------


def test_a_request_stands_on_my_access_until_it_is_withdrawn_Q1(see, send, world):
    request = ask(world, message="for the launch")
    page = see("dee", "my-access")
    assert "You ask to edit source/c" in page
    assert "for the launch" in page
    assert "Source C" not in page
    answer = send("dee", f"my-access/requests/{request.public_id}/withdraw")
    assert answer.status == 302
    assert "You ask to" not in see("dee", "my-access")
    request.refresh_from_db()
    assert request.outcome == "withdrawn"


@pytest.mark.parametrize("how", ["declined", "changed"])
def test_it_goes_when_an_owner_declines_or_access_changes_Q1(see, world, how):
    request = ask(world)
    if how == "declined":
        requests.decline(request, by=world.actor("ada"))
    else:
        groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    assert "You ask to" not in see("dee", "my-access")


def test_what_was_answered_meanwhile_is_not_withdrawn_409(send, world):
    request = ask(world)
    requests.decline(request, by=world.actor("ada"))
    before = rows()
    assert send("dee", f"my-access/requests/{request.public_id}/withdraw").status == 409
    assert rows() == before


def test_nobody_withdraws_for_another_XA1(send, world):
    request = ask(world)
    assert send("ada", f"my-access/requests/{request.public_id}/withdraw").status == 404
    assert AccessRequest.objects.open().exists()


def test_the_form_comes_filled_in_from_the_address(see):
    page = see("dee", "my-access/ask?which=source/a&do=edit")
    assert 'value="source/a"' in page.raw
    assert '<option value="edit" selected>' in page.raw


def test_a_no_to_oneself_leads_to_asking_for_just_that(see):
    page = see("dee", "check?do=edit&which=source/a")
    assert "/w/acme/my-access/ask?do=edit&which=source%2Fa" in page.links()
    owners = see("ada", "check?who=dee@example.org&do=edit&which=source/a")
    assert not [link for link in owners.links() if "my-access/ask" in link]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"do": "read", "which": "source/a", "message": "x" * 2001}, "2000"),
        ({"do": "read", "which": "x" * 101}, "100"),
        ({"do": "read", "which": ""}, "required"),
        ({"do": "rule", "which": "source/a"}, "rule"),
        ({"do": "engage", "which": "source/a"}, "cannot be done"),
        ({"do": ["read", "edit"], "which": "source/a"}, "more than once"),
    ],
)
def test_a_faulty_request_is_422_and_keeps_what_was_typed_XE14(send, data, words):
    before = rows()
    page = send("dee", "my-access/ask", **data)
    assert page.status == 422
    assert words in page
    assert rows() == before


def test_two_thousand_characters_with_line_breaks_are_taken_XE14(send):
    text = ("x" * 99 + "\r\n") * 20
    assert send("dee", "my-access/ask", do="read", which="source/a", message=text).status == 302
    assert len(AccessRequest.objects.get().message) == 1999


def test_fields_of_ones_own_making_change_nothing_XB1(send, world):
    send("dee", "my-access/ask", do="read", which="source/a", member=world.member("bo").pk,
         outcome="approved", grant="1", workspace="other")  # fmt: skip
    request = AccessRequest.objects.get()
    assert (request.member, request.outcome, request.grant) == (world.member("dee"), "", None)


def test_two_hundred_in_a_minute_are_too_often_XE14(send):
    statuses = [
        send("dee", "my-access/ask", do="read", which=f"thing {n}").status for n in range(14)
    ]
    assert statuses == [302] * 10 + [429] * 4
    assert AccessRequest.objects.count() == 10
    assert send("dee", "my-access/ask", do="read", which="x").answer["Retry-After"] == "60"
    assert send("cy", "my-access/ask", do="edit", which="x").status == 302


def test_hostile_text_is_shown_as_text_everywhere_XE14_XI1(see, world):
    text = '<img src=x onerror="alert(1)">{{7*7}}'
    request = ask(world, which=text, message=text)
    for name, path in (
        ("dee", "my-access"), ("ada", "requests"), ("ada", f"requests/{request.public_id}"),
        ("ada", "members"), ("ada", "overview"), ("ada", "audit"),
    ):  # fmt: skip
        page = see(name, path)
        assert "<img src=x" not in page.raw
        assert "&lt;img src=x" in page.raw
    mail = Mail.objects.get()
    assert "<img" not in mail.html
    assert text in mail.text


# --- For longer --------------------------------------------------------------------------


def test_a_grant_that_ends_offers_to_ask_for_longer(see, send, world):
    grant = a_grant_that_ends(world.member("dee"))
    page = see("dee", "my-access")
    [url] = [link for link in page.links() if "my-access/extend" in link]
    assert str(grant.pk) not in url.partition("grant=")[2][:4]
    form = see("dee", url)
    assert "You hold Function Admin" in form
    path = url.partition("?")[0]
    assert send("dee", path, **filled(form.answer, path)).status in {302, 409}
    sent = send("dee", path, grant=name_of_grant(grant), message="project runs on")
    assert sent.status == 302
    assert "You ask to keep Function Admin" in see("dee", "my-access")


@pytest.mark.parametrize("whose", ["made up", "cy"])
def test_a_grant_of_others_is_not_extended_XA2(see, send, world, whose):
    grant = a_grant_that_ends(world.member("cy"))
    name = name_of_grant(grant) if whose == "cy" else "1"
    assert see("dee", f"my-access/extend?grant={name}").answer["Location"] == "/w/acme/my-access"
    assert send("dee", "my-access/extend", grant=name).status == 409
    assert not AccessRequest.objects.exists()


# --- Owners ------------------------------------------------------------------------------


def test_those_that_wait_stand_first_the_longest_waiting_on_top(see, world):
    done = ask(world, "cy", "source/b")
    requests.decline(done, by=SYSTEM)
    ask(world, "dee", "source/c")
    ask(world, "bo", "source/c")
    rows = see("ada", "requests").rows()
    assert [row.split()[1] for row in rows] == ["Dee", "Bo", "Cy"]
    assert "edit Source C" in rows[0]
    assert "Declined" in rows[2]


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 2), ("status=open", 1), ("status=declined", 1), ("status=approved", 0), ("q=dee", 1),
     ("q=source/b", 1), ("q=zzz", 0), ("status=nonsense", 0), ("page=99", 2)],
)  # fmt: skip
def test_the_address_narrows_the_list(see, world, query, found):
    requests.decline(ask(world, "cy", "source/b"), by=SYSTEM)
    ask(world, "dee", "source/c")
    assert len(see("ada", f"requests?{query}").rows()) == found


def test_nobody_waiting_is_said(see):
    assert "No one is waiting." in see("ada", "requests")


def test_the_badge_the_banner_and_the_overview_count_who_waits(see, world):
    assert "Requests" in see("ada", "members")
    assert "asks to edit" not in see("ada", "members")
    ask(world, "dee", message="for the launch")
    ask(world, "cy")
    for path in ("members", "overview", f"members/{world.member('bo').public_id}"):
        page = see("ada", path)
        assert "Dee Dee Bridgewater asks to edit Source C and 1 more" in page
        assert "for the launch" in page
        assert "Requests 2" in page
    assert "2 open requests" in see("ada", "overview")


def test_a_request_shows_who_what_why_and_what_would_do(see, world):
    request = ask(world, message="for the launch")
    page = see("ada", f"requests/{request.public_id}")
    for words in ("Dee Dee Bridgewater", "Asks to edit Source C", "for the launch",
                  "Source Admin Source C edit 1 source: Source C"):  # fmt: skip
        assert words in page


def test_approving_as_the_page_offers_it(see, send, world):
    request = ask(world)
    answer = send("ada", f"requests/{request.public_id}/approve", **approval(see, request))
    assert answer.status == 302
    grant = world.member("dee").grants.get()
    assert 89 <= (grant.expires_at - timezone.now()).days <= 91
    assert Access.of(world.member("dee")).check("edit", world.resource("source/c"))


def test_changing_opens_the_editor_with_what_was_asked_for_filled_in_Q1(see, send, world):
    request = ask(world, "cy")
    [url] = [
        link for link in see("ada", f"requests/{request.public_id}").links() if "?request=" in link
    ]
    path = url.partition("?")[0]
    answer = send("ada", path, **filled(see("ada", url).answer, path, blanks=""))
    assert answer.status == 302
    assert Access.of(world.member("cy")).check("edit", world.resource("source/c"))
    assert world.member("cy").grants.count() == 2
    request.refresh_from_db()
    assert request.outcome == "satisfied"


def test_the_editor_of_somebody_else_is_not_filled_in(see, world):
    request = ask(world, "cy")
    address = f"members/{world.member('dee').public_id}/access"
    shown = see("ada", f"{address}?request={request.public_id}")
    assert "Source C" not in shown


def test_a_stale_look_is_409_with_a_fresh_one_XD4(see, send, world):
    request = ask(world, which="source/a")
    key = f"group-{world.group('growth').public_id}"
    sent = approval(see, request, key)
    give_grants(world.group("growth"), [Terms("space-admin", "all")], by=SYSTEM)
    path = f"requests/{request.public_id}/approve"
    page = send("ada", path, **sent)
    assert page.status == 409
    assert not world.workspace.members.in_group(world.group("growth")).filter(
        pk=request.member_id
    ).exists()  # fmt: skip
    assert send("ada", path, **approval(see, request, key)).status == 302


@pytest.mark.parametrize(
    ("ends", "words"),
    [("2020-01-01", "has passed"), ("tomorrow", "Write the day"), ("3000-01-01", "2999")],
)
def test_an_end_that_makes_no_sense_is_422_beside_its_field(see, send, world, ends, words):
    request = ask(world)
    sent = approval(see, request) | {"ends": ends}
    page = send("ada", f"requests/{request.public_id}/approve", **sent)
    assert page.status == 422
    assert words in page
    assert f'value="{ends}"' in page.raw
    assert not world.member("dee").grants.exists()


def test_an_approval_names_its_first_and_last_day_W1(see, send, world):
    request = ask(world)
    days = {"starts": "2198-01-01", "ends": "2198-12-31"}
    page = send("ada", f"requests/{request.public_id}/approve", **approval(see, request) | days)
    assert page.status == 302
    grant = world.member("dee").grants.get()
    assert f"{grant.starts_at:%F} {grant.expires_at:%F}" == "2198-01-01 2199-01-01"


def test_an_end_before_the_start_is_422_beside_its_field_W1(see, send, world):
    request = ask(world)
    days = {"starts": "2198-12-31", "ends": "2198-01-01"}
    page = send("ada", f"requests/{request.public_id}/approve", **approval(see, request) | days)
    assert page.status == 422
    assert "before it starts" in page.answer.context["form"].errors["ends"][0]
    assert 'value="2198-12-31"' in page.raw


def test_declining_asks_first_and_takes_a_line(see, send, world):
    request = ask(world)
    path = f"requests/{request.public_id}/decline"
    assert "Nobody's access changes" in see("ada", path)
    assert send("ada", path, answer="x" * 501).status == 422
    assert send("ada", path, answer="Ask Bo.").status == 302
    assert "Declined Now : Ask Bo." in see("ada", f"requests/{request.public_id}")


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_an_answer_is_given_once_XE13(see, send, world, verb):
    request = ask(world)
    sent = approval(see, request)
    path = f"requests/{request.public_id}/{verb}"
    assert send("ada", path, **sent).status == 302
    before = rows()
    assert send("ada", path, **sent).status == 409
    assert rows() == before


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_a_request_whose_asker_left_is_409_and_one_that_never_was_404_XE13(see, send, world, verb):
    request = ask(world)
    sent = approval(see, request)
    members.remove(world.member("dee"), by=SYSTEM)
    assert send("ada", f"requests/{request.public_id}/{verb}", **sent).status == 409
    assert send("ada", f"requests/{'x' * 22}/{verb}", **sent).status == 404


def test_ones_own_request_is_another_owners_to_answer_XE13(see, send, world):
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    give_grants(insiders, [Terms("workspace-owner", "all")], by=SYSTEM)
    groups.add_members(insiders, [world.member("bo")], by=SYSTEM)
    grant = a_grant_that_ends(world.member("bo"))
    request = requests.ask_to_extend(world.member("bo"), grant, by=SYSTEM)
    assert "Another owner decides" in see("bo", f"requests/{request.public_id}")
    path = f"requests/{request.public_id}/approve"
    assert send("bo", path, remedy="extend").status == 403
    assert AccessRequest.objects.open().exists()
    assert send("ada", path, remedy="extend").status == 302


@pytest.mark.parametrize("verb", ["", "/approve", "/decline"])
def test_a_request_of_another_workspace_is_nowhere_XA1(see, send, world, verb):
    other = build(OTHER)
    olga = other.workspace.members.get(user__email="olga@example.net")
    request = requests.ask(olga, Asked("source/q", "read"), by=SYSTEM)
    assert see("ada", f"requests/{request.public_id}{verb}").status == 404
    if verb:
        assert send("ada", f"requests/{request.public_id}{verb}", remedy="named").status == 404
        assert AccessRequest.objects.open().count() == 1


def test_the_panel_alone_answers_htmx(see, world):
    request = ask(world)
    part = see(
        "ada", f"requests/{request.public_id}", **{"HX-Request": "true", "HX-Target": "panel"}
    )
    assert "<html" not in part.raw
    assert 'id="panel"' in part.raw


def test_what_was_given_can_be_taken_back_from_the_trail(see, send, world):
    request = ask(world)
    send("ada", f"requests/{request.public_id}/approve", **approval(see, request))
    number = world.workspace.events.newest_first().first().number
    path = f"/w/acme/audit/{number}/undo"
    page = see("ada", path)
    assert send("ada", path, **filled(page.answer, path)).status == 302
    assert not world.member("dee").grants.exists()


def test_a_name_is_shown_as_the_thing_it_is_with_what_would_satisfy_it_Q1_N2(see, world):
    request = ask(world, "cy", "source C")
    seen = see("ada", f"requests/{request.public_id}")
    assert "Source C" in seen
    assert "Nothing of that name" not in seen
    assert "Approve</button>" in seen.raw


def test_a_name_of_several_is_chosen_from_and_approved_for_that_one_Q1(see, send, world):
    resources.create(world.workspace, "source", "c2", "Source C", by=SYSTEM)
    request = ask(world, "cy", "Source C")
    path = f"requests/{request.public_id}"
    seen = see("ada", path)
    assert "Say which is meant" in seen
    assert "Approve</button>" not in seen.raw
    [url] = [link for link in seen.links() if "thing=source%2Fc2" in link]
    chosen = see("ada", url.removeprefix("/w/acme/"))
    approve = f"{path}/approve"
    answer = send("ada", approve, **filled(chosen.answer, f"/w/acme/{approve}", blanks=""))
    assert answer.status == 302
    cy = Access.of(world.member("cy"))
    assert cy.check("edit", world.resource("source/c2"))
    assert not cy.check("edit", world.resource("source/c"))


def test_a_name_of_nothing_says_so_Q1(see, world):
    request = ask(world, "cy", "Source Q")
    assert "Nothing of that name is here" in see("ada", f"requests/{request.public_id}")


def test_my_access_says_how_a_request_ended_Q1(see, world):
    ask(world, "cy", "source/c")
    give_grants(world.member("cy"), [Terms("source-admin", "all")], by=SYSTEM)
    seen = see("cy", "my-access")
    assert "What you asked for lately" in seen
    assert "You can edit it now." in seen
    assert "Has it by now" in see("ada", "requests")
