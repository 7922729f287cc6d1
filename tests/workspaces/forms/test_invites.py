"""What the box for addresses understands (screens §4, members/invite)."""

import pytest

from workspaces.forms.invites import addresses_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org", ["a@x.org"]),
        ("a@x.org, b@x.org; c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("a@x.org\r\nb@x.org\n\n", ["a@x.org", "b@x.org"]),
        ("a@x.org b@x.org", ["a@x.org", "b@x.org"]),
        ("Ann Lee <ann@x.org>, bob@x.org", ["ann@x.org", "bob@x.org"]),
        ('"Lee, Ann"\tann@x.org\tEngineer', ["ann@x.org"]),
        ("Name\tE-mail\nAnn Lee\tann@x.org\nBob\tbob@x.org", ["ann@x.org", "bob@x.org"]),
        ("Ann\tann@x.org\nBob\tbobx.org", ["ann@x.org", "Bob bobx.org"]),
        ("annx.org, b@x.org", ["annx.org", "b@x.org"]),
        ("a@x.org, a@x.org", ["a@x.org"]),
        (" , ;\n", []),
        ("", []),
    ],
)
def test_commas_lines_names_and_tables_are_read(text, found):
    assert addresses_in(text) == found
