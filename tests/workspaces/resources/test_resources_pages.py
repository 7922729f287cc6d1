import re

import pytest

from labels import operations as labels
from tests.world import SYSTEM, give_grants
from workspaces.terms import Terms


def first_words(page):
    return [row.split()[1] for row in page.rows()]


def test_owners_see_every_source_with_labels_and_counts(see):
    page = see("ada", "sources")
    assert first_words(page) == ["A", "B", "C"]
    assert "prod car" in page.rows()[0]
    assert "2 can edit · 1 can view" in page.rows()[0]


def test_others_see_theirs_only(see):
    assert first_words(see("bo", "sources")) == ["A", "B"]
    assert first_words(see("cy", "sources")) == ["A"]
    page = see("dee", "sources")
    assert page.rows() == []
    assert "no sources you can see" in page


@pytest.mark.parametrize("type_", ["destinations", "warehouses", "spaces", "tracking-plans",
                                   "functions"])  # fmt: skip
def test_there_is_a_list_for_every_type(see, type_):
    assert len(see("ada", type_).rows()) == 1
    assert see("dee", type_).rows() == []


def test_destinations_come_with_their_source(see):
    assert "Source A" in see("cy", "destinations").rows()[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=source%20b", ["B"]), ("q=zzz", []), ("label=product:CAR", ["A", "C"]),
     ("label=product:car&q=c", ["A", "C"]), ("label=nonsense", [])],
)  # fmt: skip
def test_the_address_narrows_the_list(see, query, found):
    assert first_words(see("ada", f"sources?{query}")) == found


def test_a_source_says_what_one_may_do_on_it(see):
    assert "You may read, edit, delete, label" in see("bo", "sources/a")
    assert "You may read" in see("cy", "sources/a")
    assert "edit" not in see("cy", "sources/a").text.partition("You may")[2][:10]


def test_a_source_names_only_the_connections_one_can_read(see):
    assert "BigQuery" in see("bo", "sources/a")
    assert "BigQuery" not in see("cy", "sources/a")
    assert "Ads" in see("cy", "sources/a")


def test_a_locked_door_names_neither_the_thing_nor_its_labels_R5(see):
    page = see("dee", "sources/a")
    assert page.status == 403
    assert "Source A" not in page
    assert "environment" not in page
    assert "ada@example.org" in page


def test_a_slug_that_does_not_exist_is_the_same_locked_door_R5(see):
    there, nowhere = see("dee", "sources/a"), see("dee", "sources/none")
    assert there.status == nowhere.status == 403
    assert without_id(there) == without_id(nowhere)


def without_id(page):
    """Leave out what is each request's own: id, token, seconds, and what the asker named."""
    raw = page.raw.replace(page.answer["X-Request-ID"], "")
    raw = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", raw)
    raw = re.sub(r' data-session="[^"]*"', "", raw)
    return re.sub(r"source/(a|none)\b", "source/…", raw)


def test_whoever_reads_all_of_the_type_gets_404_for_nothing_R5(see, world):
    give_grants(world.member("dee"), [Terms("source-read-only", "all")], by=SYSTEM)
    assert see("dee", "sources/none").status == 404
    assert see("ada", "sources/none").status == 404
    assert see("ada", "warehouses/a").status == 404


def test_owners_and_editors_see_who_reaches_it_and_by_which_path(see):
    for name in ("ada", "bo"):
        page = see(name, "sources/a/people")
        assert "3 people reach it, 2 of them can edit it" in page
        bo = next(row for row in page.rows() if "Bo" in row)
        assert "growth > Source Admin > environment:prod" in bo
        assert "Edit" in bo
        assert "View" in next(row for row in page.rows() if "Cy" in row)


def test_readers_see_counts_and_no_names(see):
    page = see("cy", "sources/a/people")
    assert "3 people reach it" in page
    assert "Bo Diddley" not in page
    assert "bo@example.org" not in page


def test_a_label_that_goes_closes_the_door_at_the_next_click_R4(see, world):
    assert see("bo", "sources/a").status == 200
    labels.relabel(world.resource("source/a"), take=[world.label("environment:prod")], by=SYSTEM)
    assert see("bo", "sources/a").status == 403
