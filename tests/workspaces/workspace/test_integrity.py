"""What somebody writes behind our back is found (XA2); what operations write is not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.cast.directories import NEW, directory_of, put_in
from tests.world import OTHER, build
from workspaces.operations.directory import groups, people
from workspaces.operations.workspace.integrity import findings


def behind_our_back(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_nothing_is_found_in_what_operations_write(world):
    build(OTHER)
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE workspaces_groupmember SET workspace_id = {other}", "GroupMember.group joins two"),
        ("UPDATE workspaces_grant SET workspace_id = {other} WHERE member_id IS NOT NULL",
         "Grant.member joins two"),
        ("UPDATE workspaces_grantresource SET resource_id = {foreign}",
         "GrantResource.resource joins two"),
        ("UPDATE labels_resourcelabel SET workspace_id = {other}", "ResourceLabel.label joins two"),
        ("UPDATE workspaces_resource SET workspace_id = {other} WHERE type = 'destination'",
         "Resource.source joins two"),
        ("UPDATE labels_resourcelabel SET folded_key = 'zz' WHERE folded_key = 'product'",
         "label under the key of another"),
        ("UPDATE labels_resourcelabel SET resource_id = {warehouse} WHERE resource_id = {a}",
         "label on something that takes none"),
        ("DELETE FROM workspaces_grantlabel", "label set is not whole"),
        ("DELETE FROM workspaces_grantresource", "lists nothing"),
        ("UPDATE workspaces_member SET owner = {false}", "without an active owner"),
        ("UPDATE accounts_user SET is_active = {false}", "without an active owner"),
    ],
)  # fmt: skip
def test_a_row_written_behind_our_back_is_found_XA2(world, statement, finding):
    other = build(OTHER)
    words = {
        "other": other.workspace.pk,
        "foreign": other.resource("source/a").pk,
        "warehouse": world.resource("warehouse/bq").pk,
        "a": world.resource("source/a").pk,
        "false": "FALSE" if connection.vendor == "postgresql" else "0",
    }
    behind_our_back(statement.format(**words))
    assert any(finding in line for line in findings())


def test_what_a_directory_writes_is_whole_and_an_id_that_changed_is_found(world):
    scim = directory_of(world)
    put_in(world, scim)
    people.change(world.member("bo"), active=False, by=scim)
    groups.create(world.workspace, name="Analysts", people=[world.member("cy").public_id], by=scim)
    assert list(findings()) == []
    ends = datetime.now(UTC) + timedelta(days=1)
    behind_our_back("UPDATE workspaces_groupmember SET expires_at = %s", ends)
    assert [line.partition(":")[0] for line in findings()] == [
        "GroupMember with a start or an end of ours in a pushed group (W1)"
    ]
    behind_our_back("UPDATE workspaces_groupmember SET expires_at = NULL")
    behind_our_back(
        "UPDATE workspaces_member SET public_id = 'x' WHERE public_id = %s",
        world.member(NEW).public_id,
    )
    assert [line.partition(":")[0] for line in findings()] == [
        "member under another id than before"
    ]
