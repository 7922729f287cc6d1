"""Every operation is one audit event, or nothing at all (A1, K1, J6).

`CHANGES` has one line per operation that changes something; a new operation without one
fails the first test.
"""

import inspect
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models.user import User
from labels import operations as labels
from labels.models import Label
from labels.operations.assigning import Assignment
from labels.syntax import LabelName
from tests.invited import age, ask
from tests.visiting import assigned, opened, visiting
from tests.world import SYSTEM, World, everything
from workspaces import audit
from workspaces.models.event import Event
from workspaces.models.grant import Grant
from workspaces.models.group import Group
from workspaces.models.invite import Invite
from workspaces.models.request import AccessRequest
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations import (
    acceptance,
    departures,
    directory_groups,
    directory_people,
    exports,
    grants,
    groups,
    held,
    invites,
    members,
    orphans,
    pushed,
    reads,
    requests,
    resources,
    retention,
    sign_in_rules,
    support,
    token_making,
    tokens,
    trail,
    undo,
    workspaces,
)
from workspaces.operations.directory_groups import Step
from workspaces.operations.grants import NewGrant
from workspaces.operations.offers import Offer
from workspaces.operations.sign_in_rules import SignInRules


def an_old_invite(world: World) -> Invite:
    """Return an invite sent by ada two hours ago, which may be sent again."""
    invite = ask(world, "new@example.org", Offer(grants=(NewGrant("source-admin", "all"),)))
    age(invite, hours=2)
    return invite


