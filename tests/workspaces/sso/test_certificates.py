"""Owners hear of a certificate that ends: 30, 7 and 1 days before, and once each (P6)."""

import pytest
from django.core.management import call_command

from accounts.models import Mail
from tests.cast.connecting import a_connection, certificate, saml
from tests.world import SYSTEM
from workspaces.models import ConnectionState
from workspaces.operations.sso import connections
from workspaces.operations.sso.certificates import tell_of_ends


def ending(world, *days, **more):
    trust = saml(certificates=[certificate(days=n) for n in days])
    return a_connection(world.workspace, trust=trust, active=True, **more)


def told(world):
    tell_of_ends(world.workspace)
    return Mail.objects.filter(subject__contains="ends soon").count()


@pytest.mark.parametrize(("days", "mails"), [(400, 0), (31, 0), (29, 1), (6, 1), (0, 1)])
def test_a_mail_goes_when_the_end_is_near_P6(world, days, mails):
    ending(world, days)
    assert told(world) == mails


def test_each_time_is_told_once_P6(world):
    ending(world, 20)
    assert [told(world) for _day in range(3)] == [1, 1, 1]


def test_coming_nearer_is_told_again_P6(world):
    connection = ending(world, 5)
    assert told(world) == 1
    renewed = saml(certificates=[certificate(days=0)])
    connections.pass_test(connections.trust(connection, renewed, by=SYSTEM), by=SYSTEM)
    assert told(world) == 2


def test_the_first_of_two_to_end_is_the_one_that_is_told_P6(world):
    ending(world, 400, 3)
    assert told(world) == 1


def test_what_is_off_is_not_told_P6(world):
    connections.switch(ending(world, 3), ConnectionState.OFF, by=SYSTEM)
    assert told(world) == 0


def test_housekeeping_tells_and_says_so_P6(world, capsys):
    ending(world, 3)
    call_command("housekeeping")
    assert "of 1 certificates told" in capsys.readouterr().out
    assert Mail.objects.filter(to="ada@example.org", subject__contains="ends soon").count() == 1
