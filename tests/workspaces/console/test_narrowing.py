"""What a list, a choice or a file is narrowed by and is not understood leaves nothing (N4)."""

import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.http import QueryDict

from config.web.lists.filters import Filters, TextFilters
from labels.forms import LabelFilters, ThingFilters
from tests.cast.invited import ask
from tests.test_doors import a_review
from tests.world import SYSTEM, everything
from workspaces.forms.groups.groups import GroupFilters
from workspaces.forms.invites.invites import InviteFilters
from workspaces.forms.members.filters import MemberFilters, SeenFilters
from workspaces.forms.requests.requests import RequestFilters
from workspaces.forms.resources.people import PeopleFilters
from workspaces.forms.resources.resources import ResourceFilters
from workspaces.forms.reviews.reviews import ItemFilters, ReviewFilters
from workspaces.forms.tokens.tokens import TokenFilters
from workspaces.forms.trail.trail import AuditFilters
from workspaces.forms.workspace.workspaces import WorkspaceFilters
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms
from workspaces.views.reviews.sheet import Page

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[3]
LISTS = {
    "members": MemberFilters, "members/invited": InviteFilters, "groups": GroupFilters,
    "tokens": TokenFilters, "requests": RequestFilters, "audit": AuditFilters,
    "sources": ResourceFilters, "spaces": ResourceFilters, "warehouses": ResourceFilters,
    "destinations": ResourceFilters, "sources/a/people": PeopleFilters,
    "reviews": ReviewFilters, "reviews/{review}": ItemFilters,
    "labels": LabelFilters, "labels/assign": ThingFilters, "/": WorkspaceFilters,
    "members/{bo}/view-as?type=source": SeenFilters,
}  # fmt: skip
ABSENT = {  # filters of some lists of things alone
    ("warehouses", "label"), ("destinations", "label"),
    ("sources", "source"), ("spaces", "source"), ("warehouses", "source"),
}  # fmt: skip
UNDERSTOOD = {  # what makes no difference to any list, key by key
    "members": "sort=bogus&page=abc&tab=bogus", "groups": "sort=bogus&page=-1&tab=bogus",
    "tokens": "sort=bogus&page=0", "sources": "columns=bogus&page=99999999999",
}  # fmt: skip


@pytest.fixture
def full(world):
    """A workspace in which every list has a row."""
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    requests.ask(world.member("dee"), Asked("source/a", "read"), by=SYSTEM)
    ask(world, "new@example.org")
    a_review(world)
    return world


@pytest.fixture
def count(see, full):
    """Open a list with something more in its address, and count what it holds."""

    def opened(path, more=""):
        review = full.workspace.reviews.get().public_id
        path = path.format(bo=full.member("bo").public_id, review=review)
        address = f"{path}{'&' if '?' in path else '?'}{more}"
        page = see("ada", address if path != "/" else f"{address}&all")
        found = page.answer.context["page"]
        return page, len(found.rows) if isinstance(found, Page) else found.paginator.count

    return opened


def fields_of(path):
    names = LISTS[path].base_fields
    return {name: field for name, field in names.items() if (path, name) not in ABSENT}


def test_every_kind_of_filters_is_tried_here():
    def below(kind):
        return {kind}.union(*(below(sub) for sub in kind.__subclasses__()))

    assert below(Filters) - {Filters, TextFilters} == set(LISTS.values())


def test_no_page_reads_a_filter_past_the_one_place():
    """What else is read from an address chooses nothing out of many."""
    reads = re.compile(r"request\.GET(?:\.get(?:list)?\(|\[)\"(\w+)\"")
    found = {
        (str(path.relative_to(ROOT / app / "views")), key)
        for app in ("accounts", "labels", "workspaces")
        for path in (ROOT / app / "views").rglob("*.py")
        for key in reads.findall(path.read_text())
    }
    offered = {("trail/trail.py", "target")}
    pages = {
        ("members/members.py", "tab"), ("groups/groups.py", "tab"),
        ("resources/resources.py", "columns"), ("resources/resources.py", "people"),
        ("reviews/sheet.py", "after"), ("reviews/sheet.py", "before"),
    }  # fmt: skip
    ticked = {("assigning.py", "on"), ("console/picks.py", "q")}
    filled_in = {
        ("requests/asking.py", "do"), ("requests/asking.py", "which"),
        ("members/access.py", "direction"), ("members/access.py", "people"),
        ("groups/my_groups.py", "people"), ("groups/people.py", "people"),
        ("invites/inviting.py", "address"), ("labels.py", "name"),
        ("invites/from_file.py", "left"),
        ("members/access.py", "start"), ("members/access.py", "request"),
        ("resources/changes.py", "source"), ("tokens/secrets.py", "for"),
        ("sign_in/ways.py", "next"), ("taking_up/mine.py", "which"),
        ("reviews/new.py", "covers"), ("grants/editor.py", "without"),
    }  # fmt: skip
    named = {("members/my_access.py", "type")}
    assert found == offered | pages | ticked | filled_in | named


