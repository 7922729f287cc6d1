"""Pages of taking up: on one's own access page, for approvers, for owners (W2, W3, W5)."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models.sign_in import SignIn
from tests.world import give_grants
from workspaces.access.engine import Access
from workspaces.models import TakeUp
from workspaces.operations.taking_up.held import takable
from workspaces.terms import Eligible, Terms

MINE = "/w/acme/my-access"


@pytest.fixture
def dee(eligibles, client):
    client.force_login(eligibles.world.user("dee"), backend="accounts.backends.SignInBackend")
    return client


def sign_in(client, eligibles, name):
    client.force_login(eligibles.world.user(name), backend="accounts.backends.SignInBackend")
    return client


def edits(eligibles):
    return Access.of(eligibles.world.member("dee")).check(
        "edit", eligibles.world.resource("source/a")
    )


def test_it_is_taken_up_in_two_clicks_W2(eligibles, dee):
    eligibles.grant()
    page = dee.get(MINE).content.decode()
    [what] = takable(eligibles.world.member("dee"))
    assert f"{MINE}/take-up/{what.name}" in page
    answer = dee.post(f"{MINE}/take-up/{what.name}", {"minutes": "30", "reason": "Pager"})
    assert answer.status_code == 302
    assert edits(eligibles)
    page = dee.get(MINE).content.decode()
    assert "End now" in page
    assert f"{MINE}/take-up/{what.name}" not in page, "it runs already"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"minutes": "30", "reason": " "}, "reason"),
        ({"minutes": "241", "reason": "Pager"}, "minutes"),
        ({"minutes": "0", "reason": "Pager"}, "minutes"),
        ({"minutes": "soon", "reason": "Pager"}, "minutes"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_with_the_input_kept_W2_U9(
    eligibles, dee, sent, field
):
    eligibles.grant()
    [what] = takable(eligibles.world.member("dee"))
    answer = dee.post(f"{MINE}/take-up/{what.name}", sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not TakeUp.objects.exists()


def test_what_asks_for_a_proof_leads_to_it_first_W2_XO2(eligibles, dee):
    eligibles.grant(proof=True)
    [what] = takable(eligibles.world.member("dee"))
    SignIn.objects.update(proved_at=F("proved_at") - timedelta(hours=1))
    answer = dee.post(f"{MINE}/take-up/{what.name}", {"minutes": "30", "reason": "Pager"})
    assert not TakeUp.objects.exists()
    assert answer["Location"].startswith("/accounts/prove/")


def test_an_approver_agrees_on_the_page_that_the_mail_leads_to_W3(eligibles, client):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    sign_in(client, eligibles, "cy")
    address = f"/w/acme/take-ups/{row.public_id}"
    assert "Agree" in client.get(address).content.decode()
    assert client.post(f"{address}/answer", {"agreed": "yes"}).status_code == 302
    assert edits(eligibles)
    assert client.post(f"{address}/answer", {"agreed": "yes"}).status_code == 409


def test_who_is_no_approver_finds_nothing_there_W3_R5(eligibles, client):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    sign_in(client, eligibles, "bo")
    address = f"/w/acme/take-ups/{row.public_id}"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/answer", {"agreed": "yes"}).status_code == 404


def test_the_asker_cannot_agree_W3_XO3(eligibles, dee):
    eligibles.grant(approvers=frozenset({"group:growth"}))
    row = eligibles.take()
    address = f"/w/acme/take-ups/{row.public_id}"
    assert "Agree" not in dee.get(address).content.decode()
    assert dee.post(f"{address}/answer", {"agreed": "yes"}).status_code == 403
    assert not edits(eligibles)


def test_an_owner_looks_at_broken_glass_and_writes_a_line_W5(eligibles, client):
    eligibles.grant(break_glass=True)
    row = eligibles.take()
    sign_in(client, eligibles, "ada")
    address = f"/w/acme/take-ups/{row.public_id}"
    assert client.post(f"{address}/look", {"finding": ""}).status_code == 422
    assert client.post(f"{address}/look", {"finding": "It was the pager."}).status_code == 302
    assert "It was the pager." in client.get(address).content.decode()


def test_its_holder_ends_it_W2(eligibles, dee):
    eligibles.grant()
    row = eligibles.take()
    assert dee.post(f"/w/acme/take-ups/{row.public_id}/end").status_code == 302
    assert not edits(eligibles)


# --- The access editor ------------------------------------------------------------------


def editor(eligibles, client, name="dee"):
    sign_in(client, eligibles, "ada")
    return f"/w/acme/members/{eligibles.world.member(name).public_id}/access"


def sent(page, **changes):
    """Return what the form on a page would send, with changes to the block of Source Admin."""
    form = page.context["policy"]
    found = {"grants-count": str(form.count), "seen": ""}
    for block in form.blocks:
        found[f"{block.prefix}-role"] = block.role.slug
        for field in block:
            value = field.value()
            if value not in (None, "", False) and not isinstance(value, list | tuple):
                found[field.html_name] = "on" if value is True else str(value)
    [prefix] = [b.prefix for b in form.blocks if b.role.slug == "source-admin"]
    found |= {f"{prefix}-{key}": value for key, value in changes.items()}
    return {key: value for key, value in found.items() if value is not None}


def test_saving_the_editor_untouched_leaves_what_is_eligible_so_W2(eligibles, client):
    eligibles.grant(approvers=frozenset({"cy@example.org", "group:growth"}), longest_minutes=90)
    address = editor(eligibles, client)
    before = list(eligibles.world.member("dee").grants.values())
    client.post(address, sent(client.get(address)))
    assert list(eligibles.world.member("dee").grants.values()) == before
    assert not edits(eligibles)


def test_the_editor_makes_a_grant_eligible_W2(eligibles, client):
    give_grants(eligibles.world.member("dee"), [Terms("source-admin", "all")])
    address = editor(eligibles, client)
    answer = client.post(
        address,
        sent(
            client.get(address),
            eligible="on",
            longest_minutes="60",
            leave="asked",
            approvers="CY@example.org, group:GROWTH",
        ),
    )
    assert answer.status_code == 302
    [terms] = eligibles.world.member("dee").grants.terms()
    assert terms.eligible == Eligible(
        proof=True, longest_minutes=60, approvers=frozenset({"cy@example.org", "group:growth"})
    )
    assert not edits(eligibles)


def test_an_approver_nobody_knows_stands_beside_the_field_W3_U9(eligibles, client):
    give_grants(eligibles.world.member("dee"), [Terms("source-admin", "all")])
    address = editor(eligibles, client)
    answer = client.post(
        address,
        sent(client.get(address), eligible="on", leave="asked", approvers="eve@example.org"),
    )
    assert answer.status_code == 422
    assert "eve@example.org is neither a member nor a group here." in answer.content.decode()
    assert edits(eligibles), "nothing was written"
