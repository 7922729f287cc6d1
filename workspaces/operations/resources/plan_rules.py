"""Changes of the rules of tracking plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from workspaces.change import Actor, audit, lock_workspace, reread, target
from workspaces.errors import Refused
from workspaces.models import PlanRule, Resource

MOST = 2000  # rules of a plan
SAID = ("place", "schema", "keyed")


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule as it was sent; type, key and version tell it from the others of its plan."""

    type: str
    key: str | None
    version: int
    schema: Any

    @property
    def ident(self) -> tuple[str, str, int]:
        return self.type, self.key or "", self.version


def replace(plan: Resource, rules: Sequence[NewRule], *, by: Actor) -> None:
    """Make these the rules of a plan, in this order; one event, none where nothing changes.

    A rule that was there before keeps the time it was made at. Raises Refused for too many,
    and for one that is there twice.
    """
    with lock_workspace(plan.workspace_id, by=by) as workspace:
        plan = reread(workspace.resources.all(), plan)
        _require_apart(rules)
        now = timezone.now()
        rows = PlanRule.objects.filter(plan=plan)
        there = {(row.type, row.key, row.version): row for row in rows}
        gone = [row.pk for ident, row in there.items() if ident not in {r.ident for r in rules}]
        new, changed = [], []
        for place, rule in enumerate(rules):
            row = there.get(rule.ident)
            said = (place, rule.schema, rule.key is not None)
            if row is None:
                new.append(_row(plan, rule, place))
            elif said != tuple(getattr(row, name) for name in SAID):
                row.changed_at = row.changed_at if row.schema == rule.schema else now
                row.place, row.schema, row.keyed = said
                changed.append(row)
        if not (gone or new or changed):
            return
        rows.filter(pk__in=gone).delete()
        PlanRule.objects.bulk_update(changed, (*SAID, "changed_at"), batch_size=200)
        PlanRule.objects.bulk_create(new)
        plan.changed_at = now
        plan.save(update_fields=["changed_at"])
        audit.record(
            workspace,
            "resource.changed",
            by=by,
            target=target(plan),
            before={"rules": len(there)},
            after={"rules": len(rules), "changed": ["rules"]},
        )


def _row(plan: Resource, rule: NewRule, place: int) -> PlanRule:
    return PlanRule(
        workspace=plan.workspace,
        plan=plan,
        place=place,
        type=rule.type,
        key=rule.key or "",
        keyed=rule.key is not None,
        version=rule.version,
        schema=rule.schema,
    )


def _require_apart(rules: Sequence[NewRule]) -> None:
    if len(rules) > MOST:
        raise Refused("XE12", f"A plan has at most {MOST} rules.", field="rules")
    seen = set()
    for place, rule in enumerate(rules):
        if rule.ident in seen:
            raise Refused("N2", "This rule is there twice.", field=f"rules[{place}]")
        seen.add(rule.ident)
