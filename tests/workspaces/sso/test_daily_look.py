"""Every day proved domains are looked at, and owners are told before one lapses (P1)."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models.mail import Mail
from tests.peers import start_page
from tests.workspaces.sso.conftest import NAME, page, tag_of, txt
from tests.world import OTHER, SYSTEM, build
from workspaces.change import Actor, lock_workspace
from workspaces.models import Domain
from workspaces.models.sso.domain import DomainProof, DomainState
from workspaces.operations.members import members
from workspaces.operations.sso.proving import daily_look, domains
from workspaces.operations.sso.proving.daily_look import Looked, look_at_all
from workspaces.operations.workspace import workspaces

DAY = timedelta(days=1)
OWNERS = {"ada@example.org", "bo@example.org"}


@pytest.fixture
def owned(world):
    """A workspace of two owners."""
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    Mail.objects.all().delete()
    return world


def proved(world, names, name=NAME):
    """Return a domain whose record is there."""
    domain = domains.add(world.workspace, name, by=SYSTEM)
    names.knows(txt(domain.word, name))
    domain = domains.check(domain, by=SYSTEM)
    assert domain.state == DomainState.PROVED
    return domain


def older(domain, **ago):
    """Let what was last seen, and since when the proof is gone, be so long ago."""
    ago = timedelta(**ago)
    domain.refresh_from_db()
    fields = ("looked_at", "missing_since", "told_at")
    then = {name: getattr(domain, name) - ago for name in fields if getattr(domain, name)}
    with lock_workspace(domain.workspace_id):
        Domain.objects.filter(pk=domain.pk).update(**then)


def a_day_later(domain, days=1):
    older(domain, days=days)
    looked = look_at_all(by=SYSTEM)
    domain.refresh_from_db()
    return looked


def mails():
    return list(Mail.objects.order_by("pk").values_list("to", "subject"))


def test_what_is_there_stays_proved_without_a_word_P1(owned, names):
    domain = proved(owned, names)
    told = owned.workspace.events.count()
    assert a_day_later(domain) == Looked(1, 1)
    assert domain.state == DomainState.PROVED
    assert timezone.now() - domain.looked_at < timedelta(minutes=1)
    assert (mails(), owned.workspace.events.count()) == ([], told)


def test_what_was_looked_at_today_is_not_looked_at_again(owned, names):
    proved(owned, names)
    assert look_at_all(by=SYSTEM) == Looked(0, 0)


def test_owners_hear_twice_of_a_proof_that_is_gone_and_once_of_the_lapse_P1(owned, names):
    domain = proved(owned, names)
    names.knows(txt("another"))
    assert a_day_later(domain) == Looked(1, 0)
    assert domain.state == DomainState.LAPSING
    assert {to for to, _ in mails()} == OWNERS
    assert {subject for _, subject in mails()} == {f"The proof of {NAME} is gone"}
    a_day_later(domain, days=5)
    a_day_later(domain, days=5)
    assert len(mails()) == 2
    a_day_later(domain)
    assert len(mails()) == 4
    a_day_later(domain)
    a_day_later(domain)
    assert (len(mails()), domain.state) == (4, DomainState.LAPSING)
    a_day_later(domain)
    assert domain.state == DomainState.LAPSED
    assert {to for to, subject in mails()[4:]} == OWNERS
    assert {subject for _, subject in mails()[4:]} == {f"{NAME} lapsed"}
    assert a_day_later(domain) == Looked(0, 0)
    assert owned.workspace.events.newest_first()[0].action == "domain.lapsed"


def test_a_mail_says_until_when_and_where(owned, names):
    domain = proved(owned, names, "xn--bcher-kva.example")
    names.knows()
    a_day_later(domain)
    mail = Mail.objects.order_by("pk")[0]
    assert mail.subject == "The proof of bücher.example is gone"
    assert "/w/acme/settings/sign-in/domains" in mail.text
    assert f"{domain.lapses_at:%Y}" in mail.text
    assert domain.word not in mail.text + mail.html


def test_a_proof_that_comes_back_is_counted_anew_P1(owned, names):
    domain = proved(owned, names)
    names.knows()
    a_day_later(domain)
    a_day_later(domain, days=12)
    names.knows(txt(domain.word))
    a_day_later(domain)
    assert (domain.state, len(mails())) == (DomainState.PROVED, 4)
    names.knows()
    a_day_later(domain)
    assert (domain.state, len(mails())) == (DomainState.LAPSING, 6)


def test_where_name_servers_are_away_the_days_count_and_the_first_mail_waits_P1(owned, names):
    domain = proved(owned, names)
    names.stop()
    a_day_later(domain)
    assert (domain.state, mails()) == (DomainState.LAPSING, [])
    a_day_later(domain, days=11)
    assert len(mails()) == 2
    names.knows()
    a_day_later(domain, days=3)
    assert domain.state == DomainState.LAPSED


def test_a_tag_takes_the_place_of_a_record_P1(owned, names, site):
    domain = proved(owned, names)
    names.knows(f"host-record={NAME},127.0.0.1")
    site.answer = start_page.shows(page(tag_of(domain.word)))
    a_day_later(domain)
    assert (domain.state, domain.proved_by) == (DomainState.PROVED, DomainProof.PAGE)


def test_what_goes_while_others_are_asked_is_passed_over(owned, names, monkeypatch):
    domain = proved(owned, names)
    other = build(OTHER)
    kept = proved(other, names, "globex.example")
    older(domain, days=1)
    older(kept, days=1)
    look = daily_look.look_at

    def looked(name, word):
        found = look(name, word)
        if name == NAME:
            assert not lock_is_held()
        return found

    monkeypatch.setattr(daily_look, "look_at", looked)
    note = domains.note

    def noted(domain, look, *, by):
        if domain.name == NAME:
            domains.give_up(domain, by=SYSTEM)
        return note(domain, look, by=by)

    monkeypatch.setattr(domains, "note", noted)
    assert look_at_all(by=SYSTEM) == Looked(1, 1)


def lock_is_held():
    try:
        Domain(workspace_id=1).save()
    except RuntimeError:
        return False
    return True


def test_many_are_looked_at_page_by_page(owned, names, monkeypatch):
    monkeypatch.setattr(daily_look, "AT_ONCE", 2)
    made = [domains.add(owned.workspace, f"a{n}.example", by=SYSTEM) for n in range(5)]
    names.knows(*(txt(domain.word, domain.name) for domain in made))
    for domain in made:
        domains.check(domain, by=SYSTEM)
        older(domain, days=1)
    assert look_at_all(by=SYSTEM) == Looked(5, 5)


def test_domains_of_a_closed_workspace_rest(owned, names):
    domain = proved(owned, names)
    older(domain, days=1)
    workspaces.close(owned.workspace, by=SYSTEM)
    assert look_at_all(by=SYSTEM) == Looked(0, 0)


def test_housekeeping_looks_and_says_so(owned, names):
    older(proved(owned, names), days=1)
    out = io.StringIO()
    call_command("housekeeping", stdout=out)
    assert "1 of 1 domains carry their proof" in out.getvalue()


# --- What an operator says -------------------------------------------------------------------


def test_the_operator_proves_a_domain_that_no_look_takes_back_P1(owned, names):
    out = io.StringIO()
    call_command("domain_prove", "acme", "ACME.example.", stdout=out)
    assert out.getvalue().strip() == f"{NAME} is proved for Acme."
    domain = owned.workspace.domains.proved().get()
    assert (domain.state, domain.proved_by) == (DomainState.PROVED, DomainProof.OPERATOR)
    [event, *_] = owned.workspace.events.newest_first()
    assert (event.action, event.actor_kind) == ("domain.proved", "system")
    domains.check(domain, by=Actor.system())
    domain.refresh_from_db()
    assert domain.state == DomainState.PROVED
    assert a_day_later(domain) == Looked(0, 0)


def test_the_operator_proves_what_is_listed_late_or_lapsed_P1(owned):
    domain = domains.add(owned.workspace, NAME, by=SYSTEM)
    now = timezone.now()
    with lock_workspace(domain.workspace_id):
        Domain.objects.filter(pk=domain.pk).update(
            word_ends=now, proved_at=now, lapsed_at=now, missing_since=now - 15 * DAY
        )
    call_command("domain_prove", "acme", NAME, stdout=io.StringIO())
    domain.refresh_from_db()
    assert domain.state == DomainState.PROVED


def test_the_operator_proves_nothing_that_is_held_elsewhere_P1(owned):
    call_command("domain_prove", "acme", NAME, stdout=io.StringIO())
    other = build(OTHER)
    with pytest.raises(CommandError, match="claimed elsewhere"):
        call_command("domain_prove", other.workspace.slug, NAME)
    assert not other.workspace.domains.exists()
    with pytest.raises(CommandError, match="proved already"):
        call_command("domain_prove", "acme", NAME)


@pytest.mark.parametrize(("slug", "name"), [("acme", "co.uk"), ("nowhere", NAME)])
def test_what_an_operator_mistypes_ends_with_2(owned, slug, name):
    with pytest.raises(CommandError) as error:
        call_command("domain_prove", slug, name)
    assert error.value.returncode == 2 or "no workspace" in str(error.value)
