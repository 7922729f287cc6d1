"""One table knows every kind of event, and none that nobody writes (A1)."""

import ast
import re
from pathlib import Path

import pytest

from tests.world import SYSTEM
from workspaces.change import audit, lock_workspace, target
from workspaces.errors import Refused
from workspaces.events import KINDS
from workspaces.operations.trail.undo import INVERSES

ROOT = Path(__file__).parents[3]
NOUNS = {name.partition(".")[0] for name in KINDS}
NAMED = re.compile(rf"(?:{'|'.join(NOUNS)})\.[a-z_]+")


def written() -> set[str]:
    """Return the names of kinds that operations spell out, the map of inverses left aside."""
    found = set()
    for folder in ("labels/operations", "workspaces/operations"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.parts[-2:] == ("trail", "undo.py"):
                continue
            texts = (n.value for n in ast.walk(ast.parse(path.read_text())) if is_text(n))
            found |= {text for text in texts if NAMED.fullmatch(text)}
    return found


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


PLACES = {"workspace.slug"}  # of a fault in a document
EXPORTS = {name for name in KINDS if name.endswith(".exported")}  # views say which list it is


def test_what_operations_write_is_what_the_table_has():
    assert (written() - PLACES) | EXPORTS == KINDS.keys()


def test_what_the_table_calls_undoable_has_its_inverse():
    assert INVERSES.keys() == {kind.name for kind in KINDS.values() if kind.undoable}


def test_a_kind_that_is_not_in_the_table_is_not_recorded(world):
    with lock_workspace(world.workspace.pk) as locked, pytest.raises(ValueError, match="no kind"):
        audit.record(locked, "group.painted", by=SYSTEM, target=target(locked))


@pytest.mark.parametrize("name", [kind.name for kind in KINDS.values() if kind.reasoned])
def test_what_needs_a_reason_is_not_recorded_without_R17(world, name):
    with lock_workspace(world.workspace.pk) as locked, pytest.raises(Refused, match="Say why"):
        audit.record(locked, name, by=SYSTEM, target=target(locked))
