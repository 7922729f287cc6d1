"""Labels put on and taken off many sources or spaces in one step (L3, L6)."""

import pytest

from labels import operations as labels
from labels.models import ResourceLabel
from labels.operations import assigning
from labels.operations.assigning import Assignment, preview
from tests.world import OTHER, SYSTEM, acme, build, give_grants
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.terms import Terms


def assignment(world, put=(), take=(), *, slugs=None, type_="source"):
    things = world.workspace.resources.of_type(type_)
    return Assignment(
        type_,
        things if slugs is None else things.filter(slug__in=slugs),
        tuple(world.label(text) for text in put),
        tuple(world.label(text) for text in take),
    )


def assign(world, put=(), take=(), *, slugs=None, type_="source", by=SYSTEM, **options):
    what = assignment(world, put, take, slugs=slugs, type_=type_)
    return labels.assign(world.workspace, what, by=by, **options)


def carried(world, ref):
    rows = ResourceLabel.objects.filter(resource=world.resource(ref)).order_by("folded_key")
    return [str(row.label) for row in rows]


def test_many_get_a_label_in_one_event(world):
    event = assign(world, ["product:car"], slugs=["a", "b"], replacing=True)
    assert carried(world, "source/a") == ["environment:prod", "product:car"]
    assert carried(world, "source/b") == ["environment:prod", "product:car"]
    assert carried(world, "source/c") == ["environment:dev", "product:car"]
    assert event.target_name == "product:car"
    assert event.before == {"source/b": ["product:truck"]}
    assert event.after["put"] == ["product:car"]


def test_another_value_is_replaced_only_when_that_is_said_L3(world):
    with pytest.raises(Refused) as refusal:
        assign(world, ["product:car"])
    assert (refusal.value.rule, refusal.value.field) == ("L3", "replacing")
    assert carried(world, "source/b") == ["environment:prod", "product:truck"]


def test_taking_off_leaves_the_other_keys(world):
    event = assign(world, take=["product:car"])
    assert carried(world, "source/a") == ["environment:prod"]
    assert carried(world, "source/b") == ["environment:prod", "product:truck"]
    assert event.before.keys() == {"source/a", "source/c"}


def test_one_value_comes_and_another_key_goes_at_once(world):
    assign(world, ["environment:dev"], ["product:truck"], replacing=True)
    assert carried(world, "source/b") == ["environment:dev"]


def test_taking_off_the_value_that_is_replaced_needs_no_second_word(world):
    assign(world, ["product:car"], ["product:truck"])
    assert carried(world, "source/b") == ["environment:prod", "product:car"]


def test_what_is_there_already_is_no_event(world):
    assert assign(world, ["environment:prod"], slugs=["a", "b"]) is None


def test_spaces_are_labelled_too(world):
    assign(world, ["product:car"], type_="space")
    assert carried(world, "space/eu") == ["environment:prod", "product:car"]


def test_nothing_but_sources_and_spaces_is_L3(world):
    with pytest.raises(Refused):
        assign(world, ["product:car"], type_="warehouse")


def test_two_values_of_one_key_are_refused_L3(world):
    with pytest.raises(Refused) as refusal:
        assign(world, ["product:car", "product:truck"], replacing=True)
    assert refusal.value.rule == "L3"


def test_a_label_or_a_thing_of_another_workspace_is_never_joined_XA2(world):
    other = build(OTHER)
    foreign = Assignment(
        "source", world.workspace.resources.all(), put=(other.label("environment:prod"),)
    )
    with pytest.raises(Conflict):
        labels.assign(world.workspace, foreign, by=SYSTEM, replacing=True)
    things = Assignment(
        "source", other.workspace.resources.all(), put=(world.label("product:car"),)
    )
    assert labels.assign(world.workspace, things, by=SYSTEM) is None
    assert carried(other, "source/a") == ["environment:prod"]


def test_rows_found_by_a_label_that_goes_all_change(world):
    """The search would find nothing any more once the first of them had lost the label."""
    found = world.workspace.resources.labelled(world.workspace.labels.called("environment:prod"))
    what = Assignment("source", found, put=(world.label("environment:dev"),))
    labels.assign(world.workspace, what, by=SYSTEM, replacing=True)
    assert carried(world, "source/a")[0] == carried(world, "source/b")[0] == "environment:dev"
    assert carried(world, "space/eu") == ["environment:prod"]


def test_the_review_counts_what_comes_what_goes_and_what_is_replaced_L3(world):
    what = assignment(world, ["environment:dev"], ["product:car"])
    review = preview(world.workspace, what)
    numbers = {
        name: {str(label): n for label, n in getattr(review, name)}
        for name in ("puts", "takes", "replaces")
    }
    assert numbers == {
        "puts": {"environment:dev": 2},
        "takes": {"product:car": 2},
        "replaces": {"environment:prod": 2},
    }
    assert (review.total, review.replaced) == (3, 2)


def moves(review):
    return {
        one.member.user.email: [(m.type, m.was, m.becomes, m.count) for m in one.moves]
        for one in review.concerned.people.people
    }


def test_the_review_says_who_loses_what_with_the_destinations_beneath(world):
    review = preview(world.workspace, assignment(world, ["environment:dev"]))
    assert moves(review) == {
        "bo@example.org": [("source", "edit", "none", 2), ("destination", "edit", "none", 1)]
    }


def test_the_review_says_who_gains_where_a_second_label_was_missing_R2(world):
    both = tuple(world.label(text) for text in ("environment:prod", "product:car"))
    give_grants(world.member("dee"), [Terms("source-read-only", "labels", labels=both)],
                by=SYSTEM)  # fmt: skip
    review = preview(world.workspace, assignment(world, ["product:car"]))
    assert moves(review)["dee@example.org"] == [("source", "none", "view", 1)]
    event = assign(world, ["product:car"], replacing=True, by=SYSTEM.having_seen(review.digest))
    assert event.after["access"] == {"dee@example.org": ["source: none -> view, 1"]}
    assert Access.of(world.member("dee")).check("read", world.resource("source/b"))


def test_a_review_that_no_longer_fits_is_refused_XD4(world):
    seen = preview(world.workspace, assignment(world, ["environment:dev"])).digest
    labels.relabel(world.resource("source/c"), take=[world.label("environment:dev")], by=SYSTEM)
    with pytest.raises(Conflict) as conflict:
        assign(world, ["environment:dev"], replacing=True, by=SYSTEM.having_seen(seen))
    assert conflict.value.rule == "stale"


def test_more_than_one_event_can_name_is_too_much_at_once(world, monkeypatch):
    monkeypatch.setattr(assigning, "MOST", 2)
    with pytest.raises(Refused, match="too many"):
        assign(world, ["environment:dev"], replacing=True)


def crowd(size):
    """Return a world whose sources carry one label, in a grant of everybody in a group."""
    return build(
        acme(
            resources=[
                {"type": "source", "slug": f"s{i}", "name": f"S {i}",
                 "labels": ["environment:prod"]}
                for i in range(size)
            ]
        ) | {"members": [{"email": "ada@example.org", "owner": True}],
             "groups": [{"name": "g", "members": ["ada@example.org"], "grants": [
                 {"role": "source-admin", "scope": {"labels": ["environment:prod"]}}]}]}
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 200])
def test_statements_do_not_grow_with_things(db, size, django_assert_num_queries):
    world = crowd(size)
    what = assignment(world, ["environment:dev"])
    with django_assert_num_queries(23):
        event = labels.assign(world.workspace, what, by=SYSTEM, replacing=True)
    assert len(event.before) == size
