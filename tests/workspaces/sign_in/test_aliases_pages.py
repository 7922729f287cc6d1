"""Why my session is short, and the two steps to an alias account (S6, XF1, XF2)."""

import re

import pytest
from django.core import mail as sent
from django.core.cache import cache
from django.test import Client

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.cast.aliases import PASSWORD, ask, make, secret_for, short
from tests.cast.invited import ask as invite, link_to, sent_to
from tests.filled import filled
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.models import AliasRequest, Member, Workspace
from workspaces.operations.sign_in import rules
from workspaces.operations.sign_in.rules import SignInRules

PAGE = "/accounts/alias/"
ALIAS = "bo+other@example.org"
STEP_TWO = {"name": "Bo Diddley", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def both(world):
    """bo is in acme, which is HIPAA-eligible, and in other, which is not."""
    cache.clear()
    build(OTHER)
    return short(world)


@pytest.fixture
def bo(both, client):
    client.force_login(both.user("bo"), backend="accounts.backends.SignInBackend")
    return client


def step_one(client, **values):
    return client.post(PAGE, filled(client.get(PAGE), PAGE, blanks="") | values)


def proof(email=ALIAS):
    return f"{PAGE}{secret_for(email)}"


def test_the_page_says_why_by_the_names_of_ones_own_workspaces_S6(both, bo):
    seen = Seen(bo.get(PAGE))
    assert "Your sessions last 7 days, or 15 minutes without activity" in seen
    assert "Acme 7 days, or 15 minutes without activity HIPAA-eligible" in seen
    assert "Quixotry Ltd" in seen
    assert filled(bo.get(PAGE), PAGE)["plus"] == ["other"]


def test_limits_of_owners_are_named_with_their_length(both, bo):
    other = Workspace.objects.get(slug="other")
    rules.change(other, SignInRules(session_hours=8), by=SYSTEM)
    seen = Seen(bo.get(PAGE))
    assert "Quixotry Ltd 8 hours Set by its owners" in seen
    assert "another account would not help" in seen


def test_whom_nothing_shortens_is_told_so(world, see):
    seen = see("dee", PAGE)
    assert "Nothing shortens your sessions. Each lasts 7 days from signing in." in seen
    assert "For which workspaces?" not in seen


def test_staff_are_told_that_the_admin_is_why(see, world):
    bo = world.user("bo")
    bo.is_staff = True
    bo.save()
    assert "You may open the admin" in see("bo", PAGE)


def test_the_way_there_stands_where_a_short_session_is_met(both, bo, see):
    assert PAGE in Seen(bo.get("/w/acme/my-access")).links()
    assert "Why is my session short?" in Seen(bo.get("/w/other/my-access"))
    assert "Why is my session short?" in Seen(bo.get("/?all=on"))
    assert PAGE in Seen(bo.get("/me/preferences")).links()
    quiet = Client()
    quiet.force_login(both.user("olga@example.net"), backend="accounts.backends.SignInBackend")
    for path in ("/w/other/my-access", "/?all=on"):
        assert "Why is my session short?" not in Seen(quiet.get(path))


def test_step_one_mails_a_link_and_says_so(both, bo):
    assert step_one(bo)["Location"] == PAGE
    seen = Seen(bo.get(PAGE))
    assert f"A mail is on its way to {ALIAS}." in seen
    assert f"Waiting for you to open the mail {ALIAS}" in seen
    assert secret_for(ALIAS) not in seen.raw


def test_a_mail_server_that_is_away_is_told_XJ7(both, bo):
    step_one(bo)
    Mail.objects.filter(to=ALIAS).update(last_error="away")
    assert "The mail server cannot be reached" in Seen(bo.get(PAGE))


@pytest.mark.parametrize(
    "values",
    [
        {"plus": ""},
        {"plus": "a b"},
        {"plus": "x" * 65},
        {"plus": "\N{KELVIN SIGN}"},
        {"plus": ["a", "b"]},
        {"plus": "x@evil.test"},
        {"workspaces": []},
        {"workspaces": ["acme"]},
        {"workspaces": ["nowhere"]},
    ],
)
def test_what_does_not_fit_is_told_beside_the_field_XA2_XB4_XE4(both, bo, values):
    body = filled(bo.get(PAGE), PAGE, blanks="") | values
    before = everything()
    answer = bo.post(PAGE, body)
    assert answer.status_code == 422
    assert "data-errors" in answer.content.decode()
    assert everything() == before


def test_a_known_address_gets_the_same_answer_XF2(both, bo):
    User.objects.create_user("bo+known@example.org")
    pages = []
    for plus in ("known", "fresh"):
        answer = step_one(bo, plus=plus)
        assert (answer.status_code, answer["Location"]) == (302, PAGE)
        page = Seen(bo.get(PAGE)).text
        AliasRequest.objects.all().delete()
        pages.append(re.sub(r"\d\d:\d\d", "…", page.replace(plus, "…")))
    assert pages[0] == pages[1]


def test_who_asks_too_often_waits(both, bo):
    answers = [step_one(bo, plus=f"x{n}").status_code for n in range(6)]
    assert answers == [302] * 5 + [429]
    assert step_one(bo, plus="again")["Retry-After"]
    assert Mail.objects.filter(to__startswith="bo+").count() == 5


def test_whom_nothing_shortens_cannot_ask_by_hand(both, client):
    client.force_login(both.user("olga@example.net"), backend="accounts.backends.SignInBackend")
    before = everything()
    assert client.post(PAGE, {"workspaces": "other", "plus": "x"}).status_code == 422
    assert everything() == before


def test_looking_at_the_link_makes_nothing_XE9(both, bo):
    step_one(bo)
    before = everything()
    for client in (bo, Client()):
        seen = Seen(client.get(proof()))
        assert ALIAS in seen
        assert seen.answer["Referrer-Policy"] == "strict-origin"
    client.head(proof())
    assert everything() == before


def test_step_two_makes_the_account_and_leaves_the_session_as_it_is_S6(both, bo):
    step_one(bo)
    answer = bo.post(proof(), STEP_TWO)
    assert answer["Location"] == "/accounts/alias/made"
    seen = Seen(bo.get("/accounts/alias/made"))
    assert "The owners of Quixotry Ltd were asked to invite it." in seen
    assert "You go on as bo@example.org." in seen
    assert bo.get("/w/acme/my-access").status_code == 200
    assert bo.get("/accounts/alias/made").status_code == 302  # told once
    assert not Member.objects.filter(user__email=ALIAS).exists()


def test_step_two_signs_nobody_in(both, bo):
    step_one(bo)
    stranger = Client()
    stranger.post(proof(), STEP_TWO)
    assert "Sign in" in Seen(stranger.get("/accounts/alias/made"))
    assert "_auth_user_id" not in stranger.session


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "Bo\N{RIGHT-TO-LEFT OVERRIDE}"},
        {"password1": "", "password2": ""},
        {"password2": "another one"},
        {"password1": "password", "password2": "password"},
        {"password1": "bo+other@example", "password2": "bo+other@example"},
    ],
)
def test_a_name_or_password_that_will_not_do_makes_nothing_XF6(both, bo, values):
    step_one(bo)
    before = everything()
    answer = bo.post(proof(), STEP_TWO | values)
    assert answer.status_code == 422
    assert everything() == before