# Each of these walks all filters of a list: one world a list is enough, and quicker.


@pytest.mark.parametrize("path", LISTS)
def test_a_value_that_is_none_matches_nothing_and_can_be_taken_away_N4(count, path):
    assert count(path)[1] > 0
    for name, field in fields_of(path).items():
        page, n = count(path, f"{name}=nosuch")
        assert n == 0, name
        assert "nosuch" in page
        assert "remove this filter" in page
        unread = isinstance(field, forms.DateField | forms.RegexField)
        assert page.status == (422 if unread else 200), name


@pytest.mark.parametrize("path", LISTS)
def test_a_filter_set_twice_matches_nothing_N4(count, path):
    for name in fields_of(path):
        page, n = count(path, f"{name}=&{name}=")
        assert (page.status, n) == (422, 0), name
        assert "more than once" in page


@pytest.mark.parametrize("path", LISTS)
def test_a_filter_nobody_knows_matches_nothing_N4(count, path):
    for key in ("bogus", "Q", "Role", "q ", "q\u200b", "role[]", "filters"):
        page, n = count(path, urlencode({key: "x"}))
        assert (page.status, n) == (422, 0), key
        assert "There is no filter of the name" in page


@pytest.mark.parametrize("path", [path for path, f in LISTS.items() if "q" in f.base_fields])
def test_a_search_too_long_or_for_nothing_matches_nothing_N4(count, path):
    for text, words in (("e" * 201, "at most 200 characters"), ("\u200b", "nothing in it")):
        page, n = count(path, urlencode({"q": text}))
        assert (page.status, n) == (422, 0)
        assert words in page


@pytest.mark.parametrize(("path", "more"), UNDERSTOOD.items())
def test_order_and_page_that_are_none_fall_back_to_what_is_there(count, path, more):
    page, n = count(path, more)
    assert (page.status, n) == (200, count(path)[1])


def test_the_jump_and_the_pickers_find_nothing_by_what_is_too_long_N4(see):
    assert see("ada", f"jump?q={'e' * 201}").answer.context["total"] == 0
    for kind in ("members", "groups", "labels", "sources"):
        assert see("ada", f"pick/{kind}?q={'e' * 201}").answer.context["picks"] == []


def test_view_as_of_a_type_that_is_none_is_not_there_R5(see, world):
    assert see("ada", f"members/{world.member('bo').public_id}/view-as?type=ship").status == 404


# --- Changes for many, and files ------------------------------------------------------------

BULK = ("group", "role", "ends", "remove")
FAULTY = [
    "role=bogus", f"q={'e' * 201}", "status=bogus", "status=owner&status=owner", "label=nosuch",
    "label=environment:nosuch", "group=nosuch", "broad=maybe", "bogus=1", "Role=source-admin",
    "every=ship", "role=source-admin&x=1", "x" * 2001,
]  # fmt: skip


@pytest.mark.parametrize("kind", BULK)
def test_a_choice_that_is_not_understood_chooses_nobody_N4(as_user, kind):
    client, url = as_user("ada"), f"/w/acme/members/bulk/{kind}"
    before = everything()
    for filters in FAULTY:
        asked = {"matching": "on", "filters": filters}
        form = {"group": "growth", "role": "", "ends": "2198-12-31", "seen": "x", **asked}
        for answer in (
            client.get(url, asked),
            client.post(url, {k: v for k, v in form.items() if k in FORMS[kind]}),
        ):
            assert (answer.status_code, answer.context["n_chosen"]) == (422, 0), filters
            assert answer.context["review"] is None
    assert everything() == before


CHOICE = {"matching", "filters", "seen"}
FORMS = {
    "group": {"group"} | CHOICE, "role": {"role"} | CHOICE,
    "ends": {"ends", "role"} | CHOICE, "remove": CHOICE,
}  # fmt: skip


def test_who_is_meant_is_said_in_the_one_way_there_is_N4(as_user):
    ada = as_user("ada")
    for query in (
        "matching=on&role=bogus", "matching=on&status=member", "matching=yes&filters=",
        "matching=on&matching=on", "matching=on&filters=status%3Downer&filters=",
        "who=nosuch", "who=" + "&who=".join(map(str, range(501))),
    ):  # fmt: skip
        for page in ("bulk/remove", "bulk/group", "export"):
            opened = ada.get(f"/w/acme/members/{page}?{query}")
            assert (opened.status_code, opened.context["n_chosen"]) == (422, 0), query


