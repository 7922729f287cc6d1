"""What is no answer at all, or one that is not to be parsed (P7)."""

import zlib
from base64 import b64decode, b64encode

import pytest
from hypothesis import given, settings, strategies as st

from tests.peers.saml_provider import ASSERTION, NAME_ID, NAMES, field_of, setting
from tests.peers.start_page import serving, shows
from tests.workspaces.sso.saml.conftest import ASKED, NOW, PROVIDER, read
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database

GOOD = b64decode(PROVIDER.answer(NOW, ASKED))
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
ENCRYPTED = (
    b'<x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"><x:CipherData>'
    b"<x:CipherValue>AAAA</x:CipherValue></x:CipherData></x:EncryptedData>"
)


def with_type(inner, place="&e;"):
    """Return the answer with a document type, and something for the text of its NameID."""
    typed = f"<!DOCTYPE x{inner}>".encode()
    return typed + GOOD.replace(b"u-1007", place.encode())


def within_name(text):
    return GOOD.replace(b"u-1007", text)


CASES = {
    "plain document type": (with_type("", "u-1007"), "document type"),
    "entity": (with_type(' [<!ENTITY e "u-1007">]'), "document type"),
    "entity bomb": (with_type(f' [<!ENTITY e0 "u">{BOMB}]', "&e9;"), "document type"),
    "external entity": (with_type(' [<!ENTITY e SYSTEM "file:///etc/hostname">]'), "document type"),
    "parameter entity": (with_type(' [<!ENTITY % e SYSTEM "http://127.0.0.1/">%e;]'), "document"),
    "entity nobody defined": (within_name(b"&e;"), "no XML"),
    "document type in UTF-16": (with_type("").decode().encode("utf-16"), "no XML"),
    "answer in UTF-16": (GOOD.decode().encode("utf-16"), "no XML"),
    "answer in Latin-1": (within_name("ü".encode("latin-1")), "no XML"),
    "deep": (within_name(b"<a>" * 40 + b"</a>" * 40), "deeper than 30"),
    "deeper": (within_name(b"<a>" * 9000 + b"</a>" * 9000), "no XML|deeper"),
    "processing instruction in the NameID": (within_name(b"u-10<?x?>07"), "processing instr"),
    "processing instruction before all": (b"<?x y?>" + GOOD, "processing instructions"),
    "processing instruction behind all": (GOOD + b"<?x y?>", "processing instructions"),
    "no XML": (b"SAMLResponse", "no XML"),
    "a name without end": (b"<%s><b></samlp:Response>" % (b"a" * 5000), "no XML"),
    "a root without end": (b"<%s/>" % (b"a" * 5000), "no response"),
    "XML that is cut": (GOOD[:-20], "no XML"),
    "two documents": (GOOD + GOOD, "no XML"),
    "nothing in base64": (b"", "no XML"),
    "a NUL": (within_name(b"u-10\x0007"), "no XML"),
    "a reference to a control character": (within_name(b"u-10&#1;07"), "no XML"),
    "deflated": (zlib.compress(GOOD)[2:-4], "no XML"),
    "another element": (b"<a/>", "no response"),
    "an assertion alone": (
        GOOD[GOOD.index(b"<saml:Assertion") : GOOD.index(b"</samlp:Response")],
        "no XML",
    ),
    "a response of version 1": (
        b'<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>',
        "no r",
    ),
    "a logout": (GOOD.replace(b"samlp:Response", b"samlp:LogoutResponse"), "no response"),
    "a response with nothing in it": (
        f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}"/>'.encode(),
        "status is missing",
    ),
    "attributes without end": (
        within_name(b"<a %s/>" % b" ".join(b'a%d=""' % n for n in range(31))),
        "more than 30 attributes",
    ),
    "namespaces without end": (
        within_name(b"<a %s/>" % b" ".join(b'xmlns:a%d="u:u"' % n for n in range(31))),
        "more than 30 namespaces",
    ),
    "encrypted assertion": (
        GOOD[: GOOD.index(b"<saml:Assertion")]
        + b"<saml:EncryptedAssertion>"
        + ENCRYPTED
        + b"</saml:EncryptedAssertion></samlp:Response>",
        "encrypted",
    ),
    "encrypted assertion besides": (
        GOOD.replace(
            b"</samlp:Response>",
            b"<saml:EncryptedAssertion>"
            + ENCRYPTED
            + b"</saml:EncryptedAssertion></samlp:Response>",
        ),
        "encrypted",
    ),
}


