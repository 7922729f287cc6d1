"""An event stands with everybody and everything it concerned, by lasting id (A1, A2)."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts import audit as account_audit
from accounts.chain import kept_json, kept_text
from accounts.models.account_event import AccountEvent
from config.web.values.network import lies_in, normal_address, normal_range
from labels import operations as labels
from labels.operations.assigning import Assignment
from labels.syntax import LabelName
from tests.api.conftest import Caller, secret_for
from tests.world import SYSTEM, acme, build
from workspaces.change import audit, chain, lock_workspace, target
from workspaces.change.chain import _digests, digest
from workspaces.forms.trail.trail import AuditFilters
from workspaces.models import Event, Mention, MentionQuerySet, Workspace
from workspaces.models.event import BARE
from workspaces.operations.documents import load_document
from workspaces.operations.groups import groups
from workspaces.operations.members import bulk, members
from workspaces.operations.members.bulk_changes import Remove
from workspaces.operations.resources import resources
from workspaces.operations.trail import exports
from workspaces.operations.workspace import integrity


def newest(world):
    return world.workspace.events.newest_first().first()


def mentioned(world, event=None):
    event = event or newest(world)
    rows = Mention.objects.filter(workspace=world.workspace, number=event.number)
    return set(rows.values_list("kind", "name"))


def ids(world, event=None):
    event = event or newest(world)
    return {(row.kind, row.ident) for row in world.workspace.mentions.filter(number=event.number)}


def behind_our_back(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_whoever_joins_a_group_finds_it_under_their_name_A1(world, as_user):
    dee = world.member("dee")
    groups.add_members(world.group("growth"), [dee], by=SYSTEM)
    assert ("member", dee.public_id) in ids(world)
    page = as_user("ada").get(f"/w/acme/members/{dee.public_id}?tab=activity").content.decode()
    assert "added people to" in page


@pytest.mark.parametrize("text", ["dee@example.org", "dee@", "renamed@example.org"])
def test_the_filter_finds_a_person_by_any_address_they_had_A3(world, text):
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    user = world.user("dee")
    user.email = "renamed@example.org"
    user.save()
    found = AuditFilters({"target": text}, workspace=world.workspace).events()
    assert [event.action for event in found] == ["group.members_added", "workspace.created"]


@pytest.mark.parametrize("text", ["ada@example.org", "renamed@example.org"])
def test_the_filter_finds_what_a_renamed_person_did_A3(world, as_user, text):
    as_user("ada").post("/w/acme/audit/export")
    user = world.user("ada")
    user.email = "renamed@example.org"
    user.save()
    as_user("renamed@example.org").post("/w/acme/audit/export")
    found = AuditFilters({"actor": text}, workspace=world.workspace).events()
    assert {event.actor_name for event in found} == {"ada@example.org", "renamed@example.org"}


def test_an_import_mentions_what_differs_and_nothing_else_A1(world):
    document = acme()
    document["groups"][0]["members"] = ["bo@example.org", "dee@example.org"]
    load_document(document, by=SYSTEM)
    assert mentioned(world) == {
        ("workspace", "Acme"), ("group", "growth"), ("member", "dee@example.org"),
    }  # fmt: skip


def test_an_import_mentions_who_and_what_goes_A1(world):
    gone = {
        ("member", world.member("dee").public_id),
        ("function", world.resource("function/clean").public_id),
    }
    document = acme()
    document["members"] = document["members"][:-1]
    document["resources"] = [r for r in document["resources"] if r["slug"] != "clean"]
    load_document(document, by=SYSTEM)
    event = world.workspace.events.filter(action="workspace.imported").get()
    assert gone < ids(world, event)


@pytest.mark.parametrize("size", [1, 40])
def test_what_an_event_mentions_is_one_statement_more_A1(world, size, django_assert_num_queries):
    rows = [("member", f"id{n}", f"p{n}@x.org") for n in range(size)]
    groups.create(world.workspace, "g", by=SYSTEM)
    number = newest(world).number + 1

    with lock_workspace(world.workspace.pk) as locked, django_assert_num_queries(1):
        Mention.objects.insert(locked, number, rows)


def test_one_person_removed_is_named_by_their_own_id_A1(world):
    dee = world.member("dee")
    by = world.actor("ada")
    bulk.apply(
        world.workspace,
        lambda workspace: workspace.members.filter(pk=dee.pk),
        Remove(oneself=by.user.pk),
        by=by,
    )
    event = world.workspace.events.get(action="members.removed")
    assert (event.target_type, event.target_id) == ("member", dee.public_id)


def test_labels_put_on_many_stand_in_the_history_of_each_A1(world, as_user):
    labels.assign(
        world.workspace,
        Assignment("source", world.workspace.resources.filter(slug__in="ab"),
                   put=(labels.create(world.workspace, LabelName("k", "v"), by=SYSTEM),)),
        by=SYSTEM,
    )  # fmt: skip
    assert {("source", "Source A"), ("source", "Source B")} <= mentioned(world)
    for slug, there in (("a", True), ("b", True), ("c", False)):
        page = as_user("ada").get(f"/w/acme/sources/{slug}/history").content.decode()
        assert ("labelled sources or spaces" in page) == there


def test_a_label_that_is_replaced_stands_in_the_history_of_each_A1(world, as_user):
    labels.replace(world.label("product:car"), LabelName("product", "auto"), by=SYSTEM)
    assert {("source", "Source A"), ("source", "Source C"), ("label", "product:auto")} <= (
        mentioned(world)
    )
    assert "replaced the label" in as_user("ada").get("/w/acme/sources/c/history").content.decode()


def test_a_deleted_group_mentions_who_was_in_it_A1(world):
    groups.delete(world.group("growth"), by=SYSTEM)
    assert ("member", "bo@example.org") in mentioned(
        world, world.workspace.events.get(action="group.deleted")
    )


def test_a_new_source_does_not_show_the_end_of_the_old_one_A3(world, as_user):
    resources.delete(world.resource("source/c"), by=SYSTEM)
    resources.create(world.workspace, "source", "c", "Another C", by=SYSTEM)
    page = as_user("ada").get("/w/acme/sources/c/history").content.decode()
    assert "Another C" in page
    assert "<td>deleted" not in page
    about = Event.objects.about_resource(world.resource("source/c"))
    assert [event.action for event in about] == ["resource.created"]


def written_before(world, **fields):
    """Append an event as it was written before events mentioned anything."""
    last = newest(world)
    event = Event(
        workspace=world.workspace, form=BARE, actor_id="", number=last.number + 1,
        actor_kind="system", actor_name="tests",
        **{"at": timezone.now(), "action": "resource.renamed", "target_type": "source",
           "target_id": "a", "target_name": "Source A", **fields},
    )  # fmt: skip

    event.digest = _digests(event, [], last.digest)[-1]
    with lock_workspace(world.workspace.pk):
        event.save(force_insert=True)
    return event


def test_an_older_event_verifies_and_is_found_by_slug_A2(world):
    event = written_before(world)
    groups.create(world.workspace, "after", by=SYSTEM)
    assert chain.verify(world.workspace) is None
    assert event in Event.objects.about_resource(world.resource("source/a"))


def test_an_older_event_is_not_told_of_whoever_has_the_slug_now_A3(world):
    old = written_before(world, at=timezone.now() - timedelta(days=3))
    assert old not in Event.objects.about_resource(world.resource("source/a"))


def test_an_older_event_of_an_address_spelled_otherwise_verifies_A2(world):
    written_before(world, address="::ffff:192.0.2.7")
    assert chain.verify(world.workspace) is None


TAMPERED = (
    "UPDATE workspaces_mention SET name = 'x' WHERE number = 2",
    "UPDATE workspaces_mention SET ident = 'x' WHERE number = 2 AND kind = 'group'",
    "DELETE FROM workspaces_mention WHERE number = 2",
    "UPDATE workspaces_event SET form = 1 WHERE number = 2",
    "UPDATE workspaces_event SET actor_id = 'x' WHERE number = 2",
)


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_an_event_mentions_is_inside_its_hash_A2(world, statement):
    for name in ("one", "two"):
        groups.create(world.workspace, name, by=SYSTEM)
    behind_our_back(statement)
    assert [found.number for found in chain.broken(world.workspace)] == [2]


def test_a_mention_added_to_an_older_event_is_found_A2(world):
    event = written_before(world)
    behind_our_back(
        "INSERT INTO workspaces_mention (workspace_id, number, kind, ident, name)"
        " VALUES (%s, %s, 'member', 'x', 'x')", world.workspace.pk, event.number,
    )  # fmt: skip
    assert chain.verify(world.workspace).number == event.number


def test_a_break_hides_nothing_behind_it_A2(world):
    for name in "abcdef":
        groups.create(world.workspace, name, by=SYSTEM)
    behind_our_back("UPDATE workspaces_event SET reason = 'x' WHERE number IN (2, 5)")
    behind_our_back("DELETE FROM workspaces_event WHERE number = 3")
    assert [found.number for found in chain.broken(world.workspace)] == [2, 3, 5]
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("audit_verify", "acme", stderr=errors)
    assert [line.split()[4] for line in errors.getvalue().splitlines()] == ["2:", "3:", "5:"]


def test_mentions_are_never_changed_or_deleted_A2(world):
    row = Mention.objects.order_by("pk").first()
    for write in (row.delete, row.save, Mention.objects.all().delete,
                  lambda: Mention.objects.update(name="x")):  # fmt: skip
        with pytest.raises(RuntimeError):
            write()


def test_a_mention_without_its_event_is_found(world):
    assert not [line for line in integrity.findings() if "mention" in line]
    behind_our_back("DELETE FROM workspaces_event")
    assert [line for line in integrity.findings() if line.startswith("mention in an event")]


VALUES = [
    1e2, -0.0, 1e22, 5e-324, 1.5, 2**70, float("inf"), float("nan"), "a\0b", "\ud800", "é", "🦄",
    {"b": 1, "a": [None, True, {"x": 1.0}]}, {1: "x"}, (1, 2), "\u2028", [], {},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_hash_holds_whatever_a_database_makes_of_a_value_A2(world, value):
    assert json.dumps(kept_json(kept_json(value))) == json.dumps(kept_json(value))
    exports.record_export(
        world.workspace, "audit.exported", by=SYSTEM, rows=1, filters={"x": kept_text(repr(value))}
    )
    by = SYSTEM.because("a\0b\ud800" + "x" * 600)
    with lock_workspace(world.workspace.pk) as locked:
        audit.record(
            locked, "workspace.closed", by=by, target=target(locked), before=value,
            after={"v": value},
        )  # fmt: skip
    assert chain.verify(world.workspace) is None


SPELLED = {
    "192.0.2.7": "192.0.2.7",
    " 192.0.2.7 ": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "::FFFF:c000:207": "192.0.2.7",
    "192.0.2.7:4711": "192.0.2.7",
    "[::ffff:192.0.2.7]:443": "192.0.2.7",
    '"[2001:DB8::1]:443"': "2001:db8::1",
    "[2001:db8:0:0::1]": "2001:db8::1",
    "fe80::1%eth0": "fe80::1",
    "[fe80::1%25eth0]:80": "fe80::1",
    "::ffff:192.0.2.7%1": "192.0.2.7",
    "": "", "unknown": "", "_hidden": "", "192.0.2": "", "1.2.3.4.5": "", "%": "", "[": "",
    "010.0.0.1": "", "::1.2.3.4": "::102:304", "a\0": "", "1" * 5000: "",
}  # fmt: skip


@pytest.mark.parametrize("text", SPELLED)
def test_an_address_has_one_form_XG3(text):
    assert normal_address(text) == SPELLED[text]
    assert normal_address(SPELLED[text]) == SPELLED[text]


def test_ranges_hold_whatever_the_spelling_T1():
    assert normal_range("::ffff:192.0.2.0/120") == "192.0.2.0/24"
    assert lies_in("::ffff:192.0.2.7", ["192.0.2.0/24"])
    assert lies_in("192.0.2.7", ["::ffff:192.0.2.0/120"])
    assert not lies_in("unknown", ["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("sent", SPELLED)
def test_chains_hold_whatever_a_proxy_says_A2(world, as_user, settings, sent):
    if "\0" in sent:
        return
    settings.TRUSTED_PROXIES = 1
    client = as_user("ada")
    headers = {"X-Forwarded-For": sent}
    assert client.post("/w/acme/audit/export", headers=headers).status_code == 200
    assert normal_address(newest(world).address) == (SPELLED[sent] or "127.0.0.1")
    assert chain.verify(world.workspace) is None
    for account in AccountEvent.objects.values_list("account", flat=True).distinct().order_by():
        assert account_audit.verify(account) is None


@pytest.mark.parametrize("where", ["event", "mentions"])
def test_an_event_the_database_refuses_is_503_and_logged_A1_XJ6(
    world, as_user, monkeypatch, caplog, where
):
    def refuse(*args, **options):
        raise DatabaseError("no room left")

    client = as_user("ada")
    client.raise_request_exception = False
    if where == "event":
        monkeypatch.setattr(Event, "save", refuse)
    else:
        monkeypatch.setattr(MentionQuerySet, "insert", refuse)
    caplog.clear()
    answer = client.post("/w/acme/audit/export")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "not_recorded" in caplog.text
    assert not world.workspace.events.filter(action="audit.exported").exists()


def test_purging_takes_the_mentions_along_A3(world):
    groups.create(world.workspace, "one", by=SYSTEM)

    with lock_workspace(world.workspace.pk) as locked:
        Event.objects.purge_up_to(locked.pk, 1)
    assert set(Mention.objects.values_list("number", flat=True)) == {2}


def test_people_who_come_back_keep_their_history_A1(world):
    ident = world.member("dee").public_id
    members.remove(world.member("dee"), by=SYSTEM)
    members.add(world.workspace, world.user("dee"), by=SYSTEM)
    actions = {e.action for e in Event.objects.about(world.workspace.pk, "member", ident)}
    assert {"member.removed", "member.added"} <= actions


def test_a_digest_does_not_depend_on_the_order_of_mentions_A2(world):
    event = newest(world)
    rows = [("a", "1", "x"), ("b", "2", "y")]
    assert digest(event, rows, "0") == digest(event, rows[::-1], "0")


def test_mentions_of_one_workspace_are_not_those_of_another_XA2(world):
    other = build(acme(workspace={"slug": "two", "name": "Two"}))
    assert not set(ids(world)) & set(ids(other))
    assert Workspace.objects.count() == 2


def test_a_door_of_the_api_names_things_by_their_own_id_A1(world):

    call = Caller(Client(), secret_for(world.workspace, "workspace-owner"))
    gone = world.resource("source/c").public_id
    dee = world.member("dee").public_id
    call.data("DELETE", f"/sources/{gone}")
    resources.create(world.workspace, "source", "c", "Another", by=SYSTEM)
    call.data("DELETE", f"/users?userIds.0={dee}")
    found = call.data("GET", "/audit-events")["events"]
    by_type = {event["type"]: event for event in found}
    assert by_type["Source Deleted"]["resourceId"] == gone
    removed = by_type["Group Memberships Deleted"]
    assert (removed["resourceId"], removed["resourceType"]) == (dee, "USER")
    listed = call.data("GET", f"/audit-events?resourceId={gone}")["events"]
    assert {event["resourceId"] for event in listed} == {gone}
    assert call.data("GET", f"/audit-events?resourceId={dee}&resourceType=user")["events"]
