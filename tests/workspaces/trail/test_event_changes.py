import pytest

from workspaces.views.console.grant_words import grant_words
from workspaces.views.trail.event_changes import changes_of

GRANT = {"role": "source-admin", "scope": {"all": True}}


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (None, None, []),
        (["a", "b"], ["b", "c"], [("gone", "a"), ("come", "c"), ("same", "1 other stays")]),
        (None, ["a"], [("come", "a")]),
        (["a"], None, [("gone", "a")]),
        ({"name": "x"}, {"name": "y"}, [("gone", "Name: x"), ("come", "Name: y")]),
        ({"n": 1, "m": 2}, {"n": 1, "m": 3},
         [("same", "N: 1"), ("gone", "M: 2"), ("come", "M: 3")]),
        ({"owner": False}, {"owner": True}, [("gone", "Owner: no"), ("come", "Owner: yes")]),
        (None, "source/a", [("come", "source/a")]),
        ({"grants": []}, {"grants": [GRANT]}, [("come", "Source Admin on all current & future")]),
        ({"grants": [GRANT, GRANT]}, {"grants": [GRANT]},
         [("gone", "Source Admin on all current & future"), ("same", "1 other stays")]),
        ({"x": [1]}, {"x": [2]}, [("gone", "X: 1"), ("come", "X: 2")]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("gone", "B: 1"), ("come", "B: 2")]),
        ([1], {"a": 1}, [("gone", "1"), ("come", "A: 1")]),
        ({"rows": 3, "filters": {}}, None, [("gone", "Rows: 3")]),
    ],
)  # fmt: skip
def test_a_change_reads_line_by_line(before, after, lines):
    assert [(line.sign, line.text) for line in changes_of(before, after)] == lines


def test_a_grant_says_role_scope_and_end():
    grant = {
        "role": "source-admin",
        "scope": {"resources": ["source/a", "source/b"]},
        "expires": "2026-05-01T12:30:00+00:00",
    }
    assert (
        grant_words(grant) == "Source Admin on source/a, source/b, ends on 1 May 2026 at 12:30 UTC"
    )


def test_a_grant_that_went_with_something_says_whose_it_was():
    gone = {"of": "cy@example.org", **GRANT}
    words = "cy@example.org: Source Admin on all current & future"
    assert [line.text for line in changes_of([gone], None)] == [words]


def test_a_role_that_has_gone_keeps_its_name():
    assert grant_words({"role": "old", "scope": {"labels": ["a:b"]}}) == "old on a:b"


def test_a_start_is_said_like_an_end_W1():
    days = {"starts": "2027-01-01T00:00:00+00:00", "expires": "2028-01-01T00:00:00+00:00"}
    assert grant_words(GRANT | days) == (
        "Source Admin on all current & future, starts 1 Jan 2027 (UTC), "
        "ends after 31 Dec 2027 (UTC)"
    )
    assert [line.text for line in changes_of(None, days)] == [
        "Starts 1 Jan 2027 (UTC)",
        "Ends after 31 Dec 2027 (UTC)",
    ]
