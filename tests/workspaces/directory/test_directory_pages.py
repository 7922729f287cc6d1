"""The owners' pages about a directory: its token, its calls, what it pushes."""

from http import HTTPStatus

import pytest

from tests.cast.directories import NEW, directory_of, known, put_in, scim_token, somebody
from tests.cast.tokens import token_of
from tests.filled import filled
from tests.world import SYSTEM, everything, give_grants
from workspaces.events import KINDS
from workspaces.models import Token, TokenKind
from workspaces.operations.directory import calls, groups, pushed_groups
from workspaces.operations.directory.groups import Step, StepKind
from workspaces.operations.directory.people import change, forget
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms

PAGE, NEW_TOKEN = "/w/acme/settings/scim", "/w/acme/settings/scim/new"


@pytest.fixture
def owner(as_user):
    return as_user("ada")


@pytest.fixture
def growth(world):
    """The group growth with bo in it, linked by a directory that lives."""
    group = world.group("growth")
    groups.change(group, external_id="g1", by=directory_of(world))
    return group


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    return " ".join(answer.content.decode().split())


def make(client, **changes):
    form = {
        **{k: v[-1] for k, v in filled(client.get(NEW_TOKEN), NEW_TOKEN, blanks="").items()},
        **changes,
    }
    return client.post(NEW_TOKEN, form)


def address(group, *more):
    return "/".join(["/w/acme/groups", group.public_id, *more])


# --- The token -------------------------------------------------------------------------


def test_an_owner_makes_the_token_and_sees_its_secret_once_T1_XH1(world, owner):
    answer = make(owner)
    assert answer.status_code == HTTPStatus.OK
    token = Token.objects.get()
    secret = answer.context["secret"]
    assert token_of(secret, None) == token
    assert (token.kind, token.name, token.expires_at) == (TokenKind.SCIM, "Directory", None)
    assert secret in answer.content.decode()
    assert secret not in text_of(owner, PAGE)
    assert token.prefix in text_of(owner, PAGE)


def test_the_form_sent_twice_makes_one_token_and_shows_no_second_secret_XI7(owner):
    form = {k: v[-1] for k, v in filled(owner.get(NEW_TOKEN), NEW_TOKEN, blanks="").items()}
    owner.post(NEW_TOKEN, form)
    again = owner.post(NEW_TOKEN, form)
    assert (again.status_code, again.url) == (HTTPStatus.FOUND, PAGE)
    assert Token.objects.count() == 1


def test_a_faulty_form_makes_nothing(owner):
    assert make(owner, name="").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert make(owner, ranges="here").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Token.objects.exists()


def test_the_workspaces_longest_life_of_a_token_holds_here_too(world, owner):
    general = workspaces.general(world.workspace)
    workspaces.set_general(world.workspace, {**general, "token_max_days": 90}, by=SYSTEM)
    assert make(owner, ends="never").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    make(owner)
    assert Token.objects.get().expires_at is not None


def test_rotating_leads_back_to_the_directory(world, owner):
    token = scim_token(world)
    path = f"/w/acme/tokens/{token.public_id}/rotate"
    form = {k: v[-1] for k, v in filled(owner.get(path), path).items()}
    answer = owner.post(path, form)
    assert answer.context["url"] == PAGE
    assert token_of(answer.context["secret"], None) == token


def test_its_access_cannot_be_edited_for_it_holds_no_grants(world, owner):
    token = scim_token(world)
    path = f"/w/acme/tokens/{token.public_id}"
    assert "Edit access" not in text_of(owner, path)
    assert "It holds no grants" in text_of(owner, path)
    assert owner.get(f"{path}/access").status_code == HTTPStatus.NOT_FOUND


