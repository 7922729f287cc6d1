"""Every way in which a directory writes a change of a person or a group (scim.md §6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.api.scim.attributes import attributes
from workspaces.api.scim.errors import ScimFault
from workspaces.api.scim.group_bodies import GroupSent, group_in, patched_group
from workspaces.api.scim.patches import changes
from workspaces.api.scim.schemas import GROUP, USER
from workspaces.api.scim.user_bodies import PersonSent, patched_person, person_in
from workspaces.operations.directory_groups import Step, StepKind

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
U1 = [{"value": "u1", "display": "Ann"}]


def of_person(*operations):
    return patched_person(changes(attributes({"Operations": list(operations)}), USER))


def of_group(*operations):
    return patched_group(changes(attributes({"Operations": list(operations)}), GROUP))


@pytest.mark.parametrize(
    ("operation", "active"),
    [
        ({"op": "replace", "value": {"active": False}}, False),
        ({"op": "Replace", "path": "active", "value": "False"}, False),
        ({"op": "REPLACE", "path": "Active", "value": "tRUE"}, True),
        ({"op": "replace", "path": "active", "value": False}, False),
        ({"op": "Add", "path": "active", "value": "True"}, True),
        ({"op": "replace", "path": f"{USER}:active", "value": True}, True),
        ({"OP": "replace", "Path": "active", "Value": True}, True),
        ({"op": "replace", "path": "", "value": {"ACTIVE": "true"}}, True),
    ],
)
def test_active_in_each_form(operation, active):
    assert of_person(operation) == PersonSent(active=active)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "value": {"name.givenName": "y", f"{ENTERPRISE}:employeeNumber": "1"}},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "b@x.io"},
        {"op": "replace", "value": {'emails[type eq "work"].value': "b@x.io", "no path!": 1}},
        {"op": "Replace", "path": "name.familyName", "value": "Lee"},
        {"op": "Replace", "path": f"{ENTERPRISE}:department", "value": "Ops"},
        {"op": "Add", "path": "nickName", "value": "x"},
        {"op": "Add", "path": "manager", "value": [{"value": "u2"}]},
        {"op": "Replace", "path": f"{ENTERPRISE}:active", "value": False},
        {"op": "Replace", "path": "userName", "value": "b@x.io"},
        {"op": "replace", "path": "password", "value": "secret"},
        {"op": "replace", "value": {"id": "x", "groups": [], "meta": {}, "active": None}},
        {"op": "replace", "path": "active", "value": None},
        {"op": "remove", "path": "title"},
        {"op": "remove", "path": "displayName"},
        {"op": "replace", "path": "active.x", "value": False},
    ],
    ids=range(15),
)
def test_what_is_not_kept_of_a_person_changes_nothing(operation):
    assert of_person(operation) == PersonSent()


def test_external_ids_are_set_and_cleared():
    assert of_person({"op": "add", "path": "externalId", "value": "7"}).external_id == "7"
    assert of_person({"op": "remove", "path": "externalId"}).external_id == ""
    assert of_group({"op": "replace", "value": {"externalId": "7"}}).external_id == "7"


def test_the_last_of_several_changes_counts():
    first = {"op": "replace", "path": "active", "value": False}
    assert of_person(first, {"op": "replace", "value": {"active": True}}).active is True


ADD, REMOVE, REPLACE = StepKind


@pytest.mark.parametrize(
    ("operation", "step"),
    [
        ({"op": "add", "path": "members", "value": U1}, Step(ADD, ("u1",))),
        ({"op": "Add", "path": "members", "value": U1[0]}, Step(ADD, ("u1",))),
        ({"op": "add", "value": {"members": U1 * 2}}, Step(ADD, ("u1",))),
        ({"op": "remove", "path": 'members[value eq "u1"]'}, Step(REMOVE, ("u1",))),
        ({"op": "Remove", "path": f'{GROUP}:Members[Value EQ "u1"]'}, Step(REMOVE, ("u1",))),
        (
            {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "u1"}]},
            Step(REMOVE, ("u1",)),
        ),
        ({"op": "Remove", "path": "members", "value": []}, Step(REMOVE, ())),
        ({"op": "remove", "path": "members"}, Step(REPLACE, ())),
        ({"op": "replace", "path": "members", "value": U1}, Step(REPLACE, ("u1",))),
        ({"op": "replace", "path": "members", "value": []}, Step(REPLACE, ())),
    ],
)
def test_members_in_each_form(operation, step):
    assert of_group(operation) == GroupSent(steps=[step])


def test_a_rename_leaves_members_alone():
    sent = of_group({"op": "replace", "value": {"id": "g", "displayName": "New"}})
    assert sent == GroupSent(name="New")


def test_several_changes_of_members_stay_in_order():
    found = of_group(
        {"op": "remove", "path": 'members[value eq "u1"]'},
        {"op": "add", "path": "members", "value": [{"value": "u2"}, {"value": "u1"}]},
    )
    assert found.steps == [Step(REMOVE, ("u1",)), Step(ADD, ("u2", "u1"))]


@pytest.mark.parametrize("operation", [
    {"op": "replace", "value": {f"{ENTERPRISE}:members": U1}},
    {"op": "replace", "path": 'members[value eq "u1"].display', "value": "x"},
    {"op": "replace", "path": "members", "value": None},
    {"op": "add", "path": "description", "value": "x"},
])  # fmt: skip
def test_what_is_not_kept_of_a_group_changes_nothing(operation):
    assert of_group(operation) == GroupSent()


@pytest.mark.parametrize(
    ("operations", "scim_type"),
    [
        (None, "invalidSyntax"),
        ({"op": "add"}, "invalidSyntax"),
        (["add"], "invalidSyntax"),
        ([{"path": "active", "value": True}], "invalidSyntax"),
        ([{"op": "delete", "path": "active"}], "invalidSyntax"),
        ([{"op": 1, "path": "active"}], "invalidSyntax"),
        ([{"op": "add", "OP": "remove", "path": "x"}], "invalidSyntax"),
        ([{"op": "replace", "value": {"active": True, "Active": False}}], "invalidSyntax"),
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "remove", "value": {"members": U1}}], "noTarget"),
        ([{"op": "replace", "path": "members[", "value": 1}], "invalidPath"),
        ([{"op": "replace", "path": "a b", "value": 1}], "invalidPath"),
        ([{"op": "replace", "path": "members pr", "value": 1}], "invalidPath"),
        ([{"op": "replace", "path": 7, "value": 1}], "invalidPath"),
        ([{"op": "replace", "path": "a" * 3000, "value": 1}], "invalidPath"),
        ([{"op": "replace", "path": 'members[value eq "u1"]', "value": U1}], "invalidPath"),
        ([{"op": "remove", "path": 'members[display eq "Ann"]'}], "invalidFilter"),
        ([{"op": "remove", "path": 'members[value eq "\\ud800"]'}], "invalidFilter"),
        ([{"op": "remove", "path": "members[value eq 1]"}], "invalidFilter"),
        ([{"op": "replace", "path": "externalId"}], "invalidValue"),
        ([{"op": "replace", "value": ["active"]}], "invalidValue"),
        ([{"op": "replace", "path": "externalId", "value": 1}], "invalidValue"),
        ([{"op": "replace", "path": "displayName", "value": " "}], "invalidValue"),
        ([{"op": "remove", "path": "displayName"}], "invalidValue"),
        ([{"op": "add", "path": "members", "value": ["u1"]}], "invalidValue"),
        ([{"op": "add", "path": "members", "value": [{"value": 1}]}], "invalidValue"),
        ([{"op": "add", "path": "members", "value": [{"display": "Ann"}]}], "invalidValue"),
        ([{"op": "add", "path": "members", "value": "u1"}], "invalidValue"),
    ],
    ids=range(28),
)  # fmt: skip
def test_faulty_messages_are_named(operations, scim_type):
    body = {} if operations is None else {"Operations": operations}
    with pytest.raises(ScimFault) as refused:
        patched_group(changes(attributes(body), GROUP))
    assert (refused.value.status, refused.value.scim_type) == (400, scim_type)


@pytest.mark.parametrize("operation", [
    {"op": "replace", "path": "active", "value": "yes"},
    {"op": "replace", "path": "active", "value": 1},
    {"op": "replace", "path": "active", "value": ["true"]},
    {"op": "remove", "path": "active"},
    {"op": "replace", "path": "displayName", "value": {}},
])  # fmt: skip
def test_values_a_person_cannot_have(operation):
    with pytest.raises(ScimFault) as refused:
        of_person(operation)
    assert refused.value.scim_type == "invalidValue"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"displayName": "Ann Lee", "name": {"formatted": "Dr Lee"}}, "Ann Lee"),
        ({"name": {"Formatted": "Dr Lee", "givenName": "Ann"}}, "Dr Lee"),
        ({"name": {"givenName": "Ann", "familyName": "Lee"}, "displayName": " "}, "Ann Lee"),
        ({"name": {"familyName": "Lee", "givenName": None}}, "Lee"),
        ({"name": "Ann", "displayName": None}, ""),
        ({}, ""),
    ],
)
def test_the_name_falls_back_on_what_else_is_said(names, expected):
    assert person_in(attributes({"userName": "ann@x.io", **names})).display_name == expected


def test_a_whole_person_with_nulls_and_extensions():
    body = {
        "schemas": [USER, ENTERPRISE], "USERNAME": " ann@x.io ", "Active": "True",
        "externalId": "7", "addresses": None, "password": "x", ENTERPRISE: {"department": None},
        "id": "mine", "meta": {"resourceType": "User"}, "groups": ["g"], "emails": "none",
    }  # fmt: skip
    assert person_in(attributes(body)) == PersonSent("ann@x.io", "", active=True, external_id="7")


def test_what_put_leaves_out():
    assert person_in({"username": "ann@x.io"}) == PersonSent("ann@x.io", "", None, "")
    assert group_in({"displayname": "G"}) == GroupSent("G", "", [Step(REPLACE, ())])


@pytest.mark.parametrize("body", [
    {}, {"userName": None}, {"userName": " "}, {"userName": 1}, {"userName": "a", "active": "x"},
    {"userName": "a", "externalId": []}, {"userName": "a", "displayName": 1},
])  # fmt: skip
def test_whole_people_that_cannot_be(body):
    with pytest.raises(ScimFault) as refused:
        person_in(attributes(body))
    assert refused.value.scim_type == "invalidValue"


LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([
    "active", "members", "displayName", "True", "u1", "", "add", "remove", "Replace",
    'members[value eq "u1"]', "members[", 'emails[type eq "work"].value', f"{USER}:active",
])  # fmt: skip
NAMES = st.sampled_from(["op", "path", "value", "active", "members", "externalId", "Op", "x"])
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
)
OPERATION = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Remove", "replace"])},
    optional={"path": LEAVES, "value": ANYTHING},
)


@given(st.lists(OPERATION | ANYTHING, max_size=4) | ANYTHING)
def test_whatever_is_sent_is_read_or_refused_H8(operations):
    assert is_read_or_refused(USER, patched_person, operations)
    assert is_read_or_refused(GROUP, patched_group, operations)


def is_read_or_refused(schema, read, operations):
    try:
        return isinstance(read(changes({"operations": operations}, schema)), PersonSent | GroupSent)
    except ScimFault as refused:
        return refused.status == 400
