"""An independent reading of R1–R3, R10, R11 and W1, straight over a workspace document.

Nothing here comes from the engine: the roles are written down again, by hand, and every
question is answered by the slowest loop that could be right.
"""

from collections.abc import Collection
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any

BASE = {"read", "edit", "delete"}
ACTIONS = {
    "source": BASE | {"label", "view_pii"},
    "destination": BASE,
    "warehouse": BASE,
    "space": BASE | {"label", "engage", "view_pii"},
    "tracking_plan": BASE,
    "function": BASE,
    "workspace": {
        "read",
        "administer",
        "create_source",
        "create_destination",
        "create_warehouse",
        "create_space",
        "create_tracking_plan",
        "create_function",
        "edit_identity",
        "read_identity",
        "edit_privacy",
        "read_privacy",
        "edit_entities",
        "read_entities",
        "decide",
    },
}
# role: (type, actions on the type, actions on destinations beneath, actions on the workspace)
TABLE: dict[str, tuple[str, set[str], set[str], set[str]]] = {
    "source-admin": ("source", {*BASE, "label"}, BASE, {"create_source"}),
    "source-read-only": ("source", {"read"}, {"read"}, set()),
    "destination-admin": ("destination", BASE, set(), {"create_destination"}),
    "destination-read-only": ("destination", {"read"}, set(), set()),
    "warehouse-admin": ("warehouse", BASE, set(), {"create_warehouse"}),
    "warehouse-read-only": ("warehouse", {"read"}, set(), set()),
    "space-admin": ("space", {*BASE, "label", "engage"}, set(), {"create_space"}),
    "engage-user": ("space", {"read", "engage"}, set(), set()),
    "space-read-only": ("space", {"read"}, set(), set()),
    "tracking-plan-admin": ("tracking_plan", BASE, set(), {"create_tracking_plan"}),
    "tracking-plan-read-only": ("tracking_plan", {"read"}, set(), set()),
    "function-admin": ("function", BASE, set(), {"create_function"}),
    "function-read-only": ("function", {"read"}, set(), set()),
    "identity-admin": ("workspace", set(), set(), {"edit_identity", "read_identity"}),
    "privacy-admin": ("workspace", set(), set(), {"edit_privacy", "read_privacy"}),
    "entities-admin": ("workspace", set(), set(), {"edit_entities", "read_entities"}),
    "entities-read-only": ("workspace", set(), set(), {"read_entities"}),
    "decision-reader": ("workspace", set(), set(), {"decide"}),
    "pii-access": ("modifier", set(), set(), set()),
    "workspace-owner": ("workspace", set(), set(), ACTIONS["workspace"]),
}
LABELLED_ROLES = {r for r, row in TABLE.items() if row[0] in {"source", "space"}}
WORKSPACE_ONLY = {r for r, row in TABLE.items() if row[0] in {"workspace", "modifier"}}


def strength(grants: list[dict[str, Any]]) -> str:
    """Return what the strongest role of grants is called, whatever they cover."""
    names = ["minimal"]
    for grant in grants:
        _type, on_type, _beneath, on_workspace = TABLE[grant["role"]]
        words = " ".join(on_type | on_workspace)
        names.append("edit" if "edit" in words or "engage" in words else "view")
        if grant["role"] == "workspace-owner":
            names.append("owner")
    return max(names, key=["minimal", "view", "edit", "owner"].index)


class Oracle:
    """Answers for one document, at the moment it is made; `later` moves that moment.

    `taken` are the people who have taken up all that is eligible for them; `running` says of
    others what each has, by its longest while, which tells things apart there. Nobody else has.
    """

    def __init__(
        self,
        document: dict[str, Any],
        later: timedelta = timedelta(),
        taken: Collection[str] = (),
        running: Collection[tuple[str, int]] = (),
    ) -> None:
        self.document, self.taken, self.running = document, taken, running
        self.now = datetime.now(UTC) + later
        self.resources = {f"{r['type']}/{r['slug']}": r for r in document["resources"]}

    def at_most(self) -> "Oracle":
        """What would be answered now if everybody had taken up all that they can (W8)."""
        found = copy(self)
        found.taken = [member["email"] for member in self.document["members"]]
        return found

    def grants_of(self, email: str) -> list[dict[str, Any]]:
        """Every live grant a member holds: own, and of each group they are in (R1, R6, W1)."""
        found = []
        for member in self.document["members"]:
            if member["email"] == email:
                found += member.get("grants", [])
                if member.get("owner"):
                    found.append({"role": "workspace-owner", "scope": {"all": True}})
        for group in self.document["groups"]:
            if email in self.inside(group):
                found += group["grants"]
        return [grant for grant in found if self._live(grant, email)]

    def grants_of_group(self, name: str) -> list[dict[str, Any]]:
        groups = [g for g in self.document["groups"] if g["name"] == name]
        return [grant for grant in groups[0]["grants"] if self._live(grant)]

    def inside_group(self, name: str) -> set[str]:
        return self.inside(next(g for g in self.document["groups"] if g["name"] == name))

    def inside(self, group: dict[str, Any]) -> set[str]:
        """Who is in a group: named there by address, or as an object whose time it is."""
        said = [{"email": m} if isinstance(m, str) else m for m in group["members"]]
        return {place["email"] for place in said if self._live(place, place["email"])}

    def _live(self, what: dict[str, Any], email: str = "") -> bool:
        """Whether a grant or a place in a group has begun, and not ended, and is standing or
        taken up by whom it is asked for."""
        if "eligible" in what and email not in self.taken:
            taken = (email, what["eligible"].get("longest_minutes"))
            return taken in self.running and self.has_begun(what)
        return self.has_begun(what)

    def has_begun(self, what: dict[str, Any]) -> bool:
        """Whether its time is now, be it standing or eligible (W1)."""
        if "starts" in what and self.now < datetime.fromisoformat(what["starts"]):
            return False
        return "expires" not in what or self.now < datetime.fromisoformat(what["expires"])

    def allowed(self, grants: list[dict[str, Any]], action: str, ref: str) -> bool:
        """Whether these grants together give the action on the resource (R1–R3)."""
        resource = self.resources.get(ref)
        if resource is None or action not in ACTIONS[resource["type"]]:
            return False
        if any(grant["role"] == "workspace-owner" for grant in grants):
            return True
        if action == "view_pii":
            pii = any(grant["role"] == "pii-access" for grant in grants)
            return pii and self.allowed(grants, "read", ref)
        return any(self._gives(grant, action, resource) for grant in grants)

    def _gives(self, grant: dict[str, Any], action: str, resource: dict[str, Any]) -> bool:
        type_, direct, beneath, _ = TABLE[grant["role"]]
        if type_ == resource["type"] and action in direct:
            return self._covers(grant["scope"], resource)
        if resource["type"] == "destination" and type_ == "source" and action in beneath:
            return self._covers(grant["scope"], self.resources[resource["source"]])
        return False

    def _covers(self, scope: dict[str, Any], resource: dict[str, Any]) -> bool:
        if "all" in scope:
            return True
        if "resources" in scope:
            return f"{resource['type']}/{resource['slug']}" in scope["resources"]
        carried = {label.lower() for label in resource.get("labels", [])}
        return all(label.lower() in carried for label in scope["labels"])

    def allowed_on_workspace(self, grants: list[dict[str, Any]], action: str) -> bool:
        """Whether a member holding these grants may do the action on the workspace."""
        if action == "read":
            return True
        return any(
            action in TABLE[grant["role"]][3] and "all" in grant["scope"] for grant in grants
        )
