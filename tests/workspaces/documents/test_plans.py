"""What a plan takes by a document, and what a workspace had before its plan got smaller (L7)."""

import json

import pytest

from tests.world import SYSTEM, acme
from workspaces.operations.documents import Faults, load_documents
from workspaces.operations.documents.dump import dump_document
from workspaces.operations.workspace import workspaces

pytestmark = pytest.mark.django_db


def places(document):
    """Load a document; return the places of its faults, none when it was taken."""
    try:
        load_documents([("", json.dumps(document).encode())], by=SYSTEM)
    except Faults as faults:
        return [fault.place for fault in faults.faults]
    return []


@pytest.mark.parametrize(("n", "found"), [(5, []), (6, ["labels"])])
@pytest.mark.parametrize("key", ["environment", "Environment", "brand"])
def test_a_small_plan_takes_five_labels_of_a_kind_beside_dev_and_prod_L7(key, n, found):
    document = acme(labels=["environment:dev", "Environment:Prod"], groups=[], resources=[])
    document["workspace"]["plan"] = "free"
    document["members"] = document["members"][:1]
    document["labels"] += [f"{key}:v{number}" for number in range(n)]
    assert places(document) == found


def test_what_was_there_before_the_plan_got_smaller_comes_back_L7(world):
    workspaces.set_plan_and_flag(
        world.workspace, plan="free", hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    world.workspace.refresh_from_db()
    document = dump_document(world.workspace)
    assert document["workspace"]["plan"] == "free"
    assert places(document) == []


def test_more_than_was_there_is_refused_by_a_smaller_plan_L7(world):
    workspaces.set_plan_and_flag(
        world.workspace, plan="free", hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    world.workspace.refresh_from_db()
    document = dump_document(world.workspace)
    dee = next(m for m in document["members"] if m["email"] == "dee@example.org")
    dee["grants"] = [{"role": "warehouse-admin", "scope": {"all": True}}]
    assert places(document) == ["members: dee@example.org"]
