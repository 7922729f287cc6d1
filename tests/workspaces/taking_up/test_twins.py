"""What is so now, and beside it what could be taken up: on pages, in files, counted apart (W8)."""

import csv
import io
import re

import pytest
from django.test import Client

from tests.world import give_grants
from workspaces.access.engine import Access
from workspaces.access.who import who, who_could
from workspaces.terms import Eligible, Terms


@pytest.fixture
def world(eligibles):
    return eligibles.world


@pytest.fixture
def see(world):
    def page(path, name="ada"):
        client = Client()
        client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        answer = client.get(f"/w/acme/{path}")
        assert answer.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

    return page


def names(rows):
    return sorted(rows.values_list("user__email", flat=True))


def test_who_answers_what_is_so_and_its_twin_what_could_be_W8(eligibles, world):
    source = world.resource("source/a")
    before = names(who("edit", source))
    eligibles.grant()
    eligibles.membership("cy")
    assert names(who("edit", source)) == before
    assert names(who_could("edit", source)) == sorted(
        {*before, "dee@example.org", "cy@example.org"}
    )
    eligibles.take()
    assert "dee@example.org" in names(who("edit", source))


def test_nobody_could_who_is_deactivated_or_elsewhere_W8(eligibles, world):
    eligibles.grant()
    world.user("dee").__class__.objects.filter(pk=world.user("dee").pk).update(is_active=False)
    assert "dee@example.org" not in names(who_could("edit", world.resource("source/a")))


def test_list_has_a_twin_too_W8(eligibles, world):
    eligibles.grant()
    dee = world.member("dee")
    assert not Access.of(dee).reach("edit", "source").exists()
    could = Access.at_most(dee).reach("edit", "source")
    assert could.count() == world.workspace.resources.of_type("source").count()


def test_the_people_tab_tells_who_could_apart_from_who_does_W8(eligibles, world, see):
    eligibles.grant(role="source-read-only")
    give_grants(world.member("cy"), [Terms("source-admin", "all", eligible=Eligible(proof=False))])
    page = see("sources/a/people")
    assert "1 more could reach it, and 1 more could edit it" in page
    assert re.search(
        r"dee@example.org Could take up view Direct › Source Read-only \( ?could be", page
    )
    assert re.search(r"cy@example.org View Could take up edit", page)


def test_a_person_who_taken_it_up_reaches_it_now_W8(eligibles, world, see):
    eligibles.grant()
    eligibles.take()
    page = see("sources/a/people")
    assert "could reach it" not in page
    assert "dee@example.org Edit Direct" in page


@pytest.mark.parametrize(
    ("path", "name"),
    [("members/{dee}", "ada"), ("members/{dee}/view-as", "ada"), ("my-access", "dee")],
)
def test_panel_view_as_and_own_page_say_how_far_it_could_go_W8(eligibles, world, see, path, name):
    words = "With all that can be taken up: edit"
    give_grants(world.member("dee"), [Terms("warehouse-read-only", "all")])
    path = path.format(dee=world.member("dee").public_id)
    assert words not in see(path, name)
    eligibles.grant()
    assert words in see(path, name)
    assert "Could take up edit" in see(path, name)


def test_a_groups_panel_says_what_its_people_could_take_up_W8(world, see):
    growth = world.group("growth")
    give_grants(growth, [Terms("space-admin", "all", eligible=Eligible(proof=False))])
    page = see(f"groups/{growth.public_id}")
    assert "With all that can be taken up: edit" in page
    assert "Could take up edit" in page


def test_side_by_side_it_is_told_apart_W8(eligibles, world, see):
    eligibles.grant()
    address = f"members/{world.member('dee').public_id}/compare?with=cy@example.org"
    assert "Could: edit 3, view 0" in see(address)


def test_the_file_of_access_has_a_column_of_its_own_for_it_W8(eligibles, world, client):
    eligibles.grant(role="source-read-only")
    give_grants(world.member("cy"), [Terms("source-admin", "all", eligible=Eligible(proof=False))])
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    answer = client.post("/w/acme/members/matrix.csv", {"matching": "on"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head[-1] == "Could take up"
    found = {(row[1].split("@")[0], row[3]): (row[5], row[7]) for row in rows}
    assert found["dee", "a"] == ("", "view")
    assert found["cy", "a"] == ("view", "edit")
    assert found["ada", "a"] == ("edit", "")
