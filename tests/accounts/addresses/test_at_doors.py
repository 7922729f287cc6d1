"""Whoever has an address is found by each of its spellings, wherever addresses are typed (XE4)."""

import json
import re
from http import HTTPStatus

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models.user import User
from accounts.sign_in import attempts
from config.web.limits import Overdrawn
from tests.cast.proofs import PASSWORD, with_password
from tests.world import SYSTEM, acme, build
from workspaces.forms.console.names import PeopleField
from workspaces.forms.members.membership import DeleteAccountForm
from workspaces.models import Workspace
from workspaces.operations.members import members

IDN = "idn@xn--bcher-kva.example"
SPELLINGS = [
    "idn@bücher.example",
    "IDN@Bücher.Example",
    "idn@bu\u0308cher.example.",
    "idn@bücher\u3002example",
    "idn@XN--BCHER-KVA.example",
]
LOOK_ALIKE = "idn@buc\u212aer.example"


@pytest.fixture
def world(db):
    """The small world, and somebody at bücher.example in it."""
    world = build()
    members.add(world.workspace, User.objects.create_user(IDN, name="Ida"), by=SYSTEM)
    return world


@pytest.fixture
def idn(world):
    return with_password(User.objects.get(email=IDN))


@pytest.mark.parametrize("typed", SPELLINGS)
def test_one_signs_in_by_any_spelling_XE4(client, idn, typed):
    answer = client.post("/accounts/login/", {"login": typed, "password": PASSWORD})
    assert answer.status_code == HTTPStatus.FOUND


def test_a_look_alike_signs_nobody_in_XE4(client, idn):
    answer = client.post("/accounts/login/", {"login": LOOK_ALIKE, "password": PASSWORD})
    assert answer.status_code == HTTPStatus.OK
    assert "not a domain name" in answer.content.decode()


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_reset_is_mailed_to_the_one_mailbox_XE4(client, idn, typed):
    client.post("/accounts/password/reset/", {"email": typed})
    assert [message.to for message in mail.outbox] == [[IDN]]
    assert "/password/reset/key/" in mail.outbox[0].body


def test_all_spellings_share_one_counter_XG3(db):
    for typed in SPELLINGS:
        attempts.begin(typed, "192.0.2.7")
    with pytest.raises(Overdrawn):
        attempts.begin(IDN, "192.0.2.7")
    attempts.renew("idn@bücher.example.", "192.0.2.7")
    attempts.begin(IDN, "192.0.2.7")


@pytest.mark.parametrize("typed", SPELLINGS)
def test_the_natural_key_is_any_spelling_XE4(world, typed):
    assert User.objects.get_by_natural_key(typed).email == IDN


def test_no_address_is_nobodys_natural_key(world):
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(LOOK_ALIKE)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_the_command_makes_a_link_by_any_spelling_XE4(world, capsys, typed):
    call_command("sign_in_link", typed)
    assert "/sign-in-link/" in capsys.readouterr().out


def test_the_command_knows_no_look_alike_XE4(world):
    with pytest.raises(CommandError, match="no active user"):
        call_command("sign_in_link", LOOK_ALIKE)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_access_check_knows_any_spelling_XE4(world, capsys, typed):
    call_command("access", "check", typed, "read", "workspace/acme", "--workspace=acme")
    assert capsys.readouterr().out == "yes\n"


@pytest.mark.parametrize("typed", SPELLINGS)
def test_the_check_page_knows_any_spelling_XE4(as_user, typed):
    asked = {"who": typed, "do": "read", "which": "workspace/acme"}
    answer = as_user("ada").get("/w/acme/check", asked)
    assert answer.context["answer"].decision


def test_a_document_with_two_spellings_is_refused_at_its_place_XE4(db):
    people = [{"email": IDN, "name": "", "owner": True}, {"email": SPELLINGS[2], "name": ""}]
    with pytest.raises(Exception, match="there twice"):
        build(acme(members=people, groups=[]))


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_document_means_the_same_person_by_any_spelling_XE4(world, typed):
    document = acme()
    document["members"].append({"email": typed, "name": "Ida"})
    document["groups"][0]["members"].append(typed)
    build(document)
    workspace = Workspace.objects.get(slug="acme")
    assert User.objects.filter(email__contains="bcher").count() == 1
    assert IDN in json.dumps(
        list(workspace.members.in_group(world.group("growth")).values_list("user__email"))
    )


@pytest.mark.parametrize("typed", [*SPELLINGS, "bücher", "BÜCHER.example", "bucher", "xn--bcher"])
def test_search_finds_the_person_by_the_address_in_letters_N3(as_user, world, typed):
    for path in ("members?q=", "pick/members?q=", "jump?q="):
        page = as_user("ada").get(f"/w/acme/{path}{typed}", headers={"HX-Request": "true"})
        assert "Ida" in page.content.decode(), path


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_picker_takes_any_spelling_XE4(world, typed):
    field = PeopleField(world.workspace)
    assert [member.user.email for member in field.clean([f'"Ida, X" <{typed}>'])] == [IDN]


def test_an_address_is_shown_in_letters_and_linked_in_ascii(as_user, world):
    page = as_user("ada").get("/w/acme/members").content.decode()
    assert re.search(r"<small>\s*idn@bücher.example", page)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_the_typed_address_before_an_account_goes_is_any_spelling_XE4(idn, typed):
    assert DeleteAccountForm({"email": typed}, user=idn).is_valid()
    assert not DeleteAccountForm({"email": LOOK_ALIKE}, user=idn).is_valid()
