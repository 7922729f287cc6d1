"""Owners say which words gateways use, on a page of the tokens."""

import pytest

from tests.world import OTHER, SYSTEM, build
from workspaces.models import DecisionName
from workspaces.operations.members import members
from workspaces.operations.workspace import decision_names

PAGE = "/w/acme/tokens/names"
WRITE = {"kind": "action", "word": "write", "means": "edit"}


def test_an_owner_maps_a_word_and_takes_it_back(as_user, world):
    ada = as_user("ada")
    answer = ada.post(PAGE, WRITE, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    page = answer.content.decode()
    assert "write now stands for edit." in page
    assert "Undo" in page
    name = DecisionName.objects.get()
    answer = ada.post(f"{PAGE}/{name.public_id}/remove", follow=True)
    assert "stands for nothing of its own any more" in answer.content.decode()
    assert not DecisionName.objects.exists()
    assert ada.post(f"{PAGE}/{name.public_id}/remove").status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"means": "rewrite"}, "means", "The action is one of read"),
        ({"word": "\u2800"}, "word", "visible character"),
        ({"word": ""}, "word", "required"),
        ({"kind": "subject", "means": "nobody"}, "means", "name@domain"),
        ({"kind": "subject", "means": "new@example.org"}, "means", "no member here"),
        ({"kind": "resource", "means": "source/none"}, "means", "names nothing here"),
        ({"word": "x" * 201}, "word", "200"),
    ],
)
def test_what_cannot_be_stands_beside_its_field(as_user, world, change, field, words):
    answer = as_user("ada").post(PAGE, WRITE | change)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not DecisionName.objects.exists()


def test_a_kind_there_is_not_is_refused_N4(as_user, world):
    assert as_user("ada").post(PAGE, WRITE | {"kind": "group"}).status_code == 422


def test_a_word_that_is_mapped_is_not_mapped_again_N2(as_user, world):
    ada = as_user("ada")
    ada.post(PAGE, WRITE)
    answer = ada.post(PAGE, WRITE | {"word": "WRITE", "means": "delete"})
    assert answer.status_code == 422
    assert "mapped already" in answer.content.decode()


def test_what_has_gone_is_shown_as_nothing(see, world):
    decision_names.add(world.workspace, "subject", "alice", "bo@example.org", by=SYSTEM)
    members.remove(world.member("bo"), by=SYSTEM)
    page = see("ada", "tokens/names")
    (row,) = page.rows()
    assert "alice" in row
    assert "Nothing: it is here no more" in row
    assert "bo@example.org" not in row


def test_words_of_another_workspace_are_not_there_XA5(as_user, world):
    other = build(OTHER)
    name = decision_names.add(other.workspace, "action", "write", "edit", by=SYSTEM)
    assert as_user("ada").post(f"{PAGE}/{name.public_id}/remove").status_code == 404
    assert DecisionName.objects.filter(pk=name.pk).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_few_and_many(
    as_user, world, count, django_assert_max_num_queries
):
    ada = as_user("ada")
    for number in range(count):
        decision_names.add(world.workspace, "resource", f"r-{number}", "source/a", by=SYSTEM)
    ada.get(PAGE)
    with django_assert_max_num_queries(14):
        assert ada.get(PAGE).status_code == 200
