"""An owner edits what somebody may do: looks first, saves just that (U5)."""

import re
from datetime import datetime

import pytest

from labels.operations.making import create
from labels.syntax import parse_label
from tests.filled import filled
from tests.world import SYSTEM, everything, give_grants
from workspaces.access.engine import Access
from workspaces.catalogue import Scope
from workspaces.models import Event, Resource
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


@pytest.fixture
def editor(world, as_user):
    """Open somebody's editor as ada; return the page's address and what it would send."""

    def open_editor(name="cy"):
        client = as_user("ada")
        path = f"/w/acme/members/{world.member(name).public_id}/access"
        return client, path, filled(client.get(path), path, blanks="")

    return open_editor


def block_of(sent, role, nth=0):
    """Return the prefix of the nth block of a role."""
    found = [
        k.removesuffix("-role") for k, v in sent.items() if k.endswith("-role") and v == [role]
    ]
    return found[nth]


def tick(sent, role, nth=0, **values):
    prefix = block_of(sent, role, nth)
    sent[f"{prefix}-on"] = ["on"]
    for key, value in values.items():
        sent[f"{prefix}-{key}"] = value if isinstance(value, list) else [value]


def digest_in(answer):
    return re.search(r'name="seen" value="(\w*)"', answer.content.decode())[1]


def events(world):
    return list(Event.objects.filter(workspace=world.workspace).order_by("number"))


def test_sent_as_it_stands_nothing_changes(world, editor):
    client, path, sent = editor()
    before = events(world)
    answer = client.post(path, sent)
    assert answer.status_code == 302
    assert events(world) == before


def test_a_save_is_in_force_at_once_and_one_event_R4_A1(world, editor):
    client, path, sent = editor()
    tick(sent, "source-admin", scope="labels", labels="environment:prod")
    review = client.post(f"{path}/review", sent)
    sent["seen"], sent["reason"] = [digest_in(review)], ["OPS-1"]
    before = events(world)
    answer = client.post(path, sent)
    assert answer.status_code == 302
    assert Access.of(world.member("cy")).check("edit", world.resource("source/b"))
    [event] = events(world)[len(before) :]
    assert (event.action, event.reason, event.actor_name) == (
        "policy.changed", "OPS-1", "ada@example.org",
    )  # fmt: skip
    assert "Saved what Cy may do." in client.get(answer["Location"]).content.decode()


def test_the_toast_takes_it_back(world, editor):
    client, path, sent = editor()
    tick(sent, "function-admin")
    sent["seen"] = [""]
    page = client.get(client.post(path, sent)["Location"]).content.decode()
    undo = re.search(r'hx-get="([^"]*/undo)"', page)[1]
    assert client.post(undo).status_code == 302
    assert not Access.of(world.member("cy")).check("edit", world.resource("function/clean"))
    assert Access.of(world.member("cy")).check("read", world.resource("source/a"))


def test_the_review_says_what_changes_and_saves_nothing(world, editor):
    client, path, sent = editor()
    tick(sent, "source-admin", scope="labels", labels="environment:prod")
    before = events(world)
    text = client.post(f"{path}/review", sent).content.decode()
    assert "gains edit on 2 sources" in text
    assert "Source B" in text
    assert "Matches 2 sources today; new ones join when they carry it." in text
    assert events(world) == before


def test_htmx_gets_just_the_review(editor):
    client, path, sent = editor()
    headers = {"HX-Request": "true", "HX-Target": "change-review"}
    text = client.post(f"{path}/review", sent, headers=headers).content.decode()
    assert text.lstrip().startswith('<div id="change-review"')


def test_a_form_changed_after_the_look_is_shown_first_422(world, editor):
    client, path, sent = editor()
    tick(sent, "function-admin")
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert "Save again" in answer.content.decode()
    sent["seen"] = [digest_in(answer)]
    assert client.post(path, sent).status_code == 302
    assert Access.of(world.member("cy")).check("edit", world.resource("function/clean"))


