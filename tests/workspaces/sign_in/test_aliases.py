"""An alias account is a stranger to the account it was asked from (S6, XF1, XF2)."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from tests.cast.aliases import LINKED, ask, make, secret_for, short
from tests.cast.invited import sent_to
from tests.peers.race import together
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.errors import Refused, Spent
from workspaces.models import AliasRequest, Grant, GroupMember, Member, Workspace
from workspaces.operations.members import members
from workspaces.operations.sign_in import aliases
from workspaces.operations.sign_in.aliases import shortness_of
from workspaces.operations.workspace import workspaces

ALIAS = "bo+other@example.org"


@pytest.fixture
def world(world):
    """bo is in acme, which is HIPAA-eligible, and in other, which is not."""
    build(OTHER)
    return short(world)


def other():
    return Workspace.objects.get(slug="other")


def test_why_sessions_are_short_names_ones_own_workspaces_alone_S6(world):
    found = shortness_of(world.user("bo"))
    assert found.is_short
    assert [w.slug for w in found.short] == ["acme"]
    assert [w.slug for w in found.others] == ["other"]
    olga = shortness_of(world.user("olga@example.net"))
    assert not olga.is_short
    assert (olga.short, [w.slug for w in olga.others]) == ([], ["other"])


def test_a_limit_set_by_owners_counts_and_a_closed_workspace_does_not(world):
    Workspace.objects.filter(slug="other").update(idle_minutes=30)
    assert [w.slug for w in shortness_of(world.user("bo")).short] == ["acme", "other"]
    workspaces.close(world.workspace, by=SYSTEM)
    assert [w.slug for w in shortness_of(world.user("bo")).short] == ["other"]


def test_the_proposed_part_is_the_slug_cut_to_what_an_address_takes(world):
    long = Workspace(slug="x" * 63)
    assert aliases.proposed("bo@example.org", other()) == "other"
    assert aliases.around_plus("bo+team@example.org") == ("bo+", "@example.org")
    assert len(aliases.proposed("somebody@example.org", long)) == 64 - len("somebody+")


def test_asking_mails_a_link_and_makes_no_account(world):
    before = User.objects.count()
    asked = ask(world, "other")
    assert asked.email == ALIAS
    assert LINKED in sent_to(ALIAS).text
    assert User.objects.count() == before
    assert not Member.objects.filter(user__email=ALIAS).exists()


def test_the_link_is_kept_only_as_a_hash_XE10(world):
    ask(world, "other")
    secret = secret_for(ALIAS)
    assert secret not in str(everything()["workspaces.AliasRequest"])
    assert AliasRequest.objects.get().link_hash != secret


@pytest.mark.parametrize(
    ("plus", "why"),
    [
        ("a b", "plain letters"),
        ("ümlaut", "plain letters"),
        ("K\N{KELVIN SIGN}", "plain letters"),
        ("x@evil.test,y", "plain letters"),
        ("x" * 64, "plain letters"),
        ("x..y", "plain letters"),
    ],
)
def test_an_address_the_normaliser_refuses_is_refused_XE4(world, plus, why):
    before = everything()
    with pytest.raises(Refused, match=why) as refused:
        ask(world, plus)
    assert refused.value.field == "plus"
    assert everything() == before


def test_ones_own_address_is_no_alias(world):
    user = User.objects.create_user("bo+other@example.org")
    members.add(world.workspace, user, by=SYSTEM)
    members.add(other(), user, by=SYSTEM)
    with pytest.raises(Refused, match="the address you have"):
        aliases.ask(user, "OTHER", [other()])


def test_who_has_no_short_sessions_needs_no_alias(world):
    with pytest.raises(Refused, match="Nothing shortens"):
        aliases.ask(world.user("olga@example.net"), "x", [other()])


def test_only_own_workspaces_with_long_sessions_can_be_chosen_XA2(world):
    for chosen in ([], [world.workspace]):
        with pytest.raises(Refused, match="Choose"):
            aliases.ask(world.user("bo"), "x", chosen)
    with pytest.raises(Refused, match="Choose"):
        aliases.ask(world.user("dee"), "x", [other()])


def test_a_known_address_gets_another_mail_and_the_same_rows_XF2(world):
    ask(world, "fresh")
    User.objects.create_user(ALIAS)
    ask(world, "other")
    rows = AliasRequest.objects.by_address().values_list("email", flat=True)
    assert list(rows) == ["bo+fresh@example.org", ALIAS]
    assert LINKED not in sent_to(ALIAS).text
    assert "which has one" in sent_to(ALIAS).text
    assert sent_to(ALIAS).subject == sent_to("bo+fresh@example.org").subject
    assert [asked.email for asked in aliases.waiting(world.user("bo"))] == list(rows)


def test_the_account_has_nothing_of_the_other_S6_XF1(world, client):
    client.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    sessions = list(SignIn.objects.values())
    bo = User.objects.filter(pk=world.user("bo").pk).values()[0]
    ask(world, "other")
    user, told = make(secret_for(ALIAS))
    assert (user.email, [w.slug for w in told]) == (ALIAS, ["other"])
    assert user.check_password("three turnips on a boat")
    assert EmailAddress.objects.get(user=user).verified
    for model in (Member, GroupMember, Grant):
        path = "user" if model is Member else "member__user"
        assert not model.objects.filter(**{path: user}).exists()
    assert list(SignIn.objects.values()) == sessions
    assert User.objects.filter(pk=world.user("bo").pk).values()[0] == bo
    assert not user.is_staff


def test_owners_of_the_chosen_workspace_are_asked_by_mail_and_in_the_trail_S6(world):
    ask(world, "other")
    make(secret_for(ALIAS))
    mail = sent_to("olga@example.net")
    assert "bo+other@example.org to Quixotry Ltd" in mail.text
    assert "/w/other/members/invite?address=bo%2Bother%40example.org" in mail.text
    assert "Acme" not in mail.text + mail.html  # the walls between workspaces (XA3)
    event = other().events.newest_first().first()
    assert (event.action, event.actor_name) == ("alias.asked", "bo@example.org")
    assert event.target_name == ALIAS
    assert not Mail.objects.filter(to="ada@example.org").exists()


def test_a_link_works_once_and_a_newer_one_kills_the_older(world):
    ask(world, "other")
    first = secret_for(ALIAS)
    ask(world, "other")
    with pytest.raises(Spent):
        make(first)
    make(secret_for(ALIAS))
    with pytest.raises(Spent):
        make(secret_for(ALIAS))
    assert not AliasRequest.objects.exists()


def test_an_address_freed_again_does_not_bring_a_used_link_back_XF4(world):
    ask(world, "other")
    user, _ = make(secret_for(ALIAS))
    EmailAddress.objects.filter(user=user).delete()
    user.delete()
    with pytest.raises(Spent):
        make(secret_for(ALIAS))


def test_a_link_ends_after_an_hour_and_goes_with_housekeeping(world):
    ask(world, "other")
    AliasRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert aliases.request_of(secret_for(ALIAS)) is None
    with pytest.raises(Spent):
        make(secret_for(ALIAS))
    call_command("housekeeping")
    assert not AliasRequest.objects.exists()


@pytest.mark.parametrize("how", ["left", "deactivated", "closed"])
def test_who_may_no_longer_ask_makes_no_account(world, how):
    ask(world, "other")
    if how == "left":
        members.remove(other().members.get(user=world.user("bo")), by=SYSTEM)
    elif how == "closed":
        workspaces.close(other(), by=SYSTEM)
    else:
        members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))
    assert aliases.request_of(secret_for(ALIAS)) is None
    with pytest.raises(Spent):
        make(secret_for(ALIAS))
    assert not User.objects.filter(email=ALIAS).exists()


def test_an_account_that_came_meanwhile_is_not_touched(world):
    ask(world, "other")
    User.objects.create_user(ALIAS, "another password")
    with pytest.raises(Spent):
        make(secret_for(ALIAS))
    assert User.objects.get(email=ALIAS).check_password("another password")


def test_without_an_event_there_is_no_account_and_no_mail_A1(world, monkeypatch):
    ask(world, "other")
    secret, mails = secret_for(ALIAS), Mail.objects.count()

    def broken(*args, **options):
        raise RuntimeError

    monkeypatch.setattr("workspaces.change.audit.record", broken)
    with pytest.raises(RuntimeError):
        make(secret)
    assert not User.objects.filter(email=ALIAS).exists()
    assert AliasRequest.objects.exists()
    assert Mail.objects.count() == mails


@pytest.mark.django_db(transaction=True)
def test_opened_in_two_browsers_at_once_it_is_one_account_XI7():
    build(OTHER)
    ask(short(build()), "other")
    secret = secret_for(ALIAS)
    came = together(partial(attempt, secret), partial(attempt, secret))
    assert sorted(came) == ["made", "spent"]
    assert User.objects.filter(email=ALIAS).count() == 1


def attempt(secret):
    try:
        make(secret)
    except Spent:
        return "spent"
    return "made"
