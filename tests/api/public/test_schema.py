"""Random calls by the OpenAPI document: no fault of ours, no answer the document lacks.

A few cases for each operation in the suite; `pytest tests/api/public/test_schema.py
--cases 500` tries as many as one likes.
"""

import re

import hypothesis
import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import secret_for
from workspaces.api.public.document import document

pytestmark = pytest.mark.any_database

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
SCHEMA = schemathesis.openapi.from_dict(document())
SCHEMA.app = object()  # calls stay in this process; which application, each call says
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


class _Undo(Exception):
    pass


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.label)
@pytest.mark.parametrize("kind", ["owner", "reader", "wrong"])
def test_answers_are_as_documented_XH8(world, request, served, operation, kind):
    secret = {
        "owner": lambda: secret_for(world.workspace, "workspace-owner"),
        "reader": lambda: secret_for(world.workspace, "source-read-only"),
        "wrong": lambda: "gth_wrong",
    }[kind]()

    @hypothesis.settings(
        max_examples=request.config.getoption("--cases"),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy())
    def each(case):
        try:
            with transaction.atomic():
                case.headers["Authorization"] = f"Bearer {secret}"
                answer = case.call(app=served)
                case.validate_response(answer, checks=CHECKS)
                raise _Undo
        except _Undo:
            pass

    each()


def test_no_two_shapes_have_one_name():
    """The document knows shapes by name alone: one would be described as the other."""
    shapes = [shape for shape in below(Schema) if shape.__module__.startswith("workspaces.api")]
    names = [shape.__name__ for shape in shapes]
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))


def below(kind):
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def test_calls_keep_their_names_for_generated_clients():
    """A client made from the document calls by these; no view's move may change them."""
    operations = [call for path in document()["paths"].values() for call in path.values()]
    names = [call["operationId"] for call in operations]
    assert len(set(names)) == len(names) > 50
    begin = "workspaces_api_public_"
    assert {f"{begin}sources_list_sources", f"{begin}users_get_user"} <= set(names)
    assert f"{begin}resource_labels_add_labels_to_space" in names


def test_the_document_speaks_to_clients_without_ids_of_our_rules():
    described = [
        call["description"] for path in document()["paths"].values() for call in path.values()
    ]
    assert not [words for words in described if re.search(r"\(X?[A-Z]\d+\)", words)]
