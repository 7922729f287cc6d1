"""An owner lets a directory in, and lives with what it decides."""

import pytest

from tests.browser.conftest import OWNER
from tests.browser.test_every_page import WINDOWS, address, require_sound
from tests.cast.directories import directory_of, put_in, somebody
from tests.world import World
from workspaces.models import Workspace
from workspaces.operations.directory import calls as directory_calls, groups
from workspaces.operations.directory.groups import Step, StepKind


@pytest.fixture
def northwind(demo):
    return World(Workspace.objects.get(slug="northwind"), domain="northwind.test")


@pytest.fixture
def pushed(northwind):
    """A directory that put people in, asks one, pushes a group of the demo, and called."""
    scim = directory_of(northwind)
    somebody("nina@example.org")
    ids = [
        put_in(northwind, scim, email, display_name=name).public_id
        for email, name in (("ines@northwind.test", "Ines Prado"), ("nina@example.org", "Nina"))
    ]
    group = northwind.workspace.groups.by_name().first()
    groups.change(group, steps=[Step(StepKind.ADD, tuple(ids))], by=scim)
    calls = (
        ("GET", '/scim/v2/Users?filter=userName eq "ines@northwind.test"', 200, ""),
        ("POST", "/scim/v2/Users", 201, ""),
        ("PATCH", f"/scim/v2/Groups/{group.public_id}", 400, "There is no active user 1x."),
    )
    for method, path, status, detail in calls:
        directory_calls.note(
            northwind.workspace,
            method=method,
            path=path,
            status=status,
            detail=detail,
            address="192.0.2.7",
        )
    return group


def test_an_owner_makes_the_token_of_a_directory(open_as):
    page = open_as(OWNER)
    page.goto(address("overview"))
    page.get_by_role("link", name="Directory").click()
    page.get_by_text("No directory has called yet").wait_for()
    page.get_by_role("link", name="Make the token").click()
    page.get_by_label("Name").fill("Okta")
    page.get_by_role("button", name="Make the token").click()
    assert page.get_by_label("Secret").input_value().startswith("gth_")
    page.get_by_role("link", name="I have stored it").click()
    page.get_by_role("link", name="Okta").wait_for()
    assert page.get_by_label("Base URL").input_value().endswith("/scim/v2")


def test_an_owner_takes_a_pushed_group_over(open_as, pushed):
    page = open_as(OWNER)
    page.goto(address(f"groups/{pushed.public_id}?tab=members"))
    page.get_by_text("The directory says who is in it").wait_for()
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Take over…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("its next change of this group takes it back").wait_for()
    dialog.get_by_role("button", name="Take over").click()
    page.get_by_role("link", name="Add people").first.wait_for()


@pytest.mark.parametrize("window", WINDOWS)
def test_what_a_directory_decides_is_shown_soundly(open_as, pushed, northwind, window):
    page = open_as(OWNER, **WINDOWS[window])
    ines = northwind.member("ines@northwind.test")
    for path in (
        "settings/scim",
        "settings/scim/new",
        "members",
        "members/invited",
        f"members/{ines.public_id}",
        f"members/{ines.public_id}?tab=groups",
        "groups",
        f"groups/{pushed.public_id}",
        f"groups/{pushed.public_id}?tab=members",
        f"groups/{pushed.public_id}/describe",
        f"groups/{pushed.public_id}/take-over",
        f"groups/{pushed.public_id}/open",
        "audit",
    ):
        page.goto(address(path))
        require_sound(page)
