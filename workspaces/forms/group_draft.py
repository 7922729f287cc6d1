"""A group in the making: name, access, people, review; each step carries what the others said.

Nothing is kept on the server between the steps. The form of a step holds the input of the
others unseen, and every step up to the one asked for is checked again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from workspaces.forms.changes import ChangeForm
from workspaces.forms.groups import NewGroupForm
from workspaces.forms.names import PeopleField
from workspaces.forms.policy import PolicyForm
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations import grants, groups
from workspaces.operations.grants import NewGrant

NAME, ACCESS, MEMBERS, REVIEW = STEPS = ("name", "access", "members", "review")
MAKE = "make"


class FirstMembersForm(ChangeForm):
    """Who is in the new group from the start; nobody is fine too."""

    people = forms.Field()  # a field of names; it needs the workspace
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.fields["people"] = PeopleField(
            workspace,
            label=_("People"),
            required=False,
            placeholder=_("Name or email"),
            url=reverse("workspaces:pick_members", args=[workspace.slug]),
        )


class GroupDraft:
    """All steps of a new group, as far as they were filled in."""

    def __init__(self, data: QueryDict | None, *, workspace: Workspace) -> None:
        self.workspace = workspace
        self.data = data or QueryDict()
        self.named = NewGroupForm(data)
        self.policy = PolicyForm(data if "grants-count" in self.data else None, workspace=workspace)
        self.first = FirstMembersForm(data, workspace=workspace)

    @property
    def step(self) -> str:
        """The step to show; a form sent without a word about it stays where it is."""
        to = self.data.get("to") or self.data.get("at", NAME)
        if to == MAKE:
            return REVIEW
        return to if to in STEPS else NAME

    @property
    def is_done(self) -> bool:
        """Whether it shall be made. Whoever has not seen the review is shown it first."""
        return self.data.get("to") == MAKE and bool(self.data.get("seen"))

    def first_faulty(self, before: str) -> str | None:
        """Return the first step before the one named that is not right, or None."""
        checks = {NAME: self._name_fits, ACCESS: self._policy_fits, MEMBERS: self.first.is_valid}
        for step in STEPS[: STEPS.index(before)]:
            if step in checks and not checks[step]():
                return step
        return None

    def _name_fits(self) -> bool:
        if self.named.is_valid():
            with self.named.refusals():
                groups.require_free_name(self.workspace, self.named.cleaned_data["name"])
        return not self.named.errors

    def _policy_fits(self) -> bool:
        if not self.policy.is_bound:
            return True
        if self.policy.is_valid():
            with self.policy.refusals():
                for new in self.policy.proposed:
                    grants.require_valid(self.workspace, Group(workspace=self.workspace), new)
        return not self.policy.errors

    @property
    def grants(self) -> tuple[NewGrant, ...]:
        """The grants as they stand; none while something about them is not complete."""
        complete = self.policy.checked and self.policy.is_valid()
        return self.policy.proposed if complete else ()

    @property
    def members(self) -> Sequence[Member]:
        """The people as they stand."""
        return self.first.cleaned_data.get("people") or () if self.first.is_valid() else ()

    def carried(self, at: str) -> Iterator[tuple[str, str]]:
        """Yield the input of the steps that are not drawn, to go along unseen."""
        for key, values in self.data.lists():
            if _step_of(key) not in {None, at}:
                yield from ((key, str(value)) for value in values)


def _step_of(key: str) -> str | None:
    """Return the step whose field this is; None for what no step knows (B1)."""
    if key in {"name", "description"}:
        return NAME
    if key == "people":
        return MEMBERS
    return ACCESS if key == "owner" or key.startswith("grants-") else None
