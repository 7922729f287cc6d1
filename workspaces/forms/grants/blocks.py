"""One grant as a block of a form: a role, what it is on, from when until when."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.dates import DayField, end_of, first_day, last_day, start_of
from workspaces.access.dialect import among
from workspaces.catalogue import LABELLED, Role, Scope
from workspaces.errors import Refused
from workspaces.forms.console.names import MOST, LabelsField, ResourcesField
from workspaces.forms.taking_up.eligible import EligibleForm, initial_of as initial_of_eligible
from workspaces.models import Grant, GrantTerms, Resource, Workspace
from workspaces.operations.grants.policies import require_span_of
from workspaces.operations.workspace import plans
from workspaces.terms import Fault, Terms

REST = "workspaces.forms.grants.policy.rest"
SHOWN = 50  # listed resources drawn as chips; a longer list keeps its rest unseen
SCOPES = (
    (Scope.ALL, gettext_lazy("All current & future")),
    (Scope.LABELS, gettext_lazy("By label")),
    (Scope.RESOURCES, gettext_lazy("Named")),
)

# What a block says itself; any other fault is told by the operation.
INCOMPLETE = {
    Fault.LABELS: ("labels", gettext_lazy("Name at least one label, or choose another scope.")),
    Fault.RESOURCES: ("resources", gettext_lazy("Name at least one, or choose another scope.")),
}


class GrantBlock(EligibleForm):
    """One grant: whether it is given, on what, and from which day to which (UTC, both within)."""

    on = forms.BooleanField(required=False)
    scope = forms.ChoiceField(choices=SCOPES, widget=forms.RadioSelect)
    starts = DayField(required=False)
    starts_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    ends = DayField(required=False)
    ends_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    rest = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1_000_000)
    keep_rest = forms.BooleanField(required=False, initial=True)

    def __init__(self, workspace: Workspace, role: Role, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.workspace, self.role = workspace, role
        self.initial = {"proof": role.grave, **self.initial}
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
            ends=self._moment("ends", last_day, end_of),
            starts=self._moment("starts", first_day, start_of),
            eligible=self.how,
        )

    def named(self, field: str) -> list[str]:
        """Return all that may be a name in what was sent for one of the fields of names."""
        names: Any = self.fields[field]
        sent = names.widget.value_from_datadict(self.data, self.files, self.add_prefix(field))
        found: list[str] = names.names_in(sent)
        return found if len(found) <= 2 * MOST else []  # too many are refused, not looked up

    def ask_span(self, before: Callable[[], Collection[GrantTerms]] = tuple) -> None:
        """Say beside the field what is wrong with the days, unless it is one of those before."""
        with self.refusals():
            require_span_of(self.proposed, before)

    @property
    def lacks(self) -> str:
        """What is wrong with a block that was sent, first of all; empty where nothing is."""
        found = self.errors.values() if self.is_bound else ()
        return next((str(errors[0]) for errors in found), "")

    @property
    def planned(self) -> bool:
        """Whether the grant that is edited has still to start, and its start is left alone."""
        moment = self._untouched("starts", first_day)
        return moment is not None and moment > timezone.now()

    @property
    def ended(self) -> bool:
        """Whether the grant that is edited has ended, and its end is left alone."""
        moment = self._untouched("ends", last_day)
        return moment is not None and moment <= timezone.now()

    @property
    def dormant(self) -> bool:
        """Whether it must not look like one that gives something now (W1)."""
        return self.planned or self.ended

    def _untouched(self, name: str, day_of: Callable[[datetime], date]) -> datetime | None:
        written = parse_datetime(str(self[f"{name}_at"].value() or ""))
        same = written is not None and str(self[name].value()) == day_of(written).isoformat()
        return written if same else None

    def _resources(self) -> list[Resource]:
        named: list[Resource] = list(self.cleaned_data.get("resources") or ())
        there = {resource.pk for resource in named}
        rest = self._rest if self.cleaned_data.get("keep_rest") else []
        return [*named, *(resource for resource in rest if resource.pk not in there)]

    @cached_property
    def _rest(self) -> list[Resource]:
        """What is listed beyond what is drawn; 1 statement where there is any."""
        rest = _opened(self.cleaned_data.get("rest"))
        mine = self.workspace.resources.of_type(self.role.type)
        return list(mine.filter(pk__in=among(rest))) if rest else []

    def _moment(
        self, name: str, day_of: Callable[[datetime], date], moment_of: Callable[[date], datetime]
    ) -> datetime | None:
        """Keep the exact moment of a grant whose day was not touched."""
        day, exact = self.cleaned_data.get(name), self.cleaned_data.get(f"{name}_at")
        if day is None:
            return None
        return exact if exact and day_of(exact) == day else moment_of(day)


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
        "starts": first_day(grant.starts) if grant.starts else None,
        "starts_at": grant.starts.isoformat() if grant.starts else None,
        "ends": last_day(grant.ends) if grant.ends else None,
        "ends_at": grant.ends.isoformat() if grant.ends else None,
        **(initial_of_eligible(grant.eligible) if grant.eligible else {}),
    }


def _sealed(resources: Sequence[Resource]) -> str:
    ids = [resource.pk for resource in resources]
    return signing.dumps(ids, salt=REST, compress=True) if ids else ""


def first_scope(workspace: Workspace, role: Role, otherwise: Scope = Scope.ALL) -> Scope:
    """Return the scope a new block begins with: by label, where role and plan take that."""
    by_label = role.type in LABELLED and Scope.LABELS in role.scopes
    return Scope.LABELS if by_label and plans.takes_scope(workspace, Scope.LABELS) else otherwise
