"""Owners list, prove and give up domains on a page of the sign-in settings (P1)."""

import html
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.cast.proofs import grow_old, prove, with_password
from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.workspaces.sso.conftest import NAME, page, record_of, tag_of, txt
from tests.workspaces.sso.test_domains import SEEN, written
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.models import Domain
from workspaces.models.sso.domain import DomainState
from workspaces.operations.sso.proving import domains

PAGE = "/w/acme/settings/sign-in/domains"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db):
    cache.clear()


@pytest.fixture
def listed(world):
    return domains.add(world.workspace, NAME, by=SYSTEM)


def about(domain, what):
    return f"{PAGE}/{domain.public_id}/{what}"


def sent(client, **changed):
    """Send the form of the page as a browser would, with these values."""
    return client.post(PAGE, filled(client.get(PAGE), PAGE) | changed)


def test_the_way_there_and_back_stands_on_both_pages(see, world):
    assert PAGE in see("ada", "settings/sign-in").links()
    seen = see("ada", "settings/sign-in/domains")
    assert "/w/acme/settings/sign-in" in seen.links()
    assert "No domain is listed yet." in seen


def test_an_owner_lists_a_domain_and_sees_what_to_publish_P1(as_user, world):
    ada = as_user("ada")
    answer = sent(ada, name="Bücher.example")
    domain = Domain.objects.get()
    assert answer["Location"] == f"{PAGE}#domain-{domain.public_id}"
    seen = Seen(ada.get(PAGE))
    assert domain.name == "xn--bcher-kva.example"
    assert "bücher.example Waiting" in seen
    assert f'value="{record_of(domain.word)}"' in seen.raw
    assert f'value="{html.escape(tag_of(domain.word))}"' in seen.raw
    assert "Now publish the word of bücher.example." in seen


def test_a_form_sent_twice_lists_one_domain_XI7(as_user, world):
    ada = as_user("ada")
    form = filled(ada.get(PAGE), PAGE) | {"name": NAME}
    assert [ada.post(PAGE, form).status_code for _ in range(2)] == [302, 302]
    assert Domain.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("co.uk", "nobody's own"),
        ("192.0.2.7", "address of the network"),
        ("localhost", "has a dot"),
        ("x" * 1001, "1000"),
        ("", "required"),
        (NAME.upper(), "on the list already"),
    ],
)
def test_what_cannot_be_listed_is_said_beside_the_field_P1(as_user, listed, name, words):
    ada = as_user("ada")
    before = everything()
    answer = sent(ada, name=name)
    assert answer.status_code == 422
    assert words in html.unescape(str(answer.context["form"].errors["name"]))
    assert everything() == before


def test_check_now_proves_a_domain_without_a_script_P1(as_user, listed, names):
    names.knows(txt(listed.word))
    ada = as_user("ada")
    seen = Seen(ada.post(about(listed, "check"), follow=True))
    assert f"{NAME} is proved." in seen
    assert f"{NAME} Proved" in seen
    assert "Proved by its TXT record" in seen


def test_check_now_swaps_the_list_in_with_a_script_P1(as_user, listed, site):
    site.answer = start_with("another")
    headers = {"HX-Request": "true", "HX-Target": "domains"}
    seen = Seen(as_user("ada").post(about(listed, "check"), headers=headers))
    assert seen.status == 200
    assert seen.raw.lstrip().startswith("<section")
    assert "The word is not there yet." in seen
    assert "TXT record no word is there" in seen
    assert "Start page another word is there" in seen


def start_with(word):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(page(tag_of(word)).encode())

    return answer


def test_claimed_elsewhere_says_so_and_not_where_P1_R5(as_user, listed, names):
    other = build(OTHER).workspace
    domains.note(domains.add(other, NAME, by=SYSTEM), SEEN, by=SYSTEM)
    ada = as_user("ada")
    assert "elsewhere" not in Seen(ada.post(about(listed, "check"), follow=True))
    names.knows(txt(listed.word))
    seen = Seen(ada.post(about(listed, "check"), follow=True))
    assert f"{NAME} Claimed elsewhere" in seen
    assert other.name not in seen
    assert other.slug not in seen.text.split()


