"""One normaliser for addresses, one for names (E4, F1, F6)."""

import pytest

from accounts.addresses import clean_name, normalise


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ann@X.org", "ann@x.org"),
        ("  ann@x.org  ", "ann@x.org"),
        ("ann+team@x.org", "ann+team@x.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--bcher-kva.example", "ann@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_one_form(typed, kept):
    assert normalise(typed) == kept


def test_the_plus_part_makes_another_address_F1():
    assert normalise("ann+hipaa@x.org") != normalise("ann@x.org")


@pytest.mark.parametrize(
    "typed",
    [
        "", "ann", "@x.org", "ann@", "ann@x", "a nn@x.org", "ann@x .org", "ann@@x.org",
        "\u0131nn@x.org", "an\u212a@x.org", "ann\u200b@x.org", "ann@x.org\u200b", "\uff41nn@x.org",
        "ann@\u0430pple.example", "ann@xn--80ak6aa92e-.example", "ann@-x.org", "ann@x..org",
        "ann@x\u00ad.org", "ann\x00@x.org", f"{'a' * 250}@x.org", "ann@g\u043eogle.example",
        "ann\r\nBcc: eve@x.org", "ann@[127.0.0.1]",
    ],
)  # fmt: skip
def test_look_alikes_and_nonsense_are_refused_E4(typed):
    with pytest.raises(ValueError, match=r"address|@|domain"):
        normalise(typed)


def test_a_domain_label_of_two_scripts_is_refused_also_as_punycode_E4():
    mixed = "g\u043e\u043egle".encode("idna").decode()  # two Cyrillic letters among Latin ones
    with pytest.raises(ValueError, match="one script"):
        normalise(f"ann@{mixed}.example")


@pytest.mark.parametrize("name", ["Ann\u202eeve", "Ann\x07", "Ann\nLee", "A\u200bnn", "\u2066Ann"])
def test_control_and_direction_characters_are_refused_in_names_F6(name):
    with pytest.raises(ValueError, match="name"):
        clean_name(name)


@pytest.mark.parametrize("name", ["Ann Lee", "José Ñandú", "李小龍", "محمد", "O'Neil-Smith"])
def test_names_of_any_script_are_kept(name):
    assert clean_name(f" {name} ") == name
