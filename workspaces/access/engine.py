"""The one place that decides (R9): check, list and rights of one subject.

An `Access` reads the subject's policy once and lives as long as one request. `who`,
`explain` and `diff` stand in modules of their own beside it.
"""

from collections.abc import Sequence

from workspaces.access import facts as loading
from workspaces.access.decide import Facts, Policy, allows, allows_on_workspace, rights
from workspaces.access.facts import Subject
from workspaces.access.reach import reachable
from workspaces.catalogue import ACTIONS, EDIT, WORKSPACE, ResourceType
from workspaces.models import Member, Resource, ResourceQuerySet, Workspace


class Access:
    """What one subject may do in its workspace, as of now."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    @classmethod
    def of(cls, subject: Subject) -> "Access":
        """Read the policy of a member, group, token or visit; 1 statement."""
        return cls(loading.load_policy(subject))

    @classmethod
    def of_present(cls, member: Member) -> "Access":
        """Answer for a member just read, whose account is active and whose workspace is open.

        1 statement, none for an owner by own role.
        """
        owner = member.owner
        return cls(loading.policy_of_owner(member) if owner else loading.load_policy(member))

    @classmethod
    def at_most(cls, member: Member) -> "Access":
        """Read what a member could have by taking up all that they can (W8); 1 statement.

        Its `reach` is the twin of a member's list. It is no answer to whether they may.
        """
        return cls(loading.load_policy_at_most(member))

    @property
    def is_owner(self) -> bool:
        """Owner by own role or through a group (R3)."""
        return self.policy.is_owner

    @property
    def looks_only(self) -> bool:
        """Whether the subject sees and may change nothing: a support visit (XK7)."""
        return self.policy.looks_only

    def check(self, action: str, thing: Resource | Workspace) -> bool:
        """Answer one question; at most 1 statement. Unknown or foreign things: no (R5)."""
        if isinstance(thing, Workspace):
            return thing.pk == self.policy.workspace and allows_on_workspace(self.policy, action)
        if thing.workspace_id != self.policy.workspace:
            return False
        if self.policy.covers_all(action, thing.type):
            return True
        return allows(self.policy, action, self.facts([thing])[thing.pk])

    def check_anywhere(self, action: str) -> bool:
        """Whether the action is allowed on all of some type, or on any one thing; 1 statement."""
        if any(self.policy.covers_all(action, type_) for type_ in ResourceType):
            return True
        return self.reach_any_type(action).exists()

    def facts(self, resources: Sequence[Resource]) -> dict[int, Facts]:
        """Load what further answers about these resources need; 1 statement."""
        return loading.load_facts(resources, [self.policy])

    def rights(self, resources: Sequence[Resource]) -> dict[int, frozenset[str]]:
        """Return the allowed actions on each of a page of resources; at most 1 statement."""
        if self.is_owner:
            return {
                r.pk: frozenset(ACTIONS[r.type])
                for r in resources
                if r.workspace_id == self.policy.workspace
            }
        return {pk: rights(self.policy, facts) for pk, facts in self.facts(resources).items()}

    def on_workspace(self) -> frozenset[str]:
        """Return the allowed actions on the workspace itself; no statement."""
        return frozenset(a for a in ACTIONS[WORKSPACE] if allows_on_workspace(self.policy, a))

    def may_add(self, type_: str, source: Resource | None = None) -> bool:
        """Whether a resource of the type may be added (R12); at most 1 statement.

        A destination is added beneath `source`: whoever may edit that one may do so too.
        """
        if allows_on_workspace(self.policy, f"create_{type_}"):
            return True
        if type_ != ResourceType.DESTINATION or source is None:
            return False
        return self.check(EDIT, source)

    def may_add_somewhere(self, type_: str) -> bool:
        """Whether there is any place for a new resource of the type; at most 1 statement."""
        if self.may_add(type_):
            return True
        beneath = self.reach(EDIT, ResourceType.SOURCE)
        return type_ == ResourceType.DESTINATION and beneath.exists()

    def reach(self, action: str, type_: str) -> ResourceQuerySet:
        """Return the resources of a type on which the action is allowed, as a QuerySet."""
        return reachable(self.policy, action, [type_])

    def reach_any_type(self, action: str) -> ResourceQuerySet:
        """Return the resources of every type on which the action is allowed."""
        return reachable(self.policy, action, ResourceType)