def test_what_else_is_sent_with_it_is_ignored_XB1(both, bo):
    step_one(bo)
    extra = {"email": "evil@example.org", "is_staff": "on", "workspaces": "acme", "owner": "1"}
    bo.post(proof(), STEP_TWO | extra)
    made = User.objects.get(email=ALIAS)
    assert not made.is_staff
    assert not User.objects.filter(email="evil@example.org").exists()
    assert not Mail.objects.filter(to="ada@example.org").exists()


@pytest.mark.parametrize("link", ["used", "replaced", "made up"])
def test_a_link_that_is_over_is_one_plain_page(both, bo, link):
    step_one(bo)
    path = f"{PAGE}xxx" if link == "made up" else proof()
    if link == "used":
        bo.post(path, STEP_TWO)
    if link == "replaced":
        step_one(bo)
    stranger = Client()
    for answer in (stranger.get(path), stranger.post(path, STEP_TWO)):
        assert answer.status_code == 410
        assert "This link leads nowhere" in Seen(answer)
        assert ALIAS not in answer.content.decode()


def test_an_owner_finds_the_address_in_the_box_and_invites_it_like_anyone_S6(both, bo):
    step_one(bo)
    bo.post(proof(), STEP_TWO)
    path = re.search(
        r"http://[^/]+(/w/other/members/invite\?\S+)", sent_to("olga@example.net").text
    )
    olga = Client()
    olga.force_login(both.user("olga@example.net"), backend="accounts.backends.SignInBackend")
    form = filled(olga.get(path[1]), "/w/other/members/invite", blanks="")
    assert form["addresses"] == [ALIAS]
    assert olga.post("/w/other/members/invite", form).status_code == 302
    alias = Client()
    alias.post("/accounts/login/", {"login": ALIAS, "password": PASSWORD})
    assert bo.post(link_to(ALIAS)).status_code == 403  # the plain address is somebody else (XF1)
    assert alias.post(link_to(ALIAS))["Location"] == "/w/other/"
    assert alias.get("/w/acme/my-access").status_code == 404


