"""One rule for names at every door: page, Public API, SCIM, document (N1, N2)."""

import unicodedata

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings, strategies as st

from config.web.values.text import clean_line, same_key
from tests.api.conftest import Caller, Directory, secret_for
from tests.odd_names import LINES, PIECES
from tests.world import SYSTEM, acme
from workspaces.change import lock_workspace
from workspaces.errors import Refused
from workspaces.models import Group
from workspaces.operations.documents import document_text, load_document, load_documents
from workspaces.operations.documents.faults import Faults
from workspaces.operations.groups import groups

ODD = "\u00a0\u034f\u115f\u3164\u2800\u200b\u200c\u200d\u202e\ufe0f\x1f\t\n\u0301\u0345\ue000"
TEXTS = st.lists(st.sampled_from([*PIECES, *ODD]), max_size=5).map("".join)
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMELESS = ["\u00a0", "\u3164", "\u2800", "\u115f", "\u034f", "\u200b", "a\u200db", "O\u202eps"]


class Doors:
    """Ways to make a group of a name: each returns the status, and the name it has then."""

    def __init__(self, client, world):
        self.client, self.world = client, world
        self.api = Caller(client, secret_for(world.workspace, "workspace-owner", name="api"))
        self.scim = Directory(client, secret_for(world.workspace, name="scim", kind="scim"))

    def page(self, name):
        self.client.force_login(self.world.user("ada"), backend="accounts.backends.SignInBackend")
        group = groups.create(self.world.workspace, "of the page", by=SYSTEM)
        path = f"/w/acme/groups/{group.public_id}/describe"
        status = self.client.post(path, {"name": name}).status_code
        group.refresh_from_db()
        return status, group.name

    def program(self, name):
        answer = self.api("POST", "/groups", {"name": name})
        said = answer.json()
        return answer.status_code, said["data"]["userGroup"]["name"] if "data" in said else ""

    def directory(self, name):
        answer = self.scim("POST", "/Groups", {"displayName": name})
        return answer.status_code, answer.json().get("displayName", "")

    def document(self, name):
        kept = [{"name": "growth"}, {"name": name}]
        try:
            load_document(acme(groups=kept), by=SYSTEM)
        except Faults:
            return 422, ""
        return 200, self.world.workspace.groups.exclude(name="growth").get().name

    def each(self, name):
        """Try the name at each door; what it did there is undone."""
        for door in (self.page, self.program, self.directory, self.document):
            with transaction.atomic():
                yield door.__name__, *door(name)
                transaction.set_rollback(True)


@pytest.fixture
def doors(client, world):
    return Doors(client, world)


@QUICK
@example("E\u0301quipe\u034f ")
@example("علی\u200cزاده")
@given(TEXTS)
def test_every_door_takes_the_same_names_and_keeps_them_alike_N1(doors, text):
    try:
        wanted = clean_line(text, most=150)
    except ValueError:
        wanted = ""
    for door, status, name in doors.each(text):
        assert (status < 400) == bool(wanted), (door, ascii(text), status)
        assert not wanted or name == wanted, door


@pytest.mark.parametrize("name", NAMELESS, ids=ascii)
def test_a_name_of_which_nothing_is_seen_is_refused_everywhere_N1(doors, name):
    refusals = {door: status for door, status, _name in doors.each(name)}
    assert refusals == {"page": 422, "program": 422, "directory": 400, "document": 422}


@pytest.mark.parametrize(
    ("there", "twin"),
    [
        ("Équipe", "équipe"),
        ("Équipe", "E\u0301QUIPE"),
        ("\u212b", "\u00c5"),
        ("Ops", "O\uff50S\u034f"),
        ("STRASSE", "straße"),
        ("\ufdfa" * 60, "\ufdfa" * 60 + "\u3164"),
    ],
    ids=ascii,
)
def test_twins_clash_plainly_at_every_door_N2(doors, there, twin):
    groups.create(doors.world.workspace, there, by=SYSTEM)
    answers = {door: status for door, status, _name in doors.each(twin) if door != "document"}
    assert answers == {"page": 422, "program": 409, "directory": 409}


@pytest.mark.parametrize(("there", "other"), [("İzmir", "izmir"), ("Équipe", "Equipe")])
def test_names_that_differ_stand_beside_each_other_N2(doors, there, other):
    groups.create(doors.world.workspace, there, by=SYSTEM)
    assert all(status < 400 for _door, status, _name in doors.each(other))
    assert doors.world.workspace.groups.named(there).get().name == there


@QUICK
@given(TEXTS, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_database_tells_twins_as_the_key_does_N2(world, text, form):
    """Of whatever is taken, a second of another spelling is taken just where the keys differ."""
    twin = unicodedata.normalize(form, text).swapcase()
    with transaction.atomic(), lock_workspace(world.workspace.pk):
        try:
            names = [clean_line(name, most=150) for name in (text, twin)]
        except ValueError:
            return
        for name in dict.fromkeys(map(same_key, names)):
            assert not world.workspace.groups.named(name).exists() or name == "growth"
        Group.objects.create(workspace=world.workspace, name=names[0], public_id="one")
        same = same_key(names[0]) == same_key(names[1])
        assert world.workspace.groups.named(names[1]).exists() == same
        transaction.set_rollback(True)


@QUICK
@given(TEXTS, TEXTS)
def test_what_was_taken_goes_out_and_comes_in_again_N1(world, name, description):
    with transaction.atomic():
        try:
            group = groups.create(world.workspace, name, by=SYSTEM, description=description)
        except Refused:
            return
        text = document_text(world.workspace)
        assert not load_documents([("again", text.encode())], by=SYSTEM)[0]
        group.refresh_from_db()
        assert text == document_text(world.workspace)
        transaction.set_rollback(True)


def test_a_description_of_lines_goes_out_and_comes_in_again_N1(doors, world):
    group = world.group("growth")
    typed = LINES.replace("\n", "\r\n")
    doors.page("x")
    path = f"/w/acme/groups/{group.public_id}/describe"
    doors.client.post(path, {"name": "growth", "description": typed})
    group.refresh_from_db()
    assert group.description == LINES
    text = document_text(world.workspace)
    assert not load_documents([("again", text.encode())], by=SYSTEM)[0]


@pytest.mark.parametrize("typed", ["equipe", "ÉQUIPE", "rouge équi", "quipe roug"])
def test_a_search_finds_in_any_order_and_without_accents_N3(doors, see_groups, typed):
    groups.create(doors.world.workspace, "Équipe rouge", by=SYSTEM)
    assert "Équipe rouge" in see_groups(typed)
    assert "growth" not in see_groups(typed)


@pytest.fixture
def see_groups(as_user):
    return lambda text: as_user("ada").get("/w/acme/groups", {"q": text}).content.decode()


@pytest.mark.parametrize("typed", ["equipe", "ROUGE équi"])
def test_the_trail_is_searched_as_lists_are_N3(doors, as_user, typed):
    groups.create(doors.world.workspace, "Équipe rouge", by=SYSTEM)
    found = as_user("ada").get("/w/acme/audit", {"target": typed}).content.decode()
    assert "Équipe rouge" in found
    nothing = as_user("ada").get("/w/acme/audit", {"actor": "équipe"}).content.decode()
    assert "Équipe rouge" not in nothing
