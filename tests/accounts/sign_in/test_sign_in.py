import pytest
from django.test import Client

from accounts.models.user import User
from tests.world import SYSTEM
from workspaces.operations.members import members

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(world):
    """Ada, with a password."""
    user = world.user("ada")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, email, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_address_and_password_sign_in(client, ann):
    assert sign_in(client, "ada@example.org")["Location"] == "/"
    assert client.get("/w/acme/members").status_code == 200


def test_the_case_of_the_address_does_not_matter_XE3(client, ann):
    assert sign_in(client, "Ada@Example.ORG").status_code == 302


def test_the_plus_part_is_another_person_XF1(client, ann):
    other = User.objects.create_user("ada+hipaa@example.org", "another password")
    assert sign_in(client, "ada+hipaa@example.org").status_code == 200
    assert "_auth_user_id" not in client.session
    sign_in(client, "ada+hipaa@example.org", "another password")
    assert client.session["_auth_user_id"] == str(other.pk)
    assert client.get("/w/acme/members").status_code == 404


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org", "off@example.org"])
def test_every_failure_looks_the_same_XG2(client, ann, world, email):
    off = User.objects.create_user("off@example.org", PASSWORD)
    members.add(world.workspace, off, by=SYSTEM)
    members.set_user_active(off, active=False, by=SYSTEM.because("left"))
    wrong = PASSWORD if email.startswith("off") else "wrong"
    answer = sign_in(client, email, wrong)
    assert answer.status_code == 200
    assert "The email address and/or password you specified are not correct." in text(answer)


def text(answer):
    return answer.content.decode()


def test_a_session_planted_before_is_replaced_XG1(client, ann):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    sign_in(client, "ada@example.org")
    assert client.session.session_key != before


def test_signing_in_over_another_session_empties_it_XG1(client, ann, world):
    client.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    session = client.session
    session["of_bo"] = "x"
    session.save()
    client.logout()
    sign_in(client, "ada@example.org")
    assert "of_bo" not in client.session


def test_signing_out_asks_first_and_then_ends_the_session_XG10(client, ann):
    sign_in(client, "ada@example.org")
    cookie = client.cookies["gatehouse"].value
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/w/acme/members").status_code == 200
    client.post("/accounts/logout/")
    client.cookies["gatehouse"] = cookie
    assert client.get("/w/acme/members").status_code == 302


def test_next_leads_back_to_where_one_was(client, ann):
    asked = client.get("/w/acme/members?q=bo")
    assert asked["Location"] == "/accounts/login/?next=/w/acme/members%3Fq%3Dbo"
    answer = sign_in(client, "ada@example.org", next="/w/acme/members?q=bo")
    assert answer["Location"] == "/w/acme/members?q=bo"


def test_nobody_signs_up(client, db):
    answer = client.post(
        "/accounts/signup/",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not User.objects.exists()
    assert "invite" in text(answer).lower() or "owner" in text(answer).lower()


def test_a_sign_in_needs_the_csrf_proof_XI2(ann):
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict, "ada@example.org")
    assert answer.status_code == 403
    assert "_auth_user_id" not in strict.session
