"""Cells that a spreadsheet would run, and files that break in the middle (XI9)."""

import csv
import io
from datetime import datetime, timedelta, timezone

import pytest

from config.web.lists import csv_export
from config.web.lists.csv_export import ROWS_AT_ONCE, neutral


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\u00a0=1", "=cmd|' /C calc'!A0",
     "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A1", "\ufe661", "\u207a1", "\u22121", "\u200b=1",
     "\ufeff=1", "\u2060 \u00ad\uff1d1", "\u3164+1", "\u3000@x", "\u202e=1", "\u200b\tx"],
)  # fmt: skip
def test_a_formula_becomes_text_XI9(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize(
    "text",
    ["a=1", "ada@example.org", "x-y", "", "'=1", "1+1", "\u00e9=", "\u2013 x", "(=1)", "\u200b"],
)
def test_other_text_stays_as_it_is(text):
    assert neutral(text) == text


def test_numbers_times_and_nothing():
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert [neutral(cell) for cell in (-3, when, None)] == ["-3", "2026-01-02T01:04:05+00:00", ""]


def csv_answer(*what):
    return csv_export.csv_answer(*what, still_allowed=lambda: True)


def sent(rows):
    answer = csv_answer("things", ["a", "b"], rows)
    return b"".join(answer.streaming_content), answer


def test_the_mark_of_utf_8_stands_first_and_once_XI9():
    body, _ = sent([["x", 1]] * 3 * ROWS_AT_ONCE)
    assert body.startswith(b'\xef\xbb\xbf"a","b"\r\n"x","1"\r\n')
    assert body.count(b"\xef\xbb\xbf") == 1


def test_quotes_commas_and_line_breaks_are_quoted_as_rfc_4180_says_XI9():
    body, _ = sent([['say "hi"', "a,b"], ["one\r\ntwo", "ü"]])
    said = '"a","b"\r\n"say ""hi""","a,b"\r\n"one\r\ntwo","ü"\r\n'
    assert body == said.encode("utf-8-sig")


def test_nul_and_lone_surrogates_do_not_break_the_file_XI9_XJ1():
    body, _ = sent([["a\0b", "\ud800"]])
    assert list(csv.reader(io.StringIO(body.decode())))[1] == ["a\N{REPLACEMENT CHARACTER}b", "?"]


def test_the_file_is_named_by_the_server_XI9():
    _, answer = sent([])
    assert answer["Content-Disposition"] == 'attachment; filename="things.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    with pytest.raises(ValueError, match="no name"):
        csv_answer('x".exe', [], [])


def test_rows_are_read_while_the_file_is_sent():
    read = []

    def rows():
        for number in range(3 * ROWS_AT_ONCE):
            read.append(number)
            yield [number, "x"]

    stream = iter(csv_answer("things", ["a", "b"], rows()).streaming_content)
    first = next(stream)
    assert len(read) < 2 * ROWS_AT_ONCE
    assert sum(part.count(b"\n") for part in (first, *stream)) == 3 * ROWS_AT_ONCE + 1
