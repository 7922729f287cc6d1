"""Every operation is one audit event, or nothing at all (A1, XK1, XJ6).

`CHANGES` has one line per operation that changes something; a new operation without one
fails the first test.
"""

import inspect
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models.user import User
from labels import operations as labels
from labels.models import Label
from labels.operations.assigning import Assignment
from labels.syntax import LabelName
from tests.cast import connecting
from tests.cast.invited import an_acceptance, an_old_invite
from tests.cast.managing import offered
from tests.cast.reviewing import a_review, an_answered_review
from tests.cast.visiting import assigned, opened, visiting
from tests.world import SYSTEM, World, everything, give_grants
from workspaces.change import audit, chain, lock_workspace, naming
from workspaces.models import (
    AccessRequest,
    ConnectionKind,
    ConnectionState,
    Domain,
    Event,
    Grant,
    Group,
    SsoConnection,
    TakeUp,
    Token,
    Workspace,
)
from workspaces.models.sso.domain import Sight
from workspaces.operations.directory import groups as directory_groups, people, pushed_groups
from workspaces.operations.directory.groups import Step
from workspaces.operations.grants import grants, policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import bulk as group_bulk, groups, managers, offers, places
from workspaces.operations.groups.bulk import Delete
from workspaces.operations.invites import acceptance, invites, withdrawal
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import account_deletion, members
from workspaces.operations.requests import requests
from workspaces.operations.resources import reads, resources
from workspaces.operations.reviews import answering, closing, opening, repeating
from workspaces.operations.reviews.opening import Asked
from workspaces.operations.sign_in import rules
from workspaces.operations.sign_in.rules import SignInRules
from workspaces.operations.sso import connections, requiring
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.proving.looking import Look
from workspaces.operations.support import support
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.operations.tokens import bulk as token_bulk, making, tokens
from workspaces.operations.tokens.bulk import Revoke
from workspaces.operations.trail import exports, undo
from workspaces.operations.workspace import retention, suspended, workspaces
from workspaces.spans import Span
from workspaces.terms import Eligible, Offered, Terms

