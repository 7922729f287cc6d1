import re

import pytest

from config.web.tags import on_day
from tests.cast.invited import ask
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.catalogue import ACTIONS
from workspaces.operations.invites.contents import Offer
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def asked(who, do, which):
    return f"check?who={who}&do={do}&which={which}"


def test_nothing_asked_nothing_answered(see):
    page = see("ada", "check")
    assert "Yes" not in page
    assert "By its name or slug, or as type/slug" in page


def test_a_yes_comes_with_every_path(see):
    page = see("ada", asked("bo@example.org", "edit", "source/a"))
    assert "Yes, through one grant" in page
    assert "Bo Diddley > growth > Source Admin > environment:prod > Source A" in page


def test_a_path_says_since_when_it_holds_and_who_gave_it_by_name(see, world):
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=world.actor("ada"))
    page = see("ada", asked("dee@example.org", "edit", "source/a"))
    day = str(on_day(world.member("dee").grants.get().granted_at))
    assert day in page.raw
    assert "granted by Ada Lovelace" in page
    of_group = see("ada", asked("bo@example.org", "edit", "source/a"))
    assert str(on_day(world.group("growth").grants.first().granted_at)) in of_group.raw
    assert "granted by" not in of_group  # whoever gave it to the group did not put bo in


def test_a_no_comes_with_what_would_give_it(see):
    page = see("ada", asked("dee@example.org", "edit", "source/c"))
    assert "Dee Dee Bridgewater may not edit Source C" in page
    assert "Source Admin on it" in page


def test_a_held_grant_that_lacks_a_label_is_nearest(see):
    page = see("ada", asked("bo@example.org", "edit", "source/c"))
    assert "would cover it if it carried environment:prod" in page


def test_a_group_can_be_asked_about(see):
    assert "Yes" in see("ada", asked("GROWTH", "edit", "source/b"))


def test_the_workspace_can_be_asked_about(see):
    assert "Yes" in see("ada", asked("ada@example.org", "administer", "workspace/acme"))
    assert "Yes, like every member" in see(
        "ada", asked("dee@example.org", "read", "workspace/acme")
    )


@pytest.mark.parametrize(
    ("who", "do", "which"),
    [
        ("eve@example.org", "read", "source/a"),
        ("bo@example.org", "read", "source/none"),
        ("bo@example.org", "fly", "source/a"),
        ("bo@example.org", "read", "spaceship/a"),
        ("olga@example.net", "read", "source/a"),
        ("bo@example.org", "read", "workspace/other"),
    ],
)
def test_unknown_names_get_no_verdict_N4(see, who, do, which):
    build(OTHER)
    page = see("ada", asked(who, do, which))
    assert page.status == 200
    assert page.answer.context["answer"] is None
    assert "That is not clear yet" in page
    assert "Quixot" not in page


@pytest.mark.parametrize(
    ("do", "which", "words"),
    [
        ("engage", "source/a", "“engage with” is asked of other things"),
        ("administer", "warehouse/bq", "it is nothing that is done to BigQuery."),
        ("edit", "workspace/acme", "it is nothing that is done to Acme."),
    ],
)
def test_what_is_not_done_to_such_a_thing_gets_no_verdict_N4(see, do, which, words):
    page = see("ada", asked("bo@example.org", do, which))
    assert page.answer.context["answer"] is None
    assert words in page


def test_only_what_is_done_to_the_thing_is_offered_once_it_is_chosen(see):
    def offered(which, **headers):
        page = see("ada", asked("bo@example.org", "read", which), **headers)
        return re.findall(r'<option value="(\w+)"', page.raw), page

    everything, _page = offered("nothing")
    for which, type_ in (("source/a", "source"), ("workspace/acme", "workspace")):
        assert set(offered(which)[0]) == set(ACTIONS[type_]) < set(everything)
    headers = {"HX-Request": "true", "HX-Target": "answer"}
    verbs, page = offered("space/eu", **headers)
    assert set(verbs) == set(ACTIONS["space"])
    assert 'id="do" name="do" hx-swap-oob="true"' in page.raw


