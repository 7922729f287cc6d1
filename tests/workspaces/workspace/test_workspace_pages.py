"""People make, name and close workspaces, and support opens one again."""

import re

import pytest

from accounts.models.user import User
from tests.cast.factors import sign_in_by_factor
from tests.filled import filled
from tests.world import SYSTEM, everything
from workspaces.models import Workspace
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces

GENERAL, DANGER = "/w/acme/settings/general", "/w/acme/settings/danger"


def form_of(client, path, **values):
    """Return the form that stands on a page, some fields filled in otherwise."""
    return filled(client.get(path), path, blanks="") | values


def test_whoever_is_signed_in_makes_a_workspace_and_owns_it(as_user):
    client = as_user("dee")
    answer = client.post("/new", form_of(client, "/new", name="Blue Note", slug="blue-note"))
    assert answer["Location"] == "/w/blue-note/"
    made = Workspace.objects.get(slug="blue-note")
    assert made.members.get().user.email == "dee@example.org"
    assert made.members.get().owner
    assert made.events.get().actor_name == "dee@example.org"
    assert "Blue Note is there" in client.get("/w/blue-note/overview").content.decode()


def test_the_name_makes_the_address_where_none_is_typed(as_user):
    client = as_user("dee")
    client.post("/new", form_of(client, "/new", name="Café Größe & Co", slug=""))
    assert Workspace.objects.filter(slug="cafe-groe-co").exists()


@pytest.mark.parametrize(
    ("slug", "why"),
    [("acme", "taken"), ("admin", "reserved"), ("Über", "a-z"), ("a b", "a-z"), ("-a", "a-z")],
)
def test_an_address_that_will_not_do_is_told_beside_the_field(as_user, slug, why):
    client = as_user("dee")
    body = form_of(client, "/new", name="Blue Note", slug=slug)
    before = everything()
    answer = client.post("/new", body)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page
    assert f'value="{slug}"' in page
    assert 'href="#id_slug"' in page
    assert everything() == before


def test_a_name_with_invisible_characters_is_refused_XF6(as_user):
    client = as_user("dee")
    body = form_of(client, "/new", name="Acme\N{RIGHT-TO-LEFT OVERRIDE}", slug="x")
    assert client.post("/new", body).status_code == 422


def test_sent_twice_it_is_one_workspace_XI7(as_user):
    client = as_user("dee")
    body = form_of(client, "/new", name="Blue Note", slug="blue-note")
    first, second = client.post("/new", body), client.post("/new", body)
    assert first["Location"] == second["Location"] == "/w/blue-note/"
    assert Workspace.objects.filter(name="Blue Note").count() == 1


def test_where_staff_alone_makes_workspaces_others_meet_a_locked_door(as_user, settings):
    settings.WORKSPACES_MADE_BY_STAFF_ONLY = True
    client = as_user("dee")
    assert client.get("/new").status_code == 403
    assert client.post("/new", {"name": "x", "slug": "x"}).status_code == 403
    assert "/new" not in client.get("/w/acme/my-access").content.decode()


def test_the_switch_offers_a_new_workspace(see):
    assert "/new" in see("dee", "my-access").links()


def test_an_owner_renames_the_workspace_and_its_address_stays(as_user, world):
    client = as_user("ada")
    answer = client.post(GENERAL, form_of(client, GENERAL, name="Acme Ltd", token_max_days="90"))
    assert answer["Location"] == GENERAL
    event = world.workspace.events.newest_first().first()
    assert event.action == "workspace.settings_changed"
    assert event.before == {"name": "Acme", "token_max_days": None}
    assert event.after == {"name": "Acme Ltd", "token_max_days": 90}
    world.workspace.refresh_from_db()
    assert world.workspace.slug == "acme"
    assert "Settings saved" in client.get(GENERAL).content.decode()


def test_saving_what_stands_there_is_no_change(as_user, world):
    client, before = as_user("ada"), world.workspace.events.count()
    client.post(GENERAL, form_of(client, GENERAL))
    assert world.workspace.events.count() == before
    assert "Nothing changed" in client.get(GENERAL).content.decode()


@pytest.mark.parametrize(("chosen", "stored"), [("true", True), ("false", False), ("", None)])
def test_who_may_relabel_is_chosen_or_left_to_the_default_L6(as_user, world, chosen, stored):
    client = as_user("ada")
    client.post(GENERAL, form_of(client, GENERAL, relabel_reserved=chosen))
    world.workspace.refresh_from_db()
    assert world.workspace.relabel_reserved is stored
    shown = re.search(r'<option value="([^"]*)" selected', client.get(GENERAL).content.decode())
    assert shown[1] == chosen


@pytest.mark.parametrize("days", ["0", "-1", "4000", "x", "9" * 400])
def test_a_life_of_tokens_that_makes_no_sense_is_refused(as_user, days):
    client = as_user("ada")
    assert client.post(GENERAL, form_of(client, GENERAL, token_max_days=days)).status_code == 422


