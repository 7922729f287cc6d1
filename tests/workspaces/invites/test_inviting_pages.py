"""Inviting people: the box, the review, the send and what came of it (I1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.mail import Mail
from tests.cast.invited import age, ask
from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.models import Invite
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.terms import Terms

PAGE = "/w/acme/members/invite"
ADMIN = "source-admin"


def form_of(client, **changes):
    """Return what the untouched form would send, some fields changed."""
    sent = filled(client.get(PAGE), PAGE, blanks="")
    return {**sent, "message": [""], "reason": [""], "seen": [""], **changes}


def give(form, role, scope="all", **more):
    """Tick a role in the form."""
    index = next(
        key.split("-")[1] for key, value in form.items() if key.endswith("-role") and role in value
    )
    ticked = {f"grants-{index}-on": "on", f"grants-{index}-scope": scope}
    return {**form, **ticked, **{f"grants-{index}-{key}": value for key, value in more.items()}}


def looked(client, form):
    """Ask for the review of a form; return the form as it stands then."""
    answer = client.post(f"{PAGE}/review", form)
    assert answer.status_code == 200
    return {**form, "seen": filled(answer, PAGE)["seen"]}, Seen(answer)


def send(client, form):
    return client.post(PAGE, form)


def test_the_review_says_of_each_address_what_becomes_of_it(as_user, world):
    client = as_user("ada")
    pending = ask(world, "old@example.org")
    age(pending, hours=2)
    ask(world, "late@example.org", ident="late")
    box = "new@example.org, bo@example.org\nold@example.org\nlate@example.org\nnonsense"
    _, seen = looked(client, form_of(client, addresses=box))
    for words in (
        "new@example.org gets a mail",
        "bo@example.org is a member already",
        "old@example.org replaces the open invite",
        "late@example.org was mailed less than an hour ago",
        "nonsense An e-mail address has the form name@domain.",
    ):
        assert words in seen
    assert f"/w/acme/members/{world.member('bo').public_id}/access" in seen.links()
    assert "2 to mail · 3 left out" in seen


def test_the_review_says_what_each_would_reach_by_the_engine(as_user, world):
    client = as_user("ada")
    form = form_of(client, addresses="new@example.org", groups=["growth"])
    _, seen = looked(client, form)
    assert "Each can edit 3 things and view 1 more" in seen  # as bo, by the same group
    _, seen = looked(client, {**form, "owner": "1"})
    assert "Owners may do everything" in seen


def test_looking_sends_and_changes_nothing(as_user, world):
    client = as_user("ada")
    before = everything()
    looked(client, form_of(client, addresses="new@example.org"))
    assert everything() == before


def test_sending_says_what_came_of_each_address(as_user, world):
    client = as_user("ada")
    label = ["environment:prod"]
    form = give(
        form_of(client, addresses="a@x.org, b@x.org", groups=["growth"], message="Tea", days="7"),
        ADMIN, "labels", labels=label,
    )  # fmt: skip
    form, _ = looked(client, form)
    answer = send(client, form)
    assert answer["Location"] == f"{PAGE}/result"
    seen = Seen(client.get(answer["Location"]))
    assert "2 people are invited" in seen
    assert [row.split()[1] for row in seen.rows()] == ["a@x.org", "b@x.org"]
    for invite in Invite.objects.all():
        assert [grant.role for grant in invite.grants.all()] == [ADMIN]
        assert [group.name for group in invite.groups.all()] == ["growth"]
        assert invite.message == "Tea"
        assert invite.expires_at > timezone.now() + timedelta(days=6)
    assert world.workspace.events.newest_first().first().action == "invites.sent"


def test_who_was_left_stands_in_the_box_again_with_the_rest_of_the_form(as_user, world):
    client = as_user("ada")
    form = form_of(client, addresses="new@example.org, nonsense", groups=["growth"])
    send(client, form)
    answer = client.get(f"{PAGE}/result")
    again = filled(answer, PAGE, blanks="")
    assert "1 address was not invited" in Seen(answer)
    assert ">nonsense</textarea>" in answer.content.decode()
    assert again["groups"][0] == "growth"
    corrected = {**again, "addresses": "second@example.org", "message": "", "seen": ""}
    assert send(client, corrected).status_code == 302
    assert Invite.objects.filter(email="second@example.org").exists()


def test_without_a_look_one_is_held_to_every_rule_all_the_same_XD4(as_user, world):
    client = as_user("ada")
    assert send(client, form_of(client, addresses="new@example.org")).status_code == 302
    assert Invite.objects.get().email == "new@example.org"


def test_a_form_changed_after_the_look_is_looked_at_again(as_user, world):
    client = as_user("ada")
    form, _ = looked(client, form_of(client, addresses="new@example.org"))
    answer = send(client, {**form, "addresses": "other@example.org"})
    assert answer.status_code == 422
    assert "Save again if it is what you want" in Seen(answer)
    assert not Invite.objects.exists()


def test_a_review_that_others_overtook_is_a_conflict_with_a_fresh_one_XD4(as_user, world):
    client = as_user("ada")
    form, _ = looked(client, form_of(client, addresses="new@example.org"))
    ask(world, "new@example.org", by=SYSTEM_OWNER(world), ident="other")
    answer = send(client, form)
    assert answer.status_code == 409
    assert "was mailed less than an hour ago" in Seen(answer)
    assert Invite.objects.count() == 1


def SYSTEM_OWNER(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    return world.actor("bo")


def test_the_same_form_twice_is_one_invite_and_one_mail_XI7(as_user, world):
    client = as_user("ada")
    form = form_of(client, addresses="new@example.org")
    assert send(client, form).status_code == send(client, form).status_code == 302
    assert Invite.objects.count() == Mail.objects.count() == 1
    assert "1 person is invited" in Seen(client.get(f"{PAGE}/result"))


@pytest.mark.parametrize("box", ["", " , ;", "bo@example.org", "nonsense"])
def test_nobody_to_invite_is_an_error_and_keeps_the_input(as_user, world, box):
    client = as_user("ada")
    answer = send(client, form_of(client, addresses=box, groups=["growth"]))
    assert answer.status_code == 422
    assert "growth" in Seen(answer)
    assert not Mail.objects.exists()


def test_more_than_a_thousand_addresses_are_too_many_XE12(as_user, world):
    client = as_user("ada")
    box = "\n".join(f"p{i}@x.org" for i in range(1001))
    answer = send(client, form_of(client, addresses=box))
    assert answer.status_code == 422
    assert "At most 1000" in Seen(answer)


def test_too_many_within_the_hour_is_429_and_says_when_to_come_back_XE12(as_user, world):
    client = as_user("ada")
    typed = [f"p{i}@x.org" for i in range(1000)]
    invites.send(world.workspace, typed, Offer(), by=world.actor("ada"), ident="many")
    answer = send(client, form_of(client, addresses="one@x.org"))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_groups_and_labels_of_another_workspace_are_no_choice_XA2(as_user, world):
    build(OTHER)
    client = as_user("ada")
    answer = send(client, form_of(client, addresses="new@example.org", groups=["quixotic"]))
    assert answer.status_code == 422
    assert not Invite.objects.exists()


def test_a_form_without_a_policy_is_refused_and_drawn_again(as_user, world):
    client = as_user("ada")
    answer = send(client, {"addresses": "new@example.org", "owner": "1"})
    assert answer.status_code == 422
    assert not Invite.objects.exists()


@pytest.mark.parametrize("role", ["owner", "workspace-owner", "made-up"])
def test_roles_that_cannot_be_given_here_are_refused_XB4(as_user, world, role):
    client = as_user("ada")
    form = form_of(client, addresses="new@example.org")
    index = next(key for key in form if key.endswith("-role"))
    assert send(client, {**form, index: role}).status_code == 422
    assert not Invite.objects.exists()


def test_an_owner_who_lost_it_meanwhile_meets_the_locked_door_XC4(as_user, world):
    client = as_user("ada")
    form = form_of(client, addresses="new@example.org")
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    assert send(client, form).status_code == 403
    assert not Invite.objects.exists()


def test_the_result_is_of_this_workspace_alone_XA3(as_user, world):
    client = as_user("ada")
    assert client.get(f"{PAGE}/result")["Location"] == PAGE
    send(client, form_of(client, addresses="new@example.org"))
    members.add(build(OTHER).workspace, world.user("ada"), by=SYSTEM, owner=True)
    assert client.get("/w/other/members/invite/result").status_code == 302


def test_mail_that_could_not_leave_is_told_of_XJ7(as_user, world):
    client = as_user("ada")
    send(client, form_of(client, addresses="new@example.org"))
    assert "On its way" in Seen(client.get(f"{PAGE}/result"))
    Mail.objects.update(last_error="mail is away")
    assert "Mail waits" in Seen(client.get(f"{PAGE}/result"))
    assert "mail waits" in Seen(client.get("/w/acme/members"))
    invite = Invite.objects.get()
    panel = Seen(client.get(f"/w/acme/members/invited/{invite.public_id}"))
    assert "could not be delivered yet" in panel


# --- Pending invites -------------------------------------------------------------


@pytest.fixture
def invite(world):
    offer = Offer(grants=(Terms(ADMIN, "all"),), groups=(world.group("growth"),), message="Hi")
    return ask(world, "new@example.org", offer)


def path(invite, rest=""):
    return f"/w/acme/members/invited/{invite.public_id}{rest}"


def test_invites_stand_among_the_members_and_are_counted(see, world, invite):
    seen = see("ada", "members")
    assert "1 invite open" in seen
    assert seen.rows()[-1].startswith("@ new@example.org Invited · link ends in 2 d Source Admin")
    assert path(invite) in seen.links()
    assert "new@example.org" in see("ada", "members?q=new")
    assert "new@example.org" not in see("ada", "members?q=bo")
    assert "new@example.org" not in see("ada", "members?status=member")


def test_an_ended_link_is_said_and_no_longer_counted_as_open(see, invite):
    age(invite, days=4)
    seen = see("ada", "members")
    assert "link ended" in seen
    assert "invite open" not in seen


def test_used_and_withdrawn_ones_are_not_listed(see, world, invite):
    invites.revoke(invite, by=world.actor("ada"))
    assert "new@example.org" not in see("ada", "members")
    seen = see("ada", "members/invited")
    assert "No invite waits" in seen


def test_the_panel_says_what_it_offers_who_sent_it_and_until_when(see, invite):
    seen = see("ada", path(invite))
    for words in ("Invited by Ada Lovelace", "Link ends in 2 d", "Source Admin", "growth", "Hi"):
        assert words in seen
    for words in ("Whoever accepts can", "Edit what they get", "Resend", "Withdraw"):
        assert words in seen


def test_editing_keeps_the_link_and_says_so(as_user, world, invite):
    client = as_user("ada")
    page = path(invite, "/access")
    form = filled(client.get(page), page, blanks="")
    form["message"] = ["Changed"]
    form["groups"] = []
    answer = client.post(page, form)
    assert answer["Location"] == path(invite)
    assert "Saved what new@example.org would get." in Seen(client.get(path(invite)))
    invite.refresh_from_db()
    assert invite.message == "Changed"
    assert not invite.groups.exists()
    assert invite.grants.get().role == ADMIN


def test_an_edit_that_somebody_overtook_is_a_conflict_once_XI8(as_user, world, invite):
    client = as_user("ada")
    page = path(invite, "/access")
    form = filled(client.get(page), page, blanks="")
    invites.edit(invite, Offer(owner=True), by=world.actor("ada"))
    answer = client.post(page, form)
    assert answer.status_code == 409
    again = {**filled(answer, page, blanks=""), "message": ["x"]}
    assert client.post(page, again).status_code == 302


def test_a_bad_edit_is_422_and_changes_nothing(as_user, world, invite):
    client = as_user("ada")
    page = path(invite, "/access")
    form = filled(client.get(page), page, blanks="")
    before = everything()
    assert client.post(page, {**form, "groups": ["nowhere"]}).status_code == 422
    assert client.post(page, {**form, "message": ["x" * 501]}).status_code == 422
    assert everything() == before


def test_resending_asks_first_and_is_429_within_the_hour_XE12(as_user, invite):
    client = as_user("ada")
    assert "stops working" in Seen(client.get(path(invite, "/resend")))
    answer = client.post(path(invite, "/resend"))
    assert (answer.status_code, int(answer["Retry-After"]) > 3500) == (429, True)
    age(invite, hours=2)
    assert client.post(path(invite, "/resend"))["Location"] == path(invite)
    assert Mail.objects.filter(to="new@example.org").count() == 2


def test_withdrawing_asks_first_and_ends_it_at_once(as_user, world, invite):
    client = as_user("ada")
    assert "Withdraw the invite of new@example.org?" in Seen(client.get(path(invite, "/revoke")))
    assert client.post(path(invite, "/revoke"))["Location"] == "/w/acme/members"
    invite.refresh_from_db()
    assert invite.voided_at
    again = client.post(path(invite, "/revoke"))
    assert again.status_code == 409


@pytest.mark.parametrize("rest", ["", "/access", "/resend", "/revoke"])
def test_an_invite_of_another_workspace_is_nowhere_XA1(as_user, world, rest):
    other = build(OTHER)
    olga = other.user("olga@example.net")
    by = type(world.actor("ada"))("user", olga.email, olga)
    foreign = invites.send(other.workspace, ["x@x.org"], Offer(), by=by, ident="x").invites[0]
    client = as_user("ada")
    with_id = path(foreign, rest)
    assert client.get(with_id).status_code == 404
    if rest:
        before = everything()
        assert client.post(with_id, {"owner": "1"}).status_code == 404
        assert everything() == before


def test_a_group_that_goes_leaves_the_invite(see, world, invite):
    groups.delete(world.group("growth"), by=SYSTEM)
    assert "joins the group" not in see("ada", path(invite))
