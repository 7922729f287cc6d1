"""The numbers beside the entries of the sidebar are what a count would say, whoever wrote."""

import random
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models.user import User
from labels.models import Label
from labels.operations import making, replacing
from labels.syntax import LabelName
from tests.cast.directories import directory_of, put_in
from tests.cast.invited import ask
from tests.peers.race import together
from tests.world import ACME, OTHER, SYSTEM, acme, build
from workspaces.catalogue import ResourceType
from workspaces.change import lock_workspace
from workspaces.errors import Refused
from workspaces.models import Group, Member, Resource, Tally, Workspace
from workspaces.models.tally import COUNTED, EVENTS, THERE, drop_triggers, keep_tallies, miscounted
from workspaces.operations.directory import groups as pushed, people
from workspaces.operations.documents import load_document
from workspaces.operations.groups import groups
from workspaces.operations.invites import acceptance
from workspaces.operations.members import bulk, bulk_changes, members
from workspaces.operations.resources import resources
from workspaces.operations.trail import undo
from workspaces.operations.workspace import retention, workspaces
from workspaces.views.console.around import around

HISTORIES, STEPS = 4, 40


def counted(workspace):
    """Return what there is, counted row by row; nothing there is none of."""
    found = Counter(workspace.resources.values_list("type", flat=True))
    found["members"] = len(workspace.members.all())
    found["groups"] = len(workspace.groups.all())
    found["labels"] = len(workspace.labels.all())
    return +found


def tallies(workspace):
    return {what: n for what, n in workspace.tallies.values_list("what", "number") if n}


class History:
    """Draws what is done next to Acme, by every way there is to it."""

    def __init__(self, seed: int) -> None:
        self.world, self.random, self.n = build(), random.Random(seed), 0  # noqa: S311
        self.scim = directory_of(self.world)
        self.ways = [getattr(self, name) for name in dir(self) if name.startswith("do_")]

    @property
    def workspace(self) -> Workspace:
        return self.world.workspace

    def name(self, what: str) -> str:
        self.n += 1
        return f"{what}{self.n}"

    def one_of(self, rows):
        found = list(rows)
        if not found:
            raise Refused("R5", "There is none.")
        return self.random.choice(found)

    def do_add_a_thing(self):
        type_ = self.one_of([t for t in ResourceType if t != ResourceType.DESTINATION])
        resources.create(self.workspace, type_, self.name("t"), "Thing", by=SYSTEM)

    def do_add_a_destination(self):
        source = self.one_of(self.workspace.resources.of_type("source"))
        name = self.name("d")
        resources.create(self.workspace, "destination", name, name, source=source, by=SYSTEM)

    def do_delete_a_thing_with_what_is_beneath_it(self):
        resources.delete(self.one_of(self.workspace.resources.all()), by=SYSTEM)

    def do_make_a_group(self):
        groups.create(self.workspace, self.name("group "), by=SYSTEM)

    def do_delete_a_group(self):
        groups.delete(self.one_of(self.workspace.groups.all()), by=SYSTEM)

    def do_make_a_label(self):
        making.create(self.workspace, LabelName("key", self.name("v")), by=SYSTEM)

    def do_delete_a_label(self):
        making.delete(self.one_of(self.workspace.labels.all()), by=SYSTEM)

    def do_replace_a_label(self):
        label = self.one_of(self.workspace.labels.all())
        replacing.replace(label, LabelName(label.key, self.name("v")), by=SYSTEM)

    def do_add_a_member(self):
        user = User.objects.create_user(f"{self.name('p')}@example.org")
        members.add(self.workspace, user, by=SYSTEM)

    def do_remove_a_member(self):
        members.remove(self.one_of(self.workspace.members.all()), by=SYSTEM)

    def do_remove_many(self):
        some = [member.public_id for member in self.workspace.members.filter(owner=False)[:2]]
        change = bulk_changes.Remove(0)
        bulk.apply(
            self.workspace, lambda now: now.members.filter(public_id__in=some), change, by=SYSTEM
        )

    def do_let_somebody_accept(self):
        user = User.objects.create_user(f"{self.name('i')}@example.org")
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
        acceptance.accept(ask(self.world, user.email, ident=user.email), user, by=SYSTEM)

    def do_push_somebody(self):
        put_in(self.world, self.scim, f"{self.name('s')}@example.org")

    def do_push_somebody_out(self):
        member = self.one_of(self.workspace.members.filter(owner=False))
        people.change(member, active=False, by=self.scim)

    def do_push_a_group(self):
        pushed.create(self.workspace, name=self.name("pushed "), by=self.scim)

    def do_import_a_document(self):
        things = [
            {"type": "source", "slug": self.name("x"), "name": "X"}
            for _ in range(self.random.randrange(4))
        ]
        load_document(acme(resources=[*ACME["resources"], *things], groups=[]), by=SYSTEM)

    def do_take_something_back(self):
        number = self.one_of(self.workspace.events.values_list("number", flat=True))
        undo.undo(self.workspace, number, by=SYSTEM)

    def do_make_another_workspace(self):
        workspaces.create(self.name("other-"), "Other", self.world.user("ada"), by=SYSTEM)

    def do_fail_in_the_middle(self):
        with transaction.atomic():
            self.do_add_a_thing()
            raise Refused("R5", "Not after all.")

    def do_write_behind_our_back(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE workspaces_resource SET type = 'function' WHERE type = 'warehouse'"
            )


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_tallies_are_what_there_is_after_random_histories(db, seed):
    history, done = History(seed), Counter()
    for _ in range(STEPS):
        way = history.one_of(history.ways)
        try:
            way()
            done[way.__name__] += 1
        except Refused:
            done["refused"] += 1
        assert miscounted() == []
    for workspace in Workspace.objects.all():
        assert tallies(workspace) == counted(workspace), done
    assert len(done) > STEPS // 4