def test_owners_see_in_the_trail_who_asks_for_which_alias_and_nothing_to_undo(both, bo):
    step_one(bo)
    bo.post(proof(), STEP_TWO)
    olga = Client()
    olga.force_login(both.user("olga@example.net"), backend="accounts.backends.SignInBackend")
    number = Workspace.objects.get(slug="other").events.newest_first()[0].number
    said = f"Bo Diddley asks for an invite of their alias account {ALIAS}"
    assert said in Seen(olga.get("/w/other/overview"))
    assert said in Seen(olga.get(f"/w/other/audit/{number}"))
    assert "up to you" in Seen(olga.get(f"/w/other/audit/{number}/undo"))


class TestStrangers:
    """Alias and plain address, each tried with what is the other's (XF1)."""

    @pytest.fixture
    def alias(self, both):
        plain = both.user("bo")
        plain.set_password("the password of the plain one")
        plain.save()
        ask(both, "other")
        return make(secret_for(ALIAS))[0]

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("bo@example.org", PASSWORD),
            (ALIAS, "the password of the plain one"),
            ("bo+OTHER2@example.org", PASSWORD),
        ],
    )
    def test_neither_password_opens_the_other_XF1(self, alias, client, email, password):
        answer = client.post("/accounts/login/", {"login": email, "password": password})
        assert answer.status_code == 200
        assert "_auth_user_id" not in client.session

    def test_each_signs_in_as_itself_XF1(self, alias, client, both):
        client.post("/accounts/login/", {"login": ALIAS.upper(), "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(alias.pk)
        assert client.get("/w/acme/my-access").status_code == 404

    @pytest.mark.parametrize("email", [ALIAS, "bo@example.org"])
    def test_a_reset_goes_to_the_one_it_is_asked_for_XF1(self, alias, client, email):
        client.post("/accounts/password/reset/", {"email": email})
        assert [message.to for message in sent.outbox] == [[email]]

    def test_a_reset_of_one_leaves_the_other_as_it_is_XF1(self, alias, client, both):
        client.post("/accounts/password/reset/", {"email": ALIAS})
        link = re.search(r"http://\S+?(/accounts/password/reset/key/\S+)", sent.outbox[0].body)
        form = client.get(link[1], follow=True).request["PATH_INFO"]
        new = "seven ducks in a row"
        client.post(form, {"password1": new, "password2": new})
        alias.refresh_from_db()
        assert alias.check_password(new)
        assert both.user("bo").check_password("the password of the plain one")

    def test_an_invite_for_a_plain_address_is_not_for_its_alias_XF1_XE2(self, client, both):
        invite(both, "new@example.org")
        alias = User.objects.create_user("new+x@example.org")
        client.force_login(alias, backend="accounts.backends.SignInBackend")
        assert client.post(link_to("new@example.org")).status_code == 403
        assert not Member.objects.filter(user=alias).exists()

    def test_ending_one_session_leaves_the_other_XF1(self, alias, both):
        clients = {}
        for user in (alias, both.user("bo")):
            clients[user.email] = Client()
            clients[user.email].force_login(user, backend="accounts.backends.SignInBackend")
        clients[ALIAS].post("/accounts/logout/")
        assert clients["bo@example.org"].get("/w/acme/my-access").status_code == 200

    def test_the_alias_has_long_sessions_S1(self, alias, client):
        client.force_login(alias, backend="accounts.backends.SignInBackend")
        assert "Nothing shortens your sessions." in Seen(client.get(PAGE))


@pytest.mark.parametrize("size", [1, 30])
def test_statements_do_not_grow_with_workspaces(both, bo, size, django_assert_num_queries):
    for n in range(size):
        document = {**OTHER, "workspace": {"slug": f"w{n}", "name": f"W {n}"}}
        build(document)
    bo.get(PAGE)
    with django_assert_num_queries(6):
        assert bo.get(PAGE).status_code == 200
