"""The engine from a shell answers like the engine (R9)."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.oracle import ACTIONS, Oracle
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import OTHER, SYSTEM, build
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def ask(capsys, *words, workspace="acme"):
    """Run the command; return its exit code and what it printed."""
    try:
        call_command("access", *words, "--workspace", workspace)
        code = 0
    except SystemExit as end:
        code = end.code
    except CommandError:  # 2 on the command line
        code = 2
    return code, capsys.readouterr().out


def test_yes_is_exit_0(world, capsys):
    assert ask(capsys, "check", "bo@example.org", "edit", "source/a") == (0, "yes\n")


def test_no_is_exit_1(world, capsys):
    assert ask(capsys, "check", "bo@example.org", "edit", "source/c") == (1, "no\n")


@pytest.mark.parametrize(
    "words",
    [
        ("bo@example.org", "fly", "source/a"),
        ("bo@example.org", "edit", "source/none"),
        ("bo@example.org", "edit", "spaceship/a"),
        ("bo@example.org", "edit", "source"),
        ("bo@example.org", "read", "workspace/other"),
    ],
)
def test_what_does_not_exist_is_a_plain_no_R5(world, capsys, words):
    build(OTHER)
    assert ask(capsys, "check", *words) == (1, "no\n")


def test_another_workspace_is_a_plain_no_R5(world, capsys):
    assert ask(capsys, "check", "bo@example.org", "edit", "source/a", workspace="x")[0] == 1


@pytest.mark.parametrize("name", ["eve", "eve@example.org", "quixote@example.org"])
@pytest.mark.parametrize("question", [("check", "edit", "source/a"), ("list", "edit", "source")])
def test_who_is_nobody_here_is_not_judged_N4(world, question, name):
    build(OTHER)
    command, *about = question
    with pytest.raises(CommandError, match=f"nobody in acme is called {name}") as refused:
        call_command("access", command, name, *about, "--workspace", "acme")
    assert refused.value.returncode == 2


def test_tokens_can_be_asked_about_by_name_and_id(world, capsys):
    made, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    for name in ("ci", "CI", made.public_id):
        assert ask(capsys, "check", name, "edit", "source/c") == (0, "yes\n")


def test_a_name_of_several_is_not_judged_N4(world, capsys):
    tokens.create(world.workspace, "growth", by=SYSTEM, policy=[Terms("source-admin", "all")])
    assert ask(capsys, "check", "growth", "edit", "source/b") == (2, "")
    assert ask(capsys, "check", world.group("growth").public_id, "edit", "source/b")[0] == 0


def test_the_workspace_itself_can_be_asked_about(world, capsys):
    assert ask(capsys, "check", "ada@example.org", "administer", "workspace/acme")[0] == 0


def test_groups_can_be_asked_about(world, capsys):
    assert ask(capsys, "check", "growth", "edit", "source/b")[0] == 0


def test_a_yes_is_explained_path_by_path(world, capsys):
    _, out = ask(capsys, "check", "bo@example.org", "edit", "source/a", "--explain")
    assert "Source Admin through group growth, labels environment:prod" in out


def test_a_yes_beneath_a_source_says_so(world, capsys):
    _, out = ask(capsys, "check", "cy@example.org", "read", "destination/ads", "--explain")
    assert "Source Read-only direct, listed by name, of its source" in out


def test_a_no_is_explained_by_what_is_nearest(world, capsys):
    _, out = ask(capsys, "check", "bo@example.org", "edit", "source/c", "--explain")
    assert "would: the labels environment:prod on it" in out
    assert "would: the role Source Admin on it" in out


def test_json_is_for_scripts(world, capsys):
    words = ("check", "bo@example.org", "edit", "source/a", "--explain", "--json")
    answer = json.loads(ask(capsys, *words)[1])
    assert answer["decision"] is True
    assert len(answer["paths"]) == 1


def test_list_prints_a_line_each(world, capsys):
    assert ask(capsys, "list", "bo@example.org", "edit", "source")[1] == "source/a\nsource/b\n"


def test_who_prints_a_line_each(world, capsys):
    assert ask(capsys, "who", "edit", "source/a")[1] == "ada@example.org\nbo@example.org\n"


@pytest.mark.parametrize(
    "words",
    [("who", "edit", "source/x"), ("list", "bo@example.org", "fly", "source"),
     ("list", "bo@example.org", "edit", "ship")],
)  # fmt: skip
def test_what_does_not_exist_lists_nothing_R5(world, capsys, words):
    assert ask(capsys, *words, "--json") == (0, "[]\n")


@pytest.mark.django_db
def test_the_command_agrees_with_the_plain_reading_R9(request, capsys):
    def agree(world, oracle: Oracle):
        for email in ("owner@example.org", "p0@example.org"):
            held = oracle.grants_of(email)
            for ref, resource in oracle.resources.items():
                for action in sorted(ACTIONS[resource["type"]]):
                    code, _ = ask(capsys, "check", email, action, ref, workspace="ws")
                    assert (code == 0) == oracle.allowed(held, action, ref)

    in_many_worlds(agree, max(request.config.getoption("--worlds") // 20, 1))
