"""Adding a resource: who may, what a slug is, and that one form makes one row."""

import pytest

from tests.peers.race import together
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, Right
from workspaces.errors import Denied, Refused
from workspaces.models import ActorKind, Resource
from workspaces.operations.resources import resources
from workspaces.terms import Terms


@pytest.fixture
def add(as_user):
    """Open the form as somebody and send it filled in: `add("ada", "sources", name="X")`."""

    def send(who, types, *, times=1, query="", **fields):
        client, path = as_user(who), f"/w/acme/{types}/new{query}"
        drawn = client.get(path)
        once = drawn.context["form"].initial["once"]
        for _ in range(times):
            answer = client.post(path, {"once": once, "slug": "", **fields})
        return answer

    return send


def events_of(world, action):
    return world.workspace.events.filter(action=action)


def test_a_new_source_is_there_with_its_labels_and_one_event_A1(world, add):
    answer = add("ada", "sources", name="Point of Sale", slug="pos", labels="product:car")
    assert answer.status_code == 302
    assert answer["Location"] == "/w/acme/sources/pos"
    made = world.resource("source/pos")
    assert made.name == "Point of Sale"
    [event] = events_of(world, "resource.created")
    assert event.after == {"slug": "pos", "labels": ["product:car"]}
    assert event.actor_name == "ada@example.org"


def test_labels_of_a_new_source_hold_at_once_R4(world, add):
    add("ada", "sources", name="New", labels="environment:prod")
    assert Access.of(world.member("bo")).check("edit", world.resource("source/new"))


def test_a_slug_is_made_from_the_name_where_none_is_typed(world, add):
    add("ada", "functions", name="  Café — Übersicht_2 ")
    assert world.resource("function/cafe-ubersicht-2")


@pytest.mark.parametrize("slug", ["-a", "_a", "a b", "ä", "a" * 64, "a/b", "a\n", "a.b", "\uff41"])
def test_a_slug_is_made_of_letters_digits_dashes_and_underscores(world, add, slug):
    answer = add("ada", "functions", name="X", slug=slug)
    if slug == "a\n":  # blanks around it are trimmed, like around any text
        assert world.resource("function/a")
        return
    assert answer.status_code == 422
    assert "slug" in answer.context["form"].errors
    assert not events_of(world, "resource.created")


def test_a_name_without_a_letter_asks_for_a_slug(world, add):
    answer = add("ada", "functions", name="数据")
    assert answer.status_code == 422
    assert "Type one" in Seen(answer)


def test_a_slug_that_is_taken_is_told_beside_its_field_and_input_stays(world, add):
    answer = add("ada", "sources", name="Another A", slug="a")
    assert answer.status_code == 422
    assert "slug" in answer.context["form"].errors
    assert "Another A" in answer.content.decode()


def test_a_slug_made_from_the_name_stands_in_the_field_when_it_is_taken(world, add):
    answer = add("ada", "sources", name="A")
    assert answer.status_code == 422
    assert 'name="slug" value="a"' in answer.content.decode()


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": "x" * 151}, {"name": "a\u200fb"}])
def test_a_faulty_form_changes_nothing(world, add, fields):
    assert add("ada", "functions", **fields).status_code == 422
    assert world.workspace.resources.of_type("function").count() == 1
    assert not events_of(world, "resource.created")


def test_a_form_sent_twice_makes_one_XI7(world, add):
    answer = add("ada", "functions", name="Once", times=3)
    assert answer["Location"] == "/w/acme/functions/once"
    assert events_of(world, "resource.created").count() == 1
    assert world.workspace.resources.filter(name="Once").count() == 1


def test_a_slug_called_new_has_an_address_of_its_own(world, add, as_user):
    answer = add("ada", "sources", name="New")
    assert answer["Location"] == "/w/acme/sources/-new"
    page = as_user("ada").get(answer["Location"])
    assert page.status_code == 200
    assert "source/new" in page.content.decode()
    assert "/w/acme/sources/-new" in as_user("ada").get("/w/acme/sources").content.decode()
    assert as_user("ada").get("/w/acme/sources/-new/people").status_code == 200
    assert "Add a source" in as_user("ada").get("/w/acme/sources/new").content.decode()


# --- Whom the engine lets (R12) ---------------------------------------------------------


def test_whoever_edits_a_source_adds_destinations_beneath_it(world, add):
    answer = add("bo", "destinations", name="Mail", source="source/a")
    assert answer.status_code == 302
    assert world.resource("destination/mail").source == world.resource("source/a")


