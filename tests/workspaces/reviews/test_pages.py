"""The pages around a review: the list, opening, closing, the report, undo, where they lead from."""

import csv
import io
from datetime import UTC, timedelta
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.cast.proofs import grow_old
from tests.world import SYSTEM, give_grants
from workspaces.errors import Refused
from workspaces.forms.reviews.covering import choice_of
from workspaces.models import Covers, Review
from workspaces.operations.reviews import report
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

pytestmark = pytest.mark.any_database

URL = "/w/acme/reviews"


def words_of(answer):
    return " ".join(answer.content.decode().split())


def form_of(page, **more):
    """Return what the form of opening sends as it was drawn."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields} | more


def address_of(review, more=""):
    return f"{URL}/{review.public_id}{more}"


def test_no_review_yet_says_why_one_would(as_user):
    page = as_user("ada").get(URL)
    assert "People change teams and keep what they had." in words_of(page)
    assert "Start a review" in words_of(page)


def test_the_list_says_what_when_and_how_far_V6(reviewing, as_user):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy")], "keep")
    page = as_user("ada").get(URL)
    assert "1 of 4 answered" in words_of(page)
    assert "Overdue since" not in words_of(page)


def test_what_is_overdue_is_found_by_a_filter_and_on_the_overview_V6(
    reviewing, as_user, monkeypatch
):
    reviewing.open()
    ada = as_user("ada")
    assert "open review" in words_of(ada.get("/w/acme/overview"))
    later = timezone.now() + timedelta(days=20)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    ada = as_user("ada")
    assert len(ada.get(f"{URL}?state=overdue").context["rows"]) == 1
    assert "Overdue since" in words_of(ada.get(URL))
    assert "review is overdue" in words_of(ada.get("/w/acme/overview"))


def test_opening_says_how_many_items_there_will_be_V1(reviewing, as_user):
    page = as_user("ada").get(f"{URL}/new")
    assert "4 items to review" in words_of(page)
    in_two_weeks = (timezone.now() + timedelta(days=14)).astimezone(UTC).date()
    assert page.context["form"]["due_on"].value() == in_two_weeks


def test_filters_of_the_members_list_go_along_V1(reviewing, as_user):
    ada = as_user("ada")
    shown = ada.get("/w/acme/members?role=source-read-only")
    assert "reviews/new?role=source-read-only&amp;covers=people" in words_of(shown)
    url = f"{URL}/new?role=source-read-only&covers=people"
    page = ada.get(url)
    assert "1 item to review" in words_of(page)
    answer = ada.post(url, form_of(page, name="Readers"))
    review = Review.objects.get()
    assert answer["Location"] == address_of(review)
    assert review.filters == {"role": "source-read-only"}
    assert [item.holder for item in review.items.all()] == ["cy@example.org"]


@pytest.mark.parametrize("kind", ["groups", "labels", "tokens"])
def test_other_lists_lead_to_a_review_of_what_they_show_V1(reviewing, as_user, kind):
    tokens.create(
        reviewing.world.workspace, "robot", by=SYSTEM, policy=[Terms("source-admin", "all")]
    )
    shown = as_user("ada").get(f"/w/acme/{kind}?q=o")
    assert f"reviews/new?q=o&amp;covers={kind}" in words_of(shown)
    assert as_user("ada").get(f"{URL}/new?q=o&covers={kind}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "covers=people&role=bogus", "covers=people&bogus=1", "covers=owners&q=ada", "covers=all",
        "covers=people&covers=owners", "covers=people&role=source-admin&role=", "covers=",
        "covers=broad&idle=on", "covers=tokens&state=bogus", "covers=people&label=no:such",
    ],
)  # fmt: skip
def test_a_review_of_what_is_not_understood_is_not_opened_N4(reviewing, as_user, query):
    ada = as_user("ada")
    page = ada.get(f"{URL}/new?{query}")
    assert page.context["n_items"] is None
    answer = ada.post(f"{URL}/new?{query}", form_of(page))
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_a_filter_that_means_nothing_any_more_widens_nothing_N4(reviewing):
    workspace = reviewing.world.workspace
    with pytest.raises(Refused):
        choice_of(workspace, Covers.PEOPLE, {"group": "gone"})
    with pytest.raises(Refused):
        choice_of(workspace, Covers.OWNERS, {"q": "ada"})
    choose = choice_of(workspace, Covers.PEOPLE, {"group": "growth"})
    assert [member.user.email for member in choose(workspace)] == ["bo@example.org"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"due_on": "2020-01-01"}, {"due_on": "soon"}, {"again": "weekly"},
        {"reviewers": "friends"}, {"unanswered": "keep"}, {"once": "made up"},
    ],
)  # fmt: skip
def test_a_form_that_says_something_else_opens_nothing_V1(reviewing, as_user, wrong):
    ada = as_user("ada")
    answer = ada.post(f"{URL}/new", form_of(ada.get(f"{URL}/new"), **wrong))
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_the_same_form_sent_twice_opens_one_review_XI7(reviewing, as_user):
    ada = as_user("ada")
    sent = form_of(ada.get(f"{URL}/new"))
    first, second = ada.post(f"{URL}/new", sent), ada.post(f"{URL}/new", sent)
    assert first["Location"] == second["Location"]
    assert Review.objects.count() == 1


def test_closing_shows_all_of_it_and_does_what_was_looked_at_V4(reviewing, as_user):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy")])
    ada = as_user("ada")
    page = ada.get(address_of(review, "/close"))
    assert "loses view of 1 source" in words_of(page)
    assert "3 items were not answered" in words_of(page)
    answer = ada.post(address_of(review, "/close"), {"seen": page.context["people"].digest})
    assert answer["Location"] == address_of(review)
    assert not reviewing.world.member("cy").grants.exists()


def test_a_closing_that_is_stale_is_shown_afresh_V4(reviewing, as_user):
    review = reviewing.open()
    ada = as_user("ada")
    page = ada.get(address_of(review, "/close"))
    reviewing.say(review, [reviewing.item(review, "cy")])
    answer = ada.post(address_of(review, "/close"), {"seen": page.context["people"].digest})
    assert answer.status_code == 409, answer.context["form"].errors
    assert "loses view of 1 source" in words_of(answer)
    review.refresh_from_db()
    assert review.is_open


def test_who_stops_owning_is_asked_for_after_a_proof_S8(reviewing, as_user):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "olga")])
    ada = as_user("ada")
    seen = ada.get(address_of(review, "/close")).context["people"].digest
    grow_old()
    answer = ada.post(address_of(review, "/close"), {"seen": seen})
    assert answer.status_code == 302
    assert unquote(answer["Location"]).endswith(f"/?next={address_of(review, '/close')}")
    review.refresh_from_db()
    assert review.is_open


def test_what_a_review_changed_is_taken_back_by_the_trail_V4(reviewing, as_user):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy"), reviewing.item(review, "bo")])
    reviewing.close(review)
    ada = as_user("ada")
    undo = ada.get(address_of(review)).context["undo_url"]
    page = ada.get(undo)
    assert "1 grant comes back. 1 place in a group comes back." in words_of(page)
    ada.post(undo, {"seen": page.context["seen"]})
    assert reviewing.world.member("cy").grants.exists()
    page = ada.get(address_of(review))
    assert (page.context["undo_url"], page.context["undone"]) == ("", True)


def test_the_trail_says_what_a_review_did_row_by_row(reviewing, as_user):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy"), reviewing.item(review, "olga")])
    ends = timezone.now() + timedelta(days=9)
    reviewing.say(review, [reviewing.item(review, "bo")], "end", ends=ends)
    reviewing.close(review)
    event = reviewing.world.workspace.events.get(action="review.closed")
    page = as_user("ada").get(f"/w/acme/audit/{event.number}")
    assert "olga@example.org: owner by own role" in words_of(page)
    assert "cy@example.org: Source Read-only on" in words_of(page)
    assert "1 item ends" in words_of(page)
    assert page.context["target_url"] == address_of(review)


def test_the_report_is_a_page_and_a_file_that_holds_V5(reviewing, as_user, tmp_path, capsys):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy")], note="=1+1")
    ada = as_user("ada")
    assert ada.post(address_of(review, "/report.csv")).status_code == 409
    review = reviewing.close(review)
    page = ada.get(address_of(review, "/report"))
    assert review.digest in words_of(page)
    assert "Take away" in words_of(page)
    answer = ada.post(address_of(review, "/report.csv"))
    content = b"".join(answer.streaming_content)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == report.HEADING
    assert len(rows) == 6
    file = tmp_path / "report.csv"
    file.write_bytes(content)
    call_command("review_verify", str(file))
    assert "5 lines hold" in capsys.readouterr().out
    assert reviewing.world.workspace.events.filter(action="review.exported").count() == 1


def test_a_review_comes_no_more_once_that_is_said_V1(reviewing, as_user):
    review = reviewing.open(again="yearly")
    ada = as_user("ada")
    assert "comes again" in words_of(ada.get(address_of(review)))
    ada.post(address_of(review, "/stop"))
    assert "comes again" not in words_of(ada.get(address_of(review)))


def test_housekeeping_opens_again_what_comes_again_V1(reviewing, capsys, monkeypatch):
    review = reviewing.open(filters={"role": "source-read-only"}, again="quarterly")
    reviewing.close(review)
    later = timezone.now() + timedelta(days=100)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    call_command("housekeeping")
    assert "1 reviews opened again" in capsys.readouterr().out
    again = Review.objects.get(follows=review)
    assert [item.holder for item in again.items.all()] == ["cy@example.org"]


def test_owners_find_it_in_the_palette_and_others_do_not(reviewing, as_user):
    assert "Start a review" in words_of(as_user("ada").get("/w/acme/jump?q=review"))
    give_grants(reviewing.world.member("dee"), [Terms("source-admin", "all")])
    assert "Start a review" not in words_of(as_user("dee").get("/w/acme/jump?q=review"))
