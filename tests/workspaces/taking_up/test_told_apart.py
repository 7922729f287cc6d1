"""Standing and eligible are told apart in every answer (W8)."""

from datetime import timedelta

from django.utils import timezone

from tests.workspaces.taking_up.test_pages import sign_in
from tests.world import give_grants
from workspaces.access.engine import Access
from workspaces.access.explain import explain, reasons_of
from workspaces.change import Actor
from workspaces.operations.grants import said_by_programs
from workspaces.operations.grants.said_by_programs import Wanted
from workspaces.operations.groups import groups
from workspaces.operations.members import copying
from workspaces.operations.taking_up.held import takable
from workspaces.operations.trail import undo
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms


def asked(eligibles, name="dee", ref="source/a"):
    return explain(Access.of(eligibles.world.member(name)), "edit", eligibles.world.resource(ref))


def test_explain_says_no_and_names_what_can_be_taken_up_first_W8(eligibles):
    eligibles.grant()
    answer = asked(eligibles)
    assert not answer.decision
    assert answer.nearest[0].eligible
    assert reasons_of(answer)[0].startswith("would: taking up Source Admin")
    eligibles.take()
    assert asked(eligibles).decision


def test_the_check_page_says_it_in_words_W8(eligibles, client):
    eligibles.grant()
    sign_in(client, eligibles, "ada")
    page = client.get("/w/acme/check?who=dee@example.org&do=edit&which=source/a")
    assert "for which they are eligible" in " ".join(page.content.decode().split())


def test_what_is_eligible_never_looks_like_what_holds_W8(eligibles, client):
    eligibles.grant()
    sign_in(client, eligibles, "ada")
    member = eligibles.world.member("dee").public_id
    page = client.get(f"/w/acme/members/{member}").content.decode()
    assert "Eligible" in page
    assert "card grant dormant" in page


def test_copied_it_stays_eligible_and_what_was_taken_up_is_not_copied_W2(eligibles):
    world = eligibles.world
    eligibles.grant()
    eligibles.membership()
    eligibles.take(reason="grant")
    copy = copying.Copy(world.member("dee"), grouped=True)
    copying.copy_access(world.workspace, copy, [world.member("cy")], by=Actor.system())
    assert not asked(eligibles, "cy", "source/b").decision
    assert all(t.eligible for t in world.member("cy").grants.terms() if t.role == "source-admin")
    assert not world.member("cy").joined_groups.exists()


def test_taken_out_of_a_group_and_back_by_undo_it_is_eligible_again_W2(eligibles):
    world = eligibles.world
    eligibles.membership()
    growth, dee = world.group("growth"), world.member("dee")
    groups.remove_members(growth, [dee], by=Actor.system())
    number = world.workspace.events.newest_first().values_list("number", flat=True)[0]
    undo.undo(world.workspace, number, by=eligibles.actor("ada"))
    [row] = dee.joined_groups.all()
    assert row.eligible
    assert row.span.eligible == Eligible(proof=False)
    assert not asked(eligibles).decision


def test_a_policy_brought_back_by_undo_is_eligible_again_W2(eligibles):
    world = eligibles.world
    eligibles.grant()
    groups_policy = [Terms("warehouse-read-only", "all")]
    give_grants(world.member("dee"), groups_policy)
    said_by_programs.replace(world.member("dee"), Wanted(owner=False, grants=()), by=Actor.system())
    [terms] = world.member("dee").grants.terms()
    assert terms.eligible, "programs that know nothing of it leave it"


def test_explain_names_what_a_group_will_give_and_from_when_W1(eligibles):
    world = eligibles.world
    soon, later = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=3)
    give_grants(world.group("growth"), [Terms("space-admin", "all", starts=soon)])
    groups.add_members(
        world.group("growth"), [world.member("dee")], span=Span(starts=later), by=Actor.system()
    )
    near = [one for one in asked(eligibles, ref="space/eu").nearest if one.starts]
    assert [one.starts for one in near] == [later] * len(near)
    assert near
    assert near[0].grant.group == world.group("growth")
    near = [one for one in asked(eligibles, "bo", "space/eu").nearest if one.starts]
    assert [one.starts for one in near] == [soon]


def test_a_place_that_is_over_before_the_grant_starts_is_no_way_W1(eligibles):
    world = eligibles.world
    soon, later = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=3)
    give_grants(world.group("growth"), [Terms("source-admin", "all", starts=later)])
    groups.add_members(
        world.group("growth"), [world.member("dee")], span=Span(ends=soon), by=Actor.system()
    )
    assert not [one for one in asked(eligibles, ref="source/b").nearest if one.starts]


def test_only_breaking_glass_has_a_red_button_W5(eligibles, client):
    eligibles.grant(role="space-admin")
    eligibles.grant(break_glass=True)
    sign_in(client, eligibles, "dee")
    for what in takable(eligibles.world.member("dee")):
        page = client.get(f"/w/acme/my-access/take-up/{what.name}").content.decode()
        assert ("button danger" in page) == what.eligibility.break_glass
