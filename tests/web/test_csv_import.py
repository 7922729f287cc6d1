"""Reading CSV files that people hand in (N4)."""

import pytest

from config.web.lists.csv_export import neutral
from config.web.lists.csv_import import Unreadable, readings, table_in

COLUMNS = {"Address": "address", "E-mail": "address", "Groups": "groups"}


def cells(text, **options):
    return [dict(line.cells) for line in table_in(text, COLUMNS, **options).lines]


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_part_the_cells(between):
    text = f'Address{between}Groups\na@x.org{between}"g; h"\n'
    assert cells(text) == [{"address": "a@x.org", "groups": "g; h"}]


def test_headings_are_compared_as_names_are_and_a_mark_may_stand_before_them_N2():
    assert cells("\N{ZERO WIDTH NO-BREAK SPACE}\n ADDRESS ,groups\na,b") == [
        {"address": "a", "groups": "b"}
    ]


def test_lines_keep_the_number_they_begin_with_and_empty_ones_are_no_lines():
    table = table_in('Address,Groups\n\na,"x\ny"\n,\nb,z\n', COLUMNS)
    assert [(line.number, line.cells["address"]) for line in table.lines] == [(3, "a"), (6, "b")]


def test_a_column_nobody_knows_is_refused_by_its_name_N4():
    with pytest.raises(Unreadable, match="There is no column “Grps” here"):
        table_in("Address,Grps\na,b", COLUMNS)


@pytest.mark.parametrize("headings", ["Address,address", "Address,E-mail"])
def test_two_columns_that_mean_the_same_are_refused_N4(headings):
    with pytest.raises(Unreadable, match="stands there twice"):
        table_in(f"{headings}\na,b", COLUMNS)


def test_what_is_passed_over_is_named():
    table = table_in("name,Address\nAnn,a", COLUMNS, ignored=["Name"])
    assert table.ignored == ("name",)
    assert [dict(line.cells) for line in table.lines] == [{"address": "a"}]


def test_a_cell_without_a_heading_is_said():
    table = table_in("Address,\na,\nb,c\nd,,e", COLUMNS)
    assert [bool(line.fault) for line in table.lines] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "nothing in it"), (" \n", "nothing in it"), ('Address\n"a"b\n', "Line 2 is no line"),
     ('Address\n"a', "Line 2 is no line"), ("Address\n" + "a" * 140_000, "Line 2 is no line")],
)  # fmt: skip
def test_what_is_no_table_is_refused(text, why):
    with pytest.raises(Unreadable, match=why):
        table_in(text, COLUMNS)


def test_the_guard_of_our_own_files_is_taken_off_where_it_is_one():
    assert readings(neutral("=ops")) == ("'=ops", "=ops")
    assert readings("'ops") == ("'ops",)
    assert readings("ops") == ("ops",)
