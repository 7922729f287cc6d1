"""Choosing many on the members list, looking once, saving once (U5, A1, XI7)."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from config.web.values.dates import end_of, start_of
from tests.workspaces.conftest import in_one_line
from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.models import Event
from workspaces.operations.groups import groups
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

KINDS = {
    "group": {"group": "growth"},
    "role": {"role": "function-admin", "grant-role": "function-admin", "grant-on": "on",
             "grant-scope": "all"},
    "ends": {"ends": "2198-12-31"},
    "remove": {"revoke": "on"},
}  # fmt: skip


def access():
    """Return every row that means access, and the trail."""
    kept = ("Grant", "GrantLabel", "GrantResource", "GroupMember", "Event", "Token")
    return {key: rows for key, rows in everything().items() if key.split(".")[1] in kept}


@pytest.fixture
def ids(world):
    people = world.workspace.members.select_related("user")
    return {member.user.email.split("@")[0]: member.public_id for member in people}


@pytest.fixture
def send(as_user):
    def post(kind, data, by="ada"):
        return as_user(by).post(f"/w/acme/members/bulk/{kind}", {**KINDS[kind], **data})

    return post


def looked(send, kind, data):
    """Look first, then send what came back."""
    answer = send(kind, {**data, "look": "1"})
    assert answer.status_code == 200
    return send(kind, {**data, "seen": answer.context["review"].digest})


def test_every_row_can_be_ticked_and_the_bar_sends_whom(see, ids):
    page = see("ada", "members?q=e")
    assert f'name="who" value="{ids["dee"]}" form="chosen"' in page.raw
    assert 'id="chosen" method="get" action="/w/acme/members/bulk/group"' in page.raw
    assert 'name="filters" value="q=e"' in page.raw


@pytest.mark.parametrize("kind", KINDS)
def test_each_opens_with_who_was_ticked(see, ids, kind):
    page = see("ada", f"members/bulk/{kind}?who={ids['cy']}&who={ids['dee']}")
    assert "2 people chosen" in page
    assert page.raw.count('name="who"') == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_was_not_looked_at_saves_nothing(send, ids, kind):
    before = access()
    answer = send(kind, {"who": [ids["cy"], ids["dee"]]})
    assert answer.status_code == 200
    assert answer.context["review"].total >= 1
    assert access() == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_looked_at_is_saved_as_one_event_A1(send, ids, kind):
    before = Event.objects.count()
    answer = looked(send, kind, {"who": [ids["cy"], ids["dee"]], "reason": "tidy"})
    assert answer.status_code == 302
    assert answer["Location"] == "/w/acme/members"
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_review_is_409_with_a_fresh_one_XD4(send, world, ids, kind):
    data = {"who": [ids["cy"], ids["dee"]]}
    seen = send(kind, {**data, "look": "1"}).context["review"].digest
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    before = access()
    answer = send(kind, {**data, "seen": seen})
    assert answer.status_code == 409
    assert answer.context["review"].digest != seen
    assert access() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_double_click_is_one_change_XI7(send, ids, kind):
    data = {"who": [ids["cy"], ids["dee"]]}
    seen = send(kind, {**data, "look": "1"}).context["review"].digest
    assert send(kind, {**data, "seen": seen}).status_code == 302
    before = access()
    assert send(kind, {**data, "seen": seen}).status_code in {409, 422}
    assert access() == before


@pytest.mark.parametrize("kind", KINDS)
def test_only_owners_may_XB2(send, ids, kind):
    before = access()
    assert send(kind, {"who": [ids["cy"]], "seen": "x"}, by="bo").status_code == 403
    assert access() == before


@pytest.mark.parametrize("kind", KINDS)
def test_people_of_another_workspace_cannot_be_named_XA2(send, ids, kind):
    olga = build(OTHER).workspace.members.get(user__email="olga@example.net")
    before = access()
    answer = send(kind, {"who": [ids["cy"], olga.public_id], "seen": "x"})
    assert answer.status_code == 422
    assert "1 of the people you chose are not here" in answer.content.decode()
    assert olga.public_id not in answer.content.decode()
    assert access() == before


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_match_are_those_the_filter_leaves(send, world, kind):
    data = {"matching": "on", "filters": "status=member&q=e"}
    answer = send(kind, {**data, "look": "1"})
    assert answer.context["n_chosen"] == world.workspace.members.filter(owner=False).count()
    assert looked(send, kind, data)["Location"] == "/w/acme/members?status=member&q=e"


def test_filters_too_long_choose_nobody(send):
    answer = send("remove", {"matching": "on", "filters": "x=" + "y" * 3000, "look": "1"})
    assert answer.context["n_chosen"] == 0


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("group", {"group": "none"}), ("group", {"group": ""}), ("group", {"group": "quixotic"}),
        ("role", {"role": "workspace-owner"}), ("role", {"role": "king"}), ("role", {"role": ""}),
        ("role", {"role": ["function-admin", "space-admin"]}), ("role", {"grant-on": ""}),
        ("role", {"grant-scope": "labels"}), ("role", {"grant-scope": ["all", "resources"]}),
        ("role", {"grant-scope": "resources"}), ("role", {"grant-ends": "soon"}),
        ("ends", {"ends": ""}), ("ends", {"ends": "soon"}), ("ends", {"role": "king"}),
    ],
)  # fmt: skip
def test_input_that_makes_no_sense_is_422_and_changes_nothing_XB4_XB5_XB6(send, ids, kind, data):
    build(OTHER)
    before = access()
    answer = send(kind, {"who": [ids["cy"]], "seen": "x", **data})
    assert answer.status_code == 422
    assert access() == before


def test_an_end_that_is_past_is_refused_with_the_reason_R6(send, ids):
    answer = send("ends", {"who": [ids["cy"]], "ends": "2020-01-01", "look": "1"})
    assert "This day has passed" in answer.content.decode()
    seen = answer.context["review"].digest
    again = send("ends", {"who": [ids["cy"]], "ends": "2020-01-01", "seen": seen})
    assert again.status_code == 422


def test_the_last_owner_stays_and_the_lot_is_refused_R7_XC3(send, world):
    """Dee acts as an owner through a group, which does not count."""
    owners = groups.create(world.workspace, "owners", by=SYSTEM)
    give_grants(owners, [Terms("workspace-owner", "all")], by=SYSTEM)
    groups.add_members(owners, [world.member("dee")], by=SYSTEM)
    everyone = {"matching": "on", "filters": ""}
    review = send("remove", {**everyone, "look": "1"}, by="dee")
    assert "left without an owner: ada@example.org" in review.content.decode()
    before = access()
    seen = review.context["review"].digest
    answer = send("remove", {**everyone, "seen": seen}, by="dee")
    assert answer.status_code == 409
    assert access() == before


def test_oneself_is_left_out_of_the_removed(send, world):
    assert looked(send, "remove", {"matching": "on", "filters": ""}).status_code == 302
    assert [m.user.email for m in world.workspace.members.all()] == ["ada@example.org"]


def test_the_removal_says_its_numbers_XH7(see, world, ids):
    tokens.create(world.workspace, "ci", by=world.actor("bo"))
    page = see("ada", f"members/bulk/remove?who={ids['bo']}&who={ids['cy']}")
    assert "Removes 1 grant. Removes 1 group membership. Revokes 1 token they made." in page


def test_choosing_the_role_draws_what_it_can_be_on(as_user, ids):
    answer = as_user("ada").post(
        "/w/acme/members/bulk/role",
        {"who": [ids["cy"]], "role": "source-admin", "look": "1"},
        headers={"HX-Request": "true", "HX-Target": "bulk-editor"},
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<html" not in text
    assert 'name="grant-scope" value="labels" checked' in in_one_line(text)


def test_a_grant_by_two_labels_reaches_only_what_carries_both_R2(send, world, ids):
    data = {"who": [ids["cy"], ids["dee"]], "role": "source-admin", "grant-role": "source-admin",
            "grant-on": "on", "grant-scope": "labels",
            "grant-labels": "environment:prod, product:car"}  # fmt: skip
    assert looked(send, "role", data).status_code == 302
    grant = world.member("dee").grants.get()
    assert sorted(str(row.label) for row in grant.label_set.all()) == [
        "environment:prod", "product:car"
    ]  # fmt: skip


# --- Files ------------------------------------------------------------------------------


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_members_file_holds_exactly_what_is_filtered_A1(as_user, world):
    answer = as_user("ada").post(
        "/w/acme/members.csv", {"matching": "on", "filters": "status=member"}
    )
    heading, *rows = rows_of(answer)
    assert heading[:3] == ["Name", "Address", "Role"]
    assert [row[1] for row in rows] == ["bo@example.org", "cy@example.org", "dee@example.org"]
    assert rows[0][4:6] == ["Source Admin on environment:prod", "growth"]
    assert rows[2][4] == "Minimal access"
    event = world.workspace.events.newest_first().first()
    assert event.action == "members.exported"
    assert event.after == {"rows": 3, "filters": {"status": "member"}}
    assert answer["Content-Disposition"] == 'attachment; filename="members.csv"'


def test_the_members_file_names_every_role_and_by_whom(as_user, world):
    everything = [Terms("warehouse-read-only", "all"), Terms("function-admin", "all")]
    give_grants(world.member("bo"), everything)
    heading, _ada, bo, cy, dee = rows_of(
        as_user("ada").post("/w/acme/members.csv", {"matching": "on"})
    )
    assert heading[7:] == ["Own roles", "Roles through groups"]
    own = {"Function Admin on all current & future", "Warehouse Read-only on all current & future"}
    assert own <= set(bo[7].split("; "))
    assert "Source Admin on environment:prod" in bo[8].split("; ")
    assert cy[7:] == ["Source Read-only on 1 source", ""]
    assert dee[7:] == ["", ""]


def test_the_file_of_those_ticked_holds_those(as_user, ids):
    answer = as_user("ada").post("/w/acme/members.csv", {"who": [ids["cy"]]})
    assert [row[1] for row in rows_of(answer)[1:]] == ["cy@example.org"]


def test_the_access_file_has_a_row_per_person_and_thing_they_reach_R9(as_user, world):
    answer = as_user("ada").post("/w/acme/members/matrix.csv", {"matching": "on"})
    _, *rows = rows_of(answer)
    found = {(row[1].split("@")[0], row[3]): row[5] for row in rows}
    assert {key: level for key, level in found.items() if key[0] != "ada"} == {
        ("bo", "a"): "edit", ("bo", "b"): "edit", ("bo", "ads"): "edit", ("bo", "bq"): "view",
        ("cy", "a"): "view", ("cy", "ads"): "view",
    }  # fmt: skip
    assert sum(key[0] == "ada" for key in found) == world.workspace.resources.count()
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.after["rows"]) == ("access.exported", 4)


def test_a_name_that_looks_like_a_formula_is_none_XI9(as_user, world):
    user = world.user("dee")
    user.name = '=HYPERLINK("http://x")'
    user.save()
    answer = as_user("ada").post("/w/acme/members.csv", {"matching": "on"})
    assert '\'=HYPERLINK("http://x")' in [row[0] for row in rows_of(answer)]


@pytest.mark.parametrize("path", ["members.csv", "members/matrix.csv"])
def test_files_are_for_owners_and_for_a_post_XB12(as_user, path):
    assert as_user("bo").post(f"/w/acme/{path}").status_code == 403
    assert as_user("ada").get(f"/w/acme/{path}").status_code == 405
    assert not Event.objects.filter(action__endswith="exported").exists()


def test_people_of_another_workspace_are_in_no_file_XA1(as_user):
    olga = build(OTHER).workspace.members.get(user__email="olga@example.net")
    answer = as_user("ada").post("/w/acme/members.csv", {"who": [olga.public_id]})
    assert answer.status_code == 422
    assert "1 of the people you chose are not here" in answer.content.decode()


STARTING = {"grant-starts": "2198-01-01", "grant-ends": "2198-12-31"}


def test_a_role_is_given_to_many_from_a_day_on_W1(send, world, ids):
    answer = looked(send, "role", {"who": [ids["cy"], ids["dee"]], **STARTING})
    assert answer.status_code == 302
    given = world.workspace.grants.filter(role="function-admin")
    assert {(str(g.starts_at), str(g.expires_at)) for g in given} == {
        ("2198-01-01 00:00:00+00:00", "2199-01-01 00:00:00+00:00")
    }
    assert given.count() == 2
    assert not given.active().exists()


def test_the_review_of_many_says_what_starts_later_W1_U5(send, ids):
    answer = send("role", {"who": [ids["cy"], ids["dee"]], **STARTING, "look": "1"})
    assert "From 1 Jan 2198 (UTC) on: Function Admin on" in answer.content.decode()


def test_days_of_a_role_for_many_that_do_not_fit_are_said_beside_them_W1(send, ids):
    before = access()
    days = {"grant-starts": "2198-12-31", "grant-ends": "2198-01-01"}
    answer = send("role", {"who": [ids["dee"]], **days})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "It would end before it starts." in text[text.index('name="grant-ends"') :][:1000]
    assert access() == before


def test_an_end_before_a_planned_start_is_refused_beside_the_field_W1(send, world, ids):
    starts = start_of(date(2199, 6, 1))
    give_grants(world.member("dee"), [Terms("function-admin", "all", starts=starts)], by=SYSTEM)
    before = access()
    answer = looked(send, "ends", {"who": [ids["cy"], ids["dee"]]})
    assert answer.status_code == 422
    assert answer.context["form"].errors["ends"] == [
        "A grant of theirs starts later. Name a later end."
    ]
    assert access() == before


def test_what_is_planned_gets_the_end_and_what_has_ended_is_left_W1(send, world, ids):
    over = timezone.now() - timedelta(days=1)
    give_grants(
        world.member("dee"),
        [
            Terms("function-admin", "all", starts=start_of(date(2198, 6, 1))),
            Terms("warehouse-admin", "all", ends=over),
        ],
        by=SYSTEM,
    )
    assert looked(send, "ends", {"who": [ids["dee"]]}).status_code == 302
    ends = dict(world.member("dee").grants.values_list("role", "expires_at"))
    assert ends == {"function-admin": end_of(date(2198, 12, 31)), "warehouse-admin": over}
