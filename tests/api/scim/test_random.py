"""Whatever a directory sends – bodies, filters, patches, pages – is never our fault (XH8, XJ1).

A few hundred calls in the suite; `pytest tests/api/scim/test_random.py --cases 500` makes as
many as one likes.
"""

import json
import logging
from urllib.parse import quote

import hypothesis
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, strategies as st

from workspaces.api.scim.schemas import GROUP, USER

EACH = 40  # calls for each case

TEXTS = st.text(max_size=20) | st.sampled_from([
    "bo@example.org", "ann@acme.test", "{bo}", "{cy}", "{growth}", "True", "false", "growth",
    "x" * 400, "\0", "\ud800", "'", '"', "\u202e", "a@b", USER, GROUP, "members", "active",
    'members[value eq "{bo}"]', 'members[value eq "{cy}"].display', 'emails[type eq "work"].value',
    f"{USER}:active", "name.familyName", "workspace-owner", "%", "_", "\\",
])  # fmt: skip
NAMES = st.sampled_from([
    "userName", "displayName", "active", "externalId", "members", "emails", "name", "schemas",
    "id", "meta", "groups", "value", "$ref", "op", "path", "Operations", "USERNAME", "password",
])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
USERS = st.fixed_dictionaries({"userName": TEXTS}, optional={
    "active": VALUES, "displayName": TEXTS, "externalId": TEXTS, "name": VALUES, "groups": VALUES,
})  # fmt: skip
REFS = st.lists(st.fixed_dictionaries({"value": TEXTS}), max_size=3)
GROUPS = st.fixed_dictionaries({"displayName": TEXTS}, optional={
    "members": REFS | VALUES, "externalId": TEXTS
})  # fmt: skip
OPS = st.sampled_from(["add", "Remove", "replace", "move"])
STEPS = st.fixed_dictionaries({"op": OPS}, optional={
    "path": TEXTS | NAMES, "value": VALUES | TEXTS | REFS | GROUPS,
})  # fmt: skip
MESSAGES = st.fixed_dictionaries({"Operations": st.lists(STEPS, max_size=4)})
BODIES = (
    USERS | GROUPS | st.fixed_dictionaries({"Operations": st.lists(STEPS, max_size=4)}) | VALUES
)
FILTERS = (
    st.builds(
        "{} {} {}{}".format,
        NAMES | TEXTS,
        st.sampled_from(["eq", "EQ", "co", "pr", "and", ""]),
        TEXTS.map(json.dumps) | st.sampled_from(["true", "null", "1", ""]),
        st.sampled_from(["", ' and id eq "{growth}"', " or active eq true", "]", " and"]),
    )
    | TEXTS
)
QUERIES = st.dictionaries(
    st.sampled_from(["filter", "startIndex", "count", "attributes", "excludedAttributes", "x"]),
    FILTERS | st.integers().map(str) | NAMES | TEXTS, max_size=3,
)  # fmt: skip
PATHS = st.sampled_from([
    "/Users", "/Groups", "/Users/{bo}", "/Users/{cy}", "/Users/{ada}", "/Groups/{growth}",
    "/Users/x", "/Schemas", "/ResourceTypes/User", "/ServiceProviderConfig", "/Bulk", "/Me",
]) | st.builds("/{}/{}".format, st.sampled_from(["Users", "Groups", "Schemas"]), TEXTS)  # fmt: skip
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"])


class _Undo(Exception):
    pass


def test_nothing_that_is_sent_is_a_fault_of_ours_XH8_XJ1(scim, world, request, caplog):
    caplog.set_level(logging.CRITICAL)
    words = {name: world.member(name).public_id for name in ("ada", "bo", "cy")}
    words["growth"] = world.group("growth").public_id
    statuses = set()

    def filled(text):
        for word, ident in words.items():
            text = text.replace(f"{{{word}}}", ident)
        return text

    @hypothesis.settings(
        max_examples=EACH * request.config.getoption("--cases"),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(METHODS, PATHS, QUERIES, BODIES)
    def each(method, path, query, body):
        pairs = "&".join(f"{name}={escaped(filled(value))}" for name, value in query.items())
        sent = None if method in {"GET", "DELETE"} else filled(json.dumps(body))
        try:
            with transaction.atomic():
                answer = scim(method, f"{escaped(filled(path))}?{pairs}", sent)
                statuses.add(answer.status_code)
                assert answer.status_code < 500 or answer.status_code == 501, answer.content
                raise _Undo
        except _Undo:
            pass

    each()
    assert {200, 201, 400, 404, 405} <= statuses


def escaped(text):
    return quote(text.encode("utf-8", "surrogatepass"), safe="/")


@pytest.mark.parametrize("name", ["userName", "displayName", "externalId"])
@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 1_000_000, "😀" * 200, "\u202e", "\u200b"])
def test_odd_texts_are_refused_everywhere_XJ1(scim, name, text):
    body = {"userName": "ann@acme.test", "displayName": "Ann", name: text}
    assert scim("POST", "/Users", body).status_code in {201, 400}
    assert scim("POST", "/Groups", body).status_code in {201, 400}
    query = quote(f"{name} eq {json.dumps(text[:500])}")
    assert scim("GET", f"/Users?filter={query}").status_code in {200, 400}
