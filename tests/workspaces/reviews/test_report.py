"""The report of a review holds every item, and tells when it was edited (V5)."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.web.lists.csv_export import csv_answer
from workspaces.models import Answer, Review
from workspaces.operations.reviews import report


@pytest.fixture
def closed(reviewing) -> Review:
    review = reviewing.open(name="=Autumn")
    reviewing.say(review, [reviewing.item(review, "bo")], note='Says "no", twice')
    reviewing.say(review, [reviewing.item(review, "cy")], Answer.KEEP)
    return reviewing.close(review)


@pytest.fixture
def taken_out(closed, tmp_path):
    """The report as a file, as it leaves the console."""
    answer = csv_answer("report", report.HEADING, report.lines(closed), still_allowed=lambda: True)
    file = tmp_path / "report.csv"
    file.write_bytes(b"".join(answer.streaming_content))
    return file


def rows_of(file):
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


def write(file, rows):
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)


def test_it_holds_every_item_with_its_answer_reviewer_and_time_V5(closed, taken_out):
    lines = [dict(zip(report.HEADING, row, strict=True)) for row in rows_of(taken_out)[2:]]
    assert [(line["holder"], line["answer"], line["outcome"]) for line in lines] == [
        ("ada@example.org", "", ""),
        ("bo@example.org", "remove", "applied"),
        ("cy@example.org", "keep", ""),
        ("olga@example.org", "", ""),
    ]
    bo = lines[1]
    assert (bo["reviewer"], bo["note"]) == ("ada@example.org", 'Says "no", twice')
    assert bo["answered"]


def test_a_report_as_it_was_taken_out_holds_V5(taken_out, capsys):
    call_command("review_verify", str(taken_out))
    assert "5 lines hold" in capsys.readouterr().out


def edited(rows):
    rows[4][report.HEADING.index("answer")] = "remove"
    return rows


def swapped(rows):
    rows[2], rows[3] = rows[3], rows[2]
    return rows


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edited, "line 3 is not as it was written: cy@example.org"),
        (swapped, "line 1 is not as it was written: bo@example.org"),
        (lambda rows: [*rows[:2], *rows[3:]], "line 1 is not as it was written: bo@example.org"),
        (lambda rows: rows[:-1], "it has 4 lines instead of 5"),
        (lambda rows: [*rows, rows[-1]], "line 5 is not as it was written: olga@example.org"),
        (lambda rows: [*rows[:-1], rows[-1][:-1]], "line 4 has 14 cells instead of 15"),
    ],
)
def test_an_edited_report_names_the_line_V5_XU5(taken_out, change, said):
    write(taken_out, change(rows_of(taken_out)))
    with pytest.raises(CommandError, match=said):
        call_command("review_verify", str(taken_out))


def test_a_file_that_is_no_report_is_refused_V5(closed, tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="no report"):
        call_command("review_verify", str(file))


def test_a_report_of_a_review_that_is_not_here_names_nothing_V5(taken_out):
    rows = rows_of(taken_out)
    rows[1][2] = "nobody"
    write(taken_out, rows)
    with pytest.raises(CommandError, match="names no review"):
        call_command("review_verify", str(taken_out))


def test_an_answer_edited_in_the_database_shows_in_the_report_V5(closed, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workspaces_reviewitem SET note = 'Never said' WHERE number = 3")
    file = tmp_path / "report.csv"
    write(file, [report.HEADING, *report.lines(closed)])
    with pytest.raises(CommandError, match="is the report of another review"):
        call_command("review_verify", str(file))