def test_a_directorys_token_is_none_at_the_decision_api(world, client):
    _, secret = tokens.create(world.workspace, "Okta", by=SYSTEM, kind=TokenKind.SCIM)
    answer = client.post(
        "/access/v1/evaluation",
        {},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


# --- The page --------------------------------------------------------------------------


def test_the_page_says_where_a_directory_calls_and_that_none_has(owner, settings):
    said = text_of(owner, PAGE)
    assert f"{settings.SITE_URL}/scim/v2" in said
    assert "No directory has a token yet" in said
    assert "No directory has called yet" in said


def test_the_page_lists_the_last_calls_as_text_XI1(world, owner):
    calls.note(
        world.workspace,
        method="GET",
        path='/scim/v2/Users?filter=<img src=x onerror="x">',
        status=400,
        detail="<script>",
        address="192.0.2.9",
    )
    said = text_of(owner, PAGE)
    assert "&lt;img src=x" in said
    assert "&lt;script&gt;" in said
    assert "192.0.2.9" in said


def test_the_page_counts_people_and_groups(world, owner, growth):
    scim = directory_of(world)
    somebody()
    put_in(world, scim)
    put_in(world, scim, "fresh@example.org")
    answer = owner.get(PAGE)
    counted = {key: answer.context[key] for key in ("n_people", "n_asked", "n_groups")}
    assert counted == {"n_people": 1, "n_asked": 1, "n_groups": 1}


# --- People ----------------------------------------------------------------------------


def test_whom_the_directory_put_in_carries_a_badge_on_list_and_panel(world, owner):
    put_in(world, directory_of(world))
    members = owner.get("/w/acme/members").content.decode()
    assert members.count("Pushed") == 1
    member = world.member(NEW)
    assert "Pushed by the directory" in text_of(owner, f"/w/acme/members/{member.public_id}")
    bo = world.member("bo")
    assert "Pushed by the directory" not in text_of(owner, f"/w/acme/members/{bo.public_id}")


def test_whoever_is_asked_stands_among_the_invites(world, owner):
    somebody()
    put_in(world, directory_of(world))
    assert "Asked by the directory" in text_of(owner, "/w/acme/members")
    assert "Asked by the directory" in text_of(owner, "/w/acme/members/invited")
    invite = known(world).invite
    panel = text_of(owner, f"/w/acme/members/invited/{invite.public_id}")
    assert "Asked by the directory (Okta)" in panel


# --- Groups ----------------------------------------------------------------------------


def test_a_pushed_group_says_so_and_locks_its_members(world, owner, growth):
    assert "Pushed" in text_of(owner, "/w/acme/groups")
    panel = text_of(owner, address(growth))
    assert "Pushed by the directory" in panel
    assert "Last sync" in panel
    assert f'{growth.public_id}/members"' not in panel
    inside = text_of(owner, address(growth) + "?tab=members")
    assert "The directory says who is in it" in inside
    assert "Bo Diddley" in inside
    assert "Take out" not in inside


@pytest.mark.parametrize("page", ["members", "members/remove"])
def test_a_form_that_was_open_when_the_directory_took_the_group_is_a_clash(
    world, owner, growth, page
):
    path = address(growth, page)
    person = "dee@example.org" if page == "members" else "bo@example.org"
    looked = owner.post(path, {"people": person, "look": "1"})
    before = everything()
    seen = filled(looked, path).get("seen", [looked.context["review"].digest])[-1]
    answer = owner.post(path, {"people": person, "seen": seen})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "The directory pushes growth" in answer.content.decode()
    assert everything() == before


def test_a_pushed_group_can_be_described_and_not_renamed(world, owner, growth):
    path = address(growth, "describe")
    assert "The directory names this group" in text_of(owner, path)
    answer = owner.post(path, {"name": "Renamed", "description": "Mine"})
    assert answer.status_code == HTTPStatus.FOUND
    group = world.group("growth")
    assert (group.name, group.description) == ("growth", "Mine")


def test_an_owner_takes_a_group_over(world, owner, growth):
    path = address(growth, "take-over")
    assert "its next change of this group takes it back" in text_of(owner, path)
    assert owner.post(path).status_code == HTTPStatus.FOUND
    assert pushed_groups.hold_on(growth) is None
    assert f'{growth.public_id}/members"' in text_of(owner, address(growth))


def test_once_the_directory_is_gone_taking_over_stands_in_front(world, owner, growth):
    for token in world.workspace.tokens.of_directories():
        tokens.revoke(token, by=SYSTEM)
    assert "has no token any more" in text_of(owner, address(growth) + "?tab=members")
    assert "takes it back" not in text_of(owner, address(growth, "take-over"))


def test_an_owner_opens_a_group_that_owns_and_closes_it_XL7(world, owner, growth):
    assert "Open to the directory…" not in text_of(owner, address(growth))
    give_grants(growth, [Terms("workspace-owner", "all")], by=SYSTEM)
    assert "Open to the directory…" in text_of(owner, address(growth))
    path = address(growth, "open")
    owner.post(path)
    assert pushed_groups.hold_on(growth).opened_at is not None
    assert "Close growth to the directory?" in text_of(owner, path)
    owner.post(path)
    assert pushed_groups.hold_on(growth).opened_at is None


def test_grants_through_a_pushed_group_say_so(world, owner, growth):
    bo = world.member("bo")
    assert "pushed by the directory" in text_of(owner, f"/w/acme/members/{bo.public_id}")


def test_pickers_offer_no_group_that_the_directory_fills(world, owner, growth):
    assert "growth" not in owner.get("/w/acme/pick/groups?q=gro").content.decode()


def test_every_event_of_a_directory_has_its_sentence(world, owner, growth):
    scim = directory_of(world)
    record = put_in(world, scim, active=False)
    change(record, external_id="00u2", by=scim)
    forget(record, by=scim)
    groups.change(growth, steps=[Step(StepKind.REPLACE)], by=scim)
    pushed_groups.open_to_directory(growth, opened=True, by=world.actor("ada"))
    pushed_groups.open_to_directory(growth, opened=False, by=world.actor("ada"))
    pushed_groups.take_over(growth, though_live=True, by=world.actor("ada"))
    actions = set(world.workspace.events.values_list("action", flat=True))
    assert {"member.forgotten", "group.linked", "group.taken_over"} <= actions
    assert actions <= KINDS.keys()
    assert "let the directory forget" in text_of(owner, "/w/acme/audit")
