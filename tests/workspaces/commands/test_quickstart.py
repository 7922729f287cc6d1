"""The first look: load, print links, and every address of the demo answers."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workspaces.change import Actor
from workspaces.demo import demo_documents
from workspaces.models import Grant, Member, Resource, Review, Workspace
from workspaces.operations.groups import groups

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def quickstart(db, monkeypatch, capsys, settings, tmp_path):
    """Run quickstart without serving; return what it printed."""
    settings.STATIC_ROOT = tmp_path

    def run(*files):
        call_command("quickstart", "--no-serve", *map(str, files))
        return capsys.readouterr().out

    return run


def test_the_demo_shows_everything(quickstart):
    quickstart()
    assert set(Resource.objects.values_list("type", flat=True)) == {
        "source", "destination", "warehouse", "space", "tracking_plan", "function"
    }  # fmt: skip
    assert Workspace.objects.filter(hipaa_eligible=True).exists()
    assert Grant.objects.filter(expires_at__isnull=False).exists()
    assert Grant.objects.filter(scope="labels", n_labels__gt=1).exists()
    in_two = [m.user_id for m in Member.objects.all()]
    assert len(in_two) > len(set(in_two))
    assert sorted(review.is_open for review in Review.objects.all()) == [False, True]


def test_the_printed_links_sign_in_an_owner_and_a_member(quickstart, client):
    out = quickstart()
    paths = re.findall(r"http://127\.0\.0\.1:8000(\S+sign-in-link\S+)", out)
    assert len(paths) == 2
    client.post(paths[0])
    assert Member.objects.filter(user=client.session["_auth_user_id"], owner=True).exists()


def test_running_it_again_keeps_what_was_tried(quickstart):
    quickstart()
    workspace = Workspace.objects.get(slug="northwind")
    group = groups.create(workspace, name="Tried", by=Actor.system("test"))
    held = Grant.objects.count()
    assert "Sign in once as" in quickstart()
    assert workspace.groups.filter(pk=group.pk).exists()
    assert Grant.objects.count() == held


def test_a_demo_document_is_named_after_its_workspace(quickstart):
    quickstart()
    assert set(Workspace.objects.values_list("slug", flat=True)) == set(demo_documents())


def test_a_person_of_two_organisations_sees_both_and_nothing_of_the_third(quickstart, client):
    quickstart(*sorted(DATA.glob("*.json")))
    members = Member.objects.values_list("user_id", "workspace__slug")
    of = {}
    for user, slug in members:
        of.setdefault(user, set()).add(slug)
    user = next(u for u, slugs in of.items() if slugs == {"kubernetes", "kubernetes-sigs"})
    client.force_login(
        Member.objects.filter(user=user).first().user, backend="accounts.backends.SignInBackend"
    )
    home = client.get("/").content.decode()
    assert "/w/kubernetes/" in home
    assert "/w/kubernetes-sigs/" in home
    assert "kubernetes-csi" not in home
    assert client.get("/w/kubernetes-sigs/my-access").status_code == 200
    assert client.get("/w/kubernetes-csi/my-access").status_code == 404


def test_a_faulty_file_is_exit_2(quickstart, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    with pytest.raises(CommandError) as error:
        quickstart(bad)
    assert error.value.returncode == 2


def test_it_refuses_in_production(quickstart, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        quickstart()