def test_the_source_one_comes_from_is_filled_in(as_user):
    page = as_user("bo").get("/w/acme/destinations/new?source=b").content.decode()
    assert 'value="source/b" checked' in page


def test_a_source_one_cannot_read_is_not_filled_in_XA3(as_user):
    assert "source/c" not in as_user("bo").get("/w/acme/destinations/new?source=c").content.decode()


def test_a_source_one_only_reads_is_refused_with_the_reason_XB9(world, add):
    only_read = [Terms("source-read-only", "resources", resources=(world.resource("source/c"),))]
    give_grants(world.member("bo"), only_read, by=SYSTEM)
    answer = add("bo", "destinations", name="Mail", source="source/c")
    assert answer.status_code == 403
    assert "You can see Source C but not edit it" in Seen(answer)
    assert not events_of(world, "resource.created")


def test_a_source_one_cannot_see_is_no_choice_XA2(world, add):
    build(OTHER)
    for source in ("source/c", "Quixotry web", "source/none"):
        answer = add("bo", "destinations", name="Mail", source=source)
        assert answer.status_code == 422
        assert "There is no" in Seen(answer)
    assert not events_of(world, "resource.created")


def test_a_destination_admin_of_all_adds_beneath_any_source(world, add):
    give_grants(world.member("dee"), [Terms("destination-admin", "all")], by=SYSTEM)
    assert add("dee", "destinations", name="Mail", source="c").status_code == 302


def test_two_sources_are_one_too_many(world, add):
    answer = add("ada", "destinations", name="Mail", source=["source/a", "source/b"])
    assert answer.status_code == 422
    assert "Choose one" in Seen(answer)


def test_a_source_admin_of_some_adds_no_source(world, as_user):
    client = as_user("bo")
    before = everything()
    assert client.get("/w/acme/sources/new").status_code == 403
    assert client.post("/w/acme/sources/new", {"name": "X", "slug": "x"}).status_code == 403
    assert everything() == before


def test_labels_of_a_new_source_are_for_owners_L6(world, add):
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    answer = add("dee", "sources", name="X", labels="environment:prod")
    assert answer.status_code == 302
    assert not world.resource("source/x").labelled.exists()


def test_two_labels_of_one_key_are_refused_L3(world, add):
    answer = add("ada", "sources", name="X", labels=["environment:prod", "environment:dev"])
    assert answer.status_code == 422
    assert "labels" in answer.context["form"].errors
    assert not world.workspace.resources.filter(slug="x").exists()


# --- The operation asks for itself -----------------------------------------------------


def through_the_door(world, name):
    member = world.member(name)
    return Actor(ActorKind.USER, member.user.email, member.user, right=Right(member, "read"))


def test_the_operation_asks_who_may_create_XC4(world):
    bo = through_the_door(world, "bo")
    with pytest.raises(Denied):
        resources.create(world.workspace, "source", "x", "X", by=bo)
    with pytest.raises(Denied):
        resources.create(
            world.workspace, "destination", "x", "X", source=world.resource("source/c"), by=bo
        )
    source = world.resource("source/a")
    assert resources.create(world.workspace, "destination", "x", "X", source=source, by=bo)


def test_the_operation_lets_nobody_but_owners_put_labels_on_L6(world):
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    labels = [world.label("environment:prod")]
    with pytest.raises(Denied):
        resources.create(
            world.workspace, "source", "x", "X", labels=labels, by=through_the_door(world, "dee")
        )


def test_warehouses_carry_no_labels(world):
    labels = [world.label("environment:prod")]
    with pytest.raises(Refused):
        resources.create(world.workspace, "warehouse", "x", "X", labels=labels, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_slug_at_once_one_gets_it(transactional_db):
    world = build()
    outcomes = together(
        *(
            lambda name=name: resources.create(world.workspace, "source", "x", name, by=SYSTEM)
            for name in ("One", "Two")
        )
    )
    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]
    assert Resource.objects.filter(slug="x").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_makes_one_XI7(transactional_db):
    world = build()
    outcomes = together(
        *(
            lambda: resources.create(
                world.workspace, "source", "x", "X", ident="the same form", by=SYSTEM
            )
            for _ in range(2)
        )
    )
    assert outcomes[0] == outcomes[1]
    assert world.workspace.events.filter(action="resource.created").count() == 1
