"""The list and panel of tokens, their access, and how secrets are shown: once (T1, XH1, XK1)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models.user import User
from tests.cast.tokens import token_of
from tests.filled import filled
from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, Right, lock_workspace
from workspaces.models import Token
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

ADMIN = Terms("source-admin", "all")
NEW = "/w/acme/tokens/new"


@pytest.fixture
def three(world):
    """A live token, a revoked one, and one that ends tomorrow."""
    soon = timezone.now() + timedelta(days=1)
    tokens.create(world.workspace, "live", by=world.actor("ada"), policy=[ADMIN])
    dead, _ = tokens.create(world.workspace, "dead", by=SYSTEM)
    tokens.revoke(dead, by=SYSTEM)
    tokens.create(world.workspace, "ending", by=SYSTEM, expires_at=soon)
    return world


@pytest.fixture
def token(world):
    return tokens.create(world.workspace, "ci", by=world.actor("ada"), policy=[ADMIN])[0]


def test_tokens_stand_with_state_maker_and_access(see, three):
    dead, ending, live = see("ada", "tokens").rows()
    assert "Revoked" in dead
    assert "Ends in" in ending
    assert "Minimal access" in ending
    assert "Source Admin" in live
    assert "Ada Lovelace" in live
    assert "Never used" in live


def test_a_used_token_says_when_and_from_where_T1(see, world, token):
    used = {"last_used_at": timezone.now() - timedelta(hours=3), "last_used_from": "192.0.2.7"}
    Token.objects.filter(pk=token.pk).update(**used)
    row = see("ada", "tokens").rows()[0]
    assert "3 h · 192.0.2.7" in row
    assert "Active" in row
    assert "3 h · 192.0.2.7" in see("ada", f"tokens/{token.public_id}")


def test_a_token_past_its_end_is_expired_R6(see, world, token):
    with lock_workspace(world.workspace.pk):
        Token.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Expired" in see("ada", "tokens").rows()[0]
    page = see("ada", f"tokens/{token.public_id}")
    assert "It may do nothing any more." in page
    assert "Rotate" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=LIV", ["live"]), ("state=unused", ["ending", "live"]), ("q=zzz", []),
     ("state=live", ["ending", "live"]), ("state=ending", ["ending"]), ("state=revoked", ["dead"]),
     ("state=expired", []), ("state=x", []),
     ("sort=-name", ["live", "ending", "dead"]), ("sort=ends", ["ending", "live", "dead"]),
     ("sort=-ends", ["dead", "live", "ending"])],
)  # fmt: skip
def test_tokens_are_filtered_and_sorted_by_the_address(see, three, query, found):
    assert [row.split()[0] for row in see("ada", f"tokens?{query}").rows()] == found


def test_no_page_shows_more_of_a_secret_than_its_prefix_XH1(see, three):
    token, secret = tokens.create(three.workspace, "new", by=SYSTEM)
    for path in ("tokens", f"tokens/{token.public_id}", "audit", "audit/2", "overview"):
        page = see("ada", path)
        assert secret not in page.raw
        assert token.secret_hash not in page.raw
        assert f"gth_{token.public_id}" not in page.raw
    assert f"gth_{token.public_id[:6]}" in see("ada", "tokens").raw


def test_a_token_of_another_workspace_is_not_found_XA1(see, world):
    other = build(OTHER)
    foreign, _ = tokens.create(other.workspace, "theirs", by=SYSTEM)
    for path in ("", "/access", "/rotate", "/revoke"):
        assert see("ada", f"tokens/{foreign.public_id}{path}").status == 404


# --- Making one -----------------------------------------------------------------------


def form_of(client, path=NEW, **changes):
    """Return the drawn form, changed without a look at what it does (XD4)."""
    return filled(client.get(path), NEW, blanks="") | {"seen": ""} | changes


def with_role(body, slug, **changes):
    """Tick a role of the drawn editor."""
    names = [name for name, value in body.items() if name.endswith("-role") and value == [slug]]
    prefix = names[0].removesuffix("-role")
    return (
        body
        | {f"{prefix}-on": "on", f"{prefix}-scope": "all"}
        | {f"{prefix}-{key}": value for key, value in changes.items()}
    )


def shown_secret(answer):
    return re.search(r'value="(gth_[^"]+)"', answer.content.decode())[1]


def made_by_form(client, **changes):
    body = with_role(form_of(client), "source-admin") | {"name": "ci", **changes}
    return client.post(NEW, body), body


def test_a_token_is_made_and_its_secret_shown_once_T1_XK1(world, as_user, see):
    client, count = as_user("ada"), world.workspace.events.count()
    answer, _ = made_by_form(client, ends="90")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    token = token_of(shown_secret(answer), None)
    assert (token.name, token.created_by) == ("ci", world.user("ada"))
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=91)
    assert Access.of(token).check("edit", world.resource("source/a"))
    assert world.workspace.events.count() == count + 1
    assert "gth_" + token.public_id not in see("ada", f"tokens/{token.public_id}").raw


def test_a_second_send_makes_no_second_token_and_shows_no_secret_XI7(world, as_user):
    client = as_user("ada")
    _, body = made_by_form(client)
    count = world.workspace.events.count()
    again = client.post(NEW, body)
    token = world.workspace.tokens.get()
    assert (again.status_code, again["Location"]) == (302, f"/w/acme/tokens/{token.public_id}")
    assert world.workspace.events.count() == count
    page = client.get(again["Location"]).content.decode()
    assert "was made already" in page
    assert f"gth_{token.public_id}" not in page


def test_the_secret_is_in_no_row_and_no_log_XH1_XK4(world, as_user, caplog):
    answer, _ = made_by_form(as_user("ada"))
    random = shown_secret(answer).split("_")[2]
    assert random not in str(everything())
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        assert random not in str(cursor.fetchall())
    assert random not in caplog.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"name": ""}, "This field is required"), ({"name": "a\x07"}, "control"),
     ({"ends": "7"}, "valid choice"), ({"ends": "date"}, "Say the last day"),
     ({"ends": "date", "until": "2020-01-01"}, "ends in the future"),
     ({"ends": "date", "until": "9999-12-31"}, "less than or equal"),
     ({"ranges": "10.0.0.1/8"}, "is no address or range"), ({"ranges": "x"}, "is no address"),
     ({"ranges": " ".join(f"10.0.{i}.0/24" for i in range(21))}, "At most 20"),
     ({"once": "made-up"}, "not one of ours"), ({"name": ["a", "b"]}, "more than once")],
)  # fmt: skip
def test_a_faulty_form_makes_nothing_and_keeps_its_input(world, as_user, changes, words):
    count = world.workspace.events.count()
    answer, _ = made_by_form(as_user("ada"), **changes)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "gth_" not in text
    assert (Token.objects.count(), world.workspace.events.count()) == (0, count)


def test_a_token_without_a_role_is_not_made(world, as_user):
    client = as_user("ada")
    answer = client.post(NEW, form_of(client, name="ci"))
    assert answer.status_code == 422
    assert "Choose at least one role." in answer.content.decode()
    assert not Token.objects.exists()


def test_addresses_are_kept_as_networks_T1(world, as_user):
    made_by_form(as_user("ada"), ranges="192.0.2.7, 10.0.0.0/8\n2001:DB8::/32 10.0.0.0/8")
    token = world.workspace.tokens.get()
    assert token.address_ranges == ["192.0.2.7/32", "10.0.0.0/8", "2001:db8::/32"]


def test_a_day_counts_to_its_end_in_utc(world, as_user):
    made_by_form(as_user("ada"), ends="date", until="2199-05-31")
    assert world.workspace.tokens.get().expires_at == datetime(2199, 6, 1, tzinfo=UTC)


def test_the_longest_life_takes_choices_away_and_holds(world, as_user):
    with lock_workspace(world.workspace.pk) as workspace:
        workspace.token_max_days = 60
        workspace.save()
    client = as_user("ada")
    page = client.get(NEW).content.decode()
    assert 'value="30"' in page
    assert 'value="90"' not in page
    assert 'value="never"' not in page
    far = (timezone.now() + timedelta(days=62)).date().isoformat()
    answer, _ = made_by_form(client, ends="date", until=far)
    assert answer.status_code == 422
    assert "ends within 60 days" in answer.content.decode()
    last = (timezone.now().astimezone(UTC) + timedelta(days=60)).date().isoformat()
    assert made_by_form(client, ends="date", until=last)[0].status_code == 200


def test_a_service_starts_with_questions_only(world, as_user):
    client = as_user("ada")
    body = form_of(client, f"{NEW}?for=service", name="asks")
    token = token_of(shown_secret(client.post(NEW, body)), None)
    assert Access.of(token).on_workspace() == {"decide"}


def test_owner_rights_carry_a_warning(see, world, as_user):
    client = as_user("ada")
    answer = client.post(NEW, form_of(client, name="root", owner="1"))
    token = token_of(shown_secret(answer), None)
    assert Access.of(token).is_owner
    assert "It has owner rights" in see("ada", f"tokens/{token.public_id}")


def test_what_it_may_do_is_shown_before_it_is_made(world, as_user):
    client = as_user("ada")
    body = with_role(form_of(client), "source-admin")
    answer = client.post(
        f"{NEW}/review", body, headers={"HX-Request": "true", "HX-Target": "change-review"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Edit 3 sources" in text
    assert "required" not in text
    assert not Token.objects.exists()
    seen = re.search(r'name="seen" value="([^"]+)"', text)[1]
    assert client.post(NEW, body | {"name": "ci", "seen": seen}).status_code == 200


def test_a_stale_look_is_not_saved_over_XI8(world, as_user):
    client = as_user("ada")
    body = with_role(form_of(client), "source-admin") | {"name": "ci"}
    text = client.post(f"{NEW}/review", body).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', text)[1]
    with lock_workspace(world.workspace.pk):
        world.resource("source/c").delete()
    give_grants(world.member("dee"), [ADMIN], by=SYSTEM)
    answer = client.post(NEW, body | {"seen": seen})
    assert answer.status_code == 409
    assert not Token.objects.exists()


@pytest.mark.parametrize("name", ["bo", "cy", "dee"])
def test_members_make_no_tokens_XH3(world, as_user, name):
    body = with_role(form_of(as_user("ada")), "source-admin") | {"name": "ci"}
    assert as_user(name).post(NEW, body).status_code == 403
    assert not Token.objects.exists()


# --- Access, rotating, revoking -------------------------------------------------------


def test_access_is_edited_with_undo(world, as_user, token):
    path = f"/w/acme/tokens/{token.public_id}/access"
    client = as_user("ada")
    body = with_role(filled(client.get(path), path, blanks=""), "warehouse-admin")
    unseen = client.post(path, body)
    assert unseen.status_code == 422
    assert "Save again" in unseen.content.decode()
    body["seen"] = filled(unseen, path)["seen"]
    answer = client.post(path, body | {"reason": "needs it"})
    assert answer.status_code == 302
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.reason) == ("policy.changed", "needs it")
    assert {grant.role for grant in token.grants.all()} == {"source-admin", "warehouse-admin"}
    assert f"/audit/{event.number}/undo" in client.get(answer["Location"]).content.decode()
    client.post(f"/w/acme/audit/{event.number}/undo")
    assert {grant.role for grant in token.grants.all()} == {"source-admin"}


def test_a_revoked_token_has_no_access_to_edit(as_user, token):
    tokens.revoke(token, by=SYSTEM)
    assert as_user("ada").get(f"/w/acme/tokens/{token.public_id}/access").status_code == 404


def test_a_rotated_token_has_two_secrets_for_a_day_T1(world, as_user):
    token, old = tokens.create(world.workspace, "ci", by=SYSTEM, policy=[ADMIN])
    path = f"/w/acme/tokens/{token.public_id}/rotate"
    client = as_user("ada")
    body = filled(client.get(path), path)
    answer = client.post(path, body)
    new = shown_secret(answer)
    assert "The old secret works until" in answer.content.decode()
    assert token_of(old, None) == token_of(new, None) == token
    again = client.post(path, body)
    assert again.status_code == 409
    assert "rotated already" in again.content.decode()
    assert "gth_" not in again.content.decode()
    assert world.workspace.events.filter(action="token.rotated").count() == 1


def test_a_revoke_says_in_numbers_what_goes(world, as_user, see, token):
    path = f"/w/acme/tokens/{token.public_id}/revoke"
    page = see("ada", path)
    assert "Removes 1 grant." in page
    assert "It was never used." in page
    assert as_user("ada").post(path, {"reason": "leaked"}).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at
    assert world.workspace.events.newest_first().first().reason == "leaked"
    assert "A revoked token holds no grants" in see("ada", f"tokens/{token.public_id}")


def test_revoking_again_is_no_second_event(world, as_user, token):
    path = f"/w/acme/tokens/{token.public_id}/revoke"
    for _ in range(2):
        as_user("ada").post(path)
    assert world.workspace.events.filter(action="token.revoked").count() <= 1


def test_a_token_whose_maker_left_says_former_member_T1_R8(world, as_user):
    """It was kept when they were removed, so somebody should know whose it was."""
    members.add(world.workspace, User.objects.create_user("mo@example.org", name="Mo"), by=SYSTEM)
    token, _secret = tokens.create(world.workspace, "kept", by=world.actor("mo"))
    page = f"/w/acme/tokens/{token.public_id}"
    assert "former member" not in as_user("ada").get(page).content.decode()
    members.remove(world.member("mo"), by=SYSTEM, keep=[token.public_id])
    for path in (page, "/w/acme/tokens"):
        assert "Mo · former member" in as_user("ada").get(path).content.decode()
    world.user("mo").delete()  # the trail still knows whose it was
    for path in (page, "/w/acme/tokens"):
        assert "mo@example.org · former member" in as_user("ada").get(path).content.decode()


def test_what_such_a_token_does_says_so_in_the_trail_T1_R8(world, as_user):
    members.add(world.workspace, User.objects.create_user("mo@example.org", name="Mo"), by=SYSTEM)
    owning = [Terms("workspace-owner", "all")]
    token, _secret = tokens.create(world.workspace, "kept", by=world.actor("mo"), policy=owning)
    members.remove(world.member("mo"), by=SYSTEM, keep=[token.public_id])
    acting = Actor.program(token, Right(token, "administer"), address=None, request_id="")
    groups.create(world.workspace, "by it", by=acting)
    number = world.workspace.events.newest_first().first().number
    for path in ("/w/acme/audit", f"/w/acme/audit/{number}"):
        assert "made by Mo · former member" in as_user("ada").get(path).content.decode()
