"""The form that takes a file of people to invite: as a file, or its text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.csv_import import Table, Unreadable
from workspaces.forms.console.changes import CreateForm
from workspaces.forms.invites.invites import BOX, lives, message_field
from workspaces.forms.invites.rows import Row, rows_in
from workspaces.models import Workspace
from workspaces.operations.invites.contents import Offer

LARGEST = 4 * BOX  # bytes: a character takes up to four


class FileForm(CreateForm):
    """A file of people, a word to all of them, how long the links last (I1).

    `rows` are the lines of a valid form, `table` is what else there is to say of the file. Its
    text stands in the box afterwards, to be mended there.
    """

    text = forms.CharField(
        label=gettext_lazy("People, a line for each"),
        required=False,
        max_length=BOX,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy("CSV in UTF-8. It takes the place of what stands above."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    message = message_field()
    days = forms.ChoiceField(label=gettext_lazy("The links last"))
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    table: Table | None = None
    rows: tuple[Row, ...] = ()

    def __init__(
        self, data: Any = None, files: Any = None, *, workspace: Workspace, text: str = ""
    ) -> None:
        super().__init__(data, files, initial={"text": text, "days": str(settings.INVITE_DAYS)})
        self.workspace = workspace
        days: Any = self.fields["days"]
        days.choices = lives()

    def clean_file(self) -> str:
        """Return the text of the file; none where there is no file."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This is no text in UTF-8.")) from error
        if len(text) > BOX:
            raise forms.ValidationError(_("The file is too large."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        text = cleaned.get("file") or cleaned.get("text", "")
        if self.errors.keys() & {"file", "text"}:
            return cleaned
        if not text.strip():
            self.add_error("text", _("Paste a table, or choose a file."))
            return cleaned
        if cleaned.get("file"):
            self._carry("text", text)
        try:
            self.table, rows = rows_in(self.workspace, text)
        except Unreadable as unreadable:
            self.add_error("text", str(unreadable))
        else:
            self.rows = tuple(rows)
            if not rows:
                self.add_error("text", _("There is no line below the headings."))
        return cleaned

    @property
    def offers(self) -> Mapping[str, Offer]:
        """What a valid form offers, by address; lines that are not whole are left out."""
        said = self.cleaned_data
        life = timedelta(days=int(said["days"]))
        return {
            row.address: replace(row.offer, message=said["message"], life=life)
            for row in self.rows
            if row.whole
        }

    def show(self, digest: str) -> None:
        """Carry the digest of the review that is drawn with the form."""
        self._carry("seen", digest)

    def _carry(self, name: str, value: str) -> None:
        """Draw a field with another value than the one that was sent."""
        data: Any = self.data
        self.data = data = data.copy()
        data[name] = value
