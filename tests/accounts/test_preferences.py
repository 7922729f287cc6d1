"""What people prefer holds on the next page, for them alone."""

import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from tests.filled import filled
from tests.world import everything

PAGE = "/me/preferences"


def prefer(client, **values):
    body = filled(client.get(PAGE), PAGE, blanks="")
    for name, value in values.items():
        if value is None:
            body.pop(name, None)
        else:
            body[name] = value
    return client.post(PAGE, body)


def test_preferences_are_kept_and_said(as_user, world):
    client = as_user("dee")
    answer = prefer(client, theme="dark", density="compact", time_zone="Europe/Stockholm")
    assert answer["Location"] == PAGE
    dee = world.user("dee")
    assert (dee.theme, dee.density, dee.time_zone) == ("dark", "compact", "Europe/Stockholm")
    assert "Saved." in client.get(PAGE).content.decode()


def test_the_server_draws_theme_and_density_so_that_nothing_flashes(as_user):
    client = as_user("dee")
    prefer(client, theme="dark", density="compact", single_keys=None)
    for path in ("/w/acme/my-access", "/me/preferences", "/w/acme/members", "/nothing"):
        page = client.get(path).content.decode()
        assert '<html lang="en" data-theme="dark" data-density="compact" data-keys="off">' in page


def test_who_is_signed_out_gets_the_theme_of_the_system(client, db):
    assert '<html lang="en">' in client.get("/accounts/login/").content.decode()


def test_switches_are_switched_off_and_on(as_user, world):
    client = as_user("dee")
    prefer(client, single_keys=None, mail_about_access=None)
    assert not world.user("dee").single_keys
    assert not world.user("dee").mail_about_access
    prefer(client, single_keys="on", mail_about_access="on")
    assert world.user("dee").single_keys


@pytest.mark.parametrize(
    ("field", "value"),
    [("theme", "pink"), ("density", "x"), ("time_zone", "Mars/Base")],
)
def test_what_is_no_choice_changes_nothing(as_user, field, value):
    client, before = as_user("dee"), everything()
    assert prefer(client, **{field: value}).status_code == 422
    assert everything() == before


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "email", "is_active", "name"])
def test_nothing_else_of_the_account_is_changed_there_XB1(as_user, world, field):
    before = getattr(world.user("dee"), field)
    prefer(as_user("dee"), **{field: "on"})
    assert getattr(world.user("dee"), field) == before


def test_with_script_only_the_toast_comes_back(as_user):
    client = as_user("dee")
    body = filled(client.get(PAGE), PAGE, blanks="") | {"theme": "light"}
    htmx = {"HX-Request": "true", "HX-Target": "toasts"}
    answer = client.post(PAGE, body, headers=htmx, follow=True)
    page = answer.content.decode()
    assert "Saved." in page
    assert "<html" not in page


def test_times_show_utc_and_the_readers_clock(as_user, world):
    client = as_user("ada")
    prefer(client, time_zone="Asia/Kolkata")
    title = re.search(r'<time datetime="[^"]*" title="([^"]*)"',
                      client.get("/w/acme/overview").content.decode())[1]  # fmt: skip
    assert re.fullmatch(r"\S+ \S+ UTC · \S+ \S+ IST", title)


def test_where_the_clock_is_utc_it_is_said_once():
    when = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    with timezone.override("UTC"):
        drawn = Template("{{ when|ago }}").render(Context({"when": when}))
    assert 'title="2026-01-31 12:00:00 UTC"' in drawn


def test_the_time_zone_of_one_answer_is_not_that_of_the_next(as_user, client):
    prefer(as_user("ada"), time_zone="Asia/Kolkata")
    client.get("/w/acme/overview")
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_zone_this_machine_does_not_know_is_utc(as_user, world):
    dee = world.user("dee")
    dee.time_zone = "Gone/Zone"
    dee.save()
    assert as_user("dee").get("/w/acme/my-access").status_code == 200
