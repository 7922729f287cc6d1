"""Sending, resending, changing and withdrawing invites (I1, XE1–XE12)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.user import User
from labels import operations as labels
from labels.syntax import LabelName
from tests.cast.invited import age, ask, link_to, owner, sent_to
from tests.world import OTHER, SYSTEM, build, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.errors import Conflict, Refused, TooOften
from workspaces.models import Invite
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites, links
from workspaces.operations.invites.addresses import MOST, Kind, judge
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.terms import Terms

ADMIN = Terms("source-admin", "all")


def test_an_invite_holds_what_was_offered_and_ends_after_three_days_I1(world):
    prod = Terms("source-read-only", "labels", labels=(world.label("environment:prod"),))
    offer = Offer(grants=(prod, ADMIN), groups=(world.group("growth"),), message="Welcome")
    invite = ask(world, "new@example.org", offer)
    assert sorted(grant.role for grant in invite.grants.all()) == ["source-admin", prod.role]
    assert [group.name for group in invite.groups.all()] == ["growth"]
    life = invite.expires_at - timezone.now()
    assert timedelta(days=2, hours=23) < life <= timedelta(days=3)
    assert world.workspace.members.count() == 4


def test_many_addresses_are_one_event_and_a_mail_each_A1(world):
    sent = invites.send(
        world.workspace, ["a@x.org", "b@x.org"], Offer(), by=owner(world), ident="once"
    )
    assert [invite.email for invite in sent.invites] == ["a@x.org", "b@x.org"]
    event = world.workspace.events.newest_first().first()
    assert event.action == "invites.sent"
    assert event.after["to"] == ["a@x.org", "b@x.org"]
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["a@x.org", "b@x.org"]


def test_the_mail_says_who_invites_to_what_and_until_when(world):
    growth = world.group("growth")
    ask(world, "new@example.org", Offer(grants=(ADMIN,), groups=(growth,), message="Tea at four"))
    mail = sent_to("new@example.org")
    assert mail.subject == "Ada Lovelace invites you to Acme"
    for body in (mail.text, mail.html):
        for words in ("Ada Lovelace", "ada@example.org", "Acme", "Source Admin", "growth"):
            assert words in body
        assert "Tea at four" in body
        assert "http://127.0.0.1:8000/invites/" in body


def test_what_people_typed_is_text_in_the_mail_XI1(world):
    ask(world, "new@example.org", Offer(message="<img src=x> & more"))
    mail = sent_to("new@example.org")
    assert "<img src=x> & more" in mail.text
    assert "&lt;img src=x&gt; &amp; more" in mail.html


def test_the_link_is_kept_as_a_hash_alone_XE10(world):
    invite = ask(world, "new@example.org")
    secret = link_to("new@example.org").rpartition("/")[2]
    assert len(secret) >= 43
    assert invite.link_hash == links.link_hash(secret)
    kept = repr(list(Invite.objects.values())) + repr(list(world.workspace.events.values()))
    assert secret not in kept
    assert invite.link_hash not in repr(list(world.workspace.events.values()))


def test_sending_the_same_form_again_makes_nothing_more_XI7(world):
    first = ask(world, "new@example.org", ident="form")
    events = world.workspace.events.count()
    again = ask(world, "new@example.org", ident="form")
    assert again.pk == first.pk
    assert world.workspace.events.count() == events
    assert Mail.objects.filter(to="new@example.org").count() == 1


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("new@example.org", Kind.NEW),
        ("BO@Example.org", Kind.MEMBER),
        ("bo+hipaa@example.org", Kind.NEW),
        ("not an address", Kind.MALFORMED),
        ("a@b", Kind.MALFORMED),
        ("adm\N{LATIN SMALL LETTER DOTLESS I}n@example.org", Kind.LOOKALIKE),
        ("\N{KELVIN SIGN}im@example.org", Kind.LOOKALIKE),
        ("ann@ex\N{CYRILLIC SMALL LETTER A}mple.org", Kind.LOOKALIKE),
        ("ann@xn--exmple-4nf.org", Kind.LOOKALIKE),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}nn@example.org", Kind.LOOKALIKE),
        ("ann@example.org\N{ZERO WIDTH SPACE}", Kind.LOOKALIKE),
    ],
)
def test_each_address_gets_its_verdict_XE4_XE8_XF1(world, typed, kind):
    assert [verdict.kind for verdict in judge(world.workspace, [typed])] == [kind]


def test_one_address_in_two_cases_is_judged_once_XE3(world):
    found = judge(world.workspace, ["Ann@x.org", "ann@X.org"])
    assert [verdict.email for verdict in found] == ["ann@x.org"]


def test_members_and_no_addresses_are_left_and_the_others_go_out_XE8(world):
    typed = ["bo@example.org", "new@example.org", "nonsense"]
    sent = invites.send(world.workspace, typed, Offer(), by=owner(world), ident="x")
    assert [invite.email for invite in sent.invites] == ["new@example.org"]
    assert [verdict.kind for verdict in sent.left] == [Kind.MEMBER, Kind.MALFORMED]


def test_with_nobody_to_invite_nothing_happens_XE8(world):
    events = world.workspace.events.count()
    with pytest.raises(Refused, match="nobody"):
        invites.send(world.workspace, ["bo@example.org"], Offer(), by=owner(world), ident="x")
    assert world.workspace.events.count() == events


def test_a_second_invite_replaces_the_open_one_and_merges_nothing_XE8(world):
    old = ask(world, "new@example.org", Offer(grants=(ADMIN,)))
    age(old, hours=2)
    reader = Terms("function-read-only", "all")
    new = ask(world, "new@example.org", Offer(grants=(reader,)), ident="second")
    old.refresh_from_db()
    assert old.voided_at
    assert not old.grants.exists()
    assert [grant.role for grant in new.grants.all()] == ["function-read-only"]
    event = world.workspace.events.newest_first().first()
    assert event.before["replaced"]["new@example.org"]["grants"][0]["role"] == "source-admin"


def test_one_mail_per_address_and_hour_XE12(world):
    first = ask(world, "new@example.org")
    with pytest.raises(Refused):
        ask(world, "new@example.org", ident="second")
    with pytest.raises(TooOften):
        invites.resend(first, by=owner(world))
    with pytest.raises(TooOften):
        invites.resend(ask(world, "other@example.org"), by=owner(world))
    assert Mail.objects.count() == 2


def test_no_more_than_a_thousand_people_are_mailed_within_an_hour_XE12(world):
    typed = [f"p{i}@x.org" for i in range(MOST)]
    invites.send(world.workspace, typed, Offer(), by=owner(world), ident="many")
    with pytest.raises(TooOften) as caught:
        ask(world, "one@x.org", ident="more")
    assert caught.value.wait == 3600
    assert Mail.objects.count() == MOST


def test_resending_makes_a_new_link_and_kills_the_old_one_I1(world):
    invite = ask(world, "new@example.org")
    old = invite.link_hash
    age(invite, days=4)
    again = invites.resend(invite, by=owner(world))
    assert again.link_hash != old
    assert again.expires_at > timezone.now()
    assert world.workspace.events.newest_first().first().action == "invite.resent"
    assert Mail.objects.filter(to="new@example.org").count() == 2


def test_whoever_resends_becomes_the_sender_I1(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    invite = ask(world, "new@example.org")
    age(invite, hours=2)
    invites.resend(invite, by=world.actor("bo"))
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    invite.refresh_from_db()
    assert invite.voided_at is None


def test_a_withdrawn_invite_holds_no_grant_and_no_label_L4(world):
    label = world.label("product:truck")
    grant = Terms("source-admin", "labels", labels=(label,))
    invite = ask(world, "new@example.org", Offer(grants=(grant,), groups=(world.group("growth"),)))
    assert label.grant_uses.exists()
    invites.revoke(invite, by=owner(world))
    assert not label.grant_uses.exists()
    assert not invite.groups.exists()
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.target_name) == ("invite.revoked", "new@example.org")


def test_a_label_in_an_open_invite_cannot_be_deleted_L4_XE11(world):
    free = labels.create(world.workspace, LabelName("only", "here"), by=SYSTEM)
    ask(world, "new@example.org", Offer(grants=(Terms("source-admin", "labels", (free,)),)))
    with pytest.raises(Conflict):
        labels.delete(free, by=SYSTEM)


def test_a_resource_that_goes_drops_out_of_the_invite_XE11(world):
    listed = (world.resource("source/a"), world.resource("source/b"))
    invite = ask(
        world, "new@example.org",
        Offer(grants=(Terms("source-admin", "resources", resources=listed),)),
    )  # fmt: skip
    resources.delete(world.resource("source/b"), by=SYSTEM)
    assert [row.resource.slug for row in invite.grants.get().listed.all()] == ["a"]


@pytest.mark.parametrize(
    "lose",
    [
        lambda w: members.set_owner(w.member("ada"), owner=False, by=SYSTEM),
        lambda w: members.remove(w.member("ada"), by=SYSTEM),
        lambda w: members.set_user_active(w.user("ada"), active=False, by=SYSTEM.because("r")),
    ],
    ids=["demoted", "removed", "deactivated"],
)
def test_invites_of_who_is_no_owner_any_more_are_void_and_owners_told_XE6_R8(world, lose):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    invite = ask(world, "new@example.org", Offer(grants=(ADMIN,)))
    kept = ask(world, "other@example.org", by=world.actor("bo"), ident="bo")
    lose(world)
    invite.refresh_from_db()
    kept.refresh_from_db()
    assert invite.voided_at
    assert not invite.grants.exists()
    assert kept.voided_at is None
    event = world.workspace.events.newest_first().first()
    assert event.action == "invites.voided"
    assert event.before["addresses"] == ["new@example.org"]
    assert "new@example.org" in sent_to("bo@example.org").text


def test_an_owner_through_a_group_invites_as_long_as_the_group_owns_XE6(world):
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    give_grants(insiders, [Terms("workspace-owner", "all")], by=SYSTEM)
    groups.add_members(insiders, [world.member("cy")], by=SYSTEM)
    invite = ask(world, "new@example.org", by=world.actor("cy"))
    take_grants(insiders, list(insiders.grants.all()), by=SYSTEM)
    invite.refresh_from_db()
    assert invite.voided_at


def test_an_invite_offers_ownership_by_its_flag_never_by_a_grant_R7(world):
    with pytest.raises(Refused, match="not granted"):
        ask(world, "new@example.org", Offer(grants=(Terms("workspace-owner", "all"),)))
    assert ask(world, "new@example.org", Offer(owner=True)).owner


def test_labels_and_groups_of_another_workspace_cannot_be_offered_XA2(world):
    other = build(OTHER)
    foreign = Terms("source-admin", "labels", (other.label("environment:prod"),))
    with pytest.raises(Refused):
        ask(world, "new@example.org", Offer(grants=(foreign,)))
    with pytest.raises(Conflict):
        ask(world, "new@example.org", Offer(groups=(other.group("quixotic"),)))
    assert not Invite.objects.exists()
    assert not Mail.objects.exists()


def test_a_link_lasts_as_long_as_was_said(world):
    invite = ask(world, "new@example.org", Offer(life=timedelta(days=7)))
    assert invite.expires_at - timezone.now() > timedelta(days=6, hours=23)
    left = invites.edit(invite, Offer(message="Hi"), by=owner(world)).expires_at
    assert left == invite.expires_at
    longer = invites.edit(invite, Offer(life=timedelta(days=14)), by=owner(world)).expires_at
    assert longer > left + timedelta(days=6)


def test_changing_an_invite_changes_what_it_offers_and_keeps_the_link(world):
    invite = ask(world, "new@example.org", Offer(grants=(ADMIN,), message="Hi"))
    offer = Offer(owner=True, groups=(world.group("growth"),))
    changed = invites.edit(invite, offer, by=owner(world))
    assert (changed.owner, changed.message, changed.link_hash) == (True, "", invite.link_hash)
    assert not changed.grants.exists()
    event = world.workspace.events.newest_first().first()
    assert event.action == "invite.changed"
    assert event.before["grants"]
    assert event.after["owner"] is True


def test_two_people_who_change_one_invite_do_not_overwrite_each_other_XI8(world):
    invite = ask(world, "new@example.org")
    seen = invites.state_digest(invite)
    invites.edit(invite, Offer(owner=True), by=owner(world))
    with pytest.raises(Conflict, match="meanwhile"):
        invites.edit(invite, Offer(grants=(ADMIN,)), by=owner(world).having_seen(seen))


def test_what_is_over_cannot_be_changed_or_sent_again(world):
    invite = invites.revoke(ask(world, "new@example.org"), by=owner(world))
    age(invite, hours=2)
    for change in (invites.resend, invites.revoke, lambda i, by: invites.edit(i, Offer(), by=by)):
        with pytest.raises(Conflict):
            change(invite, by=owner(world))


def test_the_engine_reads_an_invite_as_whoever_accepts_would_stand_R1(world):
    prod = Terms("tracking-plan-admin", "all")
    invite = ask(world, "new@example.org", Offer(grants=(prod,), groups=(world.group("growth"),)))
    roles = {held.role for held in Access.of(invite).policy.held}
    assert roles == {"tracking-plan-admin", "source-admin", "warehouse-read-only"}


def test_a_review_that_no_longer_fits_is_a_conflict_XD4(world):
    verdicts = judge(world.workspace, ["new@example.org"])
    seen = invites.digest(world.workspace, verdicts, Offer())
    members.add(world.workspace, User.objects.create_user("new@example.org"), by=SYSTEM)
    with pytest.raises(Conflict):
        ask(world, "new@example.org", seen=seen)


def test_statements_do_not_grow_with_the_number_of_addresses(world, django_assert_max_num_queries):
    offer = Offer(grants=(ADMIN,), groups=(world.group("growth"),))
    with django_assert_max_num_queries(24 + 30):  # and one mail each
        typed = [f"p{i}@x.org" for i in range(30)]
        invites.send(world.workspace, typed, offer, by=owner(world), ident="30")


def test_rows_of_invites_are_written_under_the_lock_alone(world):
    invite = ask(world, "new@example.org")
    with lock_workspace(world.workspace.pk):
        invite.save()
    assert re.fullmatch(r"[0-9a-f]{64}", invite.link_hash)


def waiting():
    return Mail.objects.filter(sent_at__isnull=True, next_try_at__gt=timezone.now())


def test_an_invite_withdrawn_and_made_again_within_the_hour_waits_with_its_mail_XE12(world):
    first = ask(world, "new@example.org")
    age(first, minutes=20)
    invites.revoke(first, by=owner(world))
    for ident in ("2", "3", "4"):
        again = ask(world, "new@example.org", ident=ident)
        minutes = (again.mail_at - timezone.now()) / timedelta(minutes=1)
        assert 39 < minutes <= 40
        assert again.expires_at - again.mail_at == timedelta(days=3)
        assert waiting().get().next_try_at == again.mail_at  # those before went with theirs
        assert links.link_hash(link_to("new@example.org").split("/")[-1]) == again.link_hash
        invites.revoke(again, by=owner(world))
    assert not waiting().exists()
    assert Mail.objects.filter(to="new@example.org").count() == 1  # the first one, on its way


def test_an_open_invite_is_not_mailed_again_though_its_mail_still_waits_XE12(world):
    first = ask(world, "new@example.org")
    invites.revoke(first, by=owner(world))
    again = ask(world, "new@example.org", ident="2")
    assert judge(world.workspace, ["new@example.org"])[0].kind == Kind.RECENT
    with pytest.raises(TooOften):
        invites.resend(again, by=owner(world))


def test_one_address_fifty_times_an_hour_is_too_often_XE12(world):
    made = 0
    for i in range(50):
        if not judge(world.workspace, ["new@example.org"])[0].good:
            break
        invites.revoke(ask(world, "new@example.org", ident=str(i)), by=owner(world))
        made += 1
    assert made == 10
