"""An owner lists a domain, copies its word, proves it and gives it up: with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import require_sound
from tests.peers import name_server
from workspaces.models import Domain
from workspaces.operations.sso.proving.looking import record_of

PAGE = "/w/northwind/settings/sign-in/domains"


@pytest.fixture
def names(tmp_path, settings):
    with name_server.running(tmp_path) as server:
        settings.DNS_RESOLVERS = [("127.0.0.1", server.port)]
        settings.OUTSIDE_SECONDS = 2.0
        yield server


@pytest.mark.parametrize("scripts", [True, False])
def test_a_domain_from_listing_to_giving_up(open_as, names, scripts):
    page = open_as(OWNER, scripts=scripts)
    page.goto("/w/northwind/settings/sign-in")
    page.get_by_role("link", name="Domains").click()
    page.get_by_label("Domain", exact=True).fill("Northwind.example")
    page.get_by_role("button", name="List it").click()
    card = page.locator("article")
    expect(card).to_contain_text("Waiting")
    domain = Domain.objects.get(name="northwind.example")
    record = page.get_by_label("As a TXT record of northwind.example")
    expect(record).to_have_value(record_of(domain.word))
    page.get_by_role("button", name="Check northwind.example now").click()
    expect(page.get_by_text("The word is not there yet.")).to_be_visible()
    names.knows(f'txt-record=northwind.example,"{record_of(domain.word)}"')
    page.get_by_role("button", name="Check northwind.example now").click()
    expect(card).to_contain_text("Proved by its TXT record")
    if scripts:
        require_sound(page)
    page.get_by_role("link", name="Give up northwind.example").click()
    expect(page.get_by_text("Another workspace may prove it")).to_be_visible()
    page.get_by_role("button", name="Give up").click()
    expect(page.get_by_text("No domain is listed yet.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{PAGE}$"))
