"""The list of a type: columns one chooses, filters, and who may add to it."""

import re
from html import unescape

import pytest

from tests.world import SYSTEM, give_grants
from workspaces.operations.resources import resources
from workspaces.terms import Terms


def headings(page):
    head = page.raw.split("<thead>")[1].split("</thead>")[0]
    return head.count('scope="col"') - head.count("cell-tick") - 4


def test_label_keys_are_columns(see):
    page = see("ada", "sources")
    assert "environment" in page.raw.split("<thead>")[1]
    assert headings(page) == 2
    assert page.rows()[0].startswith("Source A a environment:prod product:car")


def test_one_chooses_the_columns_and_the_address_keeps_them(see):
    page = see("ada", "sources?columns=&columns=product")
    assert headings(page) == 1
    assert "product" in page.raw.split("<thead>")[1].split("</thead>")[0]
    assert 'value="product" checked' in page.raw
    assert 'value="environment" checked' not in page.raw


def test_one_may_choose_no_column_at_all(see):
    assert headings(see("ada", "sources?columns=")) == 0


@pytest.mark.parametrize("columns", ["zzz", "Quixotry", "x" * 4000])
def test_a_column_that_is_none_of_ours_shows_nothing(see, columns):
    page = see("ada", f"sources?columns={columns}")
    assert page.status == 200
    assert headings(page) == 0


def test_keys_on_nothing_one_can_read_are_no_columns(see, world):
    page = see("cy", "spaces")
    assert "Columns" not in page
    give_grants(world.member("cy"), [Terms("space-read-only", "all")], by=SYSTEM)
    assert headings(see("cy", "spaces")) == 1


def test_a_label_to_filter_by_is_a_key_with_its_own_value(see):
    """Source A is in environment:prod and has a product: that makes it no product:prod."""
    assert see("ada", "sources?label=product:prod").rows() == []
    assert [row[:8] for row in see("ada", "sources?label=Environment:PROD").rows()] == [
        "Source A",
        "Source B",
    ]


def test_labels_to_filter_by_are_those_one_can_see(see):
    everything = see("ada", "pick/sources/labels?q=pro").raw
    assert "product:truck" in everything
    seen = see("cy", "pick/sources/labels?q=pro").raw
    assert "product:car" in seen
    assert "product:truck" not in seen


@pytest.mark.parametrize(
    ("name", "type_", "may"),
    [("ada", "sources", True), ("ada", "destinations", True), ("bo", "sources", False),
     ("bo", "destinations", True), ("cy", "destinations", False), ("dee", "functions", False)],
)  # fmt: skip
def test_the_button_to_add_is_there_for_whom_the_engine_lets_create(see, name, type_, may):
    page = see(name, type_)
    assert (f"/w/acme/{type_}/new" in page.links()) == may
    assert ("Adding one is for owners" in page) != may


def test_whoever_administers_all_of_a_type_may_add_one(see, world):
    give_grants(world.member("dee"), [Terms("function-admin", "all")], by=SYSTEM)
    assert "/w/acme/functions/new" in see("dee", "functions").links()
    assert see("dee", "functions/new").status == 200


def test_a_locked_hint_says_which_role_opens_it(see):
    assert "Adding one is for owners and Source Admin of all sources." in see("bo", "sources")
    assert "and whoever can edit its source" in see("cy", "destinations")


def test_an_empty_list_says_what_to_do(see, world):
    assert "An owner can give you access." in see("dee", "sources")
    empty = see("ada", "sources?q=zzz")
    assert "Nothing matches." in empty
    assert "/w/acme/sources" in empty.links()


def test_an_empty_list_offers_to_add_the_first(see, world):
    resources.delete(world.resource("function/clean"), by=SYSTEM)
    page = see("ada", "functions")
    assert "There are no functions yet." in page
    assert page.links().count("/w/acme/functions/new") == 2


@pytest.fixture
def crowd(monkeypatch):
    """Let a workspace of five people count as one of very many."""
    monkeypatch.setattr("workspaces.views.resources.resources.MANY", 1)


def test_of_very_many_people_a_list_first_shows_the_things_then_who_reaches_them(see, crowd):
    counted = see("ada", "sources?people=counted").rows()
    page = see("ada", "sources?q=source")
    assert "…" in page.rows()[0]
    assert 'hx-get="/w/acme/sources?q=source" hx-trigger="load"' in page.raw
    asked = {"HX-Request": "true", "HX-Target": "resources", "HX-Trigger": "counts"}
    again = see("ada", "sources?q=source", **asked)
    assert again.rows() == counted
    assert "hx-trigger" not in again.raw


def test_without_script_one_asks_for_the_numbers_by_a_link(see, crowd):
    raw = see("ada", "sources?q=source").raw
    [way] = re.findall(r'class="without-script" href="([^"]+)">Count who reaches', raw)
    page = see("ada", unescape(way))
    assert "Count who reaches" not in page
    assert "…" not in page.rows()[0]


@pytest.mark.parametrize("first", [1, 1000])
def test_labels_on_later_things_are_columns_as_those_on_the_first_are(see, monkeypatch, first):
    monkeypatch.setattr("workspaces.views.resources.resources.FIRST", first)
    assert headings(see("ada", "sources")) == 2
    seen = see("cy", "pick/sources/labels?q=pro").raw
    assert "product:car" in seen
    assert "product:truck" not in seen