def test_the_sidebar_says_what_is_there(world):
    build(OTHER)
    owner = world.member("ada")
    sizes = around(owner.user.pk, world.workspace, member_id=owner.pk).sizes
    assert {key: n for key, n in sizes.items() if key in counted(world.workspace)} == counted(
        world.workspace
    )
    assert sizes["source"] == 3


def test_a_row_that_moves_is_counted_where_it_is(world):
    other = build(OTHER).workspace
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_resource SET workspace_id = %s, type = 'space' WHERE slug = 'bq'",
            [other.pk],
        )
    assert miscounted() == []
    assert "warehouse" not in tallies(world.workspace)
    assert tallies(other)["space"] == 1


def test_an_erased_workspace_counts_nothing_and_a_forgotten_one_leaves_nothing(world, settings):
    build(OTHER)
    workspaces.close(world.workspace, by=SYSTEM)
    settings_then = Workspace.objects.filter(pk=world.workspace.pk)
    settings_then.update(closed_at="2020-01-01T00:00:00Z")
    retention.erase_closed(by=SYSTEM)
    assert tallies(world.workspace) == {} == counted(world.workspace)
    settings.AUDIT_KEPT_DAYS = -1
    retention.forget_erased(by=SYSTEM)
    assert set(Tally.objects.values_list("workspace__slug", flat=True)) == {"other"}


def test_who_writes_at_once_is_counted_once_each(transactional_db):
    world = build()
    before = counted(world.workspace)

    def add(name):
        return lambda: [
            resources.create(world.workspace, "space", f"{name}{n}", name, by=SYSTEM)
            for n in range(5)
        ]

    def put_in_behind_our_back(name):
        def put_in_some():
            for n in range(5):
                slug = f"{name}{n}"
                with lock_workspace(world.workspace.pk):
                    Resource.objects.bulk_create(
                        Resource(workspace=world.workspace, type="space", slug=slug, name=slug)
                        for slug in (slug, f"{slug}-more")
                    )

        return put_in_some

    together(add("a"), add("b"), put_in_behind_our_back("c"), put_in_behind_our_back("d"))
    assert miscounted() == []
    assert tallies(world.workspace)["space"] == before["space"] + 30


@pytest.mark.parametrize("model", [Member, Group, Label, Resource])
def test_integrity_check_names_a_tally_that_is_wrong_and_sets_it_right(world, model):
    what = "source" if model is Resource else model._meta.verbose_name_plural
    Tally.objects.filter(workspace=world.workspace, what=what).update(number=77)
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("integrity_check", stderr=errors)
    assert f"tally of {what} is not what there is: {world.workspace.pk}" in errors.getvalue()
    call_command("integrity_check", "--recount")
    call_command("integrity_check")


def test_a_tally_that_was_lost_is_found(world):
    Tally.objects.filter(what="labels").delete()
    assert miscounted() == [(world.workspace.pk, "labels")]


def triggers():
    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor])
        return cursor.fetchone()[0]


def test_every_table_is_watched_once_all_migrations_ran(db):
    assert triggers() == len(EVENTS) * len(COUNTED)


def test_what_a_migration_took_off_is_put_back_and_counted_anew(world):
    """SQLite makes a table anew to change it; its triggers are gone, and nobody says so."""
    drop_triggers()
    resources.delete(world.resource("warehouse/bq"), by=SYSTEM)
    assert miscounted() == [(world.workspace.pk, "warehouse")]
    keep_tallies()
    assert triggers() == len(EVENTS) * len(COUNTED)
    assert miscounted() == []
    resources.delete(world.resource("space/eu"), by=SYSTEM)
    assert miscounted() == []


def test_migrations_forth_and_back_on_a_filled_database_XJ9(transactional_db):
    world = build()
    call_command("migrate", "workspaces", "0033", verbosity=0)
    left = triggers()
    call_command("migrate", verbosity=0)
    assert left == 0
    assert tallies(world.workspace) == counted(world.workspace)
    assert triggers() == len(EVENTS) * len(COUNTED)
