"""Sensitive acts ask for a fresh proof of identity (S8, XG14)."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core import context
from django.core import mail
from django.db.models import F
from django.test import Client

from accounts.models.sign_in import SignIn
from tests.cast.proofs import PASSWORD, grow_old, prove, with_password
from tests.doors import ALL
from tests.filled import filled
from tests.test_doors import VIEWS, address, methods_of, nothing_changes
from tests.world import SYSTEM, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor
from workspaces.errors import Unproved
from workspaces.models import ActorKind, Token
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import bulk, members
from workspaces.operations.members.bulk_changes import Remove
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.operations.workspace import suspended, workspaces as operations
from workspaces.terms import Terms

pytestmark = pytest.mark.any_database

# What asks for the proof before it acts, or before it shows anything.
SENSITIVE = {
    "workspaces:token_new", "workspaces:token_rotate", "workspaces:member_owner",
    "workspaces:scim_token_new", "workspaces:group_open", "workspaces:settings_danger",
    "account_address", "account_delete", "account_set_password",
}  # fmt: skip
MARKED = sorted(name for name, view in VIEWS.items() if hasattr(view, "freshly_proved"))


def ways(client, name):
    """Return the ways of asking for a route that want the proof: the look only where it matters."""
    looks = ["GET"] if VIEWS[name].freshly_proved == "look" else []
    return [getattr(client, way.lower()) for way in (*looks, "POST") if way in methods_of(name)]


@pytest.fixture
def ada(world, client):
    """ada, with a password; signed in eleven minutes ago."""
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    client.force_login(with_password(world.user("ada")), backend="accounts.backends.SignInBackend")
    grow_old()
    return client


def test_the_marked_routes_are_those_that_the_rule_names_S8():
    assert set(MARKED) >= SENSITIVE


@pytest.mark.parametrize("name", [n for n in MARKED if VIEWS[n].freshly_proved == "act"])
def test_looking_at_the_form_asks_for_nothing_S8(world, ada, name):
    if "GET" in methods_of(name):
        assert "reauthenticate" not in ada.get(address(world, name)).headers.get("Location", "")


@pytest.mark.parametrize("name", MARKED)
def test_an_old_proof_opens_no_sensitive_page_XG14(world, ada, name):
    path = address(world, name)
    with nothing_changes():
        for send in ways(ada, name):
            answer = send(path, {"owner": "yes"})
            assert answer.status_code == 302
            assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
            back = unquote(answer["Location"]).partition("?next=")[2].partition("?")[0]
            assert back == (path if "GET" in methods_of(name) else "/")


@pytest.mark.parametrize("name", MARKED)
def test_htmx_is_sent_to_prove_it_and_swaps_nothing_XG14(world, ada, name):
    for send in ways(ada, name):
        answer = send(address(world, name), headers={"HX-Request": "true", "HX-Target": "dialog"})
        assert answer.status_code == 401
        assert answer["HX-Redirect"].startswith("/accounts/reauthenticate/?next=")
        assert not answer.content


@pytest.mark.parametrize("name", MARKED)
def test_a_fresh_proof_opens_it_XG14(world, ada, name):
    path = address(world, name)
    send = ways(ada, name)[0]
    answer = prove(ada, send(path))
    if send == ada.get:
        assert answer["Location"] == path
    opened = send(path)
    for done in (answer, opened):
        assert "reauthenticate" not in done.headers.get("Location", "")


@pytest.mark.parametrize("name", MARKED)
def test_the_door_comes_before_the_proof_R5(world, client, name):
    client.force_login(world.user("dee"), backend="accounts.backends.SignInBackend")
    path = address(world, name)
    fresh = client.get(path).status_code
    grow_old()
    if name.startswith("workspaces:"):
        assert client.get(path).status_code == fresh == 403
    assert Client().get(path)["Location"].startswith("/accounts/login/")
    assert ALL[name]


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(minutes=9, seconds=40), True),
        (timedelta(minutes=10), False),
        (timedelta(minutes=10, seconds=1), False),
        (timedelta(minutes=-5), False),  # the clock was set back since (XG11)
    ],
)
def test_a_proof_lasts_ten_minutes_by_the_clock_of_the_database_S8(world, client, age, fresh):
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    SignIn.objects.update(proved_at=F("proved_at") - age)
    assert client.post("/w/acme/tokens/new").status_code == (200 if fresh else 302)


def test_the_proof_stands_on_the_server_and_is_of_that_session_alone_S8(world, ada):
    other = Client()
    other.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    grow_old()
    prove(ada, ada.post("/w/acme/tokens/new"))
    assert ada.post("/w/acme/tokens/new").status_code == 200
    assert other.post("/w/acme/tokens/new").status_code == 302


def test_a_wrong_password_proves_nothing_XG14(world, ada):
    asked = ada.post("/w/acme/tokens/new")
    assert ada.post(asked["Location"], {"password": "wrong"}).status_code == 200
    assert ada.post("/w/acme/tokens/new").status_code == 302


def test_a_form_that_went_stale_meanwhile_is_done_after_the_proof_S8(world, ada):
    path = f"/w/acme/members/{world.member('bo').public_id}/owner"
    asked = ada.post(path, {"owner": "yes"})
    assert not world.member("bo").owner
    answer = prove(ada, asked)
    assert answer["Location"] == path.removesuffix("/owner")
    assert world.member("bo").owner


def test_a_dialog_that_went_stale_meanwhile_is_done_after_the_proof_S8(world, ada):
    path = f"/w/acme/members/{world.member('bo').public_id}/owner"
    asked = ada.post(path, {"owner": "yes"}, headers={"HX-Request": "true"})
    ada.post(asked["HX-Redirect"], {"password": PASSWORD})
    assert world.member("bo").owner


def test_a_form_one_did_not_go_on_with_is_not_done_later_S8(world, ada):
    path = f"/w/acme/members/{world.member('bo').public_id}/owner"
    ada.post(path, {"owner": "yes"})
    assert prove(ada, ada.post("/w/acme/tokens/new")).status_code == 200
    assert not world.member("bo").owner


def test_a_form_kept_for_one_person_is_not_done_by_another_XG15(world, ada):
    path = f"/w/acme/members/{world.member('bo').public_id}/owner"
    members.set_owner(world.member("cy"), owner=True, by=SYSTEM)
    asked = ada.post(path, {"owner": "yes"})
    with_password(world.user("cy"))
    ada.post("/accounts/logout/")
    ada.force_login(world.user("cy"), backend="accounts.backends.SignInBackend")
    assert prove(ada, asked)["Location"] == path
    assert not world.member("bo").owner


def test_the_owner_switch_of_the_access_editor_asks_and_saves_after_the_proof_XG14(world, ada):
    path = f"/w/acme/members/{world.member('dee').public_id}/access"
    sent = filled(ada.get(path), path, blanks="")
    assert ada.post(path, sent)["Location"] == path.removesuffix("/access")  # nothing to ask for
    sent["owner"], sent["seen"] = ["1"], [""]
    asked = ada.post(path, sent)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not world.member("dee").owner
    prove(ada, asked)
    assert world.member("dee").owner


def test_undoing_a_change_of_owners_asks_too_XG14(world, ada):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    number = world.workspace.events.newest_first().first().number
    review = ada.get(f"/w/acme/audit/{number}/undo")
    assert review.status_code == 200
    answer = ada.post(f"/w/acme/audit/{number}/undo", {"seen": ""})
    assert world.member("bo").owner
    assert "reauthenticate" in answer["Location"]


# Every way to change owners, by whatever door: the operations ask, not the pages alone.
CHANGES_OF_OWNERS = {
    "make": lambda w, by: members.set_owner(w.member("dee"), owner=True, by=by),
    "editor": lambda w, by: policies.change(w.member("dee"), Proposal(owner=True), by=by),
    "through a group": lambda w, by: give_grants(
        w.group("growth"), [Terms("workspace-owner", "all")], by=by
    ),
    "by invite": lambda w, by: invites.send(
        w.workspace, ["new@example.org"], Offer(owner=True), by=by, ident="once"
    ),
    "take out": lambda w, by: members.remove(_second(w), by=by),
    "take out many": lambda w, by: bulk.apply(
        w.workspace, lambda ws: ws.members.filter(pk=_second(w).pk), Remove(0), by=by
    ),
    "undo": lambda w, by: undo.undo(
        w.workspace, w.workspace.events.get(action="member.owner_changed").number, by=by
    ),
    "make a token": lambda w, by: tokens.create(w.workspace, "x", by=by),
    "rotate a token": lambda w, by: tokens.rotate(_token(w), by=by),
    "confirm a held token": lambda w, by: suspended.confirm_token(_token(w), by=by),
    "confirm all that is held": lambda w, by: suspended.confirm_all(w.workspace, by=by),
    "close": lambda w, by: operations.close(w.workspace, by=by),
}  # fmt: skip


def _second(world):
    """Return bo, made an owner beside ada."""
    return members.set_owner(world.member("bo"), owner=True, by=SYSTEM)


def _token(world):
    return Token.objects.first() or tokens.create(world.workspace, "ci", by=SYSTEM)[0]


@pytest.mark.parametrize("way", CHANGES_OF_OWNERS)
def test_no_operation_changes_owners_or_makes_tokens_without_a_proof_XG14(world, way):
    ada = world.user("ada")
    unproved = Actor(ActorKind.USER, ada.email, ada, proved=False)
    _second(world)
    _token(world)
    before = everything()
    with pytest.raises(Unproved):
        CHANGES_OF_OWNERS[way](world, unproved)
    assert everything() == before


@pytest.fixture
def boss(world):
    """A group that holds ownership, with cy in it; growth has bo."""
    owning = [Terms("workspace-owner", "all")]
    boss = groups.create(world.workspace, "boss", by=SYSTEM, policy=owning)
    groups.add_members(boss, [world.member("cy")], by=SYSTEM)
    return boss


# Pages that lead into the group or out of it: the path, what is sent, who owns afterwards.
PAGES = {
    "members": lambda w: (
        f"groups/{w.group('boss').public_id}/members",
        {"people": "dee@example.org"},
        "dee",
    ),
    "move": lambda w: (
        f"groups/{w.group('growth').public_id}/members/move",
        {"people": "bo@example.org", "to": "boss"},
        "bo",
    ),
    "bulk": lambda w: (
        "members/bulk/group",
        {"who": w.member("dee").public_id, "group": "boss"},
        "dee",
    ),
    "copy": lambda w: (
        f"members/{w.member('cy').public_id}/copy",
        {"direction": "to", "people": "dee@example.org", "how": "add", "groups": "on"},
        "dee",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", PAGES)
def test_a_page_that_leads_to_ownership_asks_and_goes_on_with_what_was_sent_S8(
    world, ada, boss, way
):
    path, sent, who = PAGES[way](world)
    path = f"/w/acme/{path}"
    looked = ada.post(path, sent | {"look": "1"}).content.decode()
    sent["seen"] = re.search(r'name="seen" value="([^"]*)"', looked)[1]
    asked = ada.post(path, sent)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not Access.of(world.member(who)).is_owner
    prove(ada, asked)
    assert Access.of(world.member(who)).is_owner


def test_an_invite_into_an_owning_group_asks_and_is_sent_after_the_proof_S8(world, ada, boss):
    path = "/w/acme/members/invite"
    sent = filled(ada.get(path), path, blanks="")
    sent |= {"addresses": ["new@example.org"], "groups": ["boss"]}
    sent["seen"] = [ada.post(f"{path}/review", sent).context["digest"]]
    asked = ada.post(path, sent)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not world.workspace.invites.exists()
    prove(ada, asked)
    assert world.workspace.invites.get().email == "new@example.org"


def test_deleting_an_owning_group_asks_S8(world, ada, boss):
    path = f"/w/acme/groups/{boss.public_id}/delete"
    looked = ada.post(path, {"name": "boss"}).content.decode()
    sent = {"name": "boss", "seen": re.search(r'name="seen" value="([^"]*)"', looked)[1]}
    asked = ada.post(path, sent)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert world.workspace.groups.filter(name="boss").exists()
    prove(ada, asked)
    assert not world.workspace.groups.filter(name="boss").exists()


def test_what_changes_no_owner_asks_nobody_S8(world, ada):
    assert ada.get("/w/acme/members").status_code == 200
    path = f"/w/acme/members/{world.member('dee').public_id}/remove"
    assert ada.post(path, {"reason": ""}).status_code == 302
    assert not world.workspace.members.filter(user=world.user("dee")).exists()


def test_allauths_own_pages_go_by_the_same_clock_S8(world, ada):
    def asked():
        request = ada.get("/w/acme/members").wsgi_request
        with context.request_context(request):
            return is_reauthentication_required(request, app="allauth.mfa")

    assert asked()
    prove(ada, ada.post("/w/acme/tokens/new"))
    assert not asked()
    grow_old()
    assert asked()


def test_who_has_nothing_to_prove_it_with_gets_a_link_by_mail_S8(world, client):
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    assert client.post("/w/acme/tokens/new").status_code == 200  # signing in is a proof itself
    grow_old()
    asked = client.post("/w/acme/tokens/new")
    assert asked["Location"].startswith("/accounts/prove/?next=")
    page = client.get(asked["Location"]).content.decode()
    assert "neither a password nor a second factor" in page
    client.post("/accounts/prove/")
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert "/accounts/password/reset/key/" in mail.outbox[-1].body


def test_nobody_sets_a_first_password_with_an_old_proof_S8(world, client):
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    grow_old()
    answer = client.post("/accounts/password/set/", {"password1": "x" * 12, "password2": "x" * 12})
    assert answer["Location"].startswith("/accounts/prove/")
    assert not world.user("ada").has_usable_password()
    assert "x" * 12 not in str(dict(client.session))


def test_links_to_prove_it_are_limited_XE14(world, client):
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    statuses = [client.post("/accounts/prove/").status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
