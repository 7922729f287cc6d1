"""What is not resolved is never answered, at whichever door a name was typed (N2, N4)."""

import pytest
from django.http import QueryDict

from tests.cast.invited import ask
from tests.world import OTHER, SYSTEM, build
from workspaces.access.naming import invited_to, itself_called, meaning, subjects_of, things_of
from workspaces.change import lock_workspace
from workspaces.forms.console.names import GroupsField, LabelsField, PeopleField, ResourcesField
from workspaces.models import Resource
from workspaces.operations.groups import groups
from workspaces.operations.resources import details
from workspaces.operations.tokens import tokens

SUBJECTS = {
    "bo@example.org": "bo@example.org", "BO@Example.ORG": "bo@example.org",
    "Bo Diddley": "bo@example.org", "bo  DIDDLEY": "bo@example.org",
    "ｂo diddley": "bo@example.org",
    "growth": "growth", " GROWTH": "growth", "ci": "ci", "CI": "ci",
    "new@EXAMPLE.org": "new@example.org",
}  # fmt: skip
NO_SUBJECT = [
    "Bo", "diddley", "bo@example", "eve@example.org", "grow", "growt", "olga@example.net",
    "Sam Twin", "deploy", "source/a", "%", "\u200b",
]  # fmt: skip
THINGS = {
    "source/b": "source/b", "SOURCE/B": "source/b", "Source B": "source/b", "source  b": "source/b",
    "source/Source B": "source/b", "b": "source/b", "europe": "space/eu", "eu": "space/eu",
    "source/A": "source/a", "workspace/acme": "workspace/acme", "Acme": "workspace/acme",
}  # fmt: skip
NO_THING = [
    "Source",
    "Source A",
    "source/none",
    "Source B2",
    "space/a",
    "ship/a",
    "workspace/other",
    "/",
    "b/",
]


@pytest.fixture
def full(world):
    """Two of the same name among people, tokens and resources; a token, an invite."""
    for name in ("cy", "dee"):
        user = world.user(name)
        user.name = "Sam Twin"
        user.save()
    for name in ("ci", "deploy", "deploy"):
        tokens.create(world.workspace, name, by=SYSTEM)
    ask(world, "new@example.org")
    with lock_workspace(world.workspace.pk, by=SYSTEM):
        Resource(workspace=world.workspace, type="warehouse", slug="two", name="source a").save()
    build(OTHER)
    return world


def who(world, text):
    return meaning(text, *subjects_of(world.workspace), invited_to(world.workspace))


def which(world, text):
    rows = things_of(world.workspace.resources.all())
    return meaning(text, rows, beside=itself_called(world.workspace, text))


@pytest.mark.parametrize("text", SUBJECTS)
def test_a_subject_is_meant_by_its_whole_name_in_any_case_N2(full, text):
    one = who(full, text).one
    assert str(getattr(one, "user", one)) == SUBJECTS[text]


@pytest.mark.parametrize("text", THINGS)
def test_a_thing_is_meant_by_name_slug_or_both_N2(full, text):
    one = which(full, text).one
    assert (one.ref if isinstance(one, Resource) else f"workspace/{one.slug}") == THINGS[text]


@pytest.mark.parametrize("text", NO_SUBJECT)
def test_nobody_is_judged_by_a_guess_N4(full, see, text):
    page = see("ada", f"check?do=read&which=source/a&who={text.replace('%', '%25')}")
    assert page.answer.context["answer"] is None
    assert "That is not clear yet" in page


@pytest.mark.parametrize("text", NO_THING)
def test_nothing_is_judged_by_a_guess_N4(full, see, text):
    page = see("ada", f"check?do=read&who=bo@example.org&which={text}")
    assert page.answer.context["answer"] is None
    assert "That is not clear yet" in page


@pytest.mark.parametrize("text", SUBJECTS)
def test_whoever_is_resolved_is_answered(full, see, text):
    assert see("ada", f"check?do=read&which=source/a&who={text}").answer.context["answer"]


def test_two_of_one_name_are_told_apart_by_what_each_is(full, see):
    page = see("ada", "check?do=read&which=source/a&who=Sam Twin")
    assert "“Sam Twin” is the name of more than one" in page
    assert "Sam Twin cy@example.org" in page
    assert "Sam Twin dee@example.org" in page


def test_a_slug_that_a_thing_had_still_means_it_R13(full):
    thing = full.resource("source/b")
    details.change(thing, by=SYSTEM, name="Truck", slug="truck", details={})
    assert which(full, "source/b").one == thing


