"""What only a newer version knows is shown as unknown, gives nothing and is kept (N4, XJ9)."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.api.conftest import Caller, Directory, secret_for
from tests.cast.directories import somebody
from tests.cast.invited import ask
from tests.doors import EXPECTED, OURS
from tests.filled import filled
from tests.peers import newer
from tests.test_doors import address, methods_of
from tests.workspaces.conftest import Seen
from tests.world import SYSTEM, acme, give_grants
from workspaces import events
from workspaces.access.engine import Access
from workspaces.access.explain import explain
from workspaces.access.facts import load_policy
from workspaces.access.who import who
from workspaces.change import Target, audit, lock_workspace, naming
from workspaces.errors import Conflict
from workspaces.events import Kind
from workspaces.models import AccessRequest, Grant, Token
from workspaces.operations.documents import load_document
from workspaces.operations.grants import ending_mails, policies, said_by_programs
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.grants.said_by_programs import Wanted
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.acceptance import accept
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import copying
from workspaces.operations.members.copying import Copy
from workspaces.operations.resources import resources
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.terms import Terms

EVERYTHING = Terms("space-admin", "all")


@pytest.fixture
def newer_world(world):
    """acme, where dee, growth, a token and an invite hold what this version does not know."""
    token, _secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    invite = ask(world, "later@example.org", Offer(grants=(EVERYTHING,)))
    give_grants(world.member("dee"), [EVERYTHING], by=SYSTEM)
    with newer.newer_tables():
        for holder in (world.member("dee"), world.group("growth"), token, invite):
            newer.give_unknown(holder)
        newer.add_unknown(world.workspace)
        yield world


def unknown_of(holder) -> set[tuple[str, str]]:
    """Return the unknown grants a holder has, as rows of the table."""
    rows = Grant.objects.filter(**{str(holder._meta.model_name): holder})
    return {(g.role, g.scope) for g in rows if not g.understood}


BOTH = {(newer.ROLE, "all"), ("source-admin", newer.SCOPE)}


def token_of(world) -> Token:
    return world.workspace.tokens.get(name="ci")


# --- Gives nothing ------------------------------------------------------------------------


def test_it_gives_nothing_to_anybody_N4(newer_world):
    world = newer_world
    dee, token = world.member("dee"), token_of(world)
    assert {held.role for held in load_policy(dee).held} == {"space-admin"}
    assert load_policy(token).held == ()
    assert not Access.of(token).check("read", world.workspace)
    source = world.resource("source/a")
    assert not Access.of(dee).check("read", source)
    assert dee not in who("read", source)
    assert not Access.of(dee).reach("read", "source").exists()
    assert not explain(Access.of(dee), "read", source).paths


def test_a_token_that_holds_nothing_else_is_refused_everywhere_N4(newer_world, client):
    secret = secret_for(newer_world.workspace, name="strange")
    with lock_workspace(newer_world.workspace.pk):
        token = newer_world.workspace.tokens.get(name="strange")
        token.grants.all().delete()
    newer.give_unknown(token)
    assert Caller(client, secret)("GET", "/groups").status_code == 403
    answer = client.post(
        "/access/v1/evaluation",
        json.dumps({}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 403


# --- Is shown as unknown --------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in OURS if "GET" in methods_of(n)])
def test_no_page_breaks_on_it_N4(newer_world, name):
    path = address(newer_world, name)
    for kind, email in (("owner", "ada"), ("minimal", "dee"), ("editor", "bo")):
        client = Client(raise_request_exception=True)
        client.force_login(newer_world.user(email), backend="accounts.backends.SignInBackend")
        answer = client.get(path)
        content = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code < 500, (kind, content[:200])
        assert answer.status_code == EXPECTED[name][1]["owner"] or kind != "owner"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ada", "members/{dee}"),
        ("ada", "members/{dee}/access"),
        ("ada", "groups/{growth}"),
        ("ada", "groups/{growth}/access"),
        ("ada", "tokens/{ci}"),
        ("ada", "tokens/{ci}/access"),
        ("dee", "my-access"),
        ("bo", "my-access"),
    ],
)
def test_pages_name_it_as_unknown_N4(newer_world, as_user, name, path):
    world = newer_world
    path = path.format(
        dee=world.member("dee").public_id,
        growth=world.group("growth").public_id,
        ci=token_of(world).public_id,
    )
    seen = Seen(as_user(name).get(f"/w/acme/{path}"))
    assert newer.ROLE in seen
    assert "not know" in seen


def test_events_of_unknown_kinds_and_actors_are_shown_plainly_N4(newer_world, as_user, monkeypatch):
    begun = Kind("journey.begun", "began", ("journey",))
    with (
        monkeypatch.context() as newer_version,
        lock_workspace(newer_world.workspace.pk) as workspace,
    ):
        newer_version.setattr(events, "KINDS", {begun.name: begun})
        robot = replace(SYSTEM, kind="robot")
        about = Target("journey", "x1", "To the north")
        last = audit.record(workspace, "journey.begun", by=robot, target=about, after={"x": [1]})
    client = as_user("ada")
    assert "journey.begun" in Seen(client.get("/w/acme/audit"))
    assert client.get(f"/w/acme/audit/{last.number}").status_code == 200
    assert client.get(f"/w/acme/audit/{last.number}/undo").status_code == 200
    export = client.get("/w/acme/audit.csv")
    assert export.status_code < 500
    call = Caller(client, secret_for(newer_world.workspace, "workspace-owner", name="o"))
    assert call("GET", "/audit-events").status_code == 200


def test_a_request_of_unknown_action_or_end_is_shown_plainly_N4(newer_world, as_user):
    with lock_workspace(newer_world.workspace.pk) as workspace:
        for action, outcome, ended in (("embark", "", None), ("edit", "lapsed", timezone.now())):
            request = AccessRequest.objects.create(
                workspace=workspace, member=newer_world.member("dee"), asked_for="source/a",
                resource=newer_world.resource("source/a"), action=action, outcome=outcome,
                closed_at=ended,
            )  # fmt: skip
            assert as_user("ada").get(f"/w/acme/requests/{request.public_id}").status_code == 200
    assert as_user("ada").get("/w/acme/requests").status_code == 200
    assert as_user("dee").get("/w/acme/my-access").status_code == 200


@pytest.mark.parametrize("path", ["/users", "/groups", "/tokens", "/audit-events", "/sources"])
def test_the_public_api_leaves_it_out_N4(newer_world, client, path):
    call = Caller(client, secret_for(newer_world.workspace, "workspace-owner", name="o"))
    answer = call("GET", path)
    assert answer.status_code in {200, 404}
    if path != "/audit-events":
        assert newer.ROLE not in answer.content.decode()


def test_the_public_api_shows_no_unknown_scope_as_everything_N4(newer_world, client):
    call = Caller(client, secret_for(newer_world.workspace, "workspace-owner", name="o"))
    group = f"/groups/{newer_world.group('growth').public_id}"
    assert call.data("PUT", f"{group}/permissions", {"permissions": []})["permissions"] == []
    user = call.data("GET", f"/users/{newer_world.member('dee').public_id}")["user"]
    assert [given["roleId"] for given in user["permissions"]] == ["space-admin"]


def test_a_token_of_an_unknown_kind_opens_nothing_N4(newer_world, client):
    secret = secret_for(newer_world.workspace, "workspace-owner", name="o")
    with lock_workspace(newer_world.workspace.pk):
        newer_world.workspace.tokens.filter(name="o").update(kind="ssh")
    assert Caller(client, secret)("GET", "/groups").status_code == 401
    assert Directory(client, secret)("GET", "/Users").status_code == 401
    client.force_login(newer_world.user("ada"), backend="accounts.backends.SignInBackend")
    assert client.get("/w/acme/tokens").status_code == 200


# --- Is kept ------------------------------------------------------------------------------


def test_saving_the_editor_keeps_it_N4(newer_world, as_user):
    world = newer_world
    client = as_user("ada")
    for kind, holder in (
        ("members", world.member("dee")),
        ("groups", world.group("growth")),
        ("tokens", token_of(world)),
    ):
        path = f"/w/acme/{kind}/{holder.public_id}/access"
        answer = client.post(path, filled(client.get(path), path, blanks=""))
        assert answer.status_code == 302
        assert unknown_of(holder) == BOTH


CHANGES = {
    "change": lambda w: policies.change(w.member("dee"), Proposal(()), by=SYSTEM),
    "put": lambda w: said_by_programs.replace(
        w.member("dee"), Wanted(owner=False, grants=()), by=SYSTEM
    ),
    "post": lambda w: said_by_programs.add(
        w.member("dee"), Wanted(owner=False, grants=(Terms("source-admin", "all"),)), by=SYSTEM
    ),
    "copy": lambda w: copying.copy_access(
        w.workspace, Copy(w.member("cy"), replacing=True), [w.member("dee")], by=SYSTEM
    ),
    "import": lambda _: load_document(acme(), by=SYSTEM),
    "give": lambda w: give_grants(w.member("dee"), [Terms("source-admin", "all")], by=SYSTEM),
}


@pytest.mark.parametrize("way", CHANGES)
def test_no_change_of_the_rest_takes_it_away_N4(newer_world, way):
    CHANGES[way](newer_world)
    assert unknown_of(newer_world.member("dee")) == BOTH
    assert unknown_of(newer_world.group("growth")) == BOTH
    assert newer_world.workspace.resources.filter(type=newer.TYPE).exists()


def test_an_undo_keeps_it_N4(newer_world):
    dee = newer_world.member("dee")
    event = policies.change(dee, Proposal((Terms("source-admin", "all"),)), by=SYSTEM)
    undo.undo(newer_world.workspace, event.number, by=SYSTEM)
    assert unknown_of(dee) == BOTH
    assert {held.role for held in load_policy(dee).held} == {"space-admin"}


def test_an_undo_never_makes_everything_of_a_scope_it_does_not_know_N4(newer_world):
    dee = newer_world.member("dee")
    before = policies.state_of(dee)
    with lock_workspace(dee.workspace_id) as workspace:  # as a newer version takes it away
        dee.grants.filter(scope=newer.SCOPE).delete()
        audit.record(
            workspace,
            "policy.changed",
            by=SYSTEM,
            target=naming.target(dee),
            before=before,
            after=policies.state_of(dee),
        )
    number = newer_world.workspace.events.newest_first().first().number
    with pytest.raises(Conflict, match="not known"):
        undo.undo(newer_world.workspace, number, by=SYSTEM)
    assert {held.role for held in load_policy(dee).held} == {"space-admin"}


def test_an_invite_keeps_it_through_changes_and_hands_it_over_N4(newer_world):
    invite = newer_world.workspace.invites.get(email="later@example.org")
    invites.edit(invite, Offer(), by=SYSTEM)
    assert unknown_of(invite) == BOTH
    member = accept(invite, somebody("later@example.org"), by=SYSTEM)
    assert unknown_of(member) == BOTH
    assert not load_policy(member).held


def test_a_copy_of_it_is_not_made_N4(newer_world):
    copying.copy_access(
        newer_world.workspace, Copy(newer_world.member("dee")), [newer_world.member("cy")],
        by=SYSTEM,
    )  # fmt: skip
    assert unknown_of(newer_world.member("cy")) == set()
    twin = groups.duplicate(newer_world.group("growth"), "twin", by=SYSTEM)
    assert unknown_of(twin) == set()


def test_an_export_that_could_not_carry_it_is_refused_N4(newer_world):
    with pytest.raises(CommandError, match="does not know") as error:
        call_command("workspace_export", "acme", stdout=StringIO())
    assert error.value.returncode == 2


def test_housekeeping_and_the_commands_go_on_N4(newer_world):
    soon = timezone.now() + timedelta(days=1)
    with lock_workspace(newer_world.workspace.pk):
        newer_world.member("dee").grants.update(expires_at=soon)
    ending_mails.tell_endings(newer_world.workspace, by=SYSTEM)
    call_command("housekeeping", stdout=StringIO())
    call_command("access", "list", "dee@example.org", "read", "source", "--workspace", "acme",
                 stdout=StringIO())  # fmt: skip


def test_deleting_what_it_lists_says_so_and_does_it_N4(newer_world, as_user):
    world = newer_world
    with lock_workspace(world.workspace.pk) as workspace:
        grant = Grant.objects.create(
            workspace=workspace, member=world.member("dee"), role=newer.ROLE, scope="resources"
        )
        grant.listed.create(workspace=workspace, resource=world.resource("source/c"))
    assert as_user("ada").get("/w/acme/sources/c/delete").status_code == 200
    resources.delete(world.resource("source/c"), by=SYSTEM)
    assert not Grant.objects.filter(pk=grant.pk).exists()
