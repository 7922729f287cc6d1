from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.sign_in import links
from accounts.sign_in.links import sign_in_path
from tests.world import SYSTEM
from workspaces.operations.members import members


def test_opening_a_link_signs_nobody_in_XE9(client, world):
    answer = client.get(sign_in_path(world.user("bo")))
    assert answer.status_code == 200
    assert "Bo Diddley" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_sending_it_does(client, world):
    assert client.post(sign_in_path(world.user("bo")))["Location"] == "/"
    assert client.session["_auth_user_id"] == str(world.user("bo").pk)


def test_a_link_works_once(client, world):
    path = sign_in_path(world.user("bo"))
    client.post(path)
    client.logout()
    assert client.post(path).status_code == 410
    assert "_auth_user_id" not in client.session


def test_a_link_ends_after_an_hour(client, world, monkeypatch):
    path = sign_in_path(world.user("bo"))
    monkeypatch.setattr(links, "ONE_TIME_AGE", timedelta(seconds=-1))
    assert client.post(path).status_code == 410


def test_a_forged_link_is_spent(client, world):
    path = sign_in_path(world.user("bo"))
    assert client.post(f"{path}x").status_code == 410


def test_a_link_of_a_deactivated_user_is_spent(client, world):
    path = sign_in_path(world.user("bo"))
    members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))
    assert client.post(path).status_code == 410


def test_there_are_none_in_production(client, world, settings):
    settings.PRODUCTION = True
    assert client.get(sign_in_path(world.user("bo"))).status_code == 404
    with pytest.raises(CommandError, match="development"):
        call_command("sign_in_link", "bo@example.org")


def test_the_command_prints_a_link(client, world, capsys):
    call_command("sign_in_link", "BO@example.org")
    path = capsys.readouterr().out.strip().removeprefix("http://127.0.0.1:8000")
    client.post(path)
    assert client.session["_auth_user_id"] == str(world.user("bo").pk)


def test_the_command_knows_whom_it_does_not_know(world):
    with pytest.raises(CommandError, match="no active user"):
        call_command("sign_in_link", "eve@example.org")


def test_the_token_stands_in_no_log_XE10(client, world, caplog):
    path = sign_in_path(world.user("bo"))
    client.post(path)
    assert path.rpartition("/")[2] not in caplog.text
