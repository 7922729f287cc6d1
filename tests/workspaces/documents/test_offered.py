"""What documents say of managers and of what is offered: read, written, compared (W4, W6)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import SYSTEM, acme, build
from workspaces.models import Event, Manager, Mention, Offer
from workspaces.operations.directory import groups as directory
from workspaces.operations.documents import dump_document, load_document
from workspaces.operations.documents.faults import Faults
from workspaces.operations.documents.load import load_documents
from workspaces.terms import Offered

PII = {"role": "pii-access", "scope": {"all": True}}


def said(*grants, **more):
    """Return the small world where growth says more, beside a group of leads."""
    document = acme()
    [growth] = document["groups"]
    growth |= more
    growth["grants"] += grants
    document["groups"] += [{"name": "Leads", "members": ["cy@example.org"]}]
    return document


def growth_of(document):
    return next(group for group in document["groups"] if group["name"] == "growth")


CASES = [
    {"managers": ["cy@example.org", "dee@example.org"]},
    {"offer": {"to": "everybody", "longest_minutes": 480}},
    {"offer": {"to": ["group:Leads"], "longest_minutes": 15}},
    {"offer": {"to": [], "longest_minutes": 525600}},
    {
        "managers": ["cy@example.org"],
        "offer": {
            "to": "everybody",
            "longest_minutes": 60,
            "approvers": ["ada@example.org", "group:Leads"],
        },
    },
]


@pytest.mark.django_db
@pytest.mark.parametrize("more", CASES)
def test_what_is_read_is_written_and_changes_nothing_again_W4_W6(more):
    world = build(said(**more))
    written = dump_document(world.workspace)
    assert {key: growth_of(written)[key] for key in more} == more
    number = Event.objects.count()
    load_document(written, by=SYSTEM)
    assert Event.objects.count() == number
    assert dump_document(world.workspace) == written


@pytest.mark.django_db
def test_what_is_left_out_is_as_usual_W4():
    build(said(offer={"to": "everybody"}))
    assert Offer.objects.with_all().get().said == Offered(None, 14 * 24 * 60, frozenset())


@pytest.mark.django_db
def test_names_of_groups_compare_as_everywhere_N2():
    world = build(said(offer={"to": ["group:LEADS"], "approvers": ["group:leads"]}))
    offer = growth_of(dump_document(world.workspace))["offer"]
    assert (offer["to"], offer["approvers"]) == (["group:Leads"], ["group:Leads"])


@pytest.mark.django_db
def test_what_differs_is_listed_and_written():
    build(said(managers=["cy@example.org"], offer={"to": "everybody", "longest_minutes": 60}))
    new = said(managers=["dee@example.org"], offer={"to": ["group:Leads"], "longest_minutes": 90})
    asking = "minutes, asking an owner"
    [found] = load_documents([("", json.dumps(new).encode())], by=SYSTEM)
    assert found.lines == [
        "- manager of group growth: cy@example.org",
        "+ manager of group growth: dee@example.org",
        f"~ offer of group growth: to everybody, 60 {asking} -> to leads, 90 {asking}",
    ]
    assert Manager.objects.get().member.user.email == "dee@example.org"
    event = Event.objects.order_by("-number").first()
    mentioned = Mention.objects.filter(workspace=event.workspace, number=event.number)
    assert {mention.name for mention in mentioned if mention.kind in {"member", "group"}} == {
        "cy@example.org", "dee@example.org", "growth", "Leads",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_document_without_them_takes_them_away():
    build(said(managers=["cy@example.org"], offer={"to": "everybody"}))
    build(said())
    assert not Manager.objects.exists()
    assert not Offer.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "grant",
    [
        PII,
        {"role": "workspace-owner", "scope": {"all": True}},
        {**PII, "starts": "2999-01-01T00:00:00Z"},
        {**PII, "eligible": {}},
    ],
)
def test_managers_of_a_group_that_may_have_none_are_refused_with_their_place_W6(grant):
    with pytest.raises(Faults) as found:
        build(said(grant, managers=["cy@example.org"]))
    assert [(f.place, "has no managers" in f.message) for f in found.value.faults] == [
        ("groups[0].managers", True)
    ]


@pytest.mark.django_db
def test_a_grave_grant_that_has_ended_does_not_count_W6():
    ended = (timezone.now() - timedelta(days=1)).isoformat()
    build(said({**PII, "expires": ended}, managers=["cy@example.org"]))
    assert Manager.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"managers": ["cy@example.org"]}, {"offer": {"to": "everybody"}}])
def test_a_pushed_group_has_neither_W4_W6(more):
    world = build(said())
    directory.change(world.group("growth"), external_id="x", by=SYSTEM)
    with pytest.raises(Faults, match="pushes"):
        load_document(said(**more), by=SYSTEM)
    assert not Manager.objects.exists()
