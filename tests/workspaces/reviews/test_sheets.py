"""The pages of a review: its sheet, an item beside it, the answers by form (V2–V4)."""

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from accounts.models.user import User
from tests.world import SYSTEM, give_grants
from workspaces.change import lock_workspace
from workspaces.models import Answer, Covers, DirectoryGroup
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.reviews import answering
from workspaces.operations.reviews.answering import Said
from workspaces.terms import Eligible, Terms

pytestmark = pytest.mark.any_database


@pytest.fixture
def sheet(reviewing, as_user):
    """An open review of everybody; `sheet(more)` is its address, `send` answers by its form."""

    class Sheet:
        review = reviewing.open()

        def __call__(self, more=""):
            return f"/w/acme/reviews/{self.review.public_id}{more}"

        def look(self, more="", *, by="ada", **headers):
            return as_user(by).get(self(more), headers=headers)

        def send(self, *items, by="ada", htmx="", **form):
            headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
            numbers = [item.number for item in items]
            return as_user(by).post(self("/answer"), {"number": numbers, **form}, headers=headers)

        def item(self, holder, way=""):
            return reviewing.item(self.review, holder, way)

    return Sheet()


def row_of(answer, holder):
    return next(row for row in answer.context["rows"] if row.item.holder.startswith(holder))


def test_ones_own_items_are_not_on_the_sheet_V3(sheet):
    page = sheet.look()
    assert {row.item.holder.partition("@")[0] for row in page.context["rows"]} == {
        "bo", "cy", "olga",
    }  # fmt: skip
    assert "1 item is your own" in " ".join(page.content.decode().split())


def test_ones_own_item_is_not_there_by_its_number_either_V3_U1(sheet):
    mine = sheet.item("ada")
    assert sheet.look(f"/items/{mine.number}").status_code == 404
    assert sheet.send(mine, answer="keep").status_code == 403
    assert sheet.send(mine, sheet.item("cy"), answer="keep").status_code == 403
    assert not sheet.review.items.exclude(answer="").exists()


def test_a_row_says_what_it_gives_now_V2(sheet):
    found = row_of(sheet.look(), "cy")
    assert found.way == "Own grant · Source Read-only"
    assert (found.gives.most, found.gives.rest) == ("See 1 source with destinations", "")


def test_a_row_of_an_owner_says_so_in_a_word_V2(sheet):
    found = row_of(sheet.look(), "olga")
    assert (found.gives.most, found.may_end) == ("Everything", False)


def test_what_other_ways_give_too_is_called_twice_there_V2(reviewing, sheet):
    world = reviewing.world
    give_grants(world.member("cy"), [Terms("source-read-only", "all")])
    assert "Twice there" in [hint.text for hint in row_of(sheet.look(), "cy").hints]


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"starts": timezone.now() + timedelta(days=3)}, "Nothing yet"),
        ({"eligible": Eligible(proof=False)}, "Nothing until it is taken up"),
    ],
)
def test_what_gives_nothing_now_says_why_V2_W1(reviewing, as_user, terms, words):
    give_grants(reviewing.world.member("dee"), [Terms("space-admin", "all", **terms)])
    page = as_user("ada").get(f"/w/acme/reviews/{reviewing.open().public_id}")
    assert row_of(page, "dee").gives.most == words


def test_what_changed_meanwhile_is_struck_and_says_so_V4(reviewing, sheet):
    with lock_workspace(reviewing.world.workspace.pk):
        reviewing.world.member("cy").grants.all().delete()
    page = sheet.look()
    assert row_of(page, "cy").changed
    assert "Changed meanwhile" in page.content.decode()


def test_a_pushed_place_says_that_it_becomes_a_task_V4(reviewing, sheet):
    workspace = reviewing.world.workspace
    with lock_workspace(workspace.pk):
        DirectoryGroup.objects.create(workspace=workspace, group=reviewing.world.group("growth"))
    assert any("becomes a task" in hint.text for hint in row_of(sheet.look(), "bo").hints)


def test_the_panel_names_what_would_really_go_V2(sheet):
    page = sheet.look(f"/items/{sheet.item('cy').number}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "loses view of 1 source" in text
    assert [line.text for line in page.context["lines"]] == [
        "1 source can no longer be seen", "1 destination can no longer be seen",
    ]  # fmt: skip


def test_an_answer_by_form_stands_and_leads_back_to_its_row_V4(sheet):
    cy = sheet.item("cy")
    answer = sheet.send(cy, answer="keep")
    assert (answer.status_code, answer["Location"]) == (302, f"{sheet()}#i-{cy.number}")
    cy.refresh_from_db()
    assert (cy.answer, cy.answered_name) == (Answer.KEEP, "ada@example.org")


def test_an_end_is_the_last_day_that_was_named_V4(sheet):
    day = (timezone.now() + timedelta(days=30)).astimezone(UTC).date()
    cy = sheet.item("cy")
    sheet.send(cy, end=day.isoformat())
    cy.refresh_from_db()
    assert cy.answer == Answer.END
    assert (cy.ends_at - timedelta(seconds=1)).date() == day
    sheet.send(cy, answer="end", ends=(day + timedelta(days=1)).isoformat())
    cy.refresh_from_db()
    assert (cy.ends_at - timedelta(seconds=1)).date() == day + timedelta(days=1)


def test_many_are_answered_at_once_and_an_empty_note_leaves_theirs_V4(sheet):
    bo, cy = sheet.item("bo"), sheet.item("cy")
    sheet.send(bo, note="On call")
    sheet.send(bo, cy, answer="remove", note="")
    for item in (bo, cy):
        item.refresh_from_db()
    assert [(bo.answer, bo.note), (cy.answer, cy.note)] == [("remove", "On call"), ("remove", "")]


def test_an_answer_is_taken_back_and_a_note_wiped_V4(sheet):
    cy = sheet.item("cy")
    sheet.send(cy, answer="keep", note="Fine")
    sheet.send(cy, answer="none")
    sheet.send(cy, note="", noting="on")
    cy.refresh_from_db()
    assert (cy.answer, cy.note, cy.answered_at) == ("", "", None)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"answer": "maybe"},
        {"answer": ["keep", "remove"]},
        {"answer": "end"},
        {"answer": "end", "ends": "2020-01-01"},
        {"answer": "end", "ends": "01/02/2026"},
        {"answer": "keep", "end": "2199-01-01"},
        {"end": ["2199-01-01", "2199-01-02"]},
        {"answer": "keep", "note": "x" * 501},
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_written_V4(sheet, form):
    answer = sheet.send(sheet.item("cy"), **form)
    assert answer.status_code == 422
    assert not sheet.review.items.exclude(answer="", note="").exists()


