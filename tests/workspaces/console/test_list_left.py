"""The list one comes back to is the list one left: filters, sort and page (U2)."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone

from config.web.lists.returning import back_to, leaving, left_from, page_left, returning
from tests.cast.invited import ask
from tests.filled import filled
from tests.world import SYSTEM, give_grants
from workspaces.models import AccessRequest
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

LEFT = "q=e&sort=-name&page=1"


@pytest.fixture
def send(as_user, world):
    """Open a form by its address, send it, and return where that leads."""
    client = as_user("ada")

    def sent(link, /, **fields):
        asked = client.get(link)
        assert asked.status_code == 200
        forms = re.findall(r'<form[^>]*method="post"[^>]*>', asked.content.decode())
        actions = [re.search(r'action="([^"]+)"', form) for form in forms]
        sent_to = [unescape(found[1]) if found else link for found in actions]
        url = next(url for url in sent_to if path_of(url) == path_of(link))
        body = filled(asked, path_of(url), blanks="") | fields
        answer = client.post(url, body)
        if answer.status_code == 200:  # looked at; now it is saved
            body |= {"seen": answer.context["review"].digest} if "review" in answer.context else {}
            answer = client.post(url, body)
        assert answer.status_code == 302
        return answer["Location"]

    return sent


@pytest.fixture
def act(as_user, send):
    """Follow a link from a page by its end, send the form it leads to, return where that leads."""
    client = as_user("ada")

    def follow(page, ends, /, **fields):
        found = unescape(client.get(page).content.decode())
        link = next(u for u in re.findall(r'href="([^"]+)"', found) if path_of(u).endswith(ends))
        return send(link, **fields)

    return follow


def path_of(url):
    return urlsplit(url).path


def same_list(location, path, left=LEFT):
    there = urlsplit(location)
    assert there.path == path
    return set(parse_qsl(left)) <= set(parse_qsl(there.query))


def test_after_the_acts_on_a_member(act, world):
    ends = timezone.now() + timedelta(days=9)
    give_grants(world.member("cy"), [Terms("space-read-only", "all", ends=ends)], by=SYSTEM)
    panel = f"/w/acme/members/{world.member('cy').public_id}"
    seen = f"{panel}?{LEFT}&tab=access"
    assert same_list(act(seen, "/end"), panel)
    assert same_list(act(seen, "/owner"), panel)
    assert same_list(act(seen, "/owner"), panel)
    assert same_list(act(seen, f"{panel}/access"), panel)
    assert same_list(act(seen, "/copy", people="dee@example.org"), panel)
    gone = act(seen, "/remove")
    assert same_list(gone, "/w/acme/members")
    assert "tab" not in gone


def test_after_the_acts_on_the_groups_of_a_member_U2(act, see, world):
    panel = f"/w/acme/members/{world.member('bo').public_id}"
    group = f"/w/acme/groups/{world.group('growth').public_id}/members"
    left = f"{LEFT}&tab=groups"
    seen = f"{panel}?{left}"
    assert same_list(act(seen, f"{group}/dates", ends="2999-01-01"), panel, left)
    assert same_list(act(seen, f"{group}/remove"), panel, left)
    assert same_list(act(seen, "/bulk/group", group="growth"), panel, left)
    assert same_list(act(f"{panel}/access?back=q%3De", f"{group}/remove"), panel, "q=e&tab=groups")
    form = next(url for url in see("ada", seen).links() if path_of(url).endswith("/bulk/group"))
    assert any(same_list(url, panel, left) for url in see("ada", form).links() if panel in url)


def test_whose_panel_was_left_leads_nowhere_else_XG1(see, world):
    group = f"/w/acme/groups/{world.group('growth').public_id}/members/dates"
    for bad in ("//evil.example", "../../x", "a" * 300, ""):
        page = see("ada", f"{group}?{urlencode({'member': bad, 'people': 'bo@example.org'})}")
        assert "evil" not in page.raw
        assert page.answer.context["back"].startswith(f"{group.removesuffix('/members/dates')}?")


def test_after_the_acts_on_a_group(act, world):
    panel = f"/w/acme/groups/{world.group('growth').public_id}"
    seen = f"{panel}?q=o&sort=-name&tab=members&people=1"
    left = "q=o&sort=-name"
    assert same_list(act(seen, "/describe", description="x"), panel, left)
    assert same_list(act(seen, f"{panel}/members", people="cy@example.org"), panel, left)
    assert same_list(act(seen, f"{panel}/access"), panel, left)
    assert same_list(act(seen, "/delete", name="growth"), "/w/acme/groups", left)


def test_after_the_acts_on_a_token(act, world):
    made, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    panel = f"/w/acme/tokens/{made.public_id}"
    seen, left = f"{panel}?state=live&sort=-ends", "state=live&sort=-ends"
    assert same_list(act(seen, f"{panel}/access"), panel, left)
    assert same_list(act(seen, "/revoke"), panel, left)


def test_after_an_answer_to_a_request(act, world):
    for name in ("dee", "cy"):
        requests.ask(world.member(name), Asked("source/b", "edit"), by=SYSTEM)
    for request in AccessRequest.objects.all():
        seen = f"/w/acme/requests/{request.public_id}?status=open"
        assert same_list(act(seen, "/decline"), "/w/acme/requests", "status=open")


def test_after_the_acts_on_an_invite(act, world):
    panel = f"/w/acme/members/invited/{ask(world, 'new@example.org').public_id}"
    assert same_list(act(f"{panel}?q=new", f"{panel}/access"), panel, "q=new")
    assert same_list(act(f"{panel}?q=new", "/revoke"), "/w/acme/members/invited", "q=new")


def test_after_the_acts_on_a_source(act, see, world):
    left = "label=product:car&columns=product"
    people = "/w/acme/sources/c/people"
    page = next(u for u in see("ada", f"sources?{left}").links() if path_of(u) == people)
    renamed = act(page.replace(people, "/w/acme/sources/c"), "/edit", name="Sea")
    assert path_of(renamed) == "/w/acme/sources/c"
    assert same_list(act(renamed, "/delete", name="Sea"), "/w/acme/sources", left)


def test_after_the_acts_on_a_label(act, see, world):
    page = next(
        u for u in see("ada", "labels?q=truck").links() if u.partition("?")[2][:4] == "back"
    )
    assert same_list(act(page, "/replace", new="product:lorry"), "/w/acme/labels", "q=truck")


def test_after_a_change_for_many_and_after_its_undo(as_user, see, world):
    left = f"{LEFT}&status=member"
    bar = see("ada", f"members?{left}")
    filters = unescape(re.search(r'name="filters" value="([^"]*)"', bar.raw)[1])
    client, url = as_user("ada"), "/w/acme/members/bulk/group"
    body = {"who": [world.member("cy").public_id], "filters": filters, "group": "growth"}
    seen = client.post(url, {**body, "look": "1"}).context["review"].digest
    answer = client.post(url, {**body, "seen": seen})
    assert same_list(answer["Location"], "/w/acme/members", left)
    number = world.workspace.events.newest_first().first().number
    undone = client.post(
        f"/w/acme/audit/{number}/undo",
        headers={"Referer": f"http://testserver{answer['Location']}"},
    )
    assert same_list(undone["Location"].removeprefix("http://testserver"), "/w/acme/members", left)


def test_after_an_undo_from_the_trail(act, see, world):
    give_grants(world.member("dee"), [Terms("space-read-only", "all")], by=SYSTEM)
    number = world.workspace.events.newest_first().first().number
    seen = f"/w/acme/audit/{number}?actor=tests"
    assert same_list(act(seen, "/undo"), "/w/acme/audit", "actor=tests")


def test_what_is_carried_leads_nowhere_else_XG1():
    request = RequestFactory().get("/x", {"back": "//evil.example/?q=1&next=//evil.example"})
    assert returning(request, "/w/acme/members").startswith("/w/acme/members?")
    request = RequestFactory().get("/x", {"back": "q=a\r\nSet-Cookie: x"})
    assert "\n" not in back_to(request, "/w/acme/members")["Location"]
    assert left_from(RequestFactory().get("/x", {"back": "q=" + "a" * 2000})) == ""


def test_a_panels_own_pages_are_not_the_lists():
    request = RequestFactory().get("/x", {"q": "bo", "tab": "groups", "grants": "2", "page": "3"})
    assert QueryDict(leaving(request)[1:])["back"] == "q=bo&page=3"
    assert leaving(RequestFactory().get("/x")) == ""


def test_after_access_was_given_from_the_people_of_a_thing_as_they_were_narrowed_U2(send, see):
    people, back = "/w/acme/sources/b/people", "label=product:car"
    seen = f"{people}?{urlencode({'level': 'edits', 'sort': '-name', 'back': back})}"
    form = next(url for url in see("ada", seen).links() if path_of(url).endswith("/give"))
    left = parse_qsl(urlsplit(form).query)
    sent = urlencode([*left, ("go", "1"), ("people", "dee@example.org"), ("ends", "")])
    page = see("ada", f"{path_of(form)}?{sent}")  # without a role: refused, and drawn again
    assert seen in page.links()
    assert dict(left)["left"] in unescape(page.raw)
    given = see("ada", f"{path_of(form)}?{sent}&role=source-read-only").answer
    assert send(given["Location"]) == seen
    assert path_of(form) in see("ada", people).links()


def test_the_link_that_gives_access_follows_the_filters_that_the_script_sets(see):
    fragment = {"HX-Request": "true", "HX-Target": "people"}
    page = see("ada", "/w/acme/sources/b/people?level=edits", **fragment)
    assert "<html" not in page.raw
    assert re.search(r'id="give-link" href="[^"]*/give\?left=level%3Dedits" hx-swap-oob', page.raw)


def test_after_access_was_edited_because_of_a_request_U2(act, world):
    requests.ask(world.member("dee"), Asked("source/b", "edit"), by=SYSTEM)
    panel = f"/w/acme/requests/{AccessRequest.objects.get().public_id}"
    editor = f"/w/acme/members/{world.member('dee').public_id}/access"
    assert act(f"{panel}?status=open&sort=-asked", editor) == f"{panel}?status=open&sort=-asked"
    assert world.member("dee").grants.exists()


def test_what_a_page_left_says_leads_nowhere_else_XG1():
    request = RequestFactory().get("/x", {"left": "//evil.example\r\nSet-Cookie: x"})
    assert page_left(request, "/w/acme/members").startswith("/w/acme/members?")
    assert "\n" not in page_left(request, "/w/acme/members")
