"""The form that takes an audit event back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workspaces.forms.changes import ChangeForm


class UndoForm(ChangeForm):
    """`seen` is the digest of the review; the *Undo* of a toast sends neither field (D4)."""

    reason = forms.CharField(label=_("Reason, if you like"), required=False, max_length=500)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