def test_a_change_for_nobody_is_refused_N4(as_user):
    answer = as_user("ada").post("/w/acme/members/bulk/remove", {"look": "1"})
    assert answer.status_code == 422
    assert "Nobody is chosen." in answer.content.decode()


@pytest.mark.parametrize("path", ["members.csv", "members/matrix.csv"])
def test_a_file_by_filters_that_are_not_understood_is_none_N4(as_user, path):
    client, before = as_user("ada"), everything()
    for filters in FAULTY:
        answer = client.post(f"/w/acme/{path}", {"matching": "on", "filters": filters})
        assert answer.status_code == 422, filters
        assert answer["Content-Type"].startswith("text/html")
    assert everything() == before


@pytest.mark.parametrize("path", ["members.csv", "members/matrix.csv"])
def test_silence_is_not_everybody_N4(as_user, path):
    client = as_user("ada")
    for data in ({}, {"filters": "q=e"}, {"matching": ""}, {"role": "x"}):
        assert client.post(f"/w/acme/{path}", data).status_code == 422


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("audit/export?since=31.12.2026", {}), ("audit/export", {"since": "31.12.2026"}),
        ("audit/export?since=2026-01-01", {"since": "2026-01-02"}),
        ("audit/export", {"sinse": "x"}),
        ("members.csv?role=bogus", {"matching": "on", "filters": ""}),
        ("members/matrix.csv?filters=role%3Dbogus", {"matching": "on"}),
        ("members/matrix.csv?filters=role%3Dbogus", {"matching": "on", "filters": ""}),
        ("members/bulk/remove?filters=role%3Dbogus", {"matching": "on", "seen": "x"}),
        ("members/bulk/remove?role=bogus", {"matching": "on", "look": "1"}),
        ("labels/assign/review?label=nosuch", {"every": "on", "type": "source"}),
    ],
)  # fmt: skip
def test_address_and_form_are_read_together_N4(as_user, path, sent):
    """What is said in the one is never passed over for the other."""
    client, before = as_user("ada"), everything()
    answer = client.post(
        f"/w/acme/{path}", {"put": "environment:dev", **sent} if "every" in sent else sent
    )
    assert (answer.status_code, answer.context["review"] if "bulk" in path else None) == (422, None)
    assert everything() == before


def test_the_list_of_a_faulty_filter_leads_to_no_file_of_everybody_N4(see):
    page = see("ada", "members?role=bogus")
    link = next(url for url in page.links() if "/export?" in url)
    assert see("ada", link).status == 422


WRONGLY = {
    "since=31.12.2026": "Write the day as year-month-day", "until=soon": "Write the day",
    "since=2026-02-30": "Write the day", "since=01/02/2026": "Write the day",
    "since=2026-03-02&until=2026-03-01": "This day is before the first one.",
    "action=bogus.done": "nothing of that name", "within=x": "nothing of that name",
    "about=../..": "about: ../..", "actor=" + "a" * 255: "at most 254", "actr=ada": "actr",
}  # fmt: skip


def test_a_trail_that_is_asked_for_wrongly_is_empty_and_no_file_N4(as_user):
    client, before = as_user("ada"), everything()
    for query, words in WRONGLY.items():
        page = client.get("/w/acme/audit", QueryDict(query))
        file = client.post(f"/w/acme/audit/export?{query}")
        assert file.status_code == 422, query
        for answer in (page, file):
            assert answer.context["page"].paginator.count == 0, query
            assert words in answer.content.decode()
    assert everything() == before


def test_a_day_that_is_none_is_422_beside_its_field_and_stays_there_N4(see):
    page = see("ada", "audit?since=31.12.2026&actor=ada")
    assert page.status == 422
    assert 'name="since" value="31.12.2026" aria-invalid="true"' in page.raw
    assert 'value="ada"' in page.raw


def test_labels_go_on_nothing_by_what_is_not_understood_L6_N4(as_user):
    client, before = as_user("ada"), everything()
    for query in (
        "every=on&label=nosuch", "every=on&label=environment:nosuch",
        "every=on&labl=product:car", f"every=on&q={'e' * 201}", "every=on&type=ship",
        "every=on&type=source&type=space", "on=nosuch",
        "every=on&label=product:car&label=product:truck",
    ):  # fmt: skip
        kind = "" if "type=" in query else "&type=source"
        body = f"{query}{kind}&put=environment:dev"
        opened = client.get(f"/w/acme/labels/assign/review?{body}")
        assert (opened.status_code, opened.context["review"]) == (422, None), query
        answer = client.post(
            "/w/acme/labels/assign/review",
            f"{body}&replacing=1&seen=x",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 422, query
    assert everything() == before


def test_sources_by_a_label_that_is_none_are_none_N4(see):
    page = see("ada", f"sources?label={quote('nosuch')}")
    assert page.rows() == []
    assert "Nothing matches." in page
