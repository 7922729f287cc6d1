"""Domains are listed, proved, lapse and are given up; only one workspace holds each (P1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.peers.race import together
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.change import lock_workspace
from workspaces.errors import Conflict, Denied, Refused, Unproved
from workspaces.models import ActorKind, Domain, DomainQuerySet
from workspaces.models.sso.domain import DomainProof, DomainState, Sight
from workspaces.operations.members import members
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.proving.looking import Look

SEEN, GONE = Look(Sight.SEEN), Look(Sight.NOTHING, Sight.NOTHING)
DAY = timedelta(days=1)


def listed(world, name="acme.example", **fields):
    domain = domains.add(world.workspace, name, by=SYSTEM)
    return written(domain, **fields) if fields else domain


def written(domain, **fields):
    with lock_workspace(domain.workspace_id):
        Domain.objects.filter(pk=domain.pk).update(**fields)
    domain.refresh_from_db()
    return domain


def proved(world, name="acme.example"):
    return domains.note(listed(world, name), SEEN, by=SYSTEM)


def kinds(world):
    return list(world.workspace.events.newest_first().values_list("action", flat=True))


def test_a_listed_domain_waits_14_days_for_its_word_P1(world):
    domain = listed(world)
    assert domain.state == DomainState.WAITING
    assert timedelta(0) < timezone.now() + 14 * DAY - domain.word_ends < timedelta(minutes=1)
    assert not world.workspace.domains.proved().exists()
    domain = written(domain, word_ends=timezone.now())
    assert domain.state == DomainState.OUT_OF_DATE


def test_a_domain_is_proved_by_its_word_and_stays_so_P1(world):
    domain = proved(world)
    assert (domain.state, domain.proved_by) == (DomainState.PROVED, DomainProof.DNS)
    written(domain, word_ends=timezone.now() - DAY)
    assert world.workspace.domains.proved().get().state == DomainState.PROVED
    domains.note(domain, Look(Sight.NOTHING, Sight.SEEN), by=SYSTEM)
    assert world.workspace.domains.proved().get().proved_by == DomainProof.PAGE
    assert kinds(world)[:2] == ["domain.proved", "domain.added"]


def test_a_look_that_sees_nothing_changes_nothing_but_what_was_seen_P1(world):
    domain = domains.note(listed(world), Look(Sight.OTHER, Sight.AWAY), by=SYSTEM)
    assert domain.state == DomainState.WAITING
    assert (domain.record_sight, domain.page_sight) == (Sight.OTHER, Sight.AWAY)
    assert kinds(world)[0] == "domain.added"


@pytest.mark.parametrize("fields", [{"word_ends": timezone.now()}, {"lapsed_at": timezone.now()}])
def test_a_word_out_of_date_proves_nothing_and_a_new_one_does_P1(world, fields):
    domain = listed(world, **fields)
    for attempt in (domains.check, lambda d, by: domains.note(d, SEEN, by=by)):
        with pytest.raises(Conflict, match="out of date"):
            attempt(domain, by=SYSTEM)
    fresh = domains.renew(domain, by=SYSTEM)
    assert fresh.word != domain.word
    assert fresh.state == DomainState.WAITING
    with pytest.raises(Conflict, match="new word"):
        domains.note(domain, SEEN, by=SYSTEM)  # what was looked for was the old one
    assert domains.note(fresh, SEEN, by=SYSTEM).state == DomainState.PROVED
    with pytest.raises(Conflict, match="still good"):
        domains.renew(fresh, by=SYSTEM)


def test_a_missing_proof_lapses_after_14_days_and_not_before_P1(world):
    domain = proved(world)
    domain = domains.note(domain, GONE, by=SYSTEM)
    assert domain.state == DomainState.LAPSING
    assert world.workspace.domains.proved().exists()
    written(domain, missing_since=timezone.now() - 14 * DAY + timedelta(minutes=1))
    assert domains.note(domain, GONE, by=SYSTEM).state == DomainState.LAPSING
    assert world.workspace.domains.proved().exists()
    written(domain, missing_since=timezone.now() - 14 * DAY)
    assert not world.workspace.domains.proved().exists()  # whether anybody looked by then or not
    lapsed = domains.note(domain, GONE, by=SYSTEM)
    assert (lapsed.state, kinds(world)[0]) == (DomainState.LAPSED, "domain.lapsed")
    assert not Domain.objects.claiming().exists()


def test_a_proof_that_is_back_counts_from_the_start_P1(world):
    domain = written(proved(world), missing_since=timezone.now() - 13 * DAY)
    domain = domains.note(domain, SEEN, by=SYSTEM)
    assert (domain.state, domain.missing_since) == (DomainState.PROVED, None)
    domain = domains.note(domain, GONE, by=SYSTEM)
    assert timezone.now() - domain.missing_since < timedelta(minutes=1)


def test_claimed_elsewhere_is_told_to_who_shows_the_word_alone_P1(world):
    other = build(OTHER)
    theirs = proved(other)
    ours = listed(world)
    assert domains.note(ours, GONE, by=SYSTEM).state == DomainState.WAITING
    ours = domains.note(ours, SEEN, by=SYSTEM)
    assert ours.state == DomainState.CLAIMED
    assert not world.workspace.domains.proved().exists()
    assert "domain.proved" not in kinds(world)
    domains.give_up(theirs, by=SYSTEM)
    assert domains.note(ours, SEEN, by=SYSTEM).state == DomainState.PROVED


def test_a_lapsed_domain_holds_no_claim_P1(world):
    other = build(OTHER)
    theirs = written(proved(other), missing_since=timezone.now() - 15 * DAY)
    ours = listed(world)
    assert domains.note(ours, SEEN, by=SYSTEM).state == DomainState.CLAIMED
    domains.note(theirs, GONE, by=SYSTEM)
    assert domains.note(ours, SEEN, by=SYSTEM).state == DomainState.PROVED
    theirs = domains.renew(theirs, by=SYSTEM)
    assert domains.note(theirs, SEEN, by=SYSTEM).state == DomainState.CLAIMED


def test_spelled_in_two_ways_it_is_one_domain_P1(world):
    other = build(OTHER)
    proved(other, "bücher.example")
    ours = listed(world, "XN--BCHER-KVA.example")
    assert domains.note(ours, SEEN, by=SYSTEM).state == DomainState.CLAIMED
    with pytest.raises(Refused, match="on the list already"):
        domains.add(world.workspace, "BÜCHER.example", by=SYSTEM)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_of_two_workspaces_that_prove_it_at_once_one_holds_it_P1(attempt):
    both = [listed(build()), listed(build(OTHER))]
    found = together(
        *(lambda domain=domain: domains.note(domain, SEEN, by=SYSTEM) for domain in both)
    )
    assert {domain.state for domain in found} == {DomainState.PROVED, DomainState.CLAIMED}
    assert Domain.objects.claiming().count() == 1
    for domain in both:
        domain.refresh_from_db()
        told = domain.workspace.events.filter(action="domain.proved")
        assert told.exists() == (domain.state == DomainState.PROVED)


def test_the_database_decides_where_both_looked_before_either_wrote_P1(world, monkeypatch):
    theirs, ours = proved(build(OTHER)), listed(world)
    monkeypatch.setattr(DomainQuerySet, "claiming", lambda rows: rows.none())
    assert domains.note(ours, SEEN, by=SYSTEM).state == DomainState.CLAIMED
    theirs.refresh_from_db()
    assert theirs.state == DomainState.PROVED
    assert "domain.proved" not in kinds(world)


def test_an_address_belongs_to_its_own_domain_alone_P1(world):
    proved(world)
    here = world.workspace.domains.proved()
    assert here.of_address("ann@acme.example").exists()
    for email in ("ann@mail.acme.example", "ann@notacme.example", "acme.example", "ann@example"):
        assert not here.of_address(email).exists()


def test_what_is_not_there_cannot_be_proved_or_given_up(world):
    domain = listed(world)
    domains.give_up(domain, by=SYSTEM)
    for change in (domains.give_up, domains.renew, lambda d, by: domains.note(d, SEEN, by=by)):
        with pytest.raises(Conflict, match="removed meanwhile"):
            change(domain, by=SYSTEM)


def test_a_workspace_lists_so_many_and_no_more_P1(world, monkeypatch):
    monkeypatch.setattr(domains, "MOST", 1)
    listed(world)
    with pytest.raises(Refused, match="at most 1"):
        domains.add(world.workspace, "globex.example", by=SYSTEM)


def test_a_form_that_is_sent_twice_lists_one_XI7(world):
    first = domains.add(world.workspace, "acme.example", by=SYSTEM, ident="once")
    assert domains.add(world.workspace, "acme.example", by=SYSTEM, ident="once") == first
    assert kinds(world).count("domain.added") == 1


CHANGES = {
    "add": lambda world, by: domains.add(world.workspace, "globex.example", by=by),
    "check": lambda world, by: domains.check(world.workspace.domains.get(), by=by),
    "renew": lambda world, by: domains.renew(world.workspace.domains.get(), by=by),
    "give_up": lambda world, by: domains.give_up(world.workspace.domains.get(), by=by),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_right_lost_meanwhile_changes_nothing_XC4(world, change, acting):
    listed(world)
    by = acting("bo")
    before = everything()
    with pytest.raises(Denied):
        CHANGES[change](world, by)
    assert everything() == before


@pytest.mark.parametrize("change", CHANGES)
def test_an_old_proof_of_identity_is_not_enough_S8_XG14(world, change, acting):
    listed(world)
    by = acting("ada", proved=False)
    before = everything()
    with pytest.raises(Unproved):
        CHANGES[change](world, by)
    assert everything() == before


def test_a_right_lost_while_others_are_asked_changes_nothing_XC4(world, acting, monkeypatch):
    """The look takes its time; what it saw is written by who may still write."""
    domain, by = listed(world), acting("ada")
    members.appoint_owner(world.workspace, "bo@example.org", by=SYSTEM.because("x"))

    def looked(name, word):
        members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
        return SEEN

    monkeypatch.setattr(domains, "look_at", looked)
    with pytest.raises(Denied):
        domains.check(domain, by=by)
    assert world.workspace.domains.get().state == DomainState.WAITING


def test_nobody_is_locked_out_while_others_are_asked(world, acting, monkeypatch):
    domain = listed(world)

    def looked(name, word):
        with pytest.raises(RuntimeError):
            domain.save()  # no lock is held
        return SEEN

    monkeypatch.setattr(domains, "look_at", looked)
    assert domains.check(domain, by=acting("ada")).state == DomainState.PROVED


def test_people_of_a_domain_are_counted_by_their_addresses(world):
    domain = proved(world, "example.org")
    found = set(domains.people_of(domain).values_list("user__email", flat=True))
    assert found == {f"{name}@example.org" for name in ("ada", "bo", "cy", "dee")}
    assert domain.workspace.events.newest_first()[0].actor_kind == ActorKind.SYSTEM
