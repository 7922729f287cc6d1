import pytest

from tests.world import OTHER, build


def asked(who, do, which):
    return f"check?who={who}&do={do}&which={which}"


def test_nothing_asked_nothing_answered(see):
    page = see("ada", "check")
    assert "Yes" not in page
    assert "A resource is written type/slug" in page


def test_a_yes_comes_with_every_path(see):
    page = see("ada", asked("bo@example.org", "edit", "source/a"))
    assert "Yes, through one grant" in page
    assert "Bo Diddley > growth > Source Admin > environment:prod > Source A" in page


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
def test_unknown_names_get_a_plain_no_R5(see, who, do, which):
    build(OTHER)
    page = see("ada", asked(who, do, which))
    assert page.status == 200
    assert "No" in page
    assert "Quixot" not in page


def test_half_a_name_is_met_with_suggestions(see):
    page = see("ada", asked("diddley", "edit", "source/a"))
    assert "/w/acme/check?who=bo%40example.org&do=edit&which=source%2Fa" in page.links()
    page = see("ada", asked("bo@example.org", "edit", "Source"))
    assert "source/a" in page


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
