"""A number in a list leads to the list that it counts, which holds just as many (U9)."""

import re
from html import unescape

import pytest
from django.utils import timezone

from tests.cast.invited import ask
from tests.test_doors import a_review
from tests.world import SYSTEM, give_grants
from workspaces.change import lock_workspace
from workspaces.models import GroupMember, Resource
from workspaces.operations.groups import groups
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens
from workspaces.terms import Eligible, Terms

LISTS = {  # where such numbers stand, and how many of them are more than nothing
    "groups": 1, "sources": 6, "warehouses": 1, "destinations": 2,
    "sources/a/people": 4, "sources/c/people": 4,
}  # fmt: skip


@pytest.fixture
def full(world):
    """acme with something to count everywhere; of some that are like it, not all count."""
    workspace = world.workspace
    taken_up = Terms("source-admin", "all", eligible=Eligible(proof=False))
    give_grants(world.member("dee"), [taken_up], by=SYSTEM)
    give_grants(world.group("growth"), [Terms("source-read-only", "all")], by=SYSTEM)
    growth = world.group("growth")
    groups.add_members(growth, [world.member("cy"), world.member("dee")], by=SYSTEM)
    with lock_workspace(workspace.pk):
        GroupMember.objects.filter(member=world.member("dee")).update(expires_at=timezone.now())
        for slug, source in (("d1", "b"), ("d2", "a")):
            Resource.objects.create(
                workspace=workspace, type="destination", slug=slug, name="Twin",
                source=world.resource(f"source/{source}"),
            )  # fmt: skip
    tokens.create(workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    requests.ask(world.member("cy"), Asked("source/c", "edit"), by=SYSTEM)
    ask(world, "new@example.org")
    a_review(world)
    return world


def counts(page):
    """Return the numbers of a page that lead somewhere, each with where."""
    marked = r'<a class="count" href="([^"]+)">([\d,]+)</a>'
    return [(unescape(url), int(n.replace(",", ""))) for url, n in re.findall(marked, page.raw)]


def held(page):
    return page.answer.context["page"].paginator.count


@pytest.mark.parametrize("path", LISTS)
def test_the_list_behind_a_number_holds_as_many_U9(full, see, path):
    found = counts(see("ada", path))
    assert len(found) >= LISTS[path]
    for url, number in found:
        assert held(see("ada", url)) == number, url


def test_the_overviews_numbers_lead_to_as_many_U9(full, see):
    numbers = see("ada", "overview").answer.context["numbers"]
    for number in numbers:
        assert held(see("ada", number.url)) == number.count, number.text


def test_the_numbers_of_a_label_lead_to_as_many_U9(full, see):
    for row in see("ada", "labels").answer.context["rows"]:
        assert held(see("ada", row.sources_url)) == row.sources
        assert held(see("ada", row.spaces_url)) == row.spaces
        label = see("ada", row.grants_url.partition("#")[0])
        assert label.answer.context["grants_page"].paginator.count == row.grants


def test_whoever_is_shown_no_names_has_numbers_that_lead_nowhere_R14(full, see):
    page = see("cy", "sources")
    assert all("/people" not in url for url, _number in counts(page))
    assert "can edit" in page


def test_destinations_are_narrowed_to_those_of_one_source_N4(full, see):
    assert held(see("ada", "destinations?source=a")) == 2
    assert held(see("ada", "destinations?source=source/a")) == 2
    assert held(see("ada", "destinations?source=nosuch")) == 0
    assert see("ada", "sources?source=a").status == 422
    [chip] = see("ada", "destinations?source=a").answer.context["chips"]
    assert chip.text == "Source A"