FIELDS = {"people": PeopleField, "groups": GroupsField, "labels": LabelsField}
UNKNOWN = [
    ("people", "Bo"), ("people", "Sam Twin"), ("people", "eve@example.org"), ("people", "growth"),
    ("people", "olga@example.net"), ("people", "new@example.org"), ("groups", "grow"),
    ("groups", "bo@example.org"), ("groups", "quixotic"), ("groups", "ci"), ("labels", "prod"),
    ("labels", "environment"), ("labels", "environment:none"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text"), UNKNOWN)
def test_no_field_takes_what_is_not_resolved_N4(full, field, text):
    form_field = FIELDS[field](full.workspace, required=False)
    with pytest.raises(Exception, match=r"There is no|more than one"):
        form_field.clean([text])


@pytest.mark.parametrize("text", ["Source", "Source C2", "warehouse/two"])
def test_no_field_of_things_takes_what_is_not_resolved_N4(full, text):
    with pytest.raises(Exception, match="There is no"):
        ResourcesField(full.workspace, "source", required=False).clean([text])


def test_a_field_offers_whom_a_name_may_mean_beside_what_was_typed(full, see):
    page = see("ada", f"members/{full.member('bo').public_id}/compare?with=Sam Twin")
    assert page.status == 422
    assert "“Sam Twin” is the name of more than one. Which do you mean?" in page
    for address in ("cy@example.org", "dee@example.org"):
        assert f'<input type="checkbox" name="with" value="{address}">' in page.raw
    assert 'value="Sam Twin" checked' in page.raw


FIRST = [
    ("members", "bo@example.org", "bo@example.org"), ("members", "BO DIDDLEY", "bo@example.org"),
    ("groups", "GROWTH", "growth"), ("labels", "ENVIRONMENT:prod", "environment:prod"),
    ("things", "source b", "source/b"), ("things", "eu", "space/eu"),
    ("things", "acme", "workspace/acme"), ("sources", "b", "source/b"), ("subjects", "ci", "ci"),
    ("subjects", "new@example.org", "new@example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "first"), FIRST)
def test_what_bears_the_name_stands_first(full, see, kind, text, first):
    groups.create(full.workspace, "a growth of others", by=SYSTEM)
    found = see("ada", f"pick/{kind}?q={text}").raw
    assert found.index(f'data-value="{first}"') == found.index("data-value=")


def test_two_that_are_called_alike_are_offered_by_their_ids(full, see):
    found = see("ada", "pick/subjects?q=deploy").raw
    for token in full.workspace.tokens.filter(name="deploy"):
        assert f'data-value="{token.public_id}"' in found


def test_each_hit_says_what_it_is(full, see):
    found = see("ada", "pick/subjects?q=e")
    assert "new@example.org invited, not yet accepted" in found
    assert "deploy token" in found
    assert "growth group · Growth team" in see("ada", "pick/subjects?q=gr")
    assert "Europe Space · eu" in see("ada", "pick/things?q=eur")


@pytest.mark.parametrize(
    ("text", "meant", "kept"),
    [("Sam", "source/c", "Sam"), ("source a", "warehouse/two", "warehouse/two")],
)
def test_what_is_chosen_counts_for_the_text_it_was_offered_for(full, as_user, text, meant, kept):
    data = QueryDict(mutable=True)
    data.update({"do": "read", "which": text, "which-of": "source a", "which-meant": meant})
    as_user("dee").post("/w/acme/my-access/ask", data.dict())
    assert full.workspace.requests.get().asked_for == kept


@pytest.mark.parametrize("text", ["Source C", "source c", "c", "source/C", "SOURCE/source c"])
def test_an_ask_reaches_the_owner_as_the_thing_it_names_Q1(full, as_user, see, text):
    as_user("dee").post("/w/acme/my-access/ask", {"do": "edit", "which": text})
    asked = full.workspace.requests.get()
    assert asked.resource == full.resource("source/c")
    assert "/w/acme/sources/c" in see("ada", f"requests/{asked.public_id}").links()


def test_whoever_can_see_both_is_asked_which_and_keeps_what_they_wrote_Q1(full, as_user):
    sent = {"do": "administer", "which": "source A", "message": "For the launch"}
    answer = as_user("ada").post("/w/acme/my-access/ask", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="source A"' in page
    assert "For the launch" in page
    for ref in ("source/a", "warehouse/two"):
        assert f'name="which-meant" value="{ref}"' in page
