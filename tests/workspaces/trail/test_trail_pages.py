"""What owners see of the trail: sentences, filters, one event, the file (A3, XK4, XK5, XI9)."""

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.world import OTHER, SYSTEM, build
from workspaces.change import Actor, Right, audit as trail
from workspaces.events import KINDS
from workspaces.forms.trail import trail as forms
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.trail.undo import undo
from workspaces.terms import Terms

NOW = datetime(2026, 3, 15, 12, 0, 0, tzinfo=UTC)


def newest(world):
    return world.workspace.events.newest_first().first()


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the trail: `at(NOW - timedelta(days=1))`; owners look at `NOW`."""
    monkeypatch.setattr(forms.timezone, "now", lambda: NOW)

    def set_clock(when):
        monkeypatch.setattr(trail, "timezone", SimpleNamespace(now=lambda: when))

    return set_clock


def test_the_trail_tells_in_sentences_newest_first_A3(see, world):
    groups.create(world.workspace, "sales", by=world.actor("ada"))
    page = see("ada", "audit")
    first = page.text.index("ada@example.org made the group sales")
    assert first < page.text.index("tests made the workspace Acme")


@pytest.mark.parametrize(
    ("query", "shown"),
    [("actor=ada", True), ("actor=tests", False), ("action=group.created", True),
     ("action=group.deleted", False), ("target=SALES", True), ("target=none", False),
     ("since=2020-01-01", True), ("until=2020-01-01", False), ("since=nonsense", False),
     ("until=9999-12-31", True), ("since=0001-01-01", True), ("within=1", True),
     ("within=x", False), ("about=group/x", False), ("about=../..", False)],
)  # fmt: skip
def test_the_trail_is_narrowed_by_the_address_A3(see, world, query, shown):
    groups.create(world.workspace, "sales", by=world.actor("ada"))
    assert ("made the group sales" in see("ada", f"audit?{query}")) is shown


def test_one_thing_has_a_history_by_its_id_not_its_name_A3(see, world):
    groups.create(world.workspace, "growth too", by=SYSTEM)
    groups.describe(world.group("growth"), "grown", "", by=SYSTEM)
    page = see("ada", f"audit?about=group/{world.group('grown').public_id}")
    assert "renamed or described the group grown" in page
    assert "growth too" not in page


@pytest.mark.parametrize(("seconds", "shown"), [(0, True), (-1, False)])
def test_owners_see_ninety_days_to_the_second_A3_XK5(see, world, at, seconds, shown):
    at(NOW - timedelta(days=90) + timedelta(seconds=seconds))
    groups.create(world.workspace, "old", by=SYSTEM)
    number = newest(world).number
    assert ("made the group old" in see("ada", "audit")) is shown
    assert see("ada", f"audit/{number}").status == (200 if shown else 404)


@pytest.mark.parametrize(
    ("when", "shown"),
    [("2026-03-10T00:00:00", True), ("2026-03-10T23:59:59", True),
     ("2026-03-09T23:59:59", False), ("2026-03-11T00:00:00", False)],
)  # fmt: skip
def test_a_day_is_a_day_in_utc_XK5(see, world, at, when, shown):
    at(datetime.fromisoformat(when).replace(tzinfo=UTC))
    groups.create(world.workspace, "mine", by=SYSTEM)
    page = see("ada", "audit?since=2026-03-10&until=2026-03-10")
    assert ("made the group mine" in page) is shown


def test_nothing_in_a_time_offers_to_look_at_all_days(see, world):
    page = see("ada", "audit?until=2020-01-01&actor=tests")
    assert "Nothing in that time." in page
    assert "/w/acme/audit?actor=tests" in page.links()


def test_nothing_at_all_says_so(see, world):
    assert "Nothing in these 90 days." in see("ada", "audit?actor=nobody")


def test_who_acted_is_offered_by_name_people_and_tokens_first(see, world):
    tokens.create(world.workspace, "Ada's deploys", by=SYSTEM, policy=[])
    picks = see("ada", "pick/actors?q=ada").answer.context["picks"]
    assert [pick.text for pick in picks] == ["Ada Lovelace", "Ada's deploys"]
    picks = see("ada", "pick/actors?q=tests").answer.context["picks"]
    assert [(pick.value, pick.icon) for pick in picks] == [("tests", "terminal")]


def test_who_left_is_offered_as_long_as_their_events_are_there(see, world):
    groups.create(world.workspace, "theirs", by=world.actor("bo"))
    members.remove(world.member("bo"), by=SYSTEM)
    [pick] = see("ada", "pick/actors?q=bo@").answer.context["picks"]
    assert (pick.value, pick.note) == ("bo@example.org", "not a member any more")
    assert "made the group theirs" in see("ada", "audit?actor=bo%40example.org")


def test_one_of_two_tokens_of_a_name_is_meant_by_its_id_N4(see, world):
    made = []
    for name in ("early", "late"):
        policy = [Terms("workspace-owner", "all")]
        token = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)[0]
        acting = Actor.program(token, Right(token, "administer"), address=None, request_id="")
        groups.create(world.workspace, name, by=acting)
        tokens.revoke(token, by=SYSTEM)
        made.append(token)
    picks = see("ada", "pick/actors?q=ci").answer.context["picks"]
    assert {pick.value for pick in picks} == {token.public_id for token in made}
    page = see("ada", f"audit?actor={made[1].public_id}")
    assert "made the group late" in page
    assert "made the group early" not in page
    assert [chip.text for chip in page.answer.context["chips"]] == ["ci"]


def test_the_filter_about_offers_names_as_one_types(see):
    page = see("ada", "audit?target=zz", **{"HX-Request": "true", "HX-Target": "target-names"})
    assert "<option" not in page.raw


def test_an_event_shows_what_went_what_came_and_its_place_in_the_chain(see, world):
    labels = (world.label("product:car"), world.label("environment:dev"))
    new = Terms("source-admin", "labels", labels=labels)
    kept = policies.as_proposed(world.member("cy"))
    policies.change(
        world.member("cy"), Proposal((*kept, new), owner=True), by=SYSTEM.because("why")
    )
    event = newest(world)
    page = see("ada", f"audit/{event.number}")
    assert "Source Admin on environment:dev and product:car" in page
    assert "1 other stays" in page
    assert "Owner: no Owner: yes" in page
    assert "“why”" in page
    before = world.workspace.events.get(number=event.number - 1)
    assert event.digest in page
    assert before.digest in page


def test_the_first_event_follows_on_nothing(see, world):
    assert trail.GENESIS in see("ada", "audit/1")


def test_who_and_from_where_and_by_which_request(see, as_user, world):
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    as_user("ada").post(
        f"/w/acme/audit/{newest(world).number}/undo", headers={"X-Request-ID": "req-7"}
    )
    page = see("ada", f"audit/{newest(world).number}")
    assert "ada@example.org" in page
    assert "127.0.0.1" in page
    assert "req-7" in page


def test_an_undone_event_and_its_undo_name_each_other(see, world):
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    event = newest(world)
    assert f"/w/acme/audit/{event.number}/undo" in see("ada", f"audit/{event.number}").links()
    done = undo(world.workspace, event.number, by=SYSTEM)
    first, second = (see("ada", f"audit/{n}") for n in (event.number, done.number))
    assert f"undone by {done.number}" in first
    assert f"/w/acme/audit/{event.number}/undo" not in first.links()
    assert f"undoes {event.number}" in second
    rows = see("ada", "audit")
    assert f"undone by {done.number}" in rows
    assert f"undoes {event.number}" in rows


def test_what_cannot_be_undone_says_why(see, world):
    members.remove(world.member("cy"), by=SYSTEM)
    page = see("ada", f"audit/{newest(world).number}")
    assert "starts from minimal access" in page
    assert not any(link.endswith("/undo") for link in page.links())


def test_the_target_is_a_link_while_it_is_there(see, world):
    groups.create(world.workspace, "sales", by=SYSTEM)
    group = world.group("sales")
    path = f"audit/{newest(world).number}"
    assert f"/w/acme/groups/{group.public_id}" in see("ada", path).links()
    groups.delete(group, by=SYSTEM)
    page = see("ada", path)
    assert f"/w/acme/groups/{group.public_id}" not in page.links()
    assert "made the group sales" in page


def test_the_panel_keeps_the_filters_of_the_list(see, world):
    page = see("ada", "audit/1?actor=tests")
    assert "/w/acme/audit?actor=tests" in page.links()
    part = see("ada", "audit/1", **{"HX-Request": "true", "HX-Target": "panel"})
    assert "<html" not in part.raw


def test_an_event_of_another_workspace_is_not_found_XA1(see, world):
    other = build(OTHER)
    for number in range(9):
        groups.create(other.workspace, f"g{number}", by=SYSTEM)
    assert see("ada", f"audit/{newest(world).number + 1}").status == 404


def test_the_trail_holds_nothing_of_another_workspace_XA3(see, world):
    build(OTHER)
    assert "uixot" not in see("ada", "audit").raw
    assert "uixot" not in see("ada", "audit?target=Quixotry+Ltd&actor=").text.replace(
        "Quixotry Ltd", ""
    )


# --- The file -------------------------------------------------------------------------


def exported(client, query=""):
    answer = client.post(f"/w/acme/audit/export{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_holds_exactly_what_the_list_shows_XK5(as_user, world, see):
    for number in range(60):
        groups.create(world.workspace, f"g{number}", by=SYSTEM)
    rows = exported(as_user("ada"), "?target=g1&action=group.created")
    names = [row["target"] for row in rows]
    assert names == ["g19", "g18", "g17", "g16", "g15", "g14", "g13", "g12", "g11", "g10", "g1"]
    event = world.workspace.events.get(number=rows[0]["number"])
    assert rows[0]["hash"] == event.digest
    assert (rows[0]["action"], rows[0]["what"]) == ("group.created", "made the group")
    assert rows[0]["time"] == event.at.isoformat(timespec="seconds")
    assert "11 events" in see("ada", "audit?target=g1&action=group.created").raw


def test_the_file_reaches_as_far_back_as_the_list_XK5(as_user, world, at):
    for days, name in ((90, "edge"), (91, "beyond")):
        at(NOW - timedelta(days=days))
        groups.create(world.workspace, name, by=SYSTEM)
    at(NOW)
    names = [row["target"] for row in exported(as_user("ada"))]
    assert "edge" in names
    assert "beyond" not in names


def test_an_export_is_an_event_and_not_in_its_own_file_A1_XK1(as_user, world):
    rows = exported(as_user("ada"), "?actor=tests")
    event = newest(world)
    assert (event.action, event.actor_name) == ("audit.exported", "ada@example.org")
    assert event.after == {"rows": len(rows), "filters": {"actor": "tests"}}
    assert exported(as_user("ada"))[0]["number"] == str(event.number)


def test_a_name_that_is_a_formula_stays_text_XI9(as_user, world):
    groups.create(world.workspace, '=HYPERLINK("http://evil","x")', by=SYSTEM)
    row = exported(as_user("ada"), "?action=group.created")[0]
    assert row["target"] == '\'=HYPERLINK("http://evil","x")'


def test_no_secret_is_in_the_file_XK4(as_user, world):
    _, secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    client = as_user("ada")
    answer = client.post("/w/acme/audit/export")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "token.created" in text
    assert secret.split("_")[2] not in text
    assert answer["Content-Disposition"] == 'attachment; filename="audit-trail.csv"'


def test_the_file_is_for_owners(as_user, world):
    count = world.workspace.events.count()
    assert as_user("bo").post("/w/acme/audit/export").status_code == 403
    assert world.workspace.events.count() == count


def test_each_kind_of_event_is_offered_once_under_a_heading_in_words_of_its_own():
    offered = [(heading, words) for heading, kinds in forms.actions() for _name, words in kinds]
    names = [name for _heading, kinds in forms.actions() for name, _words in kinds]
    assert sorted(names) == sorted(KINDS)
    assert len(set(offered)) == len(offered)


def test_people_stand_in_the_trail_by_name_and_by_address_once_they_left_U10(see, as_user, world):
    path = f"/w/acme/members/{world.member('dee').public_id}/owner"
    as_user("ada").post(path, {"owner": "yes"})
    assert "Ada Lovelace changed the ownership of Dee Dee Bridgewater" in see("ada", "audit")
    members.remove(world.member("dee"), by=world.actor("ada"))
    assert "Ada Lovelace changed the ownership of dee@example.org" in see("ada", "audit")
