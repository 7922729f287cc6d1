"""The access editor: a whole policy as one form, used for members, groups, tokens, invites.

The form holds one block per grant, and an empty one for every role that has none. Blocks
of one role are joined by *or*, the labels within one by *and* (R2). What it says is not
decided here: `proposed` goes to `operations.policies`, which asks every rule again. The end of
one grant is moved by a form of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.dates import DayField, end_of, last_day
from workspaces.access.dialect import among
from workspaces.catalogue import LABELLED, OWNER, ROLES, ResourceType, Role, Scope
from workspaces.errors import Refused
from workspaces.forms.console.changes import ChangeForm, LabelsField, ResourcesField
from workspaces.models import Grant, GrantTerms, Resource, Workspace
from workspaces.operations.workspace import plans
from workspaces.terms import Fault, Terms

REST = "workspaces.forms.grants.policy.rest"
SHOWN = 50  # listed resources drawn as chips; a longer list keeps its rest unseen
MOST_BLOCKS = 500
SCOPES = (
    (Scope.ALL, gettext_lazy("All current & future")),
    (Scope.LABELS, gettext_lazy("By label")),
    (Scope.RESOURCES, gettext_lazy("Named")),
)
STEP = timedelta(days=30)

# What a block says itself; any other fault is told by the operation.
INCOMPLETE = {
    Fault.LABELS: ("labels", gettext_lazy("Name at least one label, or choose another scope.")),
    Fault.RESOURCES: ("resources", gettext_lazy("Name at least one, or choose another scope.")),
}


class GrantBlock(ChangeForm):
    """One grant: whether it is given, on what, and until the end of which day (UTC)."""

    on = forms.BooleanField(required=False)
    scope = forms.ChoiceField(choices=SCOPES, widget=forms.RadioSelect)
    ends = DayField(required=False)
    ends_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    rest = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1_000_000)
    keep_rest = forms.BooleanField(required=False, initial=True)

    def __init__(self, workspace: Workspace, role: Role, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace, self.role = workspace, role
        scopes = [(value, word) for value, word in SCOPES if value in role.scopes]
        scope: Any = self.fields["scope"]
        scope.choices = scopes
        scope.required = len(scopes) > 1
        if Scope.LABELS in role.scopes:
            self.fields["labels"] = LabelsField(
                workspace,
                required=False,
                placeholder=_("Add a label…"),
                url=reverse("workspaces:pick_labels", args=[workspace.slug]),
            )
        if Scope.RESOURCES in role.scopes:
            self.fields["resources"] = ResourcesField(
                workspace,
                role.type,
                required=False,
                placeholder=_("Add by name or slug…"),
                url=reverse("workspaces:pick_resources", args=[workspace.slug, role.type]),
            )

    @property
    def scopes(self) -> list[tuple[str, str, str]]:
        """The scopes to choose from: value, word, and why the plan does not take it, if so (L7)."""
        choices: Any = self.fields["scope"]
        return [(value, word, self._locked(value)) for value, word in choices.choices]

    def _locked(self, scope: str) -> str:
        try:
            plans.require_scope_in_plan(self.workspace, scope)
        except Refused as refused:
            return str(refused.message)
        return ""

    @property
    def chosen_scope(self) -> str:
        """The scope as it stands in the form, for drawing; *all* where nothing is chosen."""
        return str(self["scope"].value() or Scope.ALL)

    @property
    def n_rest(self) -> int:
        """How many listed resources are kept without being drawn."""
        return len(_opened(self["rest"].value()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("on"):
            self.errors.clear()  # a grant that is not given may say anything
            return cleaned
        for fault, _at in Grant.faults(self.proposed):
            field, words = INCOMPLETE.get(fault, ("", ""))
            if field and field not in self.errors:
                self.add_error(field, words)
        return cleaned

    @property
    def proposed(self) -> GrantTerms:
        """The grant this block stands for, as far as what was sent could be read."""
        said = self.cleaned_data
        scope = Scope(said.get("scope") or Scope.ALL)
        return Terms(
            self.role.slug,
            scope,
            labels=tuple(said.get("labels") or ()) if scope == Scope.LABELS else (),
            resources=tuple(self._resources()) if scope == Scope.RESOURCES else (),
            ends=self._expires_at(),
        )

    def _resources(self) -> list[Resource]:
        named: list[Resource] = list(self.cleaned_data.get("resources") or ())
        rest = _opened(self.cleaned_data.get("rest")) if self.cleaned_data.get("keep_rest") else []
        if rest:
            kept = self.workspace.resources.of_type(self.role.type).filter(pk__in=among(rest))
            named += kept.exclude(pk__in=[resource.pk for resource in named])
        return named

    def _expires_at(self) -> datetime | None:
        """Keep the exact end of a grant whose day was not touched."""
        day, exact = self.cleaned_data.get("ends"), self.cleaned_data.get("ends_at")
        if day is None:
            return None
        return exact if exact and last_day(exact) == day else end_of(day)


def _opened(text: Any) -> list[int]:
    """Return the ids of a rest that was drawn by us; none where it was not."""
    try:
        ids: list[int] = signing.loads(text, salt=REST) if text else []
    except signing.BadSignature:
        return []
    return ids


def initial_of(grant: GrantTerms) -> dict[str, Any]:
    """Return what a block shows of a grant."""
    return {
        "on": True,
        "scope": grant.scope,
        "labels": grant.labels,
        "resources": grant.resources[:SHOWN],
        "rest": _sealed(grant.resources[SHOWN:]),
        "ends": last_day(grant.ends) if grant.ends else None,
        "ends_at": grant.ends.isoformat() if grant.ends else None,
    }


def _sealed(resources: Sequence[Resource]) -> str:
    ids = [resource.pk for resource in resources]
    return signing.dumps(ids, salt=REST, compress=True) if ids else ""


class PolicyForm(ChangeForm):
    """A whole policy. `owner` is a member's own ownership (R7), or the grant of a group's.

    `grants` is where the editing starts; `more` in the data asks for one more block of a
    role and is answered by drawing the form again, without a word about its faults. `kept` are
    roles of grants that only a newer version knows: they are named, and stay.
    """

    complete = False  # whether it says a whole policy, even if an operation refused it since

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
        grants: Iterable[GrantTerms] = (),
        owner: bool = False,
        owner_is_a_grant: bool = True,
        kept: Sequence[str] = (),
    ) -> None:
        self.kept = kept
        self.started = given = tuple(grants)
        if owner_is_a_grant:
            owner = owner or any(grant.role == OWNER for grant in given)
        super().__init__(data, initial={"owner": "1" if owner else ""})
        self.workspace, self.owner_is_a_grant = workspace, owner_is_a_grant
        self.more = (data or {}).get("more", "")
        self.blocks = list(self._sent() if self.is_bound else self._drawn(given))

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
        valid = [block.is_valid() for block in self.blocks if block.is_bound]
        if not all(valid):
            raise forms.ValidationError(_("Some of the access below is not complete."))
        self.complete = not self.errors
        return cleaned

    @property
    def checked(self) -> bool:
        """Whether the form was sent to be saved or reviewed, so that faults may be named."""
        return self.is_bound and not self.more

    @property
    def standing(self) -> tuple[GrantTerms, ...] | None:
        """The grants as they stand, to be reviewed; None while they are not complete."""
        if not self.is_bound:
            return self.started
        return self.proposed if self.checked and (self.is_valid() or self.complete) else None

    @property
    def faulty(self) -> list[GrantBlock]:
        """The blocks that are not complete."""
        return [block for block in self.blocks if block.is_bound and block.errors]

    @property
    def owns(self) -> bool:
        """Whether a valid form says *Owner*."""
        return bool(self.cleaned_data["owner"])

    @property
    def proposed(self) -> tuple[GrantTerms, ...]:
        """The grants of a valid form: what the policy shall consist of."""
        owning = self.owner_is_a_grant and self.owns
        return (
            *([Terms(OWNER, Scope.ALL)] if owning else ()),
            *(block.proposed for block in self.blocks if block.cleaned_data.get("on")),
        )

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


def first_scope(workspace: Workspace, role: Role, otherwise: Scope = Scope.ALL) -> Scope:
    """Return the scope a new block begins with: by label, where role and plan take that."""
    by_label = role.type in LABELLED and Scope.LABELS in role.scopes
    return Scope.LABELS if by_label and plans.takes_scope(workspace, Scope.LABELS) else otherwise


EDITABLE = tuple(role for role in ROLES.values() if role.slug != OWNER)
TYPES = (*ResourceType, "workspace", "modifier")


class EndForm(ChangeForm):
    """A new last day (UTC) for one grant; 30 days more than it had, unless told otherwise."""

    ends = DayField(label=gettext_lazy("Last day (UTC)"))
    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, grant: Grant, seen: str) -> None:
        super().__init__(data, initial={"ends": _later(grant), "seen": seen})

    def reviewed(self, digest: str) -> "EndForm":
        """Carry the digest of the review that is drawn now, also after one that was stale."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen"] = digest
            self.data = data
        return self

    @property
    def expires_at(self) -> Any:
        """The moment at which the day is over."""
        return end_of(self.cleaned_data["ends"])


def _later(grant: Grant) -> date:
    now = timezone.now()
    return last_day(max(grant.expires_at or now, now) + STEP)
