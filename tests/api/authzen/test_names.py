"""Gateways ask in words of their own: the name map of the decision API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.user import User
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.change.chain import verify
from workspaces.errors import Conflict, Refused
from workspaces.models import DecisionName
from workspaces.operations.documents import dump_document, load_document
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.operations.trail import undo
from workspaces.operations.workspace import decision_names

WORDS = (
    ("type", "record", "source"), ("action", "write", "edit"),
    ("subject", "alice", "bo@example.org"), ("resource", "record-1", "source/a"),
)  # fmt: skip


@pytest.fixture
def named(world):
    """Acme, whose gateway knows bo as alice and source A as record-1."""
    for kind, word, means in WORDS:
        decision_names.add(world.workspace, kind, word, means, by=SYSTEM)
    return world


def question(subject="alice", action="write", resource="record-1", type_="record"):
    return {
        "subject": {"type": "user", "id": subject},
        "action": {"name": action},
        "resource": {"type": type_, "id": resource},
    }


def decided(ask, **words):
    status, body = ask("evaluation", question(**words))
    assert status == 200, body
    return body["decision"]


def test_a_question_in_words_of_the_gateway(named, ask):
    assert decided(ask) is True
    assert decided(ask, subject="ALICE") is True
    assert decided(ask, subject="dee@example.org") is False


def test_what_is_not_mapped_means_itself(named, ask):
    assert decided(ask, subject="bo@example.org", action="edit", resource="b", type_="source")
    assert decided(ask, action="edit", resource="a")
    assert decided(ask, action="read", resource="record-2") is False


def test_a_mapped_word_means_nothing_else(named, ask):
    """dee may nothing; a source called record-1 and an address as a word change no answer."""
    decision_names.add(named.workspace, "subject", "bo@example.org", "dee@example.org", by=SYSTEM)
    assert decided(ask, subject="bo@example.org") is False
    assert decided(ask, subject="BO@example.org") is False
    assert decided(ask, subject="alice") is True
    decision_names.add(named.workspace, "action", "read", "delete", by=SYSTEM)
    decision_names.add(named.workspace, "resource", "b", "source/c", by=SYSTEM)
    assert decided(ask, action="edit", resource="b", type_="space") is False


def test_a_word_for_a_thing_of_another_type_is_none_N4(named, ask):
    assert decided(ask, type_="space") is False
    assert decided(ask, type_="nothing") is False
    decision_names.add(named.workspace, "resource", "eu", "source/a", by=SYSTEM)
    assert decided(ask, action="read", resource="eu", type_="space") is False


def test_people_alone_have_words_of_their_own(named, ask):
    body = question() | {"subject": {"type": "group", "id": "alice"}}
    assert ask("evaluation", body)[1]["decision"] is False
    decision_names.add(named.workspace, "type", "team", "group", by=SYSTEM)
    decision_names.add(named.workspace, "subject", "growth", "dee@example.org", by=SYSTEM)
    for type_ in ("group", "team"):
        body = question(action="read", resource="bq", type_="warehouse")
        plain = body | {"subject": {"type": type_, "id": "growth"}}
        assert (
            ask("evaluation", plain)[1]
            == ask("evaluation", body | {"subject": {"type": "group", "id": "growth"}})[1]
        )


def test_the_workspace_may_have_another_name(named, ask, world):
    decision_names.add(world.workspace, "resource", "main", "workspace/acme", by=SYSTEM)
    decision_names.add(world.workspace, "type", "tenant", "workspace", by=SYSTEM)
    decision_names.add(world.workspace, "subject", "boss", "ada@example.org", by=SYSTEM)
    words = {"subject": "boss", "action": "administer", "resource": "main", "type_": "tenant"}
    assert decided(ask, **words) is True
    assert decided(ask, **words | {"resource": "acme"}) is True
    assert decided(ask, **words | {"type_": "record"}) is False
    found = ask("search/resource", question(**words) | {"resource": {"type": "tenant"}})[1]
    assert found["results"] == [{"type": "tenant", "id": "main"}]


def test_who_left_and_what_went_is_no_and_nothing_takes_its_place(named, ask, world):
    members.remove(world.member("bo"), by=SYSTEM)
    assert decided(ask) is False
    bo = User.objects.get(email="bo@example.org")
    bo.email = "alice@example.org"
    bo.save()
    members.add(world.workspace, bo, owner=True, by=SYSTEM)
    assert decided(ask) is True
    resources.delete(world.resource("source/a"), by=SYSTEM)
    assert decided(ask) is False
    resources.create(world.workspace, "source", "record-1", "New", by=SYSTEM)
    assert decided(ask) is False
    assert decided(ask, subject="alice@example.org", resource="b") is True


def test_a_batch_is_read_in_the_same_words(named, ask):
    body = {
        "subject": {"type": "user", "id": "alice"},
        "resource": {"type": "record", "id": "record-1"},
        "evaluations": [
            {"action": {"name": "write"}}, {"action": {"name": "administer"}},
            {"subject": {"type": "user", "id": "dee@example.org"}, "action": {"name": "write"}}, {},
        ],
    }  # fmt: skip
    answers = ask("evaluations", body)[1]["evaluations"]
    assert [one["decision"] for one in answers] == [True, False, False, False]


def test_reasons_are_told_in_either_words(named, ask):
    mapped = ask("evaluation", question() | {"context": {"explain": True}})[1]
    plain = ask(
        "evaluation",
        question("bo@example.org", "edit", "a", "source") | {"context": {"explain": True}},
    )[1]
    assert mapped == plain
    assert mapped["context"]["reasons"]


def ids(ask, path, body):
    status, found = ask(path, body)
    assert status == 200, found
    return [one.get("id", one.get("name")) for one in found["results"]]


def test_searches_answer_in_words_of_the_gateway(named, ask):
    who = ids(ask, "search/subject", question(action="write") | {"subject": {"type": "user"}})
    assert "alice" in who
    assert "bo@example.org" not in who
    found = ask("search/resource", question() | {"resource": {"type": "record"}})[1]
    assert {"type": "record", "id": "record-1"} in found["results"]
    assert {one["type"] for one in found["results"]} == {"record"}
    assert "a" not in {one["id"] for one in found["results"]}
    actions = ids(ask, "search/action", {k: v for k, v in question().items() if k != "action"})
    assert "write" in actions
    assert "edit" not in actions
    assert "read" in actions


def test_of_several_words_the_first_in_the_alphabet_is_the_answer(named, ask):
    for kind, word, means in (
        ("action", "alter", "edit"), ("subject", "al", "bo@example.org"),
        ("resource", "Rec", "source/a"),
    ):  # fmt: skip
        decision_names.add(named.workspace, kind, word, means, by=SYSTEM)
    assert decided(ask, subject="al", action="alter", resource="rec") is True
    assert decided(ask) is True
    assert "al" in ids(ask, "search/subject", question() | {"subject": {"type": "user"}})
    assert "Rec" in ids(ask, "search/resource", question() | {"resource": {"type": "record"}})
    actions = ids(ask, "search/action", {k: v for k, v in question().items() if k != "action"})
    assert "alter" in actions
    assert "write" not in actions


def test_what_a_search_finds_is_a_yes_and_the_rest_a_no(named, ask, world):
    """Also where words are the names of other people and things here."""
    for kind, word, means in (
        ("subject", "ada@example.org", "dee@example.org"), ("resource", "b", "source/c"),
        ("action", "delete", "read"),
    ):  # fmt: skip
        decision_names.add(world.workspace, kind, word, means, by=SYSTEM)
    people = ["alice", *(m.user.email for m in world.workspace.members.select_related("user"))]
    found = ids(ask, "search/subject", question(action="read") | {"subject": {"type": "user"}})
    for one in people:
        if one != "bo@example.org":  # has a word of its own, and is a plain name as well
            assert decided(ask, subject=one, action="read") is (one in found), one
    things = [
        "record-1",
        *world.workspace.resources.of_type("source").values_list("slug", flat=True),
    ]
    found = ids(ask, "search/resource", question() | {"resource": {"type": "record"}})
    for one in things:
        if one not in {"a", "c"}:
            assert decided(ask, resource=one) is (one in found), one
    found = ids(ask, "search/action", {k: v for k, v in question().items() if k != "action"})
    for one in ("read", "write", "delete", "label"):
        if one != "read":
            assert decided(ask, action=one) is (one in found), one


def test_pages_count_what_can_be_named(named, ask, world):
    decision_names.add(world.workspace, "resource", "b", "source/c", by=SYSTEM)
    seen, token = [], None
    while token != "":
        page = {"limit": 1} | ({"token": token} if token else {})
        body = question("ada@example.org") | {"resource": {"type": "record"}, "page": page}
        found = ask("search/resource", body)[1]
        seen += [one["id"] for one in found["results"]]
        token = found["page"]["next_token"]
        assert found["page"]["total"] == 2
    assert sorted(seen) == ["b", "record-1"]


@pytest.mark.parametrize(
    ("kind", "word", "means", "field"),
    [
        ("type", "record", "sources", "means"), ("type", "record", "", "means"),
        ("action", "write", "rewrite", "means"), ("action", "write", "EDIT", "means"),
        ("subject", "alice", "alice", "means"), ("subject", "alice", "olga@example.net", "means"),
        ("resource", "r", "source/nosuch", "means"), ("resource", "r", "a", "means"),
        ("resource", "r", "space/a", "means"), ("resource", "r", "workspace/other", "means"),
        ("subject", "\u3164", "bo@example.org", "word"), ("action", "a\nb", "edit", "word"),
        ("action", "a\u202eb", "edit", "word"), ("action", "x" * 201, "edit", "word"),
        ("kind", "word", "edit", "kind"),
    ],
)  # fmt: skip
def test_what_stands_for_nothing_is_refused_N4(world, kind, word, means, field):
    build(OTHER)
    before = everything()
    with pytest.raises(Refused) as refused:
        decision_names.add(world.workspace, kind, word, means, by=SYSTEM)
    assert refused.value.field == field
    assert everything() == before


@pytest.mark.parametrize("twin", ["write", "WRITE", "wr\uff49te"])
def test_one_word_means_one_thing_N2(named, twin):
    with pytest.raises(Refused) as refused:
        decision_names.add(named.workspace, "action", twin, "delete", by=SYSTEM)
    assert refused.value.field == "word"


def test_there_are_at_most_so_many(named, monkeypatch):
    monkeypatch.setattr(decision_names, "MOST", len(WORDS))
    with pytest.raises(Refused) as refused:
        decision_names.add(named.workspace, "action", "rewrite", "edit", by=SYSTEM)
    assert refused.value.field == "word"


def test_a_change_is_an_event_and_can_be_undone_A1(named, ask):
    workspace = named.workspace
    event = workspace.events.filter(action="workspace.name_mapped").latest("number")
    assert event.after == {"kind": "resource", "word": "record-1", "means": "source/a"}
    undo.undo(workspace, event.number, by=SYSTEM)
    assert decided(ask) is False
    back = workspace.events.latest("number")
    assert (back.action, back.undoes) == ("workspace.name_unmapped", event.number)
    undo.undo(workspace, back.number, by=SYSTEM)
    assert decided(ask) is True
    with pytest.raises(Conflict):
        undo.undo(workspace, event.number, by=SYSTEM)
    assert verify(workspace) is None


def test_what_means_something_else_by_now_is_not_undone(named):
    event = named.workspace.events.latest("number")
    decision_names.remove(DecisionName.objects.get(word="record-1"), by=SYSTEM)
    decision_names.add(named.workspace, "resource", "record-1", "source/b", by=SYSTEM)
    with pytest.raises(Conflict):
        undo.undo(named.workspace, event.number, by=SYSTEM)


def test_no_event_no_change_A1(world, monkeypatch):
    def broken(*args, **named):
        raise RuntimeError

    monkeypatch.setattr(decision_names.audit, "record", broken)
    with pytest.raises(RuntimeError):
        decision_names.add(world.workspace, "action", "write", "edit", by=SYSTEM)
    assert not DecisionName.objects.exists()


def test_words_of_another_workspace_mean_nothing_here_XA5(world, ask):
    other = build(OTHER)
    decision_names.add(other.workspace, "action", "write", "read", by=SYSTEM)
    assert decided(ask, subject="bo@example.org", type_="source", resource="a") is False


@pytest.mark.parametrize("count", [1, 20])
def test_a_decision_costs_one_statement_more_where_words_are_mapped(world, ask, count):
    body = {"evaluations": [question("bo@example.org", "edit", "a", "source")] * count}
    ask("evaluations", body)  # notes the use of the token, once a minute
    with CaptureQueriesContext(connection) as plain:
        ask("evaluations", body)
    for kind, word, means in WORDS:
        decision_names.add(world.workspace, kind, word, means, by=SYSTEM)
    with CaptureQueriesContext(connection) as mapped:
        ask("evaluations", {"evaluations": [question()] * count})
    assert len(mapped) == len(plain) + 1


MAP = {
    "types": {"record": "source"},
    "actions": {"write": "edit", "Ändern": "edit"},
    "subjects": {"alice": "bo@example.org"},
    "resources": {"record-1": "source/a", "main": "workspace/acme"},
}


def test_a_document_carries_the_map_there_and_back(world, ask):
    document = dump_document(world.workspace)
    assert "decision_names" not in document
    load_document(document | {"decision_names": MAP}, by=SYSTEM)
    assert decided(ask) is True
    again = dump_document(world.workspace)
    assert again["decision_names"] == MAP
    events = world.workspace.events.count()
    load_document(again, by=SYSTEM)
    assert world.workspace.events.count() == events
    load_document(document, by=SYSTEM)
    assert not DecisionName.objects.exists()


def test_a_document_leaves_words_alone_that_stand_for_nothing(named, ask, world):
    members.remove(world.member("bo"), by=SYSTEM)
    document = dump_document(world.workspace)
    assert "subjects" not in document["decision_names"]
    events = world.workspace.events.count()
    load_document(document, by=SYSTEM)
    assert world.workspace.events.count() == events
    assert DecisionName.objects.filter(word="alice").exists()
    document["decision_names"]["subjects"] = {"Alice": "dee@example.org"}
    load_document(document, by=SYSTEM)
    assert DecisionName.objects.get(word_key="alice").user == world.user("dee")
