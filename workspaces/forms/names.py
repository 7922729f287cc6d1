"""Fields in which people name rows of their workspace: addresses, groups, labels, resources.

Without script one types the names, several with commas between them; what is chosen
already stands as ticked boxes. The script turns the same markup into a search (screens
§3, rule 12). A name of another workspace is as unknown as one that does not exist (A2).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from labels.models import Label
from labels.syntax import parse_label
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace

M = TypeVar("M", bound=Model)
SEPARATORS = re.compile(r"[,;\n]")
MOST = 1000


class NamesWidget(forms.Widget):
    """Ticked boxes for what is chosen, and a text to add more; `url` answers the search."""

    template_name = "parts/picker.html"
    allow_multiple_selected = True

    def __init__(self, placeholder: str = "", url: str = "") -> None:
        super().__init__()
        self.placeholder, self.url = placeholder, url

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        getlist = getattr(data, "getlist", None)
        values = getlist(name) if getlist else data.get(name, [])
        return [value for value in values if value.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen = list(dict.fromkeys(value or ()))
        context["widget"] |= {
            "chosen": chosen, "placeholder": self.placeholder, "url": self.url
        }  # fmt: skip
        return context


class NamesField(forms.Field, ABC):
    """Resolves names to rows. Raises ValidationError that quotes the names nobody knows."""

    def __init__(
        self, workspace: Workspace, *, placeholder: str = "", url: str = "", **options: Any
    ):
        self.workspace = workspace
        super().__init__(widget=NamesWidget(placeholder, url), **options)

    def prepare_value(self, value: Any) -> list[str]:
        """Write rows, or what was typed, as the names to show, each for itself."""
        texts = [item if isinstance(item, str) else self.name_of(item) for item in value or ()]
        several = [text for text in texts if SEPARATORS.search(text)]
        whole = self.rows_named([text.strip() for text in several]) if several else {}
        return [
            part
            for text in texts
            for part in ([text] if text.strip() in whole else self._parts(text))
        ]

    def _parts(self, text: str) -> list[str]:
        return [part for part in map(str.strip, SEPARATORS.split(text)) if part]

    def to_python(self, value: list[str] | None) -> list[Any]:
        texts = [text.strip() for text in value or ()]
        parts = {text: self._parts(text) for text in texts}
        names = dict.fromkeys([*texts, *(part for many in parts.values() for part in many)])
        if len(names) > 2 * MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        known = self.rows_named(list(names))
        meant = [name for text in texts for name in ([text] if text in known else parts[text])]
        unknown = dict.fromkeys(name for name in meant if name not in known)
        found = {known[name].pk: known[name] for name in meant if name in known}
        if len(found) + len(unknown) > MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        if unknown:
            raise forms.ValidationError([self.unknown(name) for name in unknown])
        return list(found.values())

    def rows_named(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the rows of the names that somebody bears, by the name as it was typed."""
        found = ((name, self.row_named(name)) for name in names)
        return {name: row for name, row in found if row is not None}

    def name_of(self, row: Any) -> str:
        return str(row)

    @abstractmethod
    def row_named(self, name: str) -> Any | None:
        """Return the one row of this name, or None."""

    def unknown(self, name: str) -> str:
        return _("There is no “{name}” here.").format(name=name)


class PeopleField(NamesField):
    """Members by their address."""

    def name_of(self, row: Member) -> str:
        return row.user.email

    def row_named(self, name: str) -> Member | None:
        return self.rows_named([name]).get(name)

    def rows_named(self, names: Sequence[str]) -> dict[str, Member]:
        """Find all of them in 1 statement."""
        members = self.workspace.members.select_related("user")
        rows = members.filter(user__email__in={name.lower() for name in names})
        by_address = {row.user.email: row for row in rows}
        return {name: by_address[name.lower()] for name in names if name.lower() in by_address}


class GroupsField(NamesField):
    """Groups by their name, without regard to case."""

    def row_named(self, name: str) -> Group | None:
        return self.workspace.groups.filter(name__iexact=name).first()


class LabelsField(NamesField):
    """Labels as `key:value`, without regard to case (L1)."""

    def row_named(self, name: str) -> Label | None:
        try:
            return self.workspace.labels.named(parse_label(name)).first()
        except ValueError:
            return None


class ResourcesField(NamesField):
    """Resources of one type by slug, `type/slug`, or a name that only one of them has.

    `among` narrows what may be named to what the asker may see.
    """

    def __init__(self, workspace: Workspace, type_: str, *, among: Any = None, **options: Any):
        self.type = type_
        rows = workspace.resources.all() if among is None else among
        self.among = rows.filter(type=type_)
        super().__init__(workspace, **options)

    def name_of(self, row: Resource) -> str:
        return row.ref

    def row_named(self, name: str) -> Resource | None:
        slug = name.removeprefix(f"{self.type}/")
        rows = list(self.among.filter(Q(slug=slug) | Q(name__iexact=name))[:2])
        exact = [row for row in rows if row.slug == slug]
        return exact[0] if exact else (rows[0] if len(rows) == 1 else None)
