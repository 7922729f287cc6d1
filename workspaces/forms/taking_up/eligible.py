"""How something is taken up, as a part of the forms that give it (W2, W3, W5)."""

from dataclasses import replace
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from config.web.values.text_fields import LineField
from workspaces.errors import Refused
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.spans import SpanForm
from workspaces.models import Workspace
from workspaces.operations.taking_up.eligibility import approver_named
from workspaces.spans import Span
from workspaces.terms import LONGEST, SHORTEST, USUAL, Eligible

NOBODY, ASKED, GLASS = "", "asked", "glass"
LEAVES = (
    (NOBODY, gettext_lazy("Nobody has to agree")),
    (ASKED, gettext_lazy("Somebody has to agree")),
    (GLASS, gettext_lazy("Break glass: every owner is told")),
)
HOW = ("eligible", "longest_minutes", "proof", "leave", "approvers")


class EligibleForm(ChangeForm):
    """Whether it is eligible, and then for how long, by what proof, with whose leave."""

    workspace: Workspace

    eligible = forms.BooleanField(required=False)
    longest_minutes = forms.IntegerField(
        required=False, min_value=SHORTEST, max_value=LONGEST, initial=USUAL
    )
    proof = forms.BooleanField(required=False)
    leave = forms.ChoiceField(choices=LEAVES, required=False)
    approvers = LineField(most=2000, required=False)

    def clean_approvers(self) -> str:
        """Resolve whom they name; who breaks glass, or asks nobody, names none."""
        typed: str = self.cleaned_data["approvers"]
        self.approving = frozenset[str]()
        if self._asked and self.cleaned_data.get("leave") == ASKED:
            names = (name.strip() for name in typed.split(","))
            try:
                self.approving = frozenset(
                    approver_named(self.workspace, name) for name in names if name
                )
            except Refused as refused:
                raise forms.ValidationError(str(refused.message)) from refused
        return typed

    @property
    def _asked(self) -> bool:
        """Whether what the fields say is meant at all."""
        return bool(self.cleaned_data.get("eligible"))

    @property
    def how(self) -> Eligible | None:
        """How it is taken up; None for what is standing."""
        said = self.cleaned_data
        if not said.get("eligible"):
            return None
        return Eligible(
            bool(said.get("proof")),
            said.get("longest_minutes") or USUAL,
            self.approving if said.get("leave") == ASKED else None,
            said.get("leave") == GLASS,
        )


class PlaceForm(SpanForm, EligibleForm):
    """From when until when people have their places in a group, and whether by themselves."""

    APART: ClassVar[tuple[str, ...]] = HOW

    @property
    def span(self) -> Span:
        return replace(super().span, eligible=self.how)

    @property
    def span_now(self) -> Span | None:
        return None if self.is_bound and self.errors.keys() & {*HOW} else super().span_now


def initial_of(eligible: Eligible) -> dict[str, object]:
    """Return what the fields show of what is eligible."""
    asked = ASKED if eligible.approvers is not None else NOBODY
    return {
        "eligible": True,
        "longest_minutes": eligible.longest_minutes,
        "proof": eligible.proof,
        "leave": GLASS if eligible.break_glass else asked,
        "approvers": ", ".join(sorted(eligible.approvers or ())),
    }
