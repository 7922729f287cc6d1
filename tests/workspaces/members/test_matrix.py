"""The file of people and their rights says of each cell what the engine says (R9, W8)."""

import csv
import io
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.web.lists.csv_export import Written
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import SYSTEM, acme, build, give_grants
from workspaces.access.engine import Access
from workspaces.access.sets import Things
from workspaces.catalogue import EDIT, READ, VIEW_PII
from workspaces.operations.groups import groups
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms
from workspaces.views.members import matrix

COULD = Eligible(proof=False)


def told(workspace, people=None, most=200):
    """Return what the file says, by person and thing: level, personal data, could take up."""
    people = list(workspace.members.select_related("user").by_name()) if people is None else people
    batches = [people[i : i + most] for i in range(0, len(people), most)]
    rows = csv.reader(io.StringIO("".join(matrix.lines(workspace, lambda _most: batches))))
    return {(row[1], row[2], row[3]): tuple(row[5:]) for row in rows}


def asked(workspace):
    """Return the same, asked cell by cell."""
    found = {}
    things = list(workspace.resources.select_related("source"))
    for member in workspace.members.select_related("user"):
        has, could = Access.of(member), Access.at_most(member)
        for thing in things:
            if could.check(READ, thing):
                cell = cell_of(has, could, thing)
                found[member.user.email, matrix.wording.singular(thing.type), thing.slug] = cell
    return found


def cell_of(has, could, thing):
    level = "edit" if has.check(EDIT, thing) else "view" if has.check(READ, thing) else ""
    further = "edit" if could.check(EDIT, thing) else "view"
    pii = "shown" if has.check(VIEW_PII, thing) else ""
    return level, pii, "" if further == level else further


def compared(world, _oracle):
    """Compare each cell, with something eligible beside what the document gave."""
    some = list(world.workspace.members.filter(owner=False)[:2])
    for member, role in zip(some, ("source-admin", "space-read-only"), strict=False):
        give_grants(member, [Terms(role, "all", eligible=COULD)])
    group = world.workspace.groups.first()
    if group is not None and some:
        groups.add_members(group, some[-1:], span=Span(eligible=COULD), by=SYSTEM)
    assert told(world.workspace, most=2) == asked(world.workspace)


@pytest.mark.django_db
def test_each_cell_is_the_engine_s_answer_R9_W8(request):
    in_many_worlds(compared, request.config.getoption("--worlds") // 2)


def test_the_lines_are_those_a_csv_writer_writes(world):
    cy = world.workspace.members.select_related("user").get(user__email="cy@example.org")
    cy.user.name = 'Cy "the" Twombly, painter'
    text = "".join(matrix.lines(world.workspace, lambda _most: [[cy]]))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(csv.reader(io.StringIO(text)))
    assert text == out.getvalue()
    assert text.count('"Cy ""the"" Twombly, painter"') == 2


@pytest.mark.parametrize("block", [1, 3, 4096])
def test_blocks_leave_nothing_out_and_say_nothing_twice(world, monkeypatch, block):
    whole = told(world.workspace)
    monkeypatch.setattr(matrix, "AT_ONCE", block)
    monkeypatch.setattr(matrix, "FEW", block // 2)
    assert told(world.workspace) == whole == asked(world.workspace)


def test_a_change_in_the_middle_of_a_file_counts_from_the_next_people_on_R4(world):
    bo, cy = (world.member(name) for name in ("bo", "cy"))

    def batches(_most):
        yield [bo]
        give_grants(world.member("cy"), [Terms("warehouse-admin", "all")])
        yield [cy]

    lines = list(matrix.lines(world.workspace, batches))
    assert all(isinstance(line, Written) for line in lines)
    assert '"bq"' in lines[-1] or any('"bq"' in line and "cy@" in line for line in lines)


def test_things_of_another_workspace_are_in_no_set_XA1(world):
    things = Things(world.workspace.pk, lambda *_words: None)
    other = build({**acme(), "workspace": {"name": "Other", "slug": "other"}})
    policy = Access.of(other.member("ada")).policy
    things.learn([policy])
    assert not any(getattr(things.given_to(policy), right) for right in ("read", "edit", "pii"))


@pytest.mark.parametrize("many", [1, 30])
def test_statements_grow_with_batches_of_people_alone(world, many):
    people = [world.member("cy")] * many
    with CaptureQueriesContext(connection) as captured:
        list(matrix.lines(world.workspace, lambda _most: [people]))
    assert len(captured) == 6


def test_every_way_a_cell_can_read_is_there():
    said = {matrix._said(*marks) for marks in product("01", repeat=4)}
    assert {(level, could) for level, _pii, could in said} == {
        ("edit", ""), ("view", ""), ("view", "edit"), ("", "view"), ("", "edit"),
    }  # fmt: skip
