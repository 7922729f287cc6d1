"""From what if several ways were taken away to the reviews that take them, one after another."""

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, acme, build, everything
from workspaces.forms.grants.ways import value_in, value_of
from workspaces.models import Event
from workspaces.operations.groups import groups

pytestmark = pytest.mark.any_database

FILTERED = "/w/acme/sources/a/people?level=edits&sort=-name&back=label%3Dproduct%3Acar"
READER = "source-read-only"


@pytest.fixture
def ways(db):
    """Bo reaches source A by two groups and by name."""
    document = acme()
    bo = next(one for one in document["members"] if one["email"].startswith("bo"))
    bo["grants"] = [{"role": "source-admin", "scope": {"resources": ["source/a"]}}]
    document["groups"].append(
        {"name": "readers", "members": ["bo@example.org", "cy@example.org"],
         "grants": [{"role": READER, "scope": {"labels": ["product:car"]}}]}
    )  # fmt: skip
    return build(document)


@pytest.fixture
def all_three(ways):
    """The query that ticks all ways of Bo."""
    bo = ways.member("bo")
    groups = [value_in(bo, ways.group(name)) for name in ("growth", "readers")]
    return urlencode([("way", way) for way in (*groups, value_of(bo, bo.grants.get()))])


@pytest.fixture
def begin(see):
    """Go from a page with ticked ways to the first review: return its address."""
    return lambda path: link(see("ada", path), "Review this change")


@pytest.fixture
def save(as_user):
    """Save the review at an address as it opens, once it was looked at; return where it leads."""
    client = as_user("ada")

    def saved(address):
        page = client.get(address)
        text = page.content.decode()
        action = re.search(r'<form id="(?:people|policy)-form"[^>]*action="([^"]+)"', text)[1]
        url = unescape(action)
        body = filled(page, urlsplit(url).path, blanks="")
        seen = re.search(r'name="seen" value="(\w+)"', text)
        body["seen"] = [seen[1]] if seen else [""]
        answer = client.post(url, body)
        assert answer.status_code == 302
        return answer["Location"]

    return saved


def link(page, text):
    found = re.search(rf'href="([^"]*)"[^>]*>\s*{text}', page.raw)
    return unescape(found[1]) if found else ""


def test_each_save_leads_to_the_next_review_and_the_last_one_back_U2(
    see, begin, save, ways, all_three
):
    first = begin(f"{FILTERED}&{all_three}")
    page = see("ada", first)
    assert "Take people out of growth" in page
    assert "1 of 3" in page
    second = save(first)
    page = see("ada", second)
    assert "Take people out of readers" in page
    assert "2 of 3" in page
    third = save(second)
    page = see("ada", third)
    assert "Edit access" in page
    assert "3 of 3" in page
    assert 'data-changes="1"' in page.raw
    assert save(third) == FILTERED
    assert not ways.member("bo").grants.exists()
    assert not ways.member("bo").groups().exists()


def test_each_save_is_an_event_of_its_own_that_can_be_undone_U6(see, begin, save, all_three):
    before = Event.objects.count()
    second = save(begin(f"{FILTERED}&{all_three}"))
    assert Event.objects.count() == before + 1
    assert "Took 1 person out of growth." in (page := see("ada", second))
    assert "Undo" in page
    save(second)
    assert Event.objects.count() == before + 2


def test_a_review_that_is_skipped_writes_nothing_and_leads_on(as_user, begin, all_three):
    address, client = begin(f"{FILTERED}&{all_three}"), as_user("ada")
    before = everything()
    for number in (1, 2, 3):
        page = Seen(client.get(address))
        assert f"{number} of 3" in page
        assert FILTERED in page.links()  # to leave it altogether
        address = link(page, "Skip</a>")
    assert address == FILTERED
    assert everything() == before


def test_from_a_member_it_leads_back_to_their_panel_beside_the_list_U2(
    see, begin, save, ways, all_three
):
    panel = f"/w/acme/members/{ways.member('bo').public_id}"
    left = urlencode({"back": "q=o&sort=-name"})
    address = begin(f"{panel}/what-if?{left}&{all_three}")
    for _number in range(3):
        address = save(address)
    assert address == f"{panel}?q=o&sort=-name"


def test_the_list_is_kept_from_the_panel_through_the_ticks(see, ways):
    panel = f"/w/acme/members/{ways.member('bo').public_id}?q=o&tab=groups"
    asked = link(see("ada", panel), "What if I take this away")
    assert parse_qs(urlsplit(asked).query)["back"] == ["q=o"]
    assert '<input type="hidden" name="back" value="q=o">' in see("ada", asked).raw


def test_a_single_review_stands_alone(see, begin, ways):
    way = urlencode({"way": value_in(ways.member("bo"), ways.group("growth"))})
    address = begin(f"/w/acme/members/{ways.member('bo').public_id}/what-if?{way}")
    assert set(parse_qs(urlsplit(address).query)) == {"people"}
    assert not link(see("ada", address), "Skip</a>")


def test_a_way_that_is_gone_meanwhile_is_left_out_and_said(see, begin, ways, all_three):
    first = begin(f"{FILTERED}&{all_three}")
    groups.remove_members(ways.group("readers"), [ways.member("bo")], by=SYSTEM)
    page = see("ada", first)
    assert "1 way is gone meanwhile" in page
    assert "1 of 2" in page
    assert "/access?without=" in link(page, "Skip</a>")


def test_a_way_in_another_workspace_is_nobodys_here_XA2(see, ways):
    other = build(OTHER)
    away = value_in(other.member("olga@example.net"), other.group("quixotic"))
    here = ways.group("growth").public_id
    query = urlencode({"people": "bo@example.org", "step": 1, "on": "source/a", "way": away})
    page = see("ada", f"groups/{here}/members/remove?{query}")
    assert "1 of 1" in page
    assert "1 way is gone meanwhile" in page
    assert "quixotic" not in page.raw


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("step=0&on=source/a", "“0”"), ("step=soon&on=source/a", "“soon”"),
        ("step=41&on=source/a", "“41”"), ("step=1&on=source/nothing", "“source/nothing”"),
        ("step=1&on=workspace/acme", "“workspace/acme”"), ("step=1", "“”"),
        ("step=1&member=//evil.example", "“//evil.example”"),
        ("step=1&on=source/a&way=bogus", "“bogus”"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_by_name_and_nothing_is_saved_N4(
    as_user, ways, said, named
):
    bo, group, client = ways.member("bo"), ways.group("growth"), as_user("ada")
    before = everything()
    for url in (
        f"/w/acme/groups/{group.public_id}/members/remove?people=bo@example.org&{said}",
        f"/w/acme/members/{bo.public_id}/access?{said}",
    ):
        page = Seen(client.get(url))
        assert page.status == 422
        assert named in page
        assert "/w/acme/members" in page.links()
        assert client.post(url, {"people": "bo@example.org"}).status_code == 422
    assert everything() == before


def test_where_it_began_leads_nowhere_else_XG1(see, begin, all_three):
    address = begin(f"/w/acme/sources/a/people?{all_three}")
    page = see(
        "ada", f"{address}&{urlencode({'left': '//evil.example', 'back': '//evil.example'})}"
    )
    assert not [url for url in page.links() if url.startswith("//evil")]