def test_a_first_name_is_met_with_whom_it_might_mean_N4(see):
    page = see("ada", asked("Dee", "read", "source/a"))
    assert page.answer.context["answer"] is None
    assert "There is nobody of the name “Dee” here. Whom do you mean?" in page
    assert "Dee Dee Bridgewater dee@example.org" in page


def test_tokens_are_answered_by_name_and_by_id_N4(see, world):
    new, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=[Terms("source-admin", "all")])
    for name in ("ci", new.public_id, f"gth_{new.public_id}"):
        page = see("ada", asked(name, "edit", "source/c"))
        assert "Yes, through one grant" in page
        assert "Source Admin" in page
    page = see("ada", asked("ci", "read", "space/eu"))
    assert "ci may not read Europe" in page
    assert "Joining the group" not in page


def test_a_name_that_several_bear_is_asked_back_N4(see, world):
    new, _ = tokens.create(world.workspace, "growth", by=SYSTEM)
    page = see("ada", asked("growth", "edit", "source/b"))
    assert page.answer.context["answer"] is None
    assert "is the name of more than one" in page
    for ident in (new.public_id, world.group("growth").public_id):
        link = next(url for url in page.links() if f"who={ident}" in url)
        assert see("ada", link).answer.context["answer"] is not None


def test_who_is_invited_is_led_to_the_invite_N4(see, world):
    invited = ask(world, "new@example.org")
    page = see("ada", asked("new@example.org", "read", "source/a"))
    assert f"/w/acme/members/invited/{invited.public_id}" in page.links()
    assert "Not yet: invited, not accepted" in page
    assert "Once new@example.org has accepted, they still may not read Source A" in page


def test_what_an_invite_offers_is_no_yes_before_it_is_accepted_I1(see, world):
    ask(world, "new@example.org", Offer(grants=(Terms("source-admin", "all"),)))
    page = see("ada", asked("NEW@example.org", "edit", "Source A"))
    assert "Once new@example.org has accepted, they may edit Source A" in page
    assert "Source Admin" in page
    assert "Yes" not in page


def test_a_name_sent_twice_is_no_name_N4(see):
    page = see("ada", asked("bo@example.org", "edit", "source/a") + "&who=cy@example.org")
    assert page.answer.context["answer"] is None


@pytest.mark.parametrize("which", ["source/none", "source/b", "warehouse/none", "Source B"])
def test_a_member_is_told_the_same_of_what_is_locked_and_what_is_not_there_R5(see, which):
    page = see("cy", asked("", "read", which))
    assert page.answer.context["answer"] is None
    assert f"There is nothing called “{which}” that you can see." in page
    assert "Ask for access" in page


@pytest.mark.parametrize("which", ["none", "ship/a", "workspace/other", "source/"])
def test_a_member_gets_no_verdict_on_what_is_no_reference_N4(see, which):
    assert see("cy", asked("", "read", which)).answer.context["answer"] is None


def test_half_a_name_is_met_with_suggestions(see):
    page = see("ada", asked("diddley", "edit", "source/a"))
    assert "/w/acme/check?who=bo%40example.org&do=edit&which=source%2Fa" in page.links()
    page = see("ada", asked("bo@example.org", "edit", "Source"))
    assert "/w/acme/check?who=bo%40example.org&do=edit&which=source%2Fa" in page.links()


def test_members_ask_about_themselves_only(see):
    page = see("cy", asked("bo@example.org", "read", "source/b"))
    assert "cy@example.org" in page
    assert "Bo Diddley" not in page
    assert "No" in page


def test_members_are_not_told_what_stands_behind_a_locked_door_R5(see):
    page = see("cy", asked("", "read", "source/b"))
    assert "Source B" not in page
    assert "growth" not in page
    assert "Source Read-only" not in page


def test_suggestions_hold_only_what_the_asker_can_see(see):
    assert "source/b" not in see("cy", asked("", "read", "Source")).text.replace("source/b?", "")


def test_a_destination_is_explained_by_its_source(see):
    page = see("cy", asked("", "read", "destination/ads"))
    assert "Yes" in page
    assert "Source Read-only" in page
