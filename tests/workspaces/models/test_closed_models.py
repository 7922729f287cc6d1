"""Rows that mean access are written by operations alone."""

import pytest
from django.apps import apps

from tests.world import OTHER, SYSTEM, build
from workspaces.change import lock_workspace
from workspaces.models import Event, Group, GroupMember, Member
from workspaces.models.closed import ClosedError, ClosedModel
from workspaces.operations.groups import groups

OPEN = {
    "accounts.User": "who signs in; means no access by itself",
    "accounts.Mail": "words that wait to be sent; it means no access",
    "accounts.SignIn": "a living session; it lets somebody in and means no access by itself",
    "accounts.AccountEvent": "the chain of one account; sealed, and it means no access",
    "accounts.User_groups": "Django's groups of staff; they open the admin, never a workspace",
    "accounts.User_user_permissions": "Django's model permissions of staff, likewise",
    "workspaces.AliasRequest": "a link that waits to be opened; it means no access",
    "workspaces.SpentAnswer": "an answer that counts no second time; it means no access",
    "workspaces.VouchedSession": "what opened a living session; it goes with a closed binding",
    "workspaces.DirectoryCall": "a note of what a directory asked; it means no access",
    "workspaces.Tally": "numbers that the database writes, and nobody else; it means no access",
    "workspaces.DailyCount": "what was counted on a day; nothing follows from it",
    "workspaces.SavedView": "a preference of one account; the list it leads to asks for itself",
    "workspaces.Workspace": "its rows mean no access; the flag is changed by an operation",
}


def test_every_model_is_open_or_closed():
    """A new model must choose: derive from ClosedModel, or stand above with its reason."""
    ours = {
        model._meta.label: model
        for app in ("accounts", "labels", "workspaces")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }
    closed = {name for name, model in ours.items() if issubclass(model, ClosedModel)}
    assert ours.keys() - closed == OPEN.keys()


def test_saving_without_the_lock_is_refused(world):
    member = world.member("bo")
    member.owner = True
    with pytest.raises(ClosedError):
        member.save()
    assert not world.member("bo").owner


@pytest.mark.parametrize(
    "write",
    [
        lambda w: w.workspace.members.update(owner=True),
        lambda w: w.workspace.members.all().delete(),
        lambda w: w.member("bo").delete(),
        lambda w: w.workspace.grants.all().delete(),
        lambda w: Group.objects.create(workspace=w.workspace, name="x"),
        lambda w: w.workspace.groups.create(name="x"),
        lambda w: Group.objects.bulk_create([Group(workspace=w.workspace, name="x")]),
        lambda w: Member.objects.bulk_update([w.member("bo")], ["owner"]),
        lambda w: GroupMember.objects.get_or_create(
            workspace=w.workspace, group=w.group("growth"), member=w.member("dee")
        ),
        lambda w: Event.objects.create(workspace=w.workspace, number=9),
        lambda w: w.workspace.events.purge_up_to(w.workspace.pk, 1),
    ],
)
def test_every_way_to_write_needs_the_lock(world, write):
    with pytest.raises(ClosedError):
        write(world)


def test_the_lock_of_one_workspace_opens_no_other(world):
    other = build(OTHER).workspace
    with lock_workspace(other.pk), pytest.raises(ClosedError):
        Group.objects.create(workspace=world.workspace, name="x")


def test_the_door_closes_when_the_operation_ends(world):
    group = groups.create(world.workspace, "x", by=SYSTEM)
    with pytest.raises(ClosedError):
        group.save()


def test_what_says_nothing_about_access_may_be_noted_at_any_time(world):
    assert Member.objects.filter(pk=world.member("bo").pk).update(last_active_at=None) == 1
