"""The normaliser over random addresses: its own form comes out as it went in (XE4, N1)."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from accounts.addresses import normalise, sought, spelled

LOCALS = st.text("annKBZ019.+_-'\u212a\u0131", min_size=1, max_size=8)
LABELS = st.one_of(
    st.text("abcXYZ019-", min_size=1, max_size=6),
    st.text("äüÄÜßéÉøŁıİ\u212a\u212b\u0301\u00ad\u200b\u200d\u034f", min_size=1, max_size=5),
    st.text("бвгАБ\u0301яЯ", min_size=1, max_size=5),
    st.text("ひカー漢々한ﾊ", min_size=1, max_size=4),
    st.text("αβΣσςΑ", min_size=1, max_size=4),
    st.sampled_from(["xn--bcher-kva", "XN--BCHER-KVA", "xn--80ak6aa92e", "xn--", "xn--a"]),
    st.text(min_size=1, max_size=4),
)
DOTS = st.sampled_from([".", "\uff0e", "\u3002", "\uff61", ".."])
DOMAINS = st.builds(
    lambda first, dot, second, end: f"{first}{dot}{second}{end}",
    LABELS,
    DOTS,
    LABELS,
    st.sampled_from(["", ".", "\u3002", " "]),
)
WRITTEN = st.builds(lambda local, domain: f"{local}@{domain}", LOCALS, DOMAINS)


@given(WRITTEN)
def test_the_form_of_an_address_is_its_own_form_N1(written):
    form = sought(written)
    assert sought(form) == form
    assert form == form.lower()
    assert form.isascii()


@given(WRITTEN)
def test_what_is_shown_leads_back_to_the_same_mailbox(written):
    form = sought(written)
    assert sought(spelled(form)) == form


@given(st.text(max_size=12), st.text(max_size=12))
def test_two_texts_of_one_mailbox_differ_in_case_composition_dots_and_blanks_alone_XE4(one, other):
    def plain(text: str) -> str:
        composed = unicodedata.normalize("NFC", text.strip().translate(dots))
        return unicodedata.normalize("NFC", composed.lower()).rstrip(".")

    dots = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))
    for text in (f"{one}@{other}.org", f"a@{one}.{other}"):
        form = sought(text)
        if form and "xn--" not in form:
            assert form == plain(text)


@pytest.mark.parametrize(
    "text", ["\ud800@x.org", "a@\udfff.org", f"a@{'x.' * 600_000}org", "@" * 9]
)
def test_no_text_does_more_than_be_refused_XJ1(text):
    with pytest.raises(ValueError, match=r"@|domain"):
        normalise(text)