@pytest.mark.parametrize(("xml", "reason"), CASES.values(), ids=CASES)
def test_what_is_no_answer_is_not_believed_P7(xml, reason):
    with pytest.raises(Unvouched, match=reason) as refused:
        read(field_of(xml))
    assert len(refused.value.raw) < 500


@pytest.mark.parametrize(
    ("text", "reason"),
    {
        "empty": ("", "no XML"),
        "line breaks": ("\r\n", "no XML"),
        "blanks": (b64encode(GOOD).decode().replace("+", " "), "no base64"),
        "not base64": ("<samlp:Response/>", "no base64"),
        "base64 for addresses": (b64encode(GOOD).decode().replace("+", "-") + "_-", "no base64"),
        "base64 that is cut": (b64encode(GOOD).decode()[:-1], "no base64|no XML"),
        "other letters": ("ä" * 40, "no base64"),
        "half of a pair": ("\ud800", "no base64"),
        "huge": ("A" * (256 * 1024 + 4), "262148 characters"),
    }.values(),
)
def test_what_is_no_field_is_not_believed_P7(text, reason):
    with pytest.raises(Unvouched, match=reason):
        read(text)


def test_nothing_an_answer_names_is_fetched_P7():
    with serving(shows("<!ENTITY x 'y'>")) as site:
        there = f"http://127.0.0.1:{site.port}/"
        hint = (
            f'<samlp:Response xmlns:xsi="{NAMES["xsi"]}" '
            f'xsi:schemaLocation="urn:x {there}" xsi:noNamespaceSchemaLocation="{there}"'
        )
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}"/>'
        answers = (
            with_type(f' SYSTEM "{there}"', "u-1007"),
            with_type(f' [<!ENTITY e SYSTEM "{there}">]'),
            GOOD.replace(b"<samlp:Response", hint.encode(), 1).replace(b"u-1007", b"u-1"),
            within_name(include.encode()),
        )
        for answer in answers:
            with pytest.raises(Unvouched):
                read(field_of(answer))
        assert site.asked == []


@pytest.mark.parametrize("comment", [b"u-10<!-- x -->07", b"<!---->u-1007", b"u-1007<!-- -->"])
def test_a_comment_in_a_NameID_cuts_nothing_off_P7(comment):
    assert read(field_of(within_name(comment))) == read(field_of(GOOD))


def test_a_comment_makes_no_shorter_person_of_a_longer_one_P7():
    longer = PROVIDER.answer(NOW, ASKED, before=[setting(NAME_ID, "u-1007.evil")])
    cut = b64decode(longer).replace(b"u-1007.evil", b"u-1007<!-- -->.evil")
    assert read(field_of(cut)).said["NameID"] == ["u-1007.evil"]


def believed(answer):
    try:
        return read(answer)
    except Unvouched:
        return None


TRUE = read(field_of(GOOD))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 40), st.binary(max_size=12))
def test_a_mangled_answer_says_the_same_or_nothing_P7(start, length, put):
    mangled = GOOD[:start] + put + GOOD[start + length :]
    assert believed(field_of(mangled)) in (None, TRUE)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_rearranged_answer_says_the_same_or_nothing_P7(data):
    """Pieces of the document itself, which fit better than bytes by chance."""
    cuts = [n for n, byte in enumerate(GOOD) if byte in b'<>" ']
    start, end = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    place, behind = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    mangled = GOOD[:place] + GOOD[start:end] + GOOD[behind:]
    assert believed(field_of(mangled)) in (None, TRUE)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(field_of))
def test_any_text_is_no_answer_P7(text):
    assert believed(text) is None


@pytest.mark.parametrize("signed", [[ASSERTION], ["."]], ids=["assertion", "response"])
def test_no_character_of_what_is_signed_may_change_P7(signed):
    whole = b64decode(PROVIDER.answer(NOW, ASKED, signed=signed))
    start = whole.index(b"<saml:Assertion")
    for place in range(start, whole.index(b"</saml:Assertion"), 7):
        mangled = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        assert believed(field_of(mangled)) in (None, TRUE), place