# What a change needs is made when its line is called; the change itself is what it returns.
CHANGES: dict[str, Callable[[World], partial[object]]] = {
    "support.open_window": lambda w: partial(
        support.open_window,
        w.workspace,
        until=timezone.now() + timedelta(days=1),
    ),
    "support.close_window": lambda w: partial(support.close_window, opened(w).workspace),
    "support.begin_visit": lambda w: partial(support.begin_visit, opened(w).workspace, assigned(w)),
    "support.end_visit": lambda w: partial(support.end_visit, visiting(w)),
    "support.note_page": lambda w: partial(
        support.note_page, w.workspace, naming.target(w.workspace), "/w/acme/members"
    ),
    "members.add": lambda w: partial(members.add, w.workspace, stranger()),
    "members.appoint_owner": lambda w: partial(
        members.appoint_owner, w.workspace, "new@example.org"
    ),
    "members.set_owner": lambda w: partial(members.set_owner, w.member("bo"), owner=True),
    "members.remove": lambda w: partial(members.remove, w.member("bo")),
    "members.depart": lambda w: partial(members.depart, w.member("bo")),
    "account_deletion.delete_account": lambda w: partial(
        account_deletion.delete_account, w.user("bo"), request=None
    ),
    "members.leave": lambda w: partial(members.leave, w.member("bo")),
    "members.set_user_active": lambda w: partial(
        members.set_user_active, w.user("bo"), active=False
    ),
    "groups.create": lambda w: partial(
        groups.create,
        w.workspace,
        "new",
        policy=[Terms("source-admin", "all"), Terms("pii-access", "all")],
        members=[w.member("cy"), w.member("dee")],
    ),
    "groups.duplicate": lambda w: partial(groups.duplicate, w.group("growth"), "growth 2"),
    "groups.regrant": lambda w: partial(
        groups.regrant, w.group("growth"), [Terms("source-admin", "all")]
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
    "managers.set_managers": lambda w: partial(
        managers.set_managers, w.group("growth"), [w.member("cy"), w.member("dee")]
    ),
    "offers.set_offer": lambda w: partial(
        offers.set_offer, w.group("growth"), Offered(None, 60, frozenset({"cy@example.org"}))
    ),
    "places.move": lambda w: partial(
        places.move,
        w.group("growth"),
        [w.member("bo")],
        Span(starts=timezone.now() + timedelta(days=9)),
    ),
    "policies.change": lambda w: partial(
        policies.change,
        w.member("cy"),
        Proposal((Terms("source-admin", "all"), Terms("pii-access", "all"))),
    ),
    "requests.ask": lambda w: partial(
        requests.ask, w.member("dee"), requests.Asked("source/c", "edit")
    ),
    "requests.ask_to_extend": lambda w: partial(
        requests.ask_to_extend, w.member("cy"), a_grant_that_ends(w)
    ),
    "requests.ask_to_join": lambda w: partial(
        requests.ask_to_join,
        w.member("dee"),
        offered(w),
        timezone.now() + timedelta(hours=1),
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
        people.provision, w.workspace, address="nina@example.org"
    ),
    "directory_people.change": lambda w: partial(people.change, w.member("bo"), active=False),
    "directory_people.forget": lambda w: partial(people.forget, w.member("bo")),
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
    "pushed_groups.open_to_directory": lambda w: partial(
        pushed_groups.open_to_directory, w.group("growth"), opened=True
    ),
    "pushed_groups.take_over": lambda w: partial(pushed_groups.take_over, a_pushed_group(w)),
    "take_ups.end": lambda w: partial(take_ups.end, a_take_up(w)),
    "take_ups.look_at": lambda w: partial(take_ups.look_at, a_take_up(w), "It was the pager."),
    "opening.open_review": lambda w: partial(
        opening.open_review, w.workspace, Asked("Autumn", "owners", date(2099, 12, 31))
    ),
    "closing.close": lambda w: partial(closing.close, an_answered_review(w)),
    "repeating.stop": lambda w: partial(repeating.stop, a_review(w)),
    "tokens.create": lambda w: partial(
        tokens.create, w.workspace, "ci", policy=[Terms("source-admin", "all")]
    ),
    "making.make": lambda w: partial(
        making.make, w.workspace, "ci", policy=[Terms("source-admin", "all")]
    ),
    "tokens.rotate": lambda w: partial(tokens.rotate, a_token(w)),
    "suspended.hold": lambda w: partial(suspended.hold, w.workspace),
    "suspended.confirm_token": lambda w: partial(suspended.confirm_token, a_held_token(w)),
    "suspended.confirm_all": lambda w: partial(suspended.confirm_all, a_held_token(w).workspace),
    "group_bulk.apply": lambda w: partial(
        group_bulk.apply, w.workspace, lambda locked: locked.groups.all(), Delete()
    ),
    "token_bulk.apply": lambda w: partial(
        token_bulk.apply, a_token(w).workspace, lambda locked: locked.tokens.all(), Revoke()
    ),
    "tokens.revoke": lambda w: partial(tokens.revoke, a_token(w)),
    "exports.record_export": lambda w: partial(
        exports.record_export, w.workspace, "members.exported", rows=4, filters={}
    ),
    "undo.undo": lambda w: partial(undo.undo, w.workspace, a_change(w)),
    "workspaces.set_plan_and_flag": lambda w: partial(
        workspaces.set_plan_and_flag, w.workspace, plan="team", hipaa_eligible=True
    ),
    "workspaces.set_general": lambda w: partial(
        workspaces.set_general,
        w.workspace,
        {"name": "Acme Ltd", "relabel_reserved": True, "token_max_days": 90},
    ),
    "rules.change": lambda w: partial(
        rules.change, w.workspace, SignInRules(idle_minutes=10, session_hours=8)
    ),
    "domains.add": lambda w: partial(domains.add, w.workspace, "acme.example"),
    "domains.renew": lambda w: partial(domains.renew, a_domain(w, word_ends=timezone.now())),
    "domains.note": lambda w: partial(domains.note, a_domain(w), Look(Sight.SEEN)),
    "domains.give_up": lambda w: partial(domains.give_up, a_domain(w)),
    "domains.prove_by_operator": lambda w: partial(
        domains.prove_by_operator, w.workspace, "acme.example"
    ),
    "connections.add": lambda w: partial(
        connections.add, w.workspace, "Acme SSO", ConnectionKind.SAML, connecting.saml()
    ),
    "connections.change": lambda w: partial(
        connections.change, a_connection(w), name="SSO", unasked=True, makes_members=False
    ),
    "connections.trust": lambda w: partial(
        connections.trust, a_connection(w), connecting.saml(sign_in="https://new.example/sso")
    ),
    "connections.pass_test": lambda w: partial(
        connections.pass_test, a_connection(w, tested=False)
    ),
    "connections.switch": lambda w: partial(
        connections.switch, a_connection(w), ConnectionState.ACTIVE
    ),
    "connections.take_out": lambda w: partial(connections.take_out, a_connection(w)),
    "connections.release": lambda w: partial(
        connections.release, connecting.bound(a_connection(w), w.user("bo"))
    ),
    "requiring.require": lambda w: partial(
        requiring.require, not_required(w), on=True, vouched=True
    ),
    "requiring.exempt": lambda w: partial(
        requiring.exempt, w.workspace, [w.member("bo").public_id], exempt=True
    ),
    "workspaces.close": lambda w: partial(workspaces.close, w.workspace),
    "workspaces.reopen": lambda w: partial(workspaces.reopen, closed(w.workspace)),
    "retention.erase": lambda w: partial(retention.erase, closed(w.workspace, days=31)),
    "invites.send": lambda w: partial(
        invites.send, w.workspace, ["new@example.org", "b@example.org"], Offer(), ident="x"
    ),
    "invites.send_each": lambda w: partial(
        invites.send_each,
        w.workspace,
        {"new@example.org": Offer(groups=(w.group("growth"),)), "b@example.org": Offer(owner=True)},
        ident="x",
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
    "take_ups.take_up": "by nobody but its holder; tested with taking up",
    "take_ups.answer": "by an approver, never who asked; tested with taking up",
    "answering.answer": "by a reviewer, a person; what they said stands in the review's report",
    "repeating.open_due": "opens each of them by opening.open_review",
    "grants.write": "part of other operations, which record it",
    "grants.write_all": "part of other operations, which record it",
    "grants.write_pairs": "part of other operations, which record it",
    "managers.require_charge": "writes nothing",
    "managers.end_unmanageable": "part of operations that make a group such; tested with managers",
    "offers.withdraw_pushed": "part of changes by a directory; tested with offers",
    "places.restore": "part of undo, which records it",
    "places.clear": "part of changes by a directory; tested with them",
    "members.write_owner": "part of other operations, which record it",
    "tokens.revoke_made_by": "one event per token, as part of members.remove",
    "support.end_all": "part of closing a window, or the workspace, which record it",
    "withdrawal.end_emptied": "part of imports; tested with them",
    "withdrawal.void_orphans": "part of operations that take ownership; tested with them",
    "withdrawal.overtake": "part of operations that let people in or out; tested with them",
    "domains.check": "looks outside, and then notes what was seen",
    "retention.purge_old_events": "tested with the retention",
    "retention.erase_closed": "erases each of them by retention.erase",
    "retention.forget_erased": "takes the trail itself away; tested with the retention",
}
MODULES = (
    members, groups, managers, offers, places, grants, policies, resources, reads, tokens,
    workspaces, retention,
    undo, labels, making, exports, invites, withdrawal, acceptance, requests, support,
    account_deletion, rules, people, directory_groups, pushed_groups, suspended, domains,
    connections, requiring, take_ups, token_bulk, group_bulk, opening, answering, closing,
    repeating,
)  # fmt: skip
# Where the last part of a module's name does not tell it from the others.
NAMED = {
    group_bulk: "group_bulk",
    token_bulk: "token_bulk",
    labels: "labels",
    people: "directory_people",
    directory_groups: "directory_groups",
}


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
    new = Terms("function-admin", "all", ends=ends)
    return give_grants(world.member("cy"), [new], by=SYSTEM)[0]


def a_token(world: World) -> Token:
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM)
    return token


def a_take_up(world: World) -> TakeUp:
    eligible = Eligible(proof=False, break_glass=True)
    give_grants(world.member("dee"), [Terms("source-admin", "all", eligible=eligible)])
    [what] = takable(world.member("dee"))
    return take_ups.take_up(world.member("dee"), what.name, 60, "Pager", by=world.actor("dee"))


def a_domain(world: World, **fields: object) -> Domain:
    domain = domains.add(world.workspace, "acme.example", by=SYSTEM)
    with lock_workspace(world.workspace.pk):
        Domain.objects.filter(pk=domain.pk).update(**fields or {"told_at": None})
    return domain


def a_connection(world: World, *, tested: bool = True) -> SsoConnection:
    return connecting.a_connection(world.workspace, tested=tested)


def not_required(world: World) -> Workspace:
    """Return the workspace with all that it takes to require single sign-on."""
    connecting.requires(world)
    return requiring.require(world.workspace, on=False, vouched=False, by=SYSTEM)


def a_held_token(world: World) -> Token:
    token = a_token(world)
    suspended.hold(world.workspace, by=SYSTEM)
    return token


def another_group(world: World) -> Group:
    return groups.create(world.workspace, "another", by=SYSTEM)


def a_pushed_group(world: World) -> Group:
    return directory_groups.create(world.workspace, name="Analysts", by=SYSTEM)


def a_change(world: World) -> int:
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    return world.workspace.events.newest_first().values_list("number", flat=True)[0]


def hipaa_eligible(world: World) -> World:
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    return World(Workspace.objects.get(pk=world.workspace.pk))


def unused_label(world: World) -> Label:
    return labels.create(world.workspace, LabelName("un", "used"), by=SYSTEM)


def test_every_operation_is_listed():
    """An operation takes the keyword `by`: who does it."""
    found = {
        f"{NAMED.get(module) or module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith(module.__name__)
        and "by" in inspect.signature(function).parameters
        and not name.startswith("_")
    }
    assert found == CHANGES.keys() | EXCEPT.keys()


@pytest.mark.parametrize("name", CHANGES)
def test_one_operation_is_one_event_with_actor_and_target_A1_XK1(world, name):
    change = CHANGES[name](world)
    before = Event.objects.count()
    change(by=SYSTEM.because("why"))
    assert Event.objects.count() == before + 1
    event = world.workspace.events.newest_first().first()
    assert event.actor_name == "tests"
    assert event.target_name
    assert chain.verify(world.workspace) is None


@pytest.mark.parametrize("name", CHANGES)
def test_no_event_no_change_A1_XJ6(world, name, monkeypatch):
    change = CHANGES[name](world)
    before = everything()

    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="cannot be written"):
        change(by=SYSTEM.because("why"))
    assert everything() == before
