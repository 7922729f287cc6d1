"""The access editor: a whole policy as one form, used for members, groups, tokens, invites.

The form holds one block per grant, and an empty one for every role that has none. Blocks
of one role are joined by *or*, the labels within one by *and* (R2). What it says is not
decided here: `proposed` goes to `operations.policies`, which asks every rule again. The end of
one grant is moved by a form of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _, gettext_lazy

from workspaces.access.naming import labels_named, things_named
from workspaces.catalogue import OWNER, ROLES, ResourceType, Role, Scope
from workspaces.errors import Refused
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.names import NamesField
from workspaces.forms.grants.blocks import GrantBlock, first_scope, initial_of
from workspaces.models import GrantTerms, Workspace
from workspaces.operations.grants import policies
from workspaces.operations.workspace import plans
from workspaces.terms import Terms

MOST_BLOCKS = 500
EDITABLE = tuple(role for role in ROLES.values() if role.slug != OWNER)
TYPES = (*ResourceType, "workspace", "modifier")


class PolicyForm(ChangeForm):
    """A whole policy. `owner` is a member's own ownership (R7), or the grant of a group's.

    `grants` returns where the editing starts, and is asked where that matters; `more` in the data
    asks for one more block of a role and is answered by drawing the form again, without a word
    about its faults. `kept` returns roles of grants that only a newer version knows: they are
    named, and stay.
    """

    legible = False  # whether it could be read, but for blocks that are half written

    owner = forms.ChoiceField(
        required=False, choices=(("1", gettext_lazy("Owner")), ("", gettext_lazy("Member")))
    )
    reason = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        workspace: Workspace,
        grants: Callable[[], Iterable[GrantTerms]] = tuple,
        owner: bool = False,
        owner_is_a_grant: bool = True,
        kept: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self.kept, self._grants = kept, grants
        if owner_is_a_grant and data is None:
            lasting = policies.living(self.started)
            owner = owner or any(grant.role == OWNER for grant in lasting)
        super().__init__(data, initial={"owner": "1" if owner else ""})
        self.workspace, self.owner_is_a_grant = workspace, owner_is_a_grant
        self.more = (data or {}).get("more", "")
        self.blocks = list(self._sent() if self.is_bound else self._drawn(self.started))

    @cached_property
    def started(self) -> tuple[GrantTerms, ...]:
        """The grants where the editing starts."""
        return tuple(self._grants())

    def _drawn(self, given: Sequence[GrantTerms]) -> Iterable[GrantBlock]:
        index = 0
        for role in EDITABLE:
            initials = [initial_of(grant) for grant in given if grant.role == role.slug]
            for initial in initials or [{"scope": first_scope(self.workspace, role)}]:
                yield GrantBlock(self.workspace, role, prefix=f"grants-{index}", initial=initial)
                index += 1

    def _sent(self) -> Iterable[GrantBlock]:
        roles = [str(self.data.get(f"grants-{i}-role")) for i in range(self._count())]
        for index, slug in enumerate(roles):
            if slug in ROLES and ROLES[slug] in EDITABLE:
                yield GrantBlock(self.workspace, ROLES[slug], self.data, prefix=f"grants-{index}")
            if slug in ROLES and slug == self.more and self.more not in roles[index + 1 :]:
                scope = first_scope(self.workspace, ROLES[slug], Scope.RESOURCES)
                initial = {"scope": scope, "on": True}
                prefix = f"grants-{len(roles)}"
                yield GrantBlock(self.workspace, ROLES[slug], prefix=prefix, initial=initial)

    def _count(self) -> int:
        count = self.data.get("grants-count", "")
        return min(int(count), MOST_BLOCKS) if count.isascii() and count.isdigit() else 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        sent = {self.data.get(f"grants-{i}-role") for i in range(self._count())}
        unknown = sent - {block.role.slug for block in self.blocks}
        if unknown or not self._count():
            raise forms.ValidationError(_("This names a role that cannot be given here."))
        sent_blocks = [block for block in self.blocks if block.is_bound]
        self._look_names_up(sent_blocks)
        for block in sent_blocks:
            if block.is_valid() and block.cleaned_data.get("on"):
                block.ask_span(lambda: self.started)
        self.legible = not self.errors
        if self.half_written:
            raise forms.ValidationError(_("Some of the access below is not complete."))
        return cleaned

    def _look_names_up(self, blocks: Sequence[GrantBlock]) -> None:
        """Look up what all blocks name together; 1 statement for labels, 1 for resources."""
        labelled = {block: block.named("labels") for block in blocks if "labels" in block.fields}
        listing = {
            block: [(block.role.type, name) for name in block.named("resources")]
            for block in blocks
            if "resources" in block.fields
        }
        labels = labels_named(self.workspace, chain(*labelled.values()))
        things = things_named(self.workspace.resources.all(), chain(*listing.values()))
        for block in labelled:
            _names(block, "labels").known = labels
        for block, asked in listing.items():
            known = {name: things[type_, name] for type_, name in asked if (type_, name) in things}
            _names(block, "resources").known = known

    @property
    def checked(self) -> bool:
        """Whether the form was sent to be saved or reviewed, so that faults may be named."""
        return self.is_bound and not self.more

    @property
    def standing(self) -> tuple[GrantTerms, ...] | None:
        """The grants as they stand, to be reviewed, without those that are half written.

        None while a role is being added, and where the form cannot be read.
        """
        if not self.is_bound:
            return self.started
        if not self.checked:
            return None
        return self.proposed if self.is_valid() or self.legible else None

    @property
    def complete(self) -> bool:
        """Whether it says a whole policy, even if an operation refused it since."""
        return self.legible and not self.half_written

    @property
    def half_written(self) -> list[GrantBlock]:
        """The blocks that are not complete."""
        return [block for block in self.blocks if block.is_bound and block.errors]

    @property
    def owns(self) -> bool:
        """Whether a valid form says *Owner*."""
        return bool(self.cleaned_data["owner"])

    @property
    def proposed(self) -> tuple[GrantTerms, ...]:
        """What the policy shall consist of; what is half written is in no valid form."""
        whole = (block for block in self.blocks if not block.errors)
        return (
            *self._owning(),
            *(block.proposed for block in whole if block.cleaned_data.get("on")),
        )

    def _owning(self) -> Iterable[GrantTerms]:
        """Return ownership as a grant: as it stood, where it did; what has ended stays ended."""
        if not self.owner_is_a_grant:
            return
        held = [grant for grant in self.started if grant.role == OWNER]
        living = policies.living(held)
        yield from (grant for grant in held if grant not in living)
        if self.owns:
            yield from living or [Terms(OWNER, Scope.ALL)]

    @property
    def count(self) -> int:
        """The number of the next block; goes along in the form."""
        numbers = (int(str(block.prefix).rpartition("-")[2]) for block in self.blocks)
        return 1 + max(numbers, default=-1)

    def locked(self, role: Role) -> str:
        """Return why the plan does not take the role (L7), or nothing."""
        try:
            plans.require_role_in_plan(self.workspace, role)
        except Refused as refused:
            return str(refused.message)
        return ""


def _names(block: GrantBlock, field: str) -> NamesField:
    return cast("NamesField", block.fields[field])