def an_acceptance(world: World) -> partial[object]:
    user = User.objects.create_user("new@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return partial(acceptance.accept, an_old_invite(world), user)


# What a change needs is made when its line is called; the change itself is what it returns.
CHANGES: dict[str, Callable[[World], partial[object]]] = {
    "support.open_window": lambda w: partial(
        support.open_window,
        w.workspace,
        until=timezone.now() + timedelta(days=1),
        reason="r",
    ),
    "support.close_window": lambda w: partial(support.close_window, opened(w).workspace),
    "support.begin_visit": lambda w: partial(
        support.begin_visit, opened(w).workspace, assigned(w), reason="r"
    ),
    "support.end_visit": lambda w: partial(support.end_visit, visiting(w)),
    "support.note_page": lambda w: partial(
        support.note_page, w.workspace, trail.target(w.workspace), "/w/acme/members"
    ),
    "members.add": lambda w: partial(members.add, w.workspace, stranger()),
    "members.appoint_owner": lambda w: partial(
        members.appoint_owner, w.workspace, "new@example.org", reason="r"
    ),
    "members.set_owner": lambda w: partial(members.set_owner, w.member("bo"), owner=True),
    "members.remove": lambda w: partial(members.remove, w.member("bo")),
    "members.depart": lambda w: partial(members.depart, w.member("bo")),
    "departures.delete_account": lambda w: partial(
        departures.delete_account, w.user("bo"), request=None
    ),
    "members.leave": lambda w: partial(members.leave, w.member("bo")),
    "members.set_user_active": lambda w: partial(
        members.set_user_active, w.user("bo"), active=False, reason="r"
    ),
    "groups.create": lambda w: partial(
        groups.create,
        w.workspace,
        "new",
        policy=[NewGrant("source-admin", "all"), NewGrant("pii-access", "all")],
        members=[w.member("cy"), w.member("dee")],
    ),
    "groups.duplicate": lambda w: partial(groups.duplicate, w.group("growth"), "growth 2"),
    "groups.regrant": lambda w: partial(
        groups.regrant, w.group("growth"), [NewGrant("source-admin", "all")]
    ),
    "groups.describe": lambda w: partial(groups.describe, w.group("growth"), "g", "d"),
    "groups.delete": lambda w: partial(groups.delete, w.group("growth")),
    "groups.add_members": lambda w: partial(
        groups.add_members, w.group("growth"), [w.member("cy"), w.member("dee")]
    ),
    "groups.remove_members": lambda w: partial(
        groups.remove_members, w.group("growth"), [w.member("bo")]
    ),
    "groups.move_members": lambda w: partial(
        groups.move_members, w.group("growth"), [w.member("bo")], another_group(w)
    ),
    "grants.give": lambda w: partial(
        grants.give,
        w.member("dee"),
        [NewGrant("source-admin", "all"), NewGrant("pii-access", "all")],
    ),
    "grants.revoke": lambda w: partial(
        grants.revoke, w.member("cy"), list(w.member("cy").grants.all())
    ),
    "requests.ask": lambda w: partial(
        requests.ask, w.member("dee"), requests.Asked("source/c", "edit")
    ),
    "requests.ask_to_extend": lambda w: partial(
        requests.ask_to_extend, w.member("cy"), a_grant_that_ends(w)
    ),
    "requests.withdraw": lambda w: partial(requests.withdraw, a_request(w)),
    "requests.decline": lambda w: partial(requests.decline, a_request(w), answer="a"),
    "requests.approve": lambda w: partial(requests.approve, a_request(w), "named"),
    "resources.create": lambda w: partial(resources.create, w.workspace, "space", "n", "N"),
    "resources.rename": lambda w: partial(resources.rename, w.resource("source/a"), "N"),
    "resources.delete": lambda w: partial(resources.delete, w.resource("source/a")),
    "resources.connect": lambda w: partial(
        resources.connect, w.resource("source/b"), [w.resource("warehouse/bq")]
    ),
    "resources.disconnect": lambda w: partial(
        resources.disconnect, w.resource("source/a"), [w.resource("warehouse/bq")]
    ),
    "reads.note_resource": lambda w: partial(
        reads.note_resource, hipaa_eligible(w).resource("source/a"), "resource"
    ),
    "reads.note_list": lambda w: partial(
        reads.note_list, hipaa_eligible(w).workspace, "source", [w.resource("source/a")]
    ),
    "directory_people.provision": lambda w: partial(
        directory_people.provision, w.workspace, address="nina@example.org"
    ),
    "directory_people.change": lambda w: partial(
        directory_people.change, w.member("bo"), active=False
    ),
    "directory_people.forget": lambda w: partial(directory_people.forget, w.member("bo")),
    "directory_groups.create": lambda w: partial(
        directory_groups.create,
        w.workspace,
        name="Analysts",
        people=[w.member("cy").public_id, w.member("dee").public_id],
    ),
    "directory_groups.change": lambda w: partial(
        directory_groups.change,
        w.group("growth"),
        steps=[
            Step("remove", (w.member("bo").public_id,)),
            Step("add", (w.member("cy").public_id,)),
        ],
    ),
    "directory_groups.delete": lambda w: partial(directory_groups.delete, w.group("growth")),
    "pushed.open_to_directory": lambda w: partial(
        pushed.open_to_directory, w.group("growth"), opened=True
    ),
    "pushed.take_over": lambda w: partial(pushed.take_over, a_pushed_group(w)),
    "tokens.create": lambda w: partial(
        tokens.create, w.workspace, "ci", policy=[NewGrant("source-admin", "all")]
    ),
    "token_making.make": lambda w: partial(
        token_making.make, w.workspace, "ci", policy=[NewGrant("source-admin", "all")]
    ),
    "tokens.rotate": lambda w: partial(tokens.rotate, a_token(w)),
    "held.hold": lambda w: partial(held.hold, w.workspace),
    "held.confirm_token": lambda w: partial(held.confirm_token, a_held_token(w)),
    "held.confirm_all": lambda w: partial(held.confirm_all, a_held_token(w).workspace),
    "tokens.revoke": lambda w: partial(tokens.revoke, a_token(w)),
    "exports.record_export": lambda w: partial(
        exports.record_export, w.workspace, "members", rows=4, filters={}
    ),
    "undo.undo": lambda w: partial(undo.undo, w.workspace, a_change(w)),
    "workspaces.set_plan_and_flag": lambda w: partial(
        workspaces.set_plan_and_flag, w.workspace, plan="team", hipaa_eligible=True, reason="r"
    ),
    "workspaces.set_general": lambda w: partial(
        workspaces.set_general,
        w.workspace,
        {"name": "Acme Ltd", "relabel_reserved": True, "token_max_days": 90},
    ),
    "sign_in_rules.change": lambda w: partial(
        sign_in_rules.change, w.workspace, SignInRules(idle_minutes=10, session_hours=8)
    ),
    "workspaces.close": lambda w: partial(workspaces.close, w.workspace),
    "workspaces.reopen": lambda w: partial(workspaces.reopen, closed(w.workspace), reason="r"),
    "retention.erase": lambda w: partial(retention.erase, closed(w.workspace, days=31)),
    "invites.send": lambda w: partial(
        invites.send, w.workspace, ["new@example.org", "b@example.org"], Offer(), ident="x"
    ),
    "invites.resend": lambda w: partial(invites.resend, an_old_invite(w)),
    "invites.edit": lambda w: partial(invites.edit, an_old_invite(w), Offer(owner=True)),
    "invites.revoke": lambda w: partial(invites.revoke, an_old_invite(w)),
    "acceptance.accept": an_acceptance,
    "labels.create": lambda w: partial(labels.create, w.workspace, LabelName("k", "v")),
    "labels.delete": lambda w: partial(labels.delete, unused_label(w)),
    "labels.assign": lambda w: partial(
        labels.assign,
        w.workspace,
        Assignment("source", w.workspace.resources.all(), put=(w.label("product:truck"),)),
        replacing=True,
    ),
    "labels.replace": lambda w: partial(
        labels.replace, w.label("environment:prod"), LabelName("env", "production")
    ),
    "labels.relabel": lambda w: partial(
        labels.relabel, w.resource("source/a"), put=[w.label("product:truck")], replace=True
    ),
}
# These change rows, yet not as one event of one workspace.
EXCEPT = {
    "workspaces.create": "makes the workspace whose chain begins with it; tested on its own",
    "grants.write": "part of other operations, which record it",
    "members.write_owner": "part of other operations, which record it",
    "tokens.revoke_made_by": "one event per token, as part of members.remove",
    "support.end_all": "part of closing a window, or the workspace, which record it",
    "orphans.void_orphans": "part of operations that take ownership; its event is tested with it",
    "grants.write_alike": "part of other operations, which record it",
    "retention.purge_old_events": "tested with the retention",
    "retention.erase_closed": "erases each of them by retention.erase",
    "retention.forget_erased": "takes the trail itself away; tested with the retention",
}
MODULES = (
    members, groups, grants, resources, reads, tokens, workspaces, retention, labels, undo,
    token_making, exports, invites, orphans, acceptance, requests, support, departures,
    sign_in_rules, directory_people, directory_groups, pushed, held,
)  # fmt: skip


def stranger() -> User:
    return User.objects.create_user("stranger@example.org")


def closed(workspace: Workspace, *, days: int = 0) -> Workspace:
    """Return the workspace, closed this many days ago."""
    workspaces.close(workspace, by=SYSTEM)
    Workspace.objects.filter(pk=workspace.pk).update(
        closed_at=timezone.now() - timedelta(days=days)
    )
    workspace.refresh_from_db()
    return workspace


def a_request(world: World) -> AccessRequest:
    asked = requests.Asked("source/b", "edit")
    return requests.ask(world.member("dee"), asked, by=SYSTEM)


def a_grant_that_ends(world: World) -> Grant:
    ends = timezone.now() + timedelta(days=5)
    new = NewGrant("function-admin", "all", expires_at=ends)
    return grants.give(world.member("cy"), [new], by=SYSTEM)[0]


def a_token(world: World) -> Token:
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM)
    return token


