"""Owners see who has a second factor, and how many have none where it matters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast.factors import give_app, give_codes
from workspaces.models import Workspace


def text(client, path):
    return client.get(f"/w/acme/{path}").content.decode()


def test_the_list_is_narrowed_to_those_without(as_user, world):
    give_app(world.user("bo"))
    give_codes(world.user("cy"))
    answer = as_user("ada").get("/w/acme/members?no_mfa=on")
    names = [row.user.email.partition("@")[0] for row in answer.context["page"].rows]
    assert names == ["ada", "cy", "dee"]
    assert "No MFA" in answer.content.decode()


def test_the_panel_says_whether_somebody_has_one(as_user, world):
    give_app(world.user("bo"))
    client = as_user("ada")
    badges = {}
    for name in ("bo", "cy"):
        page = text(client, f"members/{world.member(name).public_id}")
        panel = page.partition('class="panel-badges"')[2].partition("</p>")[0]
        badges[name] = "No MFA" in panel
    assert badges == {"bo": False, "cy": True}


@pytest.mark.parametrize(
    "asks", [{"mfa_required_from": timezone.now() + timedelta(days=9)},
             {"hipaa_eligible": True}],
)  # fmt: skip
def test_the_overview_counts_them_where_it_matters(as_user, world, asks):
    give_app(world.user("bo"))
    client = as_user("ada")
    assert "without a second factor" not in text(client, "overview")
    Workspace.objects.update(**asks)
    page = client.get("/w/acme/overview")
    [number] = [one for one in page.context["care"] if "no_mfa" in one.url]
    assert number.count == 3
    assert number.url == "/w/acme/members?no_mfa=on"


def test_nothing_is_said_once_everybody_has_one(as_user, world):
    for name in ("ada", "bo", "cy", "dee"):
        give_app(world.user(name))
    Workspace.objects.update(hipaa_eligible=True)
    assert "without a second factor" not in text(as_user("ada"), "overview")
