"""Every way in which a directory writes a change of a person or a group."""

import pytest
from hypothesis import given, strategies as st

from workspaces.api.scim.answers import ScimFault
from workspaces.api.scim.messages.attributes import attributes, unfolded
from workspaces.api.scim.messages.group_bodies import GroupSent, group_in, patched_group
from workspaces.api.scim.messages.patches import changes
from workspaces.api.scim.messages.user_bodies import (
    PersonSent,
    address_in,
    patched_person,
    person_in,
    replacing_person,
)
from workspaces.api.scim.schemas import GROUP, USER
from workspaces.operations.directory.groups import Step, StepKind

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
        {"op": "replace", "value": {"id": "x", "groups": [], "meta": {}, "title": None}},
        {"op": "remove", "path": "title"},
    ],
    ids=range(12),
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
        ({"op": "replace", "path": "members", "value": None}, Step(REPLACE, ())),
        ({"op": "replace", "value": {"members": None}}, Step(REPLACE, ())),
        ({"op": "remove", "path": "members", "value": None}, Step(REPLACE, ())),
        ({"op": "add", "path": GROUP, "value": {"members": U1}}, Step(ADD, ("u1",))),
        ({"op": "replace", "value": {GROUP.upper(): {"Members": U1}}}, Step(REPLACE, ("u1",))),
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
    {"op": "replace", "value": {USER: {"active": False}}},
    {"op": "replace", "value": {USER.lower(): {"Active": "False"}}},
    {"op": "replace", "path": USER, "value": {"active": False}},
    {"op": "add", "path": USER, "value": {"active": False}},
    {"op": "replace", "path": USER, "value": {f"{USER}:active": False}},
    {"op": "replace", "value": {f"{USER}:active": False}},
    {"op": "replace", "path": None, "value": {USER: {"active": False}}},
])  # fmt: skip
def test_attributes_may_stand_under_the_urn_of_their_schema(operation):
    assert of_person(operation) == PersonSent(active=False)


def test_null_clears_what_may_be_empty():
    for op in ("add", "replace", "remove"):
        for operation in (
            {"op": op, "path": "externalId", "value": None},
            {"op": op, "path": f"{USER}:externalId", "value": None},
        ):
            assert of_person(operation) == PersonSent(external_id="")
        assert of_person({"op": op, "path": "displayName", "value": None}).display_name == ""
    assert of_person({"op": "replace", "value": {"externalId": None}}).external_id == ""
    assert of_group({"op": "replace", "value": {GROUP: {"externalId": None}}}).external_id == ""


@pytest.mark.parametrize("operation", [
    {"op": "replace", "value": {f"{ENTERPRISE}:members": U1}},
    {"op": "replace", "path": 'members[value eq "u1"].display', "value": "x"},
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
        ([{"op": "add", "path": "members", "value": None}], "invalidValue"),
        ([{"op": "add", "path": "members", "value": [None]}], "invalidValue"),
        ([{"op": "add", "path": "members", "value": [{"value": None}]}], "invalidValue"),
        ([{"op": "replace", "path": "displayName", "value": None}], "invalidValue"),
        ([{"op": "replace", "value": {GROUP: {"displayName": None}}}], "invalidValue"),
        ([{"op": "replace", "value": None}], "invalidValue"),
        ([{"op": "replace", "value": {GROUP: None}}], "invalidValue"),
        ([{"op": "replace", "path": GROUP, "value": None}], "invalidValue"),
        ([{"op": "remove", "path": GROUP}], "noTarget"),
        ([{"op": "replace", "value": {GROUP: {GROUP: {"displayName": "G"}}}}], "invalidPath"),
        ([{"op": "replace", "path": ["members"], "value": U1}], "invalidPath"),
        ([{"op": "replace", "path": [], "value": {"members": U1}}], "invalidPath"),
        ([{"op": "remove", "path": "members.value"}], "invalidPath"),
        ([{"op": "add", "path": "members.value", "value": "u1"}], "invalidPath"),
        ([{"op": "replace", "path": 'members[value eq "u1"].value', "value": "u2"}], "invalidPath"),
        ([{"op": "replace", "value": {"displayName.x": "G"}}], "invalidPath"),
        ([{"op": "remove", "path": 'members[value eq "u1"].value'}], "invalidPath"),
        ([{"op": "remove", "path": 'displayName[value eq "u1"]'}], "invalidPath"),
    ],
    ids=range(46),
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
    {"op": "replace", "path": "active", "value": None},
    {"op": "add", "value": {"active": None}},
    {"op": "replace", "value": {USER: {"active": None}}},
    {"op": "replace", "path": "userName", "value": None},
    {"op": "remove", "path": "userName"},
    {"op": "replace", "path": "active", "value": {"value": False}},
    {"op": "replace", "path": "displayName", "value": {}},
    {"op": "replace", "path": "userName", "value": 5},
])  # fmt: skip
def test_values_a_person_cannot_have(operation):
    with pytest.raises(ScimFault) as refused:
        of_person(operation)
    assert refused.value.scim_type == "invalidValue"


