"""Naming rows of one's workspace: typed, ticked, or both."""

import pytest
from django import forms
from django.http import QueryDict

from tests.world import OTHER, SYSTEM, build
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.names import GroupsField, LabelsField, PeopleField, ResourcesField
from workspaces.operations.groups import groups


def form_of(world, **values):
    class NamesForm(ChangeForm):
        people = PeopleField(world.workspace, required=False)
        groups = GroupsField(world.workspace, required=False)
        labels = LabelsField(world.workspace, required=False)
        sources = ResourcesField(world.workspace, "source", required=False)

    data = QueryDict(mutable=True)
    for name, texts in values.items():
        data.setlist(name, texts)
    return NamesForm(data)


def test_several_names_come_with_commas_or_as_several_values(world):
    form = form_of(world, people=["bo@example.org, CY@example.org", "dee@example.org", ""])
    assert form.is_valid(), form.errors
    assert [m.user.email for m in form.cleaned_data["people"]] == [
        "bo@example.org", "cy@example.org", "dee@example.org",
    ]  # fmt: skip


def test_a_group_whose_name_has_a_comma_is_found_whole(world):
    group = groups.create(world.workspace, "Growth, EMEA", by=SYSTEM)
    form = form_of(world, groups=["growth, emea"])
    assert form.is_valid()
    assert form.cleaned_data["groups"] == [group]


def test_labels_are_found_without_regard_to_case_L1(world):
    form = form_of(world, labels=["Environment:PROD"])
    assert form.is_valid()
    assert form.cleaned_data["labels"] == [world.label("environment:prod")]


@pytest.mark.parametrize("name", ["a", "source/a", "Source A"])
def test_a_resource_is_named_by_slug_or_name(world, name):
    form = form_of(world, sources=[name])
    assert form.is_valid()
    assert form.cleaned_data["sources"] == [world.resource("source/a")]


def test_what_nobody_knows_is_quoted_and_the_input_kept(world):
    form = form_of(world, people=["nobody@example.org", "bo@example.org"])
    assert not form.is_valid()
    assert form.errors["people"] == ["There is no “nobody@example.org” here."]
    assert "bo@example.org" in str(form["people"])
    assert "nobody@example.org" in str(form["people"])


def test_a_name_of_another_workspace_is_unknown_XA2(world):
    build(OTHER)
    form = form_of(world, people=["olga@example.net"], groups=["quixotic"])
    assert not form.is_valid()
    assert form.errors.keys() == {"people", "groups"}


def test_a_thousand_names_are_the_most(world):
    form = form_of(world, people=[f"p{i}@example.org" for i in range(1001)])
    assert not form.is_valid()
    assert form.errors["people"] == ["At most 1000 at once."]


def test_the_widget_is_marked_as_taking_several(world):
    assert isinstance(form_of(world).fields["people"], forms.Field)
    assert form_of(world).fields["people"].widget.allow_multiple_selected


def test_names_typed_together_stand_apart_when_shown_again(world):
    field = PeopleField(world.workspace)
    assert field.prepare_value(["bo@example.org, x@y ;"]) == ["bo@example.org", "x@y"]


def test_a_name_with_a_comma_in_it_stays_whole(world):
    groups.create(world.workspace, "bread, butter", by=SYSTEM)
    assert GroupsField(world.workspace).prepare_value(["bread, butter"]) == ["bread, butter"]


@pytest.mark.parametrize("count", [1, 30])
def test_people_are_found_in_one_statement(world, count, django_assert_num_queries):
    names = [f"p{i}@example.org" for i in range(count)]
    with django_assert_num_queries(1):
        assert PeopleField(world.workspace).rows_named(names) == {}


@pytest.mark.parametrize("count", [4, 900])
def test_whom_unknown_names_may_mean_is_looked_up_for_the_first_few(
    world, count, django_assert_num_queries
):
    names = [f"nobody {i}" for i in range(count)]
    with django_assert_num_queries(2 + 3 * 5), pytest.raises(forms.ValidationError):
        PeopleField(world.workspace).clean(names)