def test_a_change_by_somebody_else_is_409_with_the_new_review_XD4_XI8(world, editor):
    client, path, sent = editor()
    tick(sent, "function-admin")
    sent["seen"] = [digest_in(client.post(f"{path}/review", sent))]
    give_grants(world.member("cy"), [Terms("space-admin", "all")], by=SYSTEM)
    answer = client.post(path, sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "meanwhile" in text
    assert "space" in text
    assert not Access.of(world.member("cy")).check("edit", world.resource("function/clean"))
    sent["seen"] = [digest_in(answer)]
    assert client.post(path, sent).status_code == 302


def test_several_grants_of_one_role_are_or_blocks_R2(world, editor):
    client, path, sent = editor("dee")
    tick(sent, "source-read-only", scope="labels", labels="product:car")
    more = client.post(f"{path}/review", {**sent, "more": "source-read-only"})
    assert more.status_code == 200
    sent = filled(more, path, blanks="")
    tick(sent, "source-read-only", 1, scope="labels", labels="product:truck")
    sent["seen"] = [""]
    assert client.post(path, sent).status_code == 302
    reached = Access.of(world.member("dee")).reach("read", "source").by_name()
    assert [source.slug for source in reached] == ["a", "b", "c"]


def test_labels_of_one_block_are_joined_by_and_R2(world, editor):
    client, path, sent = editor("dee")
    labels = ["environment:prod", "product:truck"]
    tick(sent, "source-admin", scope="labels", labels=labels)
    sent["seen"] = [""]
    client.post(path, sent)
    assert [s.slug for s in Access.of(world.member("dee")).reach("edit", "source")] == ["b"]


def test_an_end_is_kept_to_the_second_when_its_day_is_not_touched(world, editor):
    ends = "2199-03-04T05:06:07+00:00"
    dee = world.member("dee")
    from_text = datetime.fromisoformat(ends)
    give_grants(dee, [Terms("source-admin", "all", ends=from_text)], by=SYSTEM)
    client, path, sent = editor("dee")
    assert sent[f"{block_of(sent, 'source-admin')}-ends"] == ["2199-03-04"]
    sent["reason"] = ["x"]
    client.post(path, sent)
    assert dee.grants.get().expires_at == from_text


def test_an_end_holds_through_its_day(world, editor):
    client, path, sent = editor("dee")
    tick(sent, "source-admin", scope="all", ends="2199-03-04")
    sent["seen"] = [""]
    client.post(path, sent)
    grant = world.member("dee").grants.get()
    assert grant.expires_at.isoformat() == "2199-03-05T00:00:00+00:00"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"scope": "labels", "labels": []}, "Name at least one label"),
        ({"scope": "resources", "resources": []}, "Name at least one"),
        ({"scope": "labels", "labels": "no:such"}, "no:such"),
        ({"scope": "elsewhere"}, "not one of the available choices"),
        ({"scope": ["all", "labels"]}, "more than once"),
        ({"scope": "all", "ends": "soon"}, "Write the day"),
        ({"scope": "labels", "labels": ["environment:dev", "environment:prod"]}, "never match"),
    ],
)
def test_a_faulty_grant_is_422_and_changes_nothing_XB4_XB5_XB6_XD8(world, editor, values, says):
    client, path, sent = editor()
    tick(sent, "source-admin", **values)
    sent["seen"] = [""]
    before = events(world)
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert events(world) == before
    assert world.member("cy").grants.count() == 1


@pytest.mark.parametrize("role", ["workspace-owner", "SOURCE-ADMIN", "root", ""])
def test_a_role_that_cannot_be_given_is_422_XB4(world, editor, role):
    client, path, sent = editor()
    sent["grants-0-role"] = [role]
    assert client.post(path, sent).status_code == 422


def test_resources_of_another_type_or_workspace_are_unknown_XA2(world, editor):
    client, path, sent = editor("dee")
    tick(sent, "warehouse-admin", scope="resources", resources="source/a")
    sent["seen"] = [""]
    assert client.post(path, sent).status_code == 422
    assert not world.member("dee").grants.exists()


def test_a_long_list_keeps_the_part_that_is_not_drawn(world, editor, monkeypatch):
    monkeypatch.setattr("workspaces.forms.grants.blocks.SHOWN", 1)
    sources = tuple(Resource.objects.filter(workspace=world.workspace, type="source"))
    dee = world.member("dee")
    give_grants(dee, [Terms("source-read-only", "resources", resources=sources)], by=SYSTEM)
    client, path, sent = editor("dee")
    sent["reason"] = ["x"]
    client.post(path, sent)
    assert dee.grants.get().listed.count() == 3
    del sent[f"{block_of(sent, 'source-read-only')}-keep_rest"]
    sent["seen"] = [""]
    client.post(path, sent)
    assert dee.grants.get().listed.count() == 1


def test_a_list_somebody_made_up_is_not_taken(world, editor):
    client, path, sent = editor("dee")
    tick(sent, "source-read-only", scope="resources", resources=[], rest="WzEsMl0:x:y")
    sent[f"{block_of(sent, 'source-read-only')}-keep_rest"] = ["on"]
    sent["seen"] = [""]
    assert client.post(path, sent).status_code == 422


def test_the_last_owner_stays_one_and_the_page_says_why_R7_XC1(world, editor):
    client, path, sent = editor("ada")
    assert "The last owner stays one." in client.get(path).content.decode()
    sent["owner"], sent["seen"] = [""], [""]
    answer = client.post(path, sent)
    assert answer.status_code == 409
    assert "last owner" in answer.content.decode()
    assert world.member("ada").owner


def test_an_owner_may_make_another_one(world, editor):
    client, path, sent = editor("dee")
    sent["owner"], sent["seen"] = ["1"], [""]
    client.post(path, sent)
    assert world.member("dee").owner


def test_what_groups_give_is_dashed_and_named(world, see):
    page = see("ada", f"members/{world.member('bo').public_id}/access")
    assert "Also from growth" in page
    assert 'class="card role dashed"' in page.raw