@pytest.mark.parametrize("path", ["active.value", f"{USER}:externalId.x", "displayName.value"])
def test_a_part_of_what_has_none_is_not_passed_over_N4(path):
    for operation in ({"path": path, "value": False}, {"value": {path: False}}):
        with pytest.raises(ScimFault) as refused:
            of_person({"op": "replace", **operation})
        assert refused.value.scim_type == "invalidPath"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"displayName": "Ann Lee", "name": {"formatted": "Dr Lee"}}, "Ann Lee"),
        ({"name": {"Formatted": "Dr Lee", "givenName": "Ann"}}, "Dr Lee"),
        ({"name": {"givenName": "Ann", "familyName": "Lee"}, "displayName": " "}, "Ann Lee"),
        ({"name": {"familyName": "Lee", "givenName": None}}, "Lee"),
        ({"name": "Ann", "displayName": None}, ""),
        ({"displayName": " "}, None),
        ({}, None),
    ],
)
def test_the_name_falls_back_on_what_else_is_said(names, expected):
    given = unfolded({"userName": "ann@x.io", **names}, USER)
    assert person_in(given).display_name == expected


def test_a_whole_person_with_nulls_and_extensions():
    body = {
        "schemas": [USER, ENTERPRISE], "USERNAME": " ann@x.io ", "Active": "True",
        "externalId": "7", "addresses": None, "password": "x", ENTERPRISE: {"department": None},
        "id": "mine", "meta": {"resourceType": "User"}, "groups": ["g"], "emails": "none",
    }  # fmt: skip
    sent = person_in(unfolded(body, USER))
    assert sent == PersonSent("ann@x.io", None, active=True, external_id="7")


def test_what_put_leaves_out():
    assert person_in({"username": "ann@x.io"}) == PersonSent("ann@x.io", None, None, "")
    assert group_in({"displayname": "G"}) == GroupSent("G", "", [Step(REPLACE, ())])


@pytest.mark.parametrize("body", [
    {}, {"userName": None}, {"userName": " "}, {"userName": 1}, {"userName": "a", "active": "x"},
    {"userName": "a", "externalId": []}, {"userName": "a", "displayName": 1},
])  # fmt: skip
def test_whole_people_that_cannot_be(body):
    with pytest.raises(ScimFault) as refused:
        person_in(attributes(body))
    assert refused.value.scim_type == "invalidValue"


@pytest.mark.parametrize("body", [
    {"userName": "a", "active": None}, {"userName": "a", USER: {"active": None}},
    {"userName": "a", USER: [{"active": False}]}, {"userName": "a", USER: {"userName": "b"}},
    {"userName": "a", f"{USER}:active": "no"}, {"userName": "a", USER: None},
    {f"{USER}:userName": None},
])  # fmt: skip
def test_whole_people_that_take_the_place_of_nobody(body):
    with pytest.raises(ScimFault) as refused:
        replacing_person(unfolded(body, USER))
    assert refused.value.status == 400


@pytest.mark.parametrize("body", [
    {USER: {"userName": "a@x.io", "active": False}},
    {"userName": "a@x.io", USER.upper(): {"Active": "false"}},
    {f"{USER}:userName": "a@x.io", f"{USER}:ACTIVE": False},
])  # fmt: skip
def test_whole_people_under_the_urn_of_their_schema(body):
    sent = replacing_person(unfolded(body, USER))
    assert sent == PersonSent("a@x.io", None, active=False, external_id="")


@pytest.mark.parametrize(
    ("emails", "address"),
    [
        ([{"value": "Ann@X.io"}], "ann@x.io"),
        ({"value": "ann@x.io"}, "ann@x.io"),
        ([{"value": "b@x.io", "primary": False}, {"value": "ann@x.io", "primary": "True"}],
         "ann@x.io"),
        ([{"VALUE": "ann@x.io", "type": "home"}, {"value": "ANN@x.io"}], "ann@x.io"),
        ([{"value": "b@x.io"}, {"value": "ann@x.io"}], None),
        ([{"value": "b@x.io", "primary": True}, {"value": "a@x.io", "primary": True}], None),
        ([{"value": "jdoe"}], None),
        ([{"value": "jdoe", "primary": True}, {"value": "ann@x.io"}], None),
        ([{"value": None}], None), ([{"primary": True}], None), ([{"value": 1}], None),
        ([{"value": "ann@x.io", "primary": "maybe"}], None), (["ann@x.io"], None),
        ([], None), (None, None), ("ann@x.io", None), ([None], None),
    ],
)  # fmt: skip
def test_who_is_called_by_no_address_is_whose_mailbox_it_is(emails, address):
    body = unfolded({"userName": "jdoe", "emails": emails}, USER)
    if address is None:
        with pytest.raises(ScimFault) as refused:
            address_in(body)
        assert refused.value.scim_type == "invalidValue"
    else:
        assert address_in(body) == address


def test_an_address_for_a_name_is_whose_it_says():
    body = {"username": "Ann@X.io", "emails": [{"value": "b@x.io", "primary": True}]}
    assert address_in(body) == "ann@x.io"


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
def test_whatever_is_sent_is_read_or_refused_XH8(operations):
    assert is_read_or_refused(USER, patched_person, operations)
    assert is_read_or_refused(GROUP, patched_group, operations)


def is_read_or_refused(schema, read, operations):
    try:
        return isinstance(read(changes({"operations": operations}, schema)), PersonSent | GroupSent)
    except ScimFault as refused:
        return refused.status == 400
