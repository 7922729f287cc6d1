"""Operators add, switch and require connections by command (P5, P6)."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.cast.connecting import CLIENT, ISSUER, SECRET, a_connection, metadata, requires
from tests.cast.factors import give_app
from tests.world import SYSTEM
from workspaces.models import ConnectionState, SsoConnection
from workspaces.operations.sso import requiring, trust

SAML = ("--workspace", "acme", "--name", "Acme SSO", "--kind", "saml")
OPENID = ("--workspace", "acme", "--name", "Acme ID", "--kind", "oidc")


def said(name, *words):
    out = io.StringIO()
    call_command(name, *words, stdout=out)
    return out.getvalue()


def failure(name, *words):
    with pytest.raises(CommandError) as caught:
        said(name, *words)
    return caught.value.returncode, str(caught.value)


@pytest.fixture
def file(tmp_path):
    """A file with the metadata of a provider."""
    path = tmp_path / "metadata.xml"
    path.write_text(metadata())
    return str(path)


@pytest.fixture
def openid(tmp_path):
    """Options of a provider that nobody reaches from here."""
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    issuer = "https://login.acme.example"
    return ("--issuer", issuer, "--client-id", CLIENT, "--client-secret-file", str(path))


def test_a_saml_provider_is_added_and_its_id_alone_printed_P6(world, file):
    printed = said("connection_add", *SAML, "--metadata", file)
    made = SsoConnection.objects.get()
    assert printed == f"{made.public_id}\n"
    assert (made.state, made.unasked, made.trusted) == (ConnectionState.DRAFT, False, None)
    assert made.wanted["issuer"] == ISSUER
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.actor_name) == ("connection.added", "connection_add")


def test_the_operators_word_stands_for_a_test_P6(world, file):
    said("connection_add", *SAML, "--metadata", file, "--provider-initiated", "--active")
    made = SsoConnection.objects.get()
    assert (made.is_active, made.unasked, made.wanted) == (True, True, None)


def test_an_openid_provider_need_not_be_there_yet_P6(world, openid):
    said("connection_add", *OPENID, *openid, "--active")
    made = SsoConnection.objects.get()
    trusted = trust.read(made.kind, made.trusted)
    assert (made.is_active, trusted.client_secret) == (True, SECRET)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (SAML, "--metadata is needed"),
        ((*SAML, "--metadata", "x", "--issuer", "y"), "--issuer is not for --kind saml"),
        ((*SAML, "--metadata", "nowhere.xml"), "nowhere.xml"),
        (OPENID, "--issuer is needed"),
        ((*OPENID, "--issuer", "https://x.example"), "--client-id is needed"),
    ],
)
def test_options_of_the_other_kind_or_none_are_named(world, words, why):
    code, text = failure("connection_add", *words)
    assert (code, why in text) == (2, True)
    assert not SsoConnection.objects.exists()


def test_provider_initiated_is_of_saml_alone_P7(world, openid):
    code, text = failure("connection_add", *OPENID, *openid, "--provider-initiated")
    assert (code, text) == (2, "--provider-initiated is not for --kind oidc.")


def test_what_is_no_metadata_makes_nothing_P6(world, tmp_path):
    (tmp_path / "x.xml").write_text("<x/>")
    code, text = failure("connection_add", *SAML, "--metadata", str(tmp_path / "x.xml"))
    assert (code, "no metadata of SAML" in text) == (2, True)
    (tmp_path / "x.xml").write_bytes(b"\xff\xfe\x00")
    code, text = failure("connection_add", *SAML, "--metadata", str(tmp_path / "x.xml"))
    assert (code, "no text in UTF-8" in text) == (2, True)
    assert not SsoConnection.objects.exists()


def test_a_name_that_is_taken_is_refused_N2(world, file):
    a_connection(world.workspace)
    code, text = failure("connection_add", *SAML, "--metadata", file, "--active")
    assert (code, text) == (2, "There is a connection Acme SSO already.")


def test_a_tested_connection_is_switched_as_its_page_does_P6(world):
    made = a_connection(world.workspace)
    for state in ("active", "off", "draft"):
        assert said("connection_set", made.public_id, state) == f"Acme SSO is {state}.\n"
        made.refresh_from_db()
        assert made.state == state


def test_a_draft_that_was_not_tested_stays_one_P6(world):
    made = a_connection(world.workspace, tested=False)
    assert failure("connection_set", made.public_id, "active") == (1, "Test the connection first.")
    with pytest.raises(CommandError, match="there is no connection nobody"):
        said("connection_set", "nobody", "off")


def test_the_last_one_stays_active_while_it_is_required_P5(world):
    code, _text = failure("connection_set", requires(world).public_id, "off")
    assert code == 1


def test_single_sign_on_is_required_by_command_and_no_more_P5(world):
    a_connection(world.workspace, active=True)
    give_app(world.user("ada"))
    requiring.exempt(world.workspace, [world.member("ada").public_id], exempt=True, by=SYSTEM)
    assert said("require_sso", "acme", "on") == "Single sign-on is required for Acme.\n"
    world.workspace.refresh_from_db()
    assert world.workspace.sso_required
    assert said("require_sso", "acme", "off") == "Single sign-on is not required for Acme.\n"


def test_operators_lock_nobody_out_either_P5(world):
    assert failure("require_sso", "acme", "on") == (1, "There is no active connection.")
    a_connection(world.workspace, active=True)
    code, text = failure("require_sso", "acme", "on")
    assert (code, "At least one owner has to be exempt" in text) == (1, True)
    world.workspace.refresh_from_db()
    assert not world.workspace.sso_required
