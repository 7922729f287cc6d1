"""What forms of changes share: refusals on the form, honest statuses, one send."""

import pytest
from django import forms
from django.http import QueryDict

from workspaces.errors import Conflict, Denied, Refused
from workspaces.forms.console.changes import ChangeForm, CreateForm


class NameForm(ChangeForm):
    name = forms.CharField(max_length=10)


class NewForm(CreateForm):
    name = forms.CharField(max_length=10)


def sent(text: str) -> NameForm:
    return NameForm(QueryDict(text))


def test_a_form_that_was_not_sent_is_fine():
    assert NameForm().status == 200


def test_a_faulty_form_is_422():
    assert sent("name=").status == 422


def test_a_refusal_stands_beside_its_field():
    form = sent("name=x")
    assert form.is_valid()
    with form.refusals():
        raise Refused("R5", "Taken.", field="name")
    assert form.errors["name"] == ["Taken."]
    assert form.status == 422


def test_a_clash_is_409_and_stands_above_the_form():
    form = sent("name=x")
    assert form.is_valid()
    with form.refusals():
        raise Conflict("R7", "The last owner.")
    assert form.non_field_errors() == ["The last owner."]
    assert form.status == 409


def test_a_lost_right_passes_on_to_the_door_XC4():
    form = sent("name=x")
    assert form.is_valid()
    with pytest.raises(Denied), form.refusals():
        raise Denied("XC4", "No longer.")


def test_a_value_sent_twice_never_wins_silently_XB4():
    form = sent("name=a&name=b")
    assert not form.is_valid()
    assert form.errors["name"] == ["This was sent more than once."]


def test_fields_the_form_does_not_know_are_ignored_XB1():
    form = sent("name=x&owner=true&is_staff=1")
    assert form.is_valid()
    assert form.cleaned_data == {"name": "x"}


def test_a_form_that_makes_something_names_it_before_it_is_sent_XI7():
    drawn = NewForm().initial["once"]
    first, again = (NewForm(QueryDict(f"name=x&once={drawn}")) for _ in range(2))
    assert first.is_valid()
    assert again.is_valid()
    assert first.cleaned_data["once"] == again.cleaned_data["once"]
    assert NewForm().initial["once"] != drawn


def test_a_name_of_ones_own_making_is_refused_XI7():
    form = NewForm(QueryDict("name=x&once=abc"))
    assert not form.is_valid()
    assert "once" in form.errors
