"""An explanation in one line per reason, for programs and shells (semantics §9)."""

from workspaces.access.explain import Explanation, Near, Path


def reasons_of(answer: Explanation) -> list[str]:
    """Return every path to a yes, or what is nearest to one."""
    return [_told(path) for path in answer.paths] or [_near(n) for n in answer.nearest]


def _told(path: Path) -> str:
    """Write one path to a yes: role, through what, by which scope."""
    if path.grant is None:
        return f"{path.role.name}, own role"
    through = f"through group {path.grant.group.name}" if path.grant.group else "direct"
    labels = " + ".join(sorted(str(row.label) for row in path.grant.label_set.all()))
    scope = {"all": "all current and future", "labels": f"labels {labels}"}
    beneath = ", of its source" if path.beneath else ""
    return f"{path.role.name} {through}, {scope.get(path.grant.scope, 'listed by name')}{beneath}"


def _near(nearest: Near) -> str:
    """Write one thing that would turn the no into a yes."""
    if nearest.group:
        return f"would: joining the group {nearest.group.name}"
    if nearest.grant:
        return f"would: the labels {' + '.join(nearest.missing)} on it"
    return f"would: the role {nearest.role.name if nearest.role else ''} on it"
