"""Choosing many on the list of tokens: revoking, another end, a file (U5, A1, T1)."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.web.values.dates import end_of
from tests.filled import filled
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Unproved
from workspaces.models import ActorKind, Grant, Token
from workspaces.operations.tokens import bulk, tokens
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms

PAGE = "/w/acme/tokens"
KINDS = {"bulk/revoke": {}, "bulk/ends": {"ends": "2198-12-31"}}


@pytest.fixture
def ids(world):
    """Make three tokens; the id of each by its name."""
    policy = [Terms("source-admin", "all")]
    ends = timezone.now() + timedelta(days=9)
    made = {
        "ci": tokens.create(world.workspace, "ci", policy=policy, by=SYSTEM),
        "cron": tokens.create(world.workspace, "cron", expires_at=ends, by=SYSTEM),
        "ops": tokens.create(world.workspace, "=ops", by=SYSTEM),
    }
    return {name: token.public_id for name, (token, _secret) in made.items()}


@pytest.fixture
def clients(world):
    """Sign them in before anything is compared."""
    found = {name: Client() for name in ("ada", "bo")}
    for name, client in found.items():
        client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        client.get("/w/acme/my-access")  # notes the activity once a minute
    return found


@pytest.fixture
def send(clients):
    def post(kind, data, by="ada"):
        return clients[by].post(f"{PAGE}/{kind}", {**KINDS[kind], **data})

    return post


def looked(send, kind, data):
    """Look first, then send what came back."""
    answer = send(kind, {**data, "look": "1"})
    assert answer.status_code == 200
    return send(kind, {**data, "seen": seen_in(answer, kind)})


def seen_in(answer, kind):
    return filled(answer, f"{PAGE}/{kind}")["seen"]


def test_every_row_can_be_ticked_and_the_bar_sends_which(see, ids):
    page = see("ada", "tokens?q=c")
    assert f'name="who" value="{ids["ci"]}" form="chosen"' in page.raw
    assert 'id="chosen" method="get" action="/w/acme/tokens/bulk/ends"' in page.raw
    assert 'name="filters" value="q=c"' in page.raw


def test_revoking_opens_with_what_it_does_by_name(see, ids):
    page = see("ada", f"tokens/bulk/revoke?who={ids['ci']}&who={ids['cron']}")
    assert "2 tokens work no more from this moment, and do not come back." in page
    assert "Removes 1 grant." in page
    assert "ci gth_" in page
    assert "=ops" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_was_not_looked_at_saves_nothing(send, ids, kind):
    before = everything()
    assert send(kind, {"who": [ids["ci"], ids["cron"]]}).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_looked_at_is_saved_as_one_event_A1(send, world, ids, kind):
    before = world.workspace.events.count()
    answer = looked(send, kind, {"who": [ids["ci"], ids["cron"]], "reason": "tidy"})
    assert answer["Location"] == PAGE
    assert world.workspace.events.count() == before + 1
    event = world.workspace.events.newest_first().first()
    assert (event.target_name, event.reason) == ("2 tokens", "tidy")
    mentioned = world.workspace.mentions.filter(number=event.number, kind="token")
    assert set(mentioned.values_list("ident", flat=True)) == {ids["ci"], ids["cron"]}


def test_what_is_revoked_holds_nothing_and_the_trail_says_what_it_held_T1_L4(send, world, ids):
    looked(send, "bulk/revoke", {"who": [ids["ci"], ids["cron"]]})
    assert list(world.workspace.tokens.live().values_list("name", flat=True)) == ["=ops"]
    assert not world.workspace.grants.filter(token__isnull=False).exists()
    event = world.workspace.events.newest_first().first()
    assert [g["role"] for [g] in event.before["grants"].values()] == ["source-admin"]


def test_all_that_match_get_the_end_and_what_is_dead_stays_dead(send, world, ids):
    tokens.revoke(world.workspace.tokens.get(name="=ops"), by=SYSTEM)
    old, _ = tokens.create(world.workspace, "old", by=SYSTEM)
    with lock_workspace(world.workspace.pk):
        Token.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=1))
    answer = looked(send, "bulk/ends", {"matching": "on", "filters": "sort=-name"})
    assert answer["Location"] == f"{PAGE}?sort=-name"
    ends = dict(world.workspace.tokens.values_list("name", "expires_at"))
    assert ends["ci"] == ends["cron"] == end_of(date(2198, 12, 31))
    assert ends["=ops"] is None
    assert ends["old"] < timezone.now()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_review_is_409_XD4(send, world, ids, kind):
    data = {"who": [ids["ci"], ids["cron"]]}
    seen = seen_in(send(kind, {**data, "look": "1"}), kind)
    tokens.revoke(world.workspace.tokens.get(name="cron"), by=SYSTEM)
    before = everything()
    assert send(kind, {**data, "seen": seen}).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_double_click_is_one_change_XI7(send, ids, kind):
    data = {"who": [ids["ci"]]}
    seen = seen_in(send(kind, {**data, "look": "1"}), kind)
    assert send(kind, {**data, "seen": seen}).status_code == 302
    before = everything()
    assert send(kind, {**data, "seen": seen}).status_code in {409, 422}
    assert everything() == before


def test_an_end_that_a_workspace_does_not_allow_is_refused_beside_its_field_T1(send, world, ids):
    workspaces.set_general(
        world.workspace,
        {"name": "Acme", "relabel_reserved": False, "token_max_days": 30},
        by=SYSTEM,
    )
    before = everything()
    answer = send("bulk/ends", {"who": [ids["ci"]], "look": "1"})
    assert answer.status_code == 422
    assert "ends within 30 days" in answer.content.decode()
    assert send("bulk/ends", {"who": [ids["ci"]], "seen": "x"}).status_code == 422
    assert everything() == before


def test_to_let_a_token_live_longer_asks_for_a_proof_S8(world, ids):
    unproved = Actor(ActorKind.USER, "ada", proved=False)

    def move(day, name):
        def choose(locked):
            return locked.tokens.filter(public_id=ids[name])

        return bulk.apply(world.workspace, choose, bulk.MoveEnds(end_of(day)), by=unproved)

    with pytest.raises(Unproved):
        move(date(2198, 12, 31), "cron")
    assert move(timezone.now().date() + timedelta(days=2), "cron") == 1


@pytest.mark.parametrize("path", [*KINDS, "export"])
def test_only_owners_may_XB2(clients, ids, path):
    before = everything()
    assert clients["bo"].get(f"{PAGE}/{path}?who={ids['ci']}").status_code == 403
    answer = clients["bo"].post(f"{PAGE}/{path}", {"who": [ids["ci"]], "seen": "x"})
    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize("path", [*KINDS, "export"])
def test_tokens_of_another_workspace_cannot_be_named_XA2(clients, ids, path):
    foreign, _ = tokens.create(build(OTHER).workspace, "quixote", by=SYSTEM)
    before = everything()
    data = {"who": [ids["ci"], foreign.public_id], "seen": "x", "ends": "2198-12-31"}
    sent = {k: v for k, v in data.items() if path != "export" or k == "who"}
    sent = {k: v for k, v in sent.items() if path != "bulk/revoke" or k != "ends"}
    answer = clients["ada"].post(f"{PAGE}/{path}", sent)
    assert answer.status_code == 422
    assert "1 of those you chose are not here" in answer.content.decode()
    assert "quixote" not in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("path", [*KINDS, "export"])
@pytest.mark.parametrize(
    "query",
    ["", "matching=on&filters=state%3Dbogus", "matching=on&filters=stat%3Dlive", "state=live",
     "matching=yes", "matching=on&matching=on", "who=nosuch", "matching=on&filters=q%3Dnosuch"],
)  # fmt: skip
def test_a_choice_that_is_not_understood_chooses_nothing_N4(clients, ids, path, query):
    client, before = clients["ada"], everything()
    assert client.get(f"{PAGE}/{path}?{query}").status_code == 422
    answer = client.post(f"{PAGE}/{path}?{query}", KINDS.get(path, {}))
    assert answer.status_code == 422
    assert everything() == before


def test_the_file_holds_what_is_chosen_without_a_formula_or_a_secret_A1_XI9(clients, world, ids):
    answer = clients["ada"].post(f"{PAGE}/export", {"matching": "on", "filters": "q=o"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading[:2] == ["Name", "Id"]
    assert sorted(row[0] for row in rows) == ["'=ops", "cron"]
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.after) == (
        "tokens.exported", {"rows": 2, "filters": {"q": "o"}}
    )  # fmt: skip


def crowd(world, number):
    with lock_workspace(world.workspace.pk):
        made = Token.objects.bulk_create(
            Token(workspace=world.workspace, name=f"t{i}", secret_hash="x") for i in range(number)
        )
        Grant.objects.bulk_create(
            Grant(workspace=world.workspace, token=token, role="source-admin", scope="all")
            for token in made
        )


@pytest.mark.parametrize("kind", KINDS)
def test_statements_do_not_grow_with_tokens(send, world, kind):
    """But for reading back what the trail keeps of what was revoked, some a thousand."""
    crowd(world, 3)
    choice = {"matching": "on", "filters": ""}
    send(kind, {**choice, "look": "1"})  # notes the activity once a minute
    found = []
    for number in (0, 9_997):
        crowd(world, number)
        with CaptureQueriesContext(connection) as captured:
            assert send(kind, {**choice, "look": "1"}).status_code == 200
        found.append(len(captured))
    assert found[0] == found[1] <= 16
    answer = send(kind, {**choice, "look": "1"})
    with CaptureQueriesContext(connection) as captured:
        assert send(kind, {**choice, "seen": seen_in(answer, kind)}).status_code == 302
    assert len(captured) <= 100
