"""Which names may be proved, and that one domain has one name however it is spelled (P1)."""

import pytest

from config.web.values.network import address_and_port, is_public
from workspaces.errors import Refused
from workspaces.operations.sso.proving.domain_names import clean_domain


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("acme.example", "acme.example"),
        (" ACME.Example. ", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BU\u0308CHER.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("bücher\N{IDEOGRAPHIC FULL STOP}example", "xn--bcher-kva.example"),
        ("mail.acme.co.uk", "mail.acme.co.uk"),
        ("acme.co.uk", "acme.co.uk"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
        ("123.example", "123.example"),
    ],
)
def test_one_domain_has_one_name_P1_XE4(typed, name):
    assert clean_domain(typed) == name
    assert clean_domain(name) == name


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("com", "A domain has a dot"),
        ("localhost", "A domain has a dot"),
        ("printer.localhost", "no domain of the open network"),
        ("co.uk", "nobody's own"),
        ("CO.UK.", "nobody's own"),
        ("github.io", "nobody's own"),
        ("xn--55qx5d.cn", "nobody's own"),
        ("公司.cn", "nobody's own"),
        ("192.0.2.7", "address of the network"),
        ("::1", "address of the network"),
        ("[2001:db8::1]", "address of the network"),
        ("192.0.2.7.9", "no domain of the open network"),
        ("0x7f.1", "no domain of the open network"),
        (f"{'a' * 64}.example", "at most 63"),
        (f"{'ü' * 60}.example", "no domain name"),
        (".".join(["a" * 60] * 5), "no domain name"),
        ("https://acme.example/", "no domain name"),
        ("ann@acme.example", "no domain name"),
        ("acme.example:443", "no domain name"),
        ("acme..example", "no domain name"),
        (".acme.example", "no domain name"),
        ("*.acme.example", "no domain name"),
        ("_dmarc.acme.example", "no domain name"),
        ("-acme.example", "no domain name"),
        ("acme.example..", "no domain name"),
        ("ac me.example", "no domain name"),
        ("аcme.example", "no domain name"),
        ("\N{KELVIN SIGN}elvin.example", "no domain name"),
        ("acme\u202e.example", "no domain name"),
        ("acme\x00.example", "no domain name"),
        ("", "no domain name"),
        (".", "no domain name"),
    ],
)
def test_what_is_nobodys_domain_is_refused_in_words_P1(typed, words):
    with pytest.raises(Refused, match=words) as refused:
        clean_domain(typed)
    assert (refused.value.rule, refused.value.field) == ("P1", "name")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("192.0.2.7", ("192.0.2.7", 53)),
        ("192.0.2.7:5353", ("192.0.2.7", 5353)),
        ("2001:db8::7", ("2001:db8::7", 53)),
        ("[2001:db8::7]", ("2001:db8::7", 53)),
        ("[2001:db8::7]:5353", ("2001:db8::7", 5353)),
    ],
)
def test_name_servers_are_named_by_address_and_port(text, place):
    assert address_and_port(text, port=53) == place


@pytest.mark.parametrize("text", ["", "dns.example", "192.0.2.7:x", "[::1", "::1]:53"])
def test_what_names_no_server_is_an_error(text):
    with pytest.raises(ValueError, match=r"."):
        address_and_port(text, port=53)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_addresses_of_the_open_network_are_public(address):
    assert is_public(address)
