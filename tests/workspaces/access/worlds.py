"""Random workspace documents for hypothesis: small, but with everything in them.

What holds for a while begins and ends on one of a few days from now, some of them past.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle import LABELLED_ROLES, TABLE, WORKSPACE_ONLY

EMAILS = [f"p{i}@example.org" for i in range(4)]
LABELS = ["env:prod", "Env:dev", "brand:Acme", "brand:zeta", "region:emea"]
TYPES = ["source", "destination", "warehouse", "space", "tracking_plan", "function"]
DAYS = (-2000, -3, 2, 40, 20_000)  # from today
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@st.composite
def spelling(draw: st.DrawFn, label: str) -> str:
    """The label in one of its equal spellings (L1)."""
    return draw(st.sampled_from([label, label.upper(), label.lower()]))


@st.composite
def span(draw: st.DrawFn) -> dict[str, str]:
    """When something holds: mostly always, else planned, living, or ended."""
    kind = draw(st.sampled_from(["", "", "", "starts", "expires", "both"]))
    if not kind:
        return {}
    days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=2, max_size=2)))
    first, last = (f"{TODAY + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}" for day in days)
    return {
        "starts": {"starts": first},
        "expires": {"expires": last},
        "both": {"starts": first, "expires": last},
    }[kind]


@st.composite
def label_set(draw: st.DrawFn, smallest: int) -> list[str]:
    """Labels of different keys."""
    keys = draw(st.sets(st.sampled_from(["env", "brand", "region"]), min_size=smallest))
    chosen = []
    for key in sorted(keys):
        fitting = [label for label in LABELS if label.lower().startswith(key)]
        chosen.append(draw(spelling(draw(st.sampled_from(fitting)))))
    return chosen


@st.composite
def resources(draw: st.DrawFn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for i in range(draw(st.integers(1, 3))):
        found.append({"type": "source", "slug": f"s{i}", "labels": draw(label_set(0))})
    sources = [f"source/{r['slug']}" for r in found]
    for i, type_ in enumerate(draw(st.lists(st.sampled_from(TYPES[1:]), max_size=5))):
        resource: dict[str, Any] = {"type": type_, "slug": f"r{i}"}
        if type_ == "destination":
            resource["source"] = draw(st.sampled_from(sources))
        if type_ == "space":
            resource["labels"] = draw(label_set(0))
        found.append(resource)
    return [{**resource, "name": resource["slug"]} for resource in found]


@st.composite
def grant(draw: st.DrawFn, things: list[dict[str, Any]], *, owning: bool) -> dict[str, Any]:
    roles = sorted(TABLE) if owning else sorted(set(TABLE) - {"workspace-owner"})
    role = draw(st.sampled_from(roles))
    fitting = [f"{r['type']}/{r['slug']}" for r in things if r["type"] == TABLE[role][0]]
    kinds = ["all"]
    if role in LABELLED_ROLES:
        kinds += ["labels", "labels"]
    if fitting and role not in WORKSPACE_ONLY:
        kinds += ["resources", "resources"]
    scope: dict[str, Any]
    match draw(st.sampled_from(kinds)):
        case "labels":
            scope = {"labels": draw(label_set(1))}
        case "resources":
            scope = {"resources": sorted(draw(st.sets(st.sampled_from(fitting), min_size=1)))}
        case _:
            scope = {"all": True}
    return {"role": role, "scope": scope, **draw(span()), **draw(eligible())}


@st.composite
def eligible(draw: st.DrawFn) -> dict[str, Any]:
    """Whether something has to be taken up: mostly not."""
    return {"eligible": {"proof": False}} if draw(st.integers(0, 3)) == 3 else {}


@st.composite
def places(draw: st.DrawFn) -> list[Any]:
    """Who is in a group: each an address, or an object that says when."""
    found = []
    for email in sorted(draw(st.sets(st.sampled_from(EMAILS)))):
        when = {**draw(span()), **draw(eligible())}
        found.append({"email": email, **when} if when else email)
    return found


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A whole workspace of at most five people, three groups, eight resources."""
    things = draw(resources())
    members = [{"email": "owner@example.org", "owner": True}] + [
        {
            "email": email,
            "owner": draw(st.integers(0, 9)) == 9,
            "grants": draw(st.lists(grant(things, owning=False), max_size=3)),
        }
        for email in EMAILS
    ]
    groups = [
        {
            "name": f"g{i}",
            "members": draw(places()),
            "grants": draw(st.lists(grant(things, owning=True), max_size=3)),
        }
        for i in range(draw(st.integers(0, 3)))
    ]
    return {
        "format": "gatehouse/workspace@1",
        "workspace": {"slug": "ws", "name": "W"},
        "labels": LABELS,
        "resources": things,
        "members": members,
        "groups": groups,
    }
