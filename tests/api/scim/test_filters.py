"""The filters that directories send, and that nothing else passes."""

import pytest
from django.http import QueryDict
from hypothesis import given, strategies as st

from workspaces.api.scim.answers import ScimFault
from workspaces.api.scim.messages.filters import GROUPS, USERS, Condition, conditions, conditions_in
from workspaces.api.scim.schemas import GROUP, USER


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ('userName eq "ann@acme.test"', "username", "ann@acme.test"),
        ('USERNAME EQ "Ann@acme.test"', "username", "Ann@acme.test"),
        (f'{USER}:userName eq "a"', "username", "a"),
        (f'{USER.upper()}:UserName eq "a"', "username", "a"),
        ('externalId eq "00u"', "externalid", "00u"),
        ('id eq "x"', "id", "x"),
        ('displayName eq "A \\"B\\" \\u00e9"', "displayname", 'A "B" é'),
        ("active eq true", "active", True),
        ('active eq "False"', "active", False),
        ('emails eq "a"', "emails", "a"),
        ('emails.value eq "a"', "emails.value", "a"),
        ('(userName eq "a")', "username", "a"),
    ],
)
def test_one_condition_on_users(text, attribute, value):
    assert conditions(text, USERS) == (Condition(attribute, value),)


@pytest.mark.parametrize("text", [
    'emails[type eq "work"].value eq "a@x.io"',
    'Emails[Type Eq "work" and Value eq "a@x.io"]',
])  # fmt: skip
def test_a_condition_on_one_of_the_addresses(text):
    found = conditions(text, USERS)
    assert found == (Condition("emails.type", "work"), Condition("emails.value", "a@x.io"))


@pytest.mark.parametrize("text", [
    'id eq "g" and members eq "u"', 'members eq "u" AND id eq "g"',
    f'{GROUP}:id eq "g" and members eq "u"',
])  # fmt: skip
def test_is_somebody_in_a_group_in_either_order(text):
    assert set(conditions(text, GROUPS)) == {Condition("id", "g"), Condition("members", "u")}


@pytest.mark.parametrize("text", ['members.value eq "u"', 'members[value eq "u"]'])
def test_members_by_their_value(text):
    assert conditions(text, GROUPS) == (Condition("members.value", "u"),)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "userName", "userName eq", 'userName eq "a', "userName eq a", 'eq "a"',
        'userName ne "a"', 'userName co "a"', 'userName sw "a"', "userName pr",
        'userName eq "a" or userName eq "b"', 'not (userName eq "a")',
        'userName eq "a" and', 'userName eq "a" extra', 'user__password__startswith eq "a"',
        'password eq "a"', 'members eq "a"', 'userName.x eq "a"', 'user.password eq "a"',
        "userName eq 1", "userName eq true", "userName eq null", 'active eq "yes"', "active eq 1",
        'emails[type eq "work"]..value eq "a"', 'emails[display eq "a"]', "emails[value pr]",
        'emails[emails.value eq "a"]', 'emails[type eq "work" or value eq "a"]',
        'userName eq "\\u0000"', 'userName eq "\\ud800"', f'{GROUP}:userName eq "a"',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "a"',
        'userName eq "' + "x" * 3000 + '"', "(" * 900, "not (" * 900, "userName eq " + "9" * 1900,
    ],
    ids=range(38),
)  # fmt: skip
def test_anything_else_is_an_invalid_filter_XH9(text):
    with pytest.raises(ScimFault) as refused:
        conditions(text, USERS)
    assert (refused.value.status, refused.value.scim_type) == (400, "invalidFilter")


@pytest.mark.parametrize("text", [
    'members[value eq "a" and value eq "b"]', 'members[type eq "User"]', 'userName eq "a"',
    "active eq true", 'members[display eq "x"].value eq "y"',
])  # fmt: skip
def test_what_groups_cannot_be_filtered_by(text):
    with pytest.raises(ScimFault):
        conditions(text, GROUPS)


@pytest.mark.parametrize("query", [
    'filter=id eq "a"&filter=active eq true', 'Filter=id eq "a"',
    'filter=id eq "a"&FILTER=id eq "b"',
])  # fmt: skip
def test_a_second_filter_and_one_spelt_otherwise_are_refused_N4(query):
    with pytest.raises(ScimFault) as refused:
        conditions_in(QueryDict(query), USERS)
    assert refused.value.scim_type == "invalidFilter"


WORDS = st.sampled_from([
    "userName", "id", "members", "emails", "[", "]", "(", ")", ".", "value", "eq", "and", "or",
    "not", "pr", '"a"', '"', "true", "null", "1", "urn:x:y:", "\\", "\0", "é", "-", ",",
])  # fmt: skip


@given(st.lists(WORDS, max_size=12), st.sampled_from([" ", ""]), st.sampled_from([USERS, GROUPS]))
def test_whatever_is_written_is_conditions_or_refused_XH8(words, between, filterable):
    assert read_or_refused(between.join(words), filterable)


def read_or_refused(text, filterable):
    try:
        return all(isinstance(one, Condition) for one in conditions(text, filterable))
    except ScimFault as refused:
        return refused.scim_type == "invalidFilter"
