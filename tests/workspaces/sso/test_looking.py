"""The console looks outside for the word of a domain, and is led nowhere by what it meets (P1)."""

import time

import pytest
import trustme

from tests.peers.name_server import changing_its_mind
from tests.peers.start_page import leads_to, serving, shows
from tests.workspaces.sso.conftest import (
    NAME,
    SIGN,
    WORD,
    Look,
    look_at,
    page,
    record_of,
    served_with,
    tag_of,
    txt,
)  # fmt: skip
from workspaces.models.sso.domain import DomainProof, Sight
from workspaces.operations.sso.proving.start_pages import MOST_BYTES


def test_the_record_proves_a_domain_P1(names):
    names.knows(txt(WORD))
    assert look_at(NAME, WORD) == Look(Sight.SEEN)
    assert look_at(NAME, WORD).proof == DomainProof.DNS


def test_a_record_cut_into_strings_among_others_is_read_whole_P1(names):
    whole = record_of(WORD)
    names.knows(
        f'txt-record={NAME},"v=spf1 -all"', f'txt-record={NAME},"{whole[:9]}","{whole[9:]}"'
    )
    assert look_at(NAME, WORD).record == Sight.SEEN


@pytest.mark.parametrize(
    ("record", "sight"),
    [
        (txt("wordOfOthers"), Sight.OTHER),
        (txt(WORD.upper()), Sight.OTHER),
        (txt(f"{WORD}x"), Sight.OTHER),
        (f'txt-record={NAME},"{WORD}"', Sight.NOTHING),
        (txt(WORD, f"mail.{NAME}"), Sight.NOTHING),
        (txt(WORD, "example"), Sight.NOTHING),
        (f"host-record={NAME},127.0.0.1", Sight.NOTHING),
    ],
)
def test_no_other_record_proves_it_P1(names, record, sight):
    names.knows(record)
    look = look_at(NAME, WORD)
    assert (look.record, look.proof) == (sight, None)


def test_name_servers_that_say_nothing_are_told_from_those_that_say_no_P1(names):
    assert look_at("acme.test", WORD).record == Sight.SILENT  # it knows no such zone, and says so
    names.stop()
    look = look_at(NAME, WORD)
    assert look == Look(Sight.SILENT, Sight.SILENT)
    assert not look.told


def test_the_tag_on_the_start_page_proves_a_domain_P1(site):
    site.answer = shows(page(tag_of(WORD)))
    look = look_at(NAME, WORD)
    assert look == Look(Sight.NOTHING, Sight.SEEN)
    assert look.proof == DomainProof.PAGE
    assert site.asked == [(f"{NAME}:{site.port}", "/")]


def test_over_plain_http_a_site_in_development_looks_at_this_machine_alone(names, settings):
    names.knows(f"host-record={NAME},127.0.0.1")
    with serving(shows(page(tag_of(WORD)))) as plain:
        settings.LOOPBACK_PAGES = f"http:{plain.port}"
        assert look_at(NAME, WORD).page == Sight.SEEN
        settings.LOOPBACK_PAGES = ""
        assert look_at(NAME, WORD).page == Sight.INSIDE
        assert len(plain.asked) == 1


@pytest.mark.parametrize(
    ("head", "body", "sight"),
    [
        (f"<META NAME='{SIGN.upper()}' content=' {WORD} '/>", "", Sight.SEEN),
        (tag_of("wordOfOthers") + tag_of(WORD), "", Sight.SEEN),
        (tag_of("wordOfOthers"), "", Sight.OTHER),
        (tag_of(WORD.lower()), "", Sight.OTHER),
        (f'<meta name="{SIGN}">', "", Sight.OTHER),
        (f'<meta name="description" content="{WORD}">', "", Sight.NOTHING),
        ("", tag_of(WORD), Sight.NOTHING),
        (f"<!-- {tag_of(WORD)} -->", "", Sight.NOTHING),
        (f"<script>{tag_of(WORD)}</script>", "", Sight.NOTHING),
        (f"<title>{tag_of(WORD)}</title>", "", Sight.NOTHING),
        (f"<noscript>{tag_of(WORD)}</noscript>", "", Sight.NOTHING),
        (f"<template>{tag_of(WORD)}</template>", "", Sight.NOTHING),
        (f"</head>{tag_of(WORD)}", "", Sight.NOTHING),
        (f"<![what {tag_of(WORD)}", "", Sight.NOTHING),
        ("&lt;meta name=" + SIGN, "", Sight.NOTHING),
    ],
)
def test_the_tag_counts_where_only_the_owner_of_a_page_writes_P1(site, head, body, sight):
    site.answer = shows(page(head, body))
    assert look_at(NAME, WORD).page == sight


def test_a_page_may_lead_on_within_its_domain_P1(site):
    def answer(handler):
        at = handler.headers["Host"].partition(":")[0], handler.path
        ways = {
            (NAME, "/"): "/en/?a=1",
            (NAME, "/en/?a=1"): f"https://www.{NAME}:{site.port}/home",
        }
        (leads_to(ways[at]) if at in ways else shows(page(tag_of(WORD))))(handler)

    site.answer = answer
    assert look_at(NAME, WORD).page == Sight.SEEN
    assert [path for _, path in site.asked] == ["/", "/en/?a=1", "/home"]


