"""Importing again makes the workspace what the file says, and tells the difference."""

import copy
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.user import User
from tests.world import SYSTEM, acme, give_grants
from workspaces.access.engine import Access
from workspaces.change import chain
from workspaces.errors import Conflict
from workspaces.models import Grant
from workspaces.operations.documents import Faults, load_documents
from workspaces.operations.documents.content import instant
from workspaces.operations.documents.dump import dump_document
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def load(document, **options):
    return load_documents([("", json.dumps(document).encode())], by=SYSTEM, **options)[0]


def test_the_same_document_again_changes_nothing_and_writes_no_event(world):
    difference = load(acme())
    assert not difference
    assert world.workspace.events.count() == 1


FIRST, LAST = "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"
BO, DEE = {"email": "bo@example.org"}, {"email": "dee@example.org"}
CHANGES = [
    (lambda d: d["workspace"].update(name="New"), "~ workspace name: Acme -> New"),
    (lambda d: d["workspace"].update(plan="team"), None),
    (lambda d: d["workspace"].update(hipaa_eligible=True), "~ workspace HIPAA-eligible"),
    (lambda d: d["labels"].append("a:b"), "+ label a:b"),
    (lambda d: d["resources"].pop(7), "- resource function/clean"),
    (lambda d: d["resources"][0].update(name="N"), "~ name of source/a: Source A -> N"),
    (lambda d: d["resources"][0].update(labels=["product:car"]),
     "- label environment:prod on source/a"),
    (lambda d: d["resources"][4].update(connected=[]), "- connection of warehouse/bq"),
    (lambda d: d["resources"][3].update(source="source/b"), "~ source of destination/ads"),
    (lambda d: d["members"].pop(3), "- member dee@example.org"),
    (lambda d: d["members"][1].update(owner=True), "+ owner bo@example.org"),
    (lambda d: d["members"].append({"email": "new@example.org"}), "+ member new@example.org"),
    (lambda d: d["members"][2].update(grants=[]), "- grant of cy@example.org"),
    (lambda d: d["groups"][0].update(description="D"), "~ description of group growth"),
    (lambda d: d["groups"][0].update(members=["dee@example.org"]), "+ dee@example.org in group"),
    (lambda d: d["groups"][0]["grants"].pop(), "- grant of group growth"),
    (lambda d: d["groups"].clear(), "- group growth"),
    (lambda d: d["members"][2]["grants"][0].update(starts=FIRST, expires=LAST),
     f"+ grant of cy@example.org: source-read-only on source/a from {FIRST} until {LAST}"),
    (lambda d: d["groups"][0].update(members=[{**BO, "expires": LAST}]),
     f"~ bo@example.org in group growth: always -> until {LAST}"),
    (lambda d: d["groups"][0]["members"].append({**DEE, "starts": FIRST}),
     f"+ dee@example.org in group growth from {FIRST}"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line"), [case for case in CHANGES if case[1]])
def test_a_change_is_told_written_and_audited_once(world, change, line):
    document = acme()
    change(document)
    difference = load(document)
    assert any(told.startswith(line) for told in difference.lines), difference.lines
    assert not load(document), "the second import still finds a difference"
    assert world.workspace.events.count() == 2
    assert chain.verify(world.workspace) is None


@pytest.mark.parametrize(("change", "line"), [case for case in CHANGES if case[1]])
def test_a_dry_run_tells_the_same_and_writes_nothing(world, change, line):
    before = dump_document(world.workspace)
    document = acme()
    change(document)
    assert any(told.startswith(line) for told in load(document, dry_run=True).lines)
    world.workspace.refresh_from_db()
    assert dump_document(world.workspace) == before
    assert world.workspace.events.count() == 1


@pytest.mark.django_db
def test_a_dry_run_of_a_new_workspace_writes_nothing():
    difference = load(acme(), dry_run=True)
    assert difference.created
    assert not User.objects.exists()


def test_missing_flag_and_plan_stay_as_they_are(world):
    load(
        acme(
            workspace={"slug": "acme", "name": "Acme", "hipaa_eligible": True, "plan": "team"},
            members=[{"email": "ada@example.org", "owner": True}],
            groups=[],
        )
    )
    load(
        acme(
            workspace={"slug": "acme", "name": "Acme"},
            members=[{"email": "ada@example.org", "owner": True}],
            groups=[],
        )
    )
    world.workspace.refresh_from_db()
    assert world.workspace.hipaa_eligible
    assert world.workspace.plan == "team"


def test_names_and_passwords_of_users_are_left_alone(world):
    user = world.user("ada")
    user.name = "Countess"
    user.set_password("a long one")
    user.save()
    load(acme(groups=[]))
    again = world.user("ada")
    assert again.name == "Countess"
    assert again.check_password("a long one")


def test_an_import_that_leaves_no_active_owner_is_refused_R7_XC5(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_user_active(world.user("ada"), active=False, by=SYSTEM.because("left"))
    with pytest.raises(Faults, match="active account"):
        load(acme())
    assert world.member("bo").owner


def test_a_member_the_file_does_not_name_leaves_with_their_tokens_R8(world):
    token, _ = tokens.create(world.workspace, "ci", by=world.actor("dee"))
    document = acme()
    document["members"].pop(3)
    load(document)
    token.refresh_from_db()
    assert token.revoked_at


def test_a_label_held_by_a_token_cannot_go_with_an_import_L4(world):
    labels = (world.label("product:truck"),)
    policy = [Terms("source-admin", "labels", labels=labels)]
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    document = acme()
    document["labels"].remove("product:truck")
    document["resources"][1]["labels"] = ["environment:prod"]
    with pytest.raises(Faults, match="product:truck"):
        load(document)


def test_grants_of_tokens_are_none_of_the_documents_business(world):
    token, _ = tokens.create(
        world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")]
    )
    document = acme()
    document["groups"] = []
    load(document)
    assert Access.of(token).check("edit", world.resource("source/a"))


def test_equal_grants_stay_as_many_as_written(world):
    document = acme()
    grant = document["groups"][0]["grants"][0]
    document["groups"][0]["grants"] += [copy.deepcopy(grant)] * 2
    load(document)
    assert Grant.objects.filter(group__name="growth", role="source-admin").count() == 3
    document["groups"][0]["grants"].pop()
    load(document)
    assert Grant.objects.filter(group__name="growth", role="source-admin").count() == 2


def test_a_past_date_stays_as_expired_R6(world):
    document = acme()
    document["members"][2]["grants"][0]["expires"] = "2020-01-01T00:00:00Z"
    load(document)
    assert world.member("cy").grants.exists()
    assert not Access.of(world.member("cy")).policy.held


def test_who_is_in_a_group_for_a_while_is_an_object_and_always_an_address_W1(world):
    places = [{**BO, "starts": FIRST}, {**DEE, "expires": LAST}, "ada@example.org"]
    document = acme()
    document["groups"][0]["members"] = places
    load(document)
    assert dump_document(world.workspace)["groups"][0]["members"] == [
        "ada@example.org",
        {**BO, "starts": FIRST},
        {**DEE, "expires": LAST},
    ]
    assert not load(document)


def test_a_place_in_a_group_is_moved_and_its_member_mentioned_W1_A1(world):
    document = acme()
    document["groups"][0]["members"] = [{**BO, "starts": "2020-01-01T00:00:00Z", "expires": LAST}]
    load(document)
    place = world.group("growth").memberships.get()
    assert (instant(place.starts_at), instant(place.expires_at)) == ("2020-01-01T00:00:00Z", LAST)
    document["groups"][0]["members"] = ["BO@example.org"]
    assert load(document).lines == [
        f"~ bo@example.org in group growth: from 2020-01-01T00:00:00Z until {LAST} -> always"
    ]
    place = world.group("growth").memberships.get()
    assert (place.starts_at, place.expires_at) == (None, None)
    last = world.workspace.events.latest("number").number
    mentioned = world.workspace.mentions.filter(number=last).values_list("ident", flat=True)
    assert world.member("bo").public_id in mentioned
    assert world.member("dee").public_id not in mentioned


def test_a_place_that_is_planned_or_has_ended_gives_nothing_W1(world):
    document = acme()
    for times in ({"starts": "2999-01-01T00:00:00Z"}, {"expires": "2020-01-01T00:00:00Z"}):
        document["groups"][0]["members"] = [{**BO, **times}]
        load(document)
        assert world.group("growth").memberships.count() == 1
        assert not Access.of(world.member("bo")).policy.held


@pytest.mark.parametrize("key", ["starts", "expires"])
def test_a_day_that_other_doors_refuse_is_refused_W1_R6(world, key):
    document = acme()
    document["groups"][0]["members"] = [{**BO, key: "3000-01-02T00:00:00Z"}]
    with pytest.raises(Faults, match="Name a day up to 2999-12-31"):
        load(document)


def test_statements_do_not_grow_with_places_that_start_and_end(world):
    def moved(count, day):
        document = acme()
        people = [f"p{number}@example.org" for number in range(count)]
        document["members"] += [{"email": email} for email in people]
        document["groups"][0]["members"] = [
            {"email": email, "expires": f"2199-01-{day:02}T00:00:{number:02}Z"}
            for number, email in enumerate(people)
        ]
        return document

    counts = []
    for count in (10, 50):
        load(moved(count, 1))
        with CaptureQueriesContext(connection) as caught:
            load(moved(count, 2))
        counts.append(len(caught))
        assert world.group("growth").memberships.filter(expires_at__day=2).count() == count
    assert counts[0] == counts[1]


def test_who_was_added_in_the_console_goes_when_the_file_says_so(world):
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    assert "- dee@example.org in group growth" in load(acme()).lines
    assert not Access.of(world.member("dee")).policy.held


def test_what_was_not_seen_before_is_not_written_XI8(world):
    seen = [load(acme(), dry_run=True).digest]
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    with pytest.raises(Conflict):
        load(acme(), seen=seen)
    assert world.group("growth").memberships.filter(member=world.member("dee")).exists()


def test_what_was_seen_is_written(world):
    load(acme(groups=[]), seen=[load(acme(groups=[]), dry_run=True).digest])
    assert world.workspace.groups.count() == 0
