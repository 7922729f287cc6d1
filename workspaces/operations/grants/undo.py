"""How a change of a policy is taken back (U6)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workspaces.change import Actor
from workspaces.models import Event, Group, Member, Workspace
from workspaces.operations.grants import policies
from workspaces.operations.grants.grants import Holder
from workspaces.operations.grants.looking import Review
from workspaces.operations.groups import reviews
from workspaces.operations.trail.inverse import Inverse, moved_on
from workspaces.operations.trail.reading_back import grants_written, holder_of, require_names_kept
from workspaces.terms import Terms


@dataclass(frozen=True, slots=True)
class PolicyBack(Inverse):
    holder: Holder
    proposal: policies.Proposal

    @property
    def name(self) -> str:
        """Whose access it is, as a person knows them."""
        return str(self.holder)

    def apply(self, *, by: Actor) -> None:
        policies.change(self.holder, self.proposal, by=by)

    def review(self) -> Review | reviews.AccessReview:
        if isinstance(self.holder, Group):
            return reviews.of_access(self.holder, self.proposal.grants)
        return policies.preview(self.holder, self.proposal)


def policy_changed(workspace: Workspace, event: Event) -> Inverse:
    holder = holder_of(workspace, event)
    now = policies.state_of(holder)
    if now.get("owner") != event.after.get("owner") or not _equal(now, event.after):
        raise moved_on(workspace, event)
    require_names_kept(workspace, event.after["grants"], event)
    before = event.before
    given = grants_written(workspace, _known(before["grants"], now["grants"]), event)
    return PolicyBack(holder, policies.Proposal(given, owner=before.get("owner"), back=True))


def owner_changed(workspace: Workspace, event: Event) -> Inverse:
    holder = holder_of(workspace, event)
    if not isinstance(holder, Member) or holder.owner != event.after["owner"]:
        raise moved_on(workspace, event)
    kept = policies.as_proposed(holder)
    return PolicyBack(holder, policies.Proposal(kept, owner=event.before["owner"]))


def _known(before: Iterable[dict[str, Any]], now: Any) -> list[dict[str, Any]]:
    """Leave out what only a newer version knows and is there still: a change keeps it anyway."""
    return [words for words in before if Terms.from_json(words).understood or words not in now]


def _equal(one: dict[str, Any], other: dict[str, Any]) -> bool:
    now, then = (Counter(map(Terms.from_json, state["grants"])) for state in (one, other))
    return now == then