@pytest.mark.parametrize(
    "there",
    [
        "https://other.example/", "https://mail.acme.example/", "http://acme.example/",
        "//other.example/", "https://acme.example.other.example/", "https://127.0.0.1/",
        "https://acme.example@other.example/", "https://acme.example:22/", "file:///etc/passwd",
        "https://acme.example:x/", "gopher://acme.example/", "https://[::1]/", "https://[/", "",
        "https://acme.example/\u00e9",
    ],
)  # fmt: skip
def test_a_page_that_leads_off_the_domain_proves_nothing_P1(site, names, there):
    names.knows(f"address=/{names_of(there)}/127.0.0.1", f"host-record={NAME},127.0.0.1")
    site.answer = leads_to(there)
    look = look_at(NAME, WORD)
    assert look.page in {Sight.AWAY, Sight.REFUSED}
    assert len(site.asked) == 1


def names_of(there):
    return "other.example" if "other" in there else "mail.acme.example"


def test_a_page_that_leads_round_and_round_is_left_P1(site):
    site.answer = leads_to("/")
    assert look_at(NAME, WORD).page == Sight.AWAY
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.168.1.1",
        "0.0.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "::", "ff02::1",
    ],
)  # fmt: skip
def test_no_page_is_fetched_from_a_network_of_ours_P1(names, monkeypatch, address):
    names.knows(f"host-record={NAME},{address}", f"host-record={NAME},8.8.8.8")
    monkeypatch.setattr("httpcore.ConnectionPool", None)  # nothing is connected to
    assert look_at(NAME, WORD).page == Sight.INSIDE


def test_this_machine_counts_where_all_addresses_are_its_own(names, settings, monkeypatch):
    settings.LOOPBACK_PAGES = "http:8080"
    monkeypatch.setattr("httpcore.ConnectionPool", None)
    for other in ("10.0.0.1", "8.8.8.8"):
        names.knows(f"host-record={NAME},127.0.0.1", f"host-record={NAME},{other}")
        assert look_at(NAME, WORD).page == Sight.INSIDE


def test_a_name_that_changes_its_mind_leads_nowhere_else_P1(settings):
    """What is connected to is what was looked at; nobody asks for the name again."""
    with (
        serving(shows(page())) as outside,
        serving(shows(page(tag_of(WORD))), host="127.0.0.2", port=outside.port) as inside,
        changing_its_mind(["127.0.0.1", "127.0.0.2"]) as (port, asked),
    ):
        settings.DNS_RESOLVERS = [("127.0.0.1", port)]
        settings.OUTSIDE_SECONDS = 2.0
        settings.LOOPBACK_PAGES = f"http:{outside.port}"
        assert look_at(NAME, WORD).page == Sight.NOTHING
        assert asked == ["127.0.0.1"]
        assert (len(outside.asked), len(inside.asked)) == (1, 0)


def test_a_deaf_address_leaves_time_for_the_next(site, names):
    names.knows(f"host-record={NAME},127.0.0.9", f"host-record={NAME},127.0.0.1")
    site.answer = shows(page(tag_of(WORD)))
    assert look_at(NAME, WORD).page == Sight.SEEN


@pytest.mark.parametrize(("before", "sight"), [(200_000, Sight.SEEN), (2**18, Sight.NOTHING)])
def test_of_a_huge_page_the_first_part_is_read_P1(site, before, sight):
    sent = []

    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"<head><!--" + b"x" * before + f"-->{tag_of(WORD)}".encode())
        for _ in range(2000):
            handler.wfile.write(b"x" * 65536)
            sent.append(65536)

    site.answer = answer
    assert look_at(NAME, WORD).page == sight
    assert sum(sent) < 64 * MOST_BYTES  # what lay on the way when nobody listened any more


@pytest.mark.parametrize("slow", ["head", "page", "never"])
def test_a_server_that_takes_its_time_is_not_waited_for_P1(site, settings, slow):
    settings.OUTSIDE_SECONDS = 0.6
    over = []

    def answer(handler):
        if slow == "page":
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(100):
            if over:
                return
            time.sleep(0.1)
            if slow != "never":
                handler.wfile.write(b"x")

    site.answer = answer
    began = time.monotonic()
    assert look_at(NAME, WORD).page == Sight.SILENT
    over.append(1)
    assert time.monotonic() - began < 2


def test_a_certificate_of_another_name_or_authority_is_none_P1(names, certificate, settings):
    names.knows(f"host-record={NAME},127.0.0.1")
    strange = served_with(trustme.CA(), NAME)
    with serving(shows(page(tag_of(WORD))), strange) as site:
        settings.LOOPBACK_PAGES = f"https:{site.port}"
        assert look_at(NAME, WORD).page == Sight.UNTRUSTED
        assert site.asked == []
    with serving(shows(page(tag_of(WORD))), certificate) as site:
        names.knows("host-record=globex.example,127.0.0.1")
        settings.LOOPBACK_PAGES = f"https:{site.port}"
        assert look_at("globex.example", WORD).page == Sight.UNTRUSTED


@pytest.mark.parametrize("status", [201, 204, 304, 400, 401, 403, 404, 500])
def test_a_page_that_is_not_shown_proves_nothing_P1(site, status):
    site.answer = shows("" if status in {204, 304} else page(tag_of(WORD)), status)
    assert look_at(NAME, WORD).page == Sight.REFUSED


def test_what_is_no_page_proves_nothing_P1(site):
    site.answer = lambda handler: handler.wfile.write(b"\x00\xff nonsense \r\n\r\n")
    assert look_at(NAME, WORD).page == Sight.SILENT


def test_a_domain_without_an_address_has_no_page_P1(names):
    names.knows(txt("wordOfOthers"))
    assert look_at(NAME, WORD) == Look(Sight.OTHER, Sight.NOWHERE)