def test_groups_are_left_and_joined_from_the_editor_by_their_own_reviews(world, see):
    bo = world.member("bo")
    page = see("ada", f"members/{bo.public_id}/access").answer.content.decode()
    growth = world.workspace.groups.get(name="growth").public_id
    assert f"/w/acme/groups/{growth}/members/remove?people=bo%40example.org" in page
    assert f"/w/acme/members/bulk/group?who={bo.public_id}" in page


def test_roles_outside_the_plan_are_locked_with_the_reason_L7(world, see):
    workspaces.set_plan_and_flag(
        world.workspace, plan="team", hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    page = see("ada", f"members/{world.member('dee').public_id}/access")
    assert "Warehouse Admin is not part of the team plan." in page
    assert "Access by label is not part of the team plan." in page
    assert 'value="labels" disabled' in page.raw


def test_a_person_to_start_from_is_drawn_and_not_saved(world, see):
    start, dee = world.member("cy").public_id, world.member("dee").public_id
    page = see("ada", f"members/{dee}/access?start={start}")
    assert "gains view of 1 source" in page
    assert not world.member("dee").grants.exists()


def test_whoever_lost_ownership_meanwhile_saves_nothing_XC4(world, editor):
    client, path, sent = editor("dee")
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    tick(sent, "source-admin", scope="all")
    assert client.post(path, sent).status_code == 403
    assert not world.member("dee").grants.exists()


def test_an_owner_through_a_group_edits_as_well_R3(world, as_user):
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    give_grants(insiders, [Terms("workspace-owner", "all")], by=SYSTEM)
    groups.add_members(insiders, [world.member("bo")], by=SYSTEM)
    path = f"/w/acme/members/{world.member('dee').public_id}/access"
    assert as_user("bo").get(path).status_code == 200


def test_who_may_edit_a_source_gives_nobody_access_to_it_XB3(world, editor, as_user):
    _, path, sent = editor("dee")
    tick(sent, "source-admin", scope="resources", resources="source/a")
    client, before = as_user("bo"), everything()
    assert Access.of(world.member("bo")).check("edit", world.resource("source/a"))
    assert client.post(path, sent).status_code == 403
    assert everything() == before


def test_what_is_half_written_is_pointed_at_and_the_rest_is_reviewed(editor):
    client, path, sent = editor()
    tick(sent, "source-admin", scope="labels")
    tick(sent, "function-admin")
    text = client.post(f"{path}/review", sent).content.decode()
    at = block_of(sent, "source-admin")
    assert f'<a href="#{at}">Source Admin</a> – Name at least one label' in text
    assert "gains edit on 1 function" in text
    assert "edit on 2 sources" not in text


def test_what_is_half_written_is_not_saved_and_neither_is_the_rest_422(world, editor):
    client, path, sent = editor()
    tick(sent, "source-admin", scope="labels")
    tick(sent, "function-admin")
    sent["seen"] = [digest_in(client.post(f"{path}/review", sent))]
    before = events(world)
    assert client.post(path, sent).status_code == 422
    assert events(world) == before


def test_the_live_review_says_in_the_block_what_it_lacks(editor):
    client, path, sent = editor()
    tick(sent, "source-admin", scope="labels")
    headers = {"HX-Request": "true", "HX-Target": "change-review"}
    text = client.post(f"{path}/review", sent, headers=headers).content.decode()
    at = block_of(sent, "source-admin")
    [said] = re.findall(rf'<p class="match amber" id="{at}-match".*?</p>', text, re.DOTALL)
    assert "Name at least one label, or choose another scope." in said


def test_labels_that_nothing_carries_are_amber_in_editor_and_review(world, editor):
    create(world.workspace, parse_label("region:mars"), by=SYSTEM)
    client, path, sent = editor()
    tick(sent, "source-admin", scope="labels", labels="region:mars")
    text = client.post(f"{path}/review", sent).content.decode()
    at = block_of(sent, "source-admin")
    assert f'<a href="#{at}">Source Admin</a> gives nothing yet' in text
    assert f'<p class="match amber" id="{at}-match"' in text
    assert "Matches 0 sources today" in text


def test_labels_that_nothing_carries_are_amber_in_the_panel(world, as_user):
    label = create(world.workspace, parse_label("region:mars"), by=SYSTEM)
    give_grants(world.member("cy"), [Terms("source-admin", Scope.LABELS, labels=(label,))])
    page = as_user("ada").get(f"/w/acme/members/{world.member('cy').public_id}")
    assert "Matches nothing today" in page.content.decode()


@pytest.mark.parametrize(("tell", "changes"), [({}, "0"), ({"function-admin": {}}, "1")])
def test_the_review_tells_save_how_many_changes_there_are(editor, tell, changes):
    client, path, sent = editor()
    for role, values in tell.items():
        tick(sent, role, **values)
    text = client.post(f"{path}/review", sent).content.decode()
    assert f'data-changes="{changes}"' in text
