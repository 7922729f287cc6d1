"""Every fault of a document is named with its place, and nothing is written."""

import json

import pytest

from tests.world import SYSTEM, acme
from workspaces.models import Workspace
from workspaces.operations.documents import Faults, load_documents


def faults_of(document):
    """Load a document that cannot be loaded; return its faults as (place, message)."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(Faults) as found:
        load_documents([("x.json", raw)], by=SYSTEM)
    assert not Workspace.objects.exists()
    assert all(fault.file == "x.json" for fault in found.value.faults)
    return [(fault.place, fault.message) for fault in found.value.faults]


def changed(path, value):
    """Return the small document with one value, given by a path of keys, changed."""
    document = acme()
    *way, last = path
    spot = document
    for key in way:
        spot = spot[key]
    if isinstance(spot, list) and last == len(spot):
        spot.append(value)
    else:
        spot[last] = value
    return document


LABEL_GRANT = {"role": "source-admin", "scope": {"labels": ["environment:prod"]}}
FIRST, BO = "2027-01-01T00:00:00Z", {"email": "bo@example.org"}
BACKWARDS = {"starts": "2027-01-02T00:00:00Z", "expires": "2027-01-01T00:00:00+00:00"}
CASES = [
    # what is changed, to what, the place of the fault, a word of its message
    (["surprise"], 1, "surprise", "unknown"),
    (["decision_names"], [], "decision_names", "object"),
    (["decision_names"], {"type": {}}, "decision_names.type", "unknown"),
    (["decision_names"], {"types": []}, "decision_names.types", "object"),
    (["decision_names"], {"types": {"x": "y"}}, "decision_names.types.x", "nothing"),
    (["decision_names"], {"actions": {"x": 1}}, "decision_names.actions.x", "string"),
    (["decision_names"], {"actions": {"x": "Edit"}}, "decision_names.actions.x", "nothing"),
    (["decision_names"], {"actions": {" ": "edit"}}, "decision_names.actions. ", "visible"),
    (["decision_names"], {"subjects": {"x": "no@x.org"}}, "decision_names.subjects.x", "nothing"),
    (["decision_names"], {"subjects": {"x": "no"}}, "decision_names.subjects.x", "name@domain"),
    (["decision_names"], {"resources": {"x": "a"}}, "decision_names.resources.x", "nothing"),
    (["decision_names"], {"resources": {"x": "workspace/no"}}, "decision_names.resources.x",
     "nothing"),
    (["decision_names"], {"types": {"r": "space", "R": "source"}}, "decision_names.types.R",
     "twice"),
    (["workspace", "colour"], "red", "workspace.colour", "unknown"),
    (["workspace", "slug"], "Not A Slug", "workspace.slug", "slug"),
    (["workspace", "slug"], "admin", "workspace.slug", "reserved"),
    (["workspace", "slug"], 7, "workspace.slug", "string"),
    (["workspace", "name"], "", "workspace.name", "empty"),
    (["workspace", "name"], "x" * 151, "workspace.name", "longer"),
    (["workspace", "name"], "A\u202eB", "workspace.name", "invisible"),
    (["workspace", "hipaa_eligible"], "yes", "workspace.hipaa_eligible", "true or false"),
    (["workspace", "plan"], "gold", "workspace.plan", "one of"),
    (["workspace"], [], "workspace", "object"),
    (["labels"], {}, "labels", "list"),
    (["labels", 0], "environment", "labels[0]", "colon"),
    (["labels", 0], 3, "labels[0]", "string"),
    (["labels", 4], "Product:TRUCK", "labels[4]", "twice"),
    (["labels", 4], {"label": "k:v", "color": 1}, "labels[4].color", "unknown"),
    (["resources", 0, "type"], "spaceship", "resources[0].type", "no type"),
    (["resources", 0, "slug"], "_low", "resources[0].slug", "slug"),
    (["workspace", "slug"], "UPPER", "workspace.slug", "slug"),
    (["workspace", "slug"], "a_b", "workspace.slug", "slug"),
    (["resources", 1, "slug"], "A", "resources[1].slug", "twice"),
    (["resources", 1, "slug"], "a", "resources[1].slug", "twice"),
    (["resources", 0, "labels"], ["no:where"], "resources[0].labels[0]", "no label"),
    (["resources", 0, "labels"], ["product:car", "PRODUCT:truck"], "resources[0].labels[1]",
     "one value"),
    (["resources", 4, "labels"], ["product:car"], "resources[4].labels", "carry labels"),
    (["resources", 3, "source"], "source/none", "resources[3].source", "source/none"),
    (["resources", 3, "source"], "warehouse/bq", "resources[3].source", "source"),
    (["resources", 0, "source"], "source/b", "resources[0].source", "Only a destination"),
    (["resources", 4, "connected"], ["source/none"], "resources[4].connected[0]", "source/none"),
    (["resources", 7, "connected"], ["source/a"], "resources[7].connected", "cannot be connected"),
    (["members", 1, "email"], "nonsense", "members[1].email", "name@domain"),
    (["members", 1, "email"], "ADA@example.org", "members[1].email", "twice"),
    (["members", 1, "owner"], 1, "members[1].owner", "true or false"),
    (["members", 1, "password"], "x", "members[1].password", "unknown"),
    (["members", 0, "owner"], False, "members", "owner"),
    (["members", 1, "grants"], [{"role": "king", "scope": {"all": True}}],
     "members[1].grants[0].role", "no role"),
    (["members", 1, "grants"], [{"role": "workspace-owner", "scope": {"all": True}}],
     "members[1].grants[0].role", "owner"),
    (["members", 1, "grants"], [{"role": "source-admin"}], "members[1].grants[0].scope", "missing"),
    (["groups", 0, "name"], "", "groups[0].name", "empty"),
    (["groups", 1], {"name": "GROWTH"}, "groups[1].name", "twice"),
    (["groups", 0, "members"], ["eve@example.org"], "groups[0].members[0]", "eve@example.org"),
    (["groups", 0, "grants", 0, "scope"], {"labels": []}, "groups[0].grants[0].scope.labels", ""),
    (["groups", 0, "grants", 0, "scope"], {"all": False}, "groups[0].grants[0].scope.all", "true"),
    (["groups", 0, "grants", 0, "scope"], {"all": True, "labels": ["product:car"]},
     "groups[0].grants[0].scope", "one of"),
    (["groups", 0, "grants", 0, "scope"], {"labels": ["product:car", "product:truck"]},
     "groups[0].grants[0].scope.labels[1]", "never match"),
    (["groups", 0, "grants", 0, "scope"], {"labels": ["product:car", "no:where"]},
     "groups[0].grants[0].scope.labels[1]", "no label"),
    (["groups", 0, "grants", 0, "scope"], {"resources": ["source/none"]},
     "groups[0].grants[0].scope.resources[0]", "source/none"),
    (["groups", 0, "grants", 0, "scope"], {"resources": ["warehouse/bq"]},
     "groups[0].grants[0].scope.resources[0]", "source"),
    (["groups", 0, "grants", 1, "scope"], {"labels": ["product:car"]},
     "groups[0].grants[1].scope", "cannot be given"),
    (["groups", 0, "grants", 0, "expires"], "tomorrow", "groups[0].grants[0].expires", "time"),
    (["groups", 0, "grants", 0, "expires"], "2027-01-31T00:00:00", "groups[0].grants[0].expires",
     "time"),
    (["groups", 0, "grants", 0, "expires"], None, "groups[0].grants[0].expires", "time"),
    (["groups", 0, "grants", 0, "starts"], 7, "groups[0].grants[0].starts", "time"),
    (["groups", 0, "grants", 0], {**LABEL_GRANT, **BACKWARDS}, "groups[0].grants[0].expires",
     "after its start"),
    (["groups", 0, "grants", 0], {**LABEL_GRANT, "eligibel": {}}, "groups[0].grants[0].eligibel",
     "unknown"),
    (["groups", 0, "managers"], ["zz@example.org"], "groups[0].managers[0]", "no member"),
    (["groups", 0, "managers"], "ada@example.org", "groups[0].managers", "a list"),
    (["groups", 0, "offer"], {}, "groups[0].offer.to", "missing"),
    (["groups", 0, "offer"], "everybody", "groups[0].offer", "an object"),
    (["groups", 0, "offer"], {"to": "all"}, "groups[0].offer.to", "everybody"),
    (["groups", 0, "offer"], {"to": ["group:nil"]}, "groups[0].offer.to[0]", "no group"),
    (["groups", 0, "offer"], {"to": ["nil"]}, "groups[0].offer.to[0]", "group:"),
    (["groups", 0, "offer"], {"to": ["group:Growth"]}, "groups[0].offer.to[0]", "in it"),
    (["groups", 0, "offer"], {"to": "everybody", "longest_minutes": 14},
     "groups[0].offer.longest_minutes", "15"),
    (["groups", 0, "offer"], {"to": "everybody", "approvers": ["group:nil"]},
     "groups[0].offer.approvers[0]", "neither"),
    (["groups", 0, "offer"], {"to": "everybody", "proof": True}, "groups[0].offer.proof",
     "unknown"),
    (["groups", 0, "members", 0], 7, "groups[0].members[0]", "an address or an object"),
    (["groups", 0, "members", 0], {}, "groups[0].members[0].email", "missing"),
    (["groups", 0, "members", 0], {"email": 7}, "groups[0].members[0].email", "string"),
    (["groups", 0, "members", 0], {"email": None}, "groups[0].members[0].email", "string"),
    (["groups", 0, "members", 0], {"email": "bo"}, "groups[0].members[0].email", "name@domain"),
    (["groups", 0, "members", 0], {"email": "eve@example.org"}, "groups[0].members[0].email",
     "eve@example.org"),
    (["groups", 0, "members", 0], {**BO, "eligibel": {}}, "groups[0].members[0].eligibel",
     "unknown"),
    (["groups", 0, "members", 0], {**BO, "starts": "soon"}, "groups[0].members[0].starts", "time"),
    (["groups", 0, "members", 0], {**BO, "expires": None}, "groups[0].members[0].expires", "time"),
    (["groups", 0, "members", 0], {**BO, **BACKWARDS}, "groups[0].members[0].expires",
     "after its start"),
    (["groups", 0, "members", 0], {**BO, "starts": FIRST, "expires": FIRST},
     "groups[0].members[0].expires", "after its start"),
    (["groups", 0, "members", 1], {"email": "BO@example.org", "starts": FIRST},
     "groups[0].members[1].email", "twice"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "value", "place", "word"), CASES)
def test_a_fault_is_named_with_its_place(path, value, place, word):
    found = faults_of(changed(path, value))
    assert any(spot == place and word in message for spot, message in found), found


@pytest.mark.django_db
def test_all_faults_are_named_at_once():
    document = acme()
    document["members"][1]["email"] = "nonsense"
    document["groups"][0]["grants"][0]["role"] = "king"
    document["labels"].append("x")
    places = {place for place, _ in faults_of(document)}
    assert {"labels[4]", "members[1].email", "groups[0].grants[0].role"} <= places


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "place", "word"),
    [
        (b"", "line 1 column 1", "Broken JSON"),
        (b'{"format": ', "line 1 column 12", "Broken JSON"),
        (b'{\n"a": 1,\n}', "line 3 column 1", "Broken JSON"),
        (b"\xff\xfe", "", "not UTF-8"),
        (b'{"a": 1, "a": 2}', "", "twice"),
        (b'{"a": NaN}', "", "NaN"),
        (b'{"a": ' + b"9" * 5000 + b"}", "", "too large"),
        (b"[]", "", "object"),
        (b"null", "", "object"),
        (b"[" * 100_000, "", "nested"),
    ],
)
def test_what_is_no_document_is_named(raw, place, word):
    found = faults_of(raw)
    assert any(spot == place and word in message for spot, message in found), found


@pytest.mark.django_db
def test_a_hundred_megabytes_of_nesting_are_refused():
    assert "nested" in faults_of(b'{"a":' * 20_000_000)[0][1]


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["gatehouse/workspace@2", "", 1, None])
def test_another_format_version_is_refused(version):
    assert faults_of(changed(["format"], version))[0][0] == "format"


@pytest.mark.django_db
def test_one_faulty_file_of_several_stops_all():
    good = json.dumps(acme()).encode()
    bad = json.dumps(changed(["workspace", "slug"], "B")).encode()
    with pytest.raises(Faults):
        load_documents([("good.json", good), ("bad.json", bad)], by=SYSTEM)
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_one_slug_in_two_files_is_refused():
    text = json.dumps(acme()).encode()
    with pytest.raises(Faults, match=r"two\.json: workspace\.slug"):
        load_documents([("one.json", text), ("two.json", text)], by=SYSTEM)


@pytest.mark.django_db
def test_roles_outside_the_plan_are_named_L7():
    found = faults_of(changed(["workspace", "plan"], "free"))
    assert any("not part of the free plan" in message for _, message in found)


@pytest.mark.django_db
def test_access_by_label_outside_the_plan_is_named_L7():
    found = faults_of(changed(["workspace", "plan"], "team"))
    assert any("by label is not part of the team plan" in message for _, message in found)