def test_a_late_word_is_replaced_by_a_new_one_P1(as_user, listed):
    written(listed, word_ends=timezone.now())
    ada = as_user("ada")
    seen = Seen(ada.get(PAGE))
    assert "Word out of date" in seen
    assert listed.word not in seen.raw
    clash = Seen(ada.post(about(listed, "check")))
    assert (clash.status, "out of date. Make a new one." in clash) == (409, True)
    seen = Seen(ada.post(about(listed, "renew"), follow=True))
    assert f"{NAME} has a new word." in seen
    assert f"{NAME} Waiting" in seen
    assert ada.post(about(listed, "renew")).status_code == 409


def test_a_lapsing_domain_says_until_when_and_a_lapsed_one_what_that_means_P1(see, listed):
    now, day = timezone.now(), timedelta(days=1)
    written(listed, proved_at=now, proved_by="dns", missing_since=now - 5 * day)
    assert f"{NAME} Lapsing Its proof is gone." in see("ada", "settings/sign-in/domains")
    written(listed, missing_since=now - 15 * day)
    seen = see("ada", "settings/sign-in/domains")
    assert f"{NAME} Lapsed" in seen
    assert "others may prove it" in seen


def test_what_the_operator_proved_is_neither_checked_nor_shown_a_word_for_P1(see, world):
    domain = domains.prove_by_operator(world.workspace, NAME, by=SYSTEM)
    seen = see("ada", "settings/sign-in/domains")
    assert "Proved by the operator of this site" in seen
    assert domain.word not in seen.raw
    assert "Check now" not in seen


def test_giving_up_says_whom_it_concerns_and_is_done_once_P1(as_user, world):
    domain = domains.note(domains.add(world.workspace, "example.org", by=SYSTEM), SEEN, by=SYSTEM)
    ada = as_user("ada")
    question = Seen(ada.get(about(domain, "give-up")))
    assert "Give up example.org?" in question
    assert "4 people here have addresses of it. They stay" in question
    assert "This is not undone." in question
    assert Domain.objects.exists()
    seen = Seen(ada.post(about(domain, "give-up"), follow=True))
    assert "example.org is given up." in seen
    assert "Undo" not in seen
    assert not Domain.objects.exists()
    assert ada.post(about(domain, "give-up")).status_code == 404


def test_giving_up_what_is_not_proved_changes_nobodys_access(as_user, listed):
    question = Seen(as_user("ada").get(about(listed, "give-up")))
    assert "nobody's access changes" in question


@pytest.mark.parametrize("what", ["check", "renew", "give-up"])
def test_a_domain_of_another_workspace_is_not_there_XA1(as_user, world, what):
    theirs = domains.add(build(OTHER).workspace, NAME, by=SYSTEM)
    ada = as_user("ada")
    before = everything()
    assert ada.post(about(theirs, what)).status_code == 404
    assert everything() == before


def test_whoever_proved_themselves_long_ago_does_so_first_S8_XG14(as_user, world, listed):
    ada = as_user("ada")
    with_password(world.user("ada"))
    ada = as_user("ada")
    grow_old()
    before = everything()
    assert ada.get(PAGE).status_code == 200
    asked = ada.post(about(listed, "give-up"))
    assert everything() == before
    prove(ada, asked)
    assert ada.get(PAGE).status_code == 200


def test_looking_outside_is_not_done_again_and_again_P1(as_user, listed, monkeypatch):
    monkeypatch.setattr(domains, "look_at", lambda *_asked: SEEN)
    ada = as_user("ada")
    answers = [ada.post(about(listed, "check")).status_code for _ in range(31)]
    assert set(answers[:30]) == {302}
    assert answers[30] == 429


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_few_and_many(
    as_user, world, count, django_assert_max_num_queries
):
    for number in range(count):
        domains.add(world.workspace, f"a{number}.example", by=SYSTEM)
    ada = as_user("ada")
    ada.get(PAGE)
    with django_assert_max_num_queries(13):
        assert ada.get(PAGE).status_code == 200


def test_markup_in_what_is_typed_is_shown_as_text_XI1(as_user, world):
    typed = "<script>alert(1)</script>.example"
    answer = sent(as_user("ada"), name=typed)
    assert answer.status_code == 422
    assert typed not in answer.content.decode()
    assert html.escape(typed) in answer.content.decode()


def test_states_are_told_in_one_word_each():
    assert {state.label for state in DomainState} == {
        "Waiting", "Claimed elsewhere", "Word out of date", "Proved", "Lapsing", "Lapsed"
    }  # fmt: skip
