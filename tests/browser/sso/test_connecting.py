"""An owner connects a provider that others wrote, and tests it before anybody comes by it (P6)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OWNER
from tests.browser.sso.conftest import BySaml
from tests.browser.test_every_page import WINDOWS, require_sound
from workspaces.models import SsoConnection

PAGE = "/w/northwind/settings/sign-in/connections"


@pytest.mark.parametrize("window", ["1440 light", "390 light"])
def test_from_the_name_to_an_active_connection_P6(open_as, northwind, simplesaml, window):
    page = open_as(OWNER, **WINDOWS[window])
    page.goto(PAGE)
    page.get_by_role("link", name="Add a connection").first.click()
    page.get_by_label("SAML").check()
    page.get_by_label("Name").fill("SimpleSAMLphp")
    page.get_by_role("button", name="Next").click()
    entity_id, acs_url = (
        page.get_by_role("textbox", name=name).input_value()
        for name in ("Entity ID, which", "Address for answers")
    )
    simplesaml.knows({entity_id: acs_url})
    page.get_by_label("Address of the metadata").fill(f"{simplesaml.url}saml2/idp/metadata.php")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator(".toast")).to_have_text("Saved. Now test it.")
    require_sound(page)
    with page.expect_popup() as second:
        page.get_by_role("link", name="Test", exact=True).click()
    BySaml(simplesaml, SsoConnection.objects.get()).sign_in(second.value, "greta")
    expect(second.value.get_by_role("heading", name="SimpleSAMLphp works")).to_be_visible()
    require_sound(second.value)
    page.reload()
    page.get_by_role("button", name="Make it active").click()
    expect(page.locator("main")).to_contain_text("Active")
    assert SsoConnection.objects.get().is_active
    assert not SsoConnection.objects.get().bindings.exists()