@pytest.mark.parametrize("number", [["x"], ["-1"], [" 2"], ["²"], [""], [], ["9" * 12]])
def test_a_number_that_is_none_answers_nothing(sheet, as_user, number):
    form = {"number": number, "answer": "keep"}
    assert as_user("ada").post(sheet("/answer"), form).status_code == 422
    assert not sheet.review.items.exclude(answer="").exists()


def test_htmx_gets_the_row_and_the_bar_V4(sheet):
    cy = sheet.item("cy")
    answer = sheet.send(cy, answer="keep", htmx=f"item-{cy.number}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<tr id="item-{cy.number}"' in text
    assert 'hx-swap-oob="true"' in text
    assert "<html" not in text


def test_htmx_hears_in_the_row_why_it_was_not_taken_V4(sheet):
    olga = sheet.item("olga")
    answer = sheet.send(olga, end="2199-01-01", htmx=f"item-{olga.number}")
    assert answer.status_code == 422
    assert "An owner by own role is one" in answer.content.decode()


def test_a_closed_review_is_read_and_not_answered_V4_U2(reviewing, sheet):
    sheet.send(sheet.item("cy"), answer="remove")
    reviewing.close(sheet.review)
    page = sheet.look()
    text = page.content.decode()
    assert "Done" in text
    assert 'class="answering' not in text
    assert page.context["undo_url"]
    assert sheet.send(sheet.item("bo"), answer="keep").status_code == 409


def test_a_sheet_of_another_workspace_is_not_there_XA1_U2(sheet, as_user):
    as_user("ada")
    for more in ("", "/items/1", "/close", "/report", "/stop"):
        answer = as_user("ada").get(f"/w/acme/reviews/{'x' * 22}{more}")
        assert answer.status_code == 404


def test_whoever_edits_the_resource_finds_its_items_alone_V1_V3(reviewing, as_user):
    world = reviewing.world
    give_grants(
        world.member("dee"),
        [Terms("source-admin", "resources", resources=[world.resource("source/a")])],
    )
    give_grants(
        world.member("cy"),
        [Terms("source-read-only", "resources", resources=[world.resource("source/a")])],
    )
    review = reviewing.open(reviewers="editors")
    dee = as_user("dee")
    page = dee.get(f"/w/acme/reviews/{review.public_id}")
    assert page.status_code == 200
    assert {row.item.holder for row in page.context["rows"]} == {"cy@example.org"}
    assert "Close the review" not in page.content.decode()
    mine = page.context["rows"][0].item
    url = f"/w/acme/reviews/{review.public_id}"
    answer = dee.post(f"{url}/answer", {"number": mine.number, "answer": "remove"})
    assert answer.status_code == 302
    others = reviewing.item(review, "bo")
    answer = dee.post(f"{url}/answer", {"number": others.number, "answer": "remove"})
    assert answer.status_code == 403
    assert dee.get(f"{url}/items/{others.number}").status_code == 404
    assert review.name in dee.get("/w/acme/my-access").content.decode()


def test_the_sheet_is_searched_narrowed_and_paged_by_number(reviewing, as_user):
    world = reviewing.world
    emails = [f"p{i:02}@example.org" for i in range(60)]
    made = groups.create(
        world.workspace, "many", by=SYSTEM, policy=[Terms("space-read-only", "all")]
    )
    people = [reviewing_member(world, email) for email in emails]
    groups.add_members(made, people, by=SYSTEM)
    review = reviewing.open(Covers.GROUPS, choose=lambda w: w.groups.filter(name="many"))
    ada, url = as_user("ada"), f"/w/acme/reviews/{review.public_id}"
    first = ada.get(url).context
    assert [row.item.number for row in first["rows"]] == list(range(1, 51))
    second = ada.get(f"{url}?after=50").context
    assert [row.item.number for row in second["rows"]] == list(range(51, 61))
    back = ada.get(f"{url}?before={second['page'].before}").context
    assert [row.item.number for row in back["rows"]] == list(range(1, 51))
    answering.answer(review, [3], Said(Answer.KEEP), by=world.actor("ada"))
    found = ada.get(f"{url}?answer=keep").context["rows"]
    assert [row.item.number for row in found] == [3]
    assert [row.item.number for row in ada.get(f"{url}?q=p07").context["rows"]] == [8]
    for wrong in ("x", "-1", "9" * 30):
        assert len(ada.get(f"{url}?after={wrong}").context["rows"]) == 50


def reviewing_member(world, email):
    return members.add(world.workspace, User.objects.create_user(email), by=SYSTEM)