def a_held_token(world: World) -> Token:
    token = a_token(world)
    held.hold(world.workspace, by=SYSTEM)
    return token


def another_group(world: World) -> Group:
    return groups.create(world.workspace, "another", by=SYSTEM)


def a_pushed_group(world: World) -> Group:
    return directory_groups.create(world.workspace, name="Analysts", by=SYSTEM)


def a_change(world: World) -> int:
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    return world.workspace.events.newest_first().values_list("number", flat=True)[0]


def hipaa_eligible(world: World) -> World:
    workspaces.set_plan_and_flag(
        world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM, reason="r"
    )
    return World(Workspace.objects.get(pk=world.workspace.pk))


def unused_label(world: World) -> Label:
    return labels.create(world.workspace, LabelName("un", "used"), by=SYSTEM)


def test_every_operation_is_listed():
    """An operation takes the keyword `by`: who does it."""
    found = {
        f"{'labels' if module is labels else module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith(module.__name__)
        and "by" in inspect.signature(function).parameters
        and not name.startswith("_")
    }
    assert found == CHANGES.keys() | EXCEPT.keys()


@pytest.mark.parametrize("name", CHANGES)
def test_one_operation_is_one_event_with_actor_and_target_A1_K1(world, name):
    change = CHANGES[name](world)
    before = Event.objects.count()
    change(by=SYSTEM)
    assert Event.objects.count() == before + 1
    event = world.workspace.events.newest_first().first()
    assert event.actor_name == "tests"
    assert event.target_name
    assert audit.verify(world.workspace) is None


@pytest.mark.parametrize("name", CHANGES)
def test_no_event_no_change_A1_J6(world, name, monkeypatch):
    change = CHANGES[name](world)
    before = everything()

    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="cannot be written"):
        change(by=SYSTEM)
    assert everything() == before
