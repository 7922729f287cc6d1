"""A query that is written once reads what it would read if it were built each time."""

from datetime import timedelta

from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.web.prepared import Prepared
from tests.world import OTHER, build
from workspaces.asker import MINE
from workspaces.models import Group, Member, Workspace
from workspaces.operations.sign_in.second_factor import with_second_factor


def _members(workspace: int, email: str):
    owned = Workspace.objects.filter(pk=OuterRef("workspace"), members__owner=True)
    rows = Member.objects.select_related("user", "workspace")
    rows = rows.annotate(owned=Exists(owned))
    return rows.filter(workspace=workspace, user__email__gte=email).order_by("user__email")


def said(rows):
    return [(vars(row.user) | {"_state": 0}, row.workspace.slug, row.owned, row.pk) for row in rows]


def test_rows_related_rows_and_annotations_are_as_django_reads_them(world):
    other, prepared = build(OTHER).workspace, Prepared(_members)
    for workspace in (world.workspace, other, world.workspace):
        for email in ("", "c", "zz", "'; --", "%s"):
            found = prepared.rows(workspace.pk, email)
            assert said(found) == said(_members(workspace.pk, email))


def test_it_is_one_statement_and_related_rows_are_there(world):
    prepared = Prepared(_members)
    prepared.rows(world.workspace.pk, "")
    with CaptureQueriesContext(connection) as found:
        names = [row.user.get_full_name() for row in prepared.rows(world.workspace.pk, "")]
    assert len(found) == 1
    assert len(names) == 4


def test_nothing_is_kept_of_what_was_read_R4(world):
    prepared = Prepared(lambda workspace: Group.objects.filter(workspace=workspace))
    assert [group.name for group in prepared.rows(world.workspace.pk)] == ["growth"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workspaces_group SET name = 'other'")
    assert [group.name for group in prepared.rows(world.workspace.pk)] == ["other"]


def test_moments_are_the_databases_own(world):
    """What compares with now does so each time, not with the moment it was written at."""
    bo = world.member("bo")
    for due in (timedelta(hours=1), timedelta(hours=-1)):
        Workspace.objects.update(mfa_required_from=timezone.now() + due)
        (found,) = MINE.rows(bo.user_id, "acme")
        expected = with_second_factor(Member.objects.filter(pk=bo.pk)).get()
        assert found.factor_due == expected.factor_due == (due < timedelta())
