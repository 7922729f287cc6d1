"""What the box for addresses understands."""

import pytest

from workspaces.forms.invites.pasted import addresses_in


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
        # From mail clients, mended or not by what lay between.
        ('Lee, Ann <ann@x.org>; "Doe, Bob" <bob@x.org>', ["ann@x.org", "bob@x.org"]),
        ("Lee, Ann <ann@x.org>, Doe, Bob <bob@x.org>", ["ann@x.org", "bob@x.org"]),
        ("Ann Lee <ann@x.org> Bob Doe <bob@x.org>", ["ann@x.org", "bob@x.org"]),
        ("ann@x.org<mailto:ann@x.org>", ["ann@x.org"]),
        ("Ann <mailto:ann@x.org?subject=Hi>, MAILTO:bob@x.org", ["ann@x.org", "bob@x.org"]),
        ("Lee, Ann [mailto:ann@x.org]; Bob (bob@x.org)", ["ann@x.org", "bob@x.org"]),
        ("'ann@x.org' <ann@x.org>, \"bob@x.org\" <bob@x.org>", ["ann@x.org", "bob@x.org"]),
        ("ann@x.org (Ann Lee), Bob <bob@x.org> (on leave)", ["ann@x.org", "bob@x.org"]),
        ("To: Ann <ann@x.org>\nCc: bob@x.org", ["ann@x.org", "bob@x.org"]),
        ("Crew: ann@x.org, bob@x.org;", ["ann@x.org", "bob@x.org"]),
        ("undisclosed-recipients:;", []),
        ("Ann Lee\n <ann@x.org>,\n Doe,\n  Bob <bob@x.org>", ["ann@x.org", "bob@x.org"]),
        ("\u201cDoe, Bob\u201d <bob@x.org>", ["bob@x.org"]),
        ('"Bob \\"B\\" Doe" <bob@x.org>', ["bob@x.org"]),
        ("<ann@x.org>\n<bob@x.org>", ["ann@x.org", "bob@x.org"]),
        ("<ann@x.org, bob@x.org>", ["ann@x.org", "bob@x.org"]),
        (
            "ann@x.org\uff0cbob@x.org\uff1bcy@x.org\u3001dee@x.org",
            ["ann@x.org", "bob@x.org", "cy@x.org", "dee@x.org"],
        ),
        ("\u674e\uff0c\u96f7 \uff1cann@x.org\uff1e", ["ann@x.org"]),
        ("ann@x.org,,;\r\n,bob@x.org,", ["ann@x.org", "bob@x.org"]),
        ("\ufeffann@x.org\u00a0;\u3000bob@x.org", ["ann@x.org", "bob@x.org"]),
        ("\u202aann@x.org\u202c; \u200bbob@x.org\u200b", ["ann@x.org", "bob@x.org"]),
        ("- ann@x.org\n\u2022 bob@x.org\n3. cy@x.org", ["ann@x.org", "bob@x.org", "cy@x.org"]),
        ('"ann@x.org, bob@x.org"', ["ann@x.org", "bob@x.org"]),
        (
            "Name\tMail\nLee, Ann\tAnn <ann@x.org>\tA\n\nBob\tbob@x.org; b2@x.org\t",
            ["ann@x.org", "bob@x.org", "b2@x.org"],
        ),
        ("ANN@X.org, ann@x.org., <Ann@x.org>", ["ANN@X.org"]),
        # What was meant for an address is told of.
        ("annx.org, Bob <bob@x.org>", ["annx.org", "bob@x.org"]),
        ("Ann <annx.org>, bob@@x.org", ["annx.org", "bob@@x.org"]),
        ("a nn@x.org", ["a nn@x.org"]),
        ("an(n)@x.org", ["an(n)@x.org"]),
        ("Ann Lee ann@x.org", ["Ann Lee ann@x.org"]),
        # Whoever hides one address behind another shows both.
        ("eve@x.org <ann@x.org>", ["eve@x.org", "ann@x.org"]),
        ("", []),
    ],
)
def test_commas_lines_names_and_tables_are_read(text, found):
    assert addresses_in(text) == found


@pytest.mark.parametrize(
    "text", ["<" * 50_000, '"' * 50_001, "(" * 50_000, "a,\n " * 20_000, "\t" * 9]
)
def test_long_nonsense_is_read_at_once(text):
    addresses_in(text)
