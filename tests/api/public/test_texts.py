"""Names and descriptions that programs send: one rule, counted as they are kept (N1)."""

import pytest

from tests.odd_names import LINES

NFD = "e\u0301" * 150
PLAN = {"type": "LIVE"}
FUNCTION = {"code": "x", "resourceType": "SOURCE"}


@pytest.mark.parametrize(
    ("path", "key", "body"),
    [
        ("/groups", "name", {}),
        ("/tracking-plans", "name", PLAN),
        ("/functions", "displayName", FUNCTION),
    ],
)
def test_a_name_is_kept_in_its_one_form_N1(call, path, key, body):
    for sent, kept in ((f" {NFD}\u3164", "é" * 150), ("علی\u200cزاده", "علی\u200cزاده")):
        (made,) = call.data("POST", path, {**body, key: sent}).values()
        assert made[key] == kept
    for sent in ("\u00a0", "\u3164", "\u2800", "a\u200db", "x\u202ey", NFD + "e", "a\nb", ""):
        assert call.error("POST", path, {**body, key: sent}, status=422)["field"] == key


def test_descriptions_keep_their_lines_N1(call):
    label = {"key": "team", "value": "a", "description": LINES.replace("\n", "\r\n")}
    made = call.data("POST", "/labels", {"label": label}, status=201)
    assert made["label"]["description"] == LINES
    plan = call.data("POST", "/tracking-plans", {**PLAN, "name": "P", "description": LINES})
    assert plan["trackingPlan"]["description"] == LINES
    hidden = {**label, "value": "b", "description": "x\u202ey"}
    assert call.error("POST", "/labels", {"label": hidden}, status=422)["field"] == (
        "label.description"
    )
