import json

import pytest
from django.core.management import CommandError, call_command

from tests.world import OTHER, acme, build
from workspaces.models import Workspace


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "acme.json"
    path.write_text(json.dumps(acme()))
    return path


@pytest.mark.django_db
def test_a_file_is_loaded_and_the_difference_printed(file, capsys):
    call_command("workspace_import", str(file))
    assert "acme: new workspace" in capsys.readouterr().out
    assert Workspace.objects.get(slug="acme").members.count() == 4


@pytest.mark.django_db
def test_loading_it_again_says_that_nothing_changes(file, capsys):
    for _ in range(2):
        call_command("workspace_import", str(file))
    assert "acme: nothing changes" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_dry_run_prints_and_writes_nothing(file, capsys):
    call_command("workspace_import", str(file), "--dry-run")
    assert "+ member ada@example.org" in capsys.readouterr().out
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_faults_go_to_stderr_with_file_and_place_and_exit_2(file, capsys):
    file.write_text(json.dumps(acme(labels=["x"])))
    with pytest.raises(CommandError, match="nothing was written") as error:
        call_command("workspace_import", str(file))
    assert error.value.returncode == 2
    assert f"{file}: labels[0]: " in capsys.readouterr().err


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_named_with_exit_2(tmp_path):
    with pytest.raises(CommandError, match=r"none\.json: No such file") as error:
        call_command("workspace_import", str(tmp_path / "none.json"))
    assert error.value.returncode == 2


@pytest.mark.django_db
def test_several_files_are_one_transaction(file, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    with pytest.raises(CommandError):
        call_command("workspace_import", str(file), str(bad))
    assert not Workspace.objects.exists()


def test_an_export_goes_to_stdout(world, capsys):
    call_command("workspace_export", "acme")
    assert json.loads(capsys.readouterr().out)["workspace"]["slug"] == "acme"


def test_an_export_goes_to_a_file_whole(world, tmp_path):
    out = tmp_path / "out.json"
    call_command("workspace_export", "acme", "-o", str(out))
    assert json.loads(out.read_text())["format"] == "gatehouse/workspace@1"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_an_export_holds_nothing_of_another_workspace_XA3(world, capsys):
    build(OTHER)
    call_command("workspace_export", "acme")
    assert "uixot" not in capsys.readouterr().out


@pytest.mark.django_db
def test_exporting_what_is_not_there_is_an_error():
    with pytest.raises(CommandError, match="no workspace nowhere"):
        call_command("workspace_export", "nowhere")
