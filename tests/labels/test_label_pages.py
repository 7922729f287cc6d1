"""Making, deleting and replacing labels in the browser (L1, L4, L5, L7)."""

import re

import pytest

from labels import operations as labels
from labels.syntax import parse_label
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.operations.groups import groups
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


def once(answer):
    return re.search(r'name="once" value="([^"]+)"', answer.raw)[1]


def newest(world):
    return world.workspace.events.newest_first().first()


def create(look, send, **fields):
    return send("ada", "labels/new", once=once(look("ada", "labels/new")), **fields)


def test_a_label_is_made_and_told(world, look, send):
    answer = create(look, send, name=" stage : Live ", description="What customers see")
    assert (answer.status, answer.location) == (302, "/w/acme/labels")
    label = world.label("stage:live")
    assert (str(label), label.description) == ("stage:Live", "What customers see")
    assert newest(world).action == "label.created"
    assert "Made the label stage:Live." in look("ada", "labels")


def test_a_second_send_makes_no_second_label_XI7(world, look, send):
    form = {"once": once(look("ada", "labels/new")), "name": "stage:live"}
    events = world.workspace.events.count()
    for _ in range(2):
        assert send("ada", "labels/new", **form).status == 302
    assert world.workspace.labels.filter(key="stage").count() == 1
    assert world.workspace.events.count() == events + 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("environment", "written key:value"), ("env ironment:x", "The key of a label"),
        ("1env:x", "The key of a label"), (f"k:{'v' * 64}", "The value of a label"),
        ("env\u200b:x", "The key of a label"), ("Environment:PROD", "already a label"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_field_L1_XD7(look, send, name, words):
    answer = create(look, send, name=name)
    assert answer.status == 422
    assert f'value="{name}"' in answer.raw
    assert words in re.search(r'<p class="error">(.*?)</p>', answer.raw)[1]


def test_a_full_plan_says_so_beside_the_field_L7(world, look, send):
    workspaces.set_plan_and_flag(
        world.workspace, plan="free", hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    for number in range(3):
        labels.create(world.workspace, parse_label(f"brand:v{number}"), by=SYSTEM)
    answer = create(look, send, name="brand:v9")
    assert answer.status == 422
    assert "takes 5 other labels" in re.search(r'<p class="error">(.*?)</p>', answer.raw)[1]


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("", ""), ("stage", "with a colon"), ("Environment:prod", "already"),
        ("stage:live", "stage will be a new key"), ("product:bus", "product has 2 other values"),
    ],
)  # fmt: skip
def test_the_format_is_checked_while_typing_L1(look, typed, verdict):
    answer = look(
        "ada", f"labels/new?name={typed}", **{"HX-Request": "true", "HX-Target": "label-check"}
    )
    assert answer.status == 200
    assert "<html" not in answer.raw
    assert verdict in answer.text


def test_a_label_stands_with_every_use_and_a_link_to_each_L4(world, look):
    policy = [Terms("source-admin", "labels", labels=(world.label("environment:prod"),))]
    give_grants(world.member("dee"), policy, by=SYSTEM)
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    answer = look("ada", "labels/environment:prod")
    assert "In 3 grants" in answer
    assert "On 3 things" in answer
    for url in (
        f"/w/acme/members/{world.member('dee').public_id}",
        f"/w/acme/groups/{world.group('growth').public_id}",
        "/w/acme/tokens",
        "/w/acme/sources/a",
        "/w/acme/spaces/eu",
    ):
        assert f'href="{url}' in answer.raw


def test_a_label_is_found_in_any_spelling_L1(look):
    assert look("ada", "labels/Environment:PROD").status == 200


@pytest.mark.parametrize("page", ["", "/delete", "/replace"])
def test_a_label_of_another_workspace_is_not_there_XA1(world, look, page):
    other = build(OTHER)
    labels.create(other.workspace, parse_label("uni:que"), by=SYSTEM)
    assert look("ada", f"labels/uni:que{page}").status == 404


def test_an_unused_label_is_deleted_after_a_question(world, look, send):
    labels.create(world.workspace, parse_label("un:used"), by=SYSTEM)
    assert "nobody's access changes" in look("ada", "labels/un:used/delete")
    answer = send("ada", "labels/un:used/delete")
    assert (answer.status, answer.location) == (302, "/w/acme/labels")
    assert newest(world).action == "label.deleted"
    assert send("ada", "labels/un:used/delete").status == 404


def test_a_label_in_use_is_refused_with_its_uses_L4(world, look, send):
    assert "environment:prod is in use" in look("ada", "labels/environment:prod/delete")
    answer = send("ada", "labels/environment:prod/delete")
    assert answer.status == 409
    assert "growth" in answer
    assert "Source A" in answer
    assert "/w/acme/labels/environment:prod/replace" in answer.raw


def test_the_uses_are_paged_L4(world, look):
    label = world.label("product:car")
    for number in range(60):
        group = groups.create(world.workspace, f"g{number:02}", by=SYSTEM)
        give_grants(group, [Terms("source-admin", "labels", labels=(label,))], by=SYSTEM)
    first = look("ada", "labels/product:car")
    assert "In 60 grants" in first
    assert "g59" not in first
    assert "g59" in look("ada", "labels/product:car?grants=2")


REPLACE = "labels/environment:prod/replace"


def test_replacing_is_looked_at_first_L5(look):
    page = look("ada", f"{REPLACE}?new=environment:live")
    assert "Makes environment:live ." in page
    assert "2 sources and 1 space" in page
    assert "1 grant asks for it instead" in page
    assert "s access changes." in page


def test_then_it_is_done_in_one_step_L5(world, look, send):
    page = look("ada", f"{REPLACE}?new=environment:live")
    answer = send("ada", REPLACE, new="environment:live", seen=page.value("seen"), reason="clearer")
    assert (answer.status, answer.location) == (302, "/w/acme/labels")
    assert newest(world).reason == "clearer"
    assert "Undo" in look("ada", "labels")


def test_a_merge_shows_who_gains_L5(world, look):
    assert "gains edit on 1 source" in look("ada", f"{REPLACE}?new=environment:dev")


def test_a_stale_look_is_shown_anew_XD4(world, look, send):
    seen = look("ada", f"{REPLACE}?new=environment:dev").value("seen")
    dev = (world.label("environment:dev"),)
    give_grants(world.member("dee"), [Terms("source-admin", "labels", labels=dev)], by=SYSTEM)
    answer = send("ada", REPLACE, new="environment:dev", seen=seen)
    assert answer.status == 409
    assert "Look again" in answer
    assert answer.value("seen") not in {None, seen}


@pytest.mark.parametrize(
    ("new", "status"), [("", 422), ("x", 422), ("Environment:Prod", 422), ("product:x", 409)]
)
def test_what_cannot_take_the_place_is_refused_L1_L3(send, new, status):
    assert send("ada", REPLACE, new=new).status == status


def test_what_was_typed_is_shown_as_text_XI1(look):
    assert "<img" not in look("ada", f"{REPLACE}?new=<img src=x>").raw.partition("<main")[2]


def test_uses_of_a_label_are_for_owners_and_no_name_leaks_XD9(world, look):
    for path in ("labels/environment:prod", "labels/environment:prod/delete"):
        answer = look("cy", path)
        assert answer.status == 403
        assert "growth" not in answer.raw
        assert "Source B" not in answer.raw
