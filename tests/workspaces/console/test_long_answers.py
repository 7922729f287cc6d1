"""A long file asks again whether whoever gets it still may, and stops where not (R4)."""

import pytest

from accounts import sessions
from accounts.models.sign_in import SignIn
from config.web.lists import csv_export
from tests.world import SYSTEM
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces

# Each file, and what its form sends for all that the list shows.
FILES = {
    "members.csv": {"matching": "on"},
    "members/matrix.csv": {"matching": "on"},
    "audit/export": {},
}
STOPPED = "Stopped here"


@pytest.fixture
def begun(world, as_user, monkeypatch, request):
    """Ask for a file as an owner beside ada, and read its first rows; the rest is to come."""
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    for number in range(3):
        groups.create(world.workspace, f"Group {number}", by=SYSTEM)
    monkeypatch.setattr(csv_export, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(csv_export, "ASKED_EVERY", 0)

    def begin(path):
        client = as_user("bo")
        answer = client.post(f"/w/acme/{path}", FILES[path])
        assert answer.status_code == 200
        return iter(answer.streaming_content)

    return begin


def removed(world):
    members.remove(world.member("bo"), by=SYSTEM)


def demoted(world):
    members.set_owner(world.member("bo"), owner=False, by=SYSTEM)


def deactivated(world):
    members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))


def signed_out(world):
    sessions.end(SignIn.objects.filter(user=world.user("bo")))


def closed(world):
    workspaces.close(world.workspace, by=SYSTEM)


@pytest.mark.parametrize("what", [removed, demoted, deactivated, signed_out, closed])
@pytest.mark.parametrize("path", FILES)
def test_a_file_stops_with_the_right_to_it_R4(world, begun, path, what):
    rest = begun(path)
    next(rest)  # the heading
    what(world)
    last = b"".join(rest).decode()
    assert last.count("\r\n") == 1
    assert STOPPED in last


@pytest.mark.parametrize("path", FILES)
def test_a_file_goes_on_while_the_right_lasts(begun, path):
    whole = b"".join(begun(path)).decode()
    assert whole.count("\r\n") > 3
    assert STOPPED not in whole