def test_settings_changed_meanwhile_are_shown_and_redone_on_top_XI8(as_user, world):
    client = as_user("ada")
    mine = form_of(client, GENERAL, name="Mine")
    theirs = workspaces.general(world.workspace) | {"name": "Theirs"}
    workspaces.set_general(world.workspace, theirs, by=SYSTEM)
    answer = client.post(GENERAL, mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert 'value="Mine"' in page
    again = filled(answer, GENERAL, blanks="")
    assert client.post(GENERAL, again).status_code == 302
    world.workspace.refresh_from_db()
    assert world.workspace.name == "Mine"


def test_a_form_that_was_made_up_is_refused(as_user, world):
    client = as_user("ada")
    body = form_of(client, GENERAL, name="x", seen="made-up")
    assert client.post(GENERAL, body).status_code == 422
    world.workspace.refresh_from_db()
    assert world.workspace.name == "Acme"


def test_flag_and_plan_are_not_for_owners_S5_XB1(as_user, world):
    client = as_user("ada")
    client.post(GENERAL, form_of(client, GENERAL, plan="free", hipaa_eligible="on", slug="zzz"))
    world.workspace.refresh_from_db()
    assert (world.workspace.plan, world.workspace.slug) == ("business", "acme")
    assert not world.workspace.hipaa_eligible


def test_closing_says_what_it_does_in_numbers_and_asks_for_the_name(see):
    page = see("ada", "settings/danger")
    assert "4 people no longer reach anything" in page
    assert "30 days" in page
    assert "Type its name to close it: Acme" in page


@pytest.mark.parametrize("typed", ["", "acme", "Acme "])
def test_without_its_exact_name_nothing_is_closed(as_user, typed):
    answer = as_user("ada").post(DANGER, {"name": typed})
    assert Workspace.objects.open().filter(slug="acme").exists() is (answer.status_code == 422)
    assert (answer.status_code == 302) is (typed.strip() == "Acme")


def test_an_owner_closes_it_and_it_is_gone_for_everybody_at_once(as_user, world):
    client = as_user("ada")
    assert client.post(DANGER, {"name": "Acme"})["Location"] == "/"
    assert "Support can reopen it until" in client.get("/").content.decode()
    for name in ("ada", "bo", "dee"):
        assert as_user(name).get("/w/acme/my-access").status_code == 404
    assert world.workspace.events.newest_first().first().action == "workspace.closed"


def test_sent_twice_it_is_closed_once(as_user, world):
    client, before = as_user("ada"), world.workspace.events.count()
    client.post(DANGER, {"name": "Acme"})
    assert client.post(DANGER, {"name": "Acme"}).status_code == 404
    assert world.workspace.events.count() == before + 1


def test_the_start_names_role_and_last_visit(as_user, world):
    workspaces.create("third", "Third", world.user("dee"), by=SYSTEM)
    page = as_user("dee").get("/").content.decode()
    assert "Create workspace" in page
    assert page.count("Not visited yet") == 2
    assert 'class="badge owner"' in page


def test_who_belongs_nowhere_gets_the_address_to_hand_on_and_may_create(see, world):
    members.remove(world.member("dee"), by=SYSTEM)
    page = see("dee", "/")
    assert "Ask an owner to invite your address: dee@example.org" in page
    assert "/new" in page.links()


class TestSupport:
    pytestmark = pytest.mark.ignore_template_errors
    REOPEN = {"plan": "business", "reopen": "on", "reason": "ticket 7"}

    @pytest.fixture
    def admin(self, client, world):
        workspaces.close(world.workspace, by=SYSTEM)
        root = User.objects.create_superuser("root@example.org", "x")
        sign_in_by_factor(client, root)
        self.page = f"/admin/workspaces/workspace/{world.workspace.pk}/change/"
        return client

    def test_support_reopens_it_with_a_reason_in_the_trail(self, admin, world):
        admin.post(self.page, self.REOPEN)
        world.workspace.refresh_from_db()
        assert world.workspace.closed_at is None
        event = world.workspace.events.newest_first().first()
        assert (event.action, event.reason) == ("workspace.reopened", "ticket 7")
        assert event.actor_kind == "support"

    def test_nothing_else_changes_in_a_closed_workspace(self, admin, world):
        answer = admin.post(self.page, {"plan": "free", "reason": "r"})
        assert "is closed" in answer.content.decode()
        world.workspace.refresh_from_db()
        assert world.workspace.plan == "business"

    def test_a_workspace_without_an_active_owner_stays_closed_R7(self, admin, world):
        members.set_user_active(world.user("ada"), active=False, by=SYSTEM.because("left"))
        answer = admin.post(self.page, self.REOPEN)
        assert "None of its owners" in answer.content.decode()
        world.workspace.refresh_from_db()
        assert world.workspace.closed_at
