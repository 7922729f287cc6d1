"""Fields in which people name rows of their workspace: addresses, groups, labels, resources.

Without script one types the names, several with commas between them; what is chosen already
stands as ticked boxes. The script turns the same markup into a search (U9). Where a name is
nobody's or several's, the field says so and offers whom it may mean, with what was typed kept. A
name of another workspace is as unknown as one that does not exist (XA2).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.addresses import sought
from config.web.values.text import same_key
from labels.models import Label
from workspaces.access.dialect import among_texts
from workspaces.access.naming import Meaning, Rows, labels_named, meaning, things_named
from workspaces.forms.invites.pasted import HARD, SOFT, addresses_in
from workspaces.models import Group, Member, Resource, Workspace

SEPARATORS = re.compile(rf"[\n{SOFT}{HARD}]")
MOST = 1000
EXPLAINED = 3  # names that are not clear, with whom each may mean


class OneNameWidget(forms.TextInput):
    """A text that names one thing; `url` answers the search.

    Where several bear the name they are offered beside it: the one that is chosen counts as long
    as the text is what it was when they were offered.
    """

    template_name = "parts/forms/one_name.html"

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.url = ""
        self.unclear: Meaning | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        meant = data.get(f"{name}-meant")
        return meant if meant and data.get(f"{name}-of") == typed else typed

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"url": self.url, "unclear": self.unclear}
        return context


class NamesWidget(forms.Widget):
    """Ticked boxes for what is chosen, and a text to add more; `url` answers the search."""

    template_name = "parts/forms/picker.html"
    allow_multiple_selected = True

    def __init__(self, placeholder: str = "", url: str = "") -> None:
        super().__init__()
        self.placeholder, self.url = placeholder, url
        self.unclear: list[Meaning] = []  # names nobody or several bear, with whom they may mean

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
            "chosen": chosen, "placeholder": self.placeholder, "url": self.url,
            "unclear": self.unclear,
        }  # fmt: skip
        return context


class NamesField(forms.Field, ABC):
    """Resolves names to rows. Raises ValidationError that quotes the names nobody knows."""

    # What the names mean, where a form looks up those of several fields together.
    known: Mapping[str, Any] | None = None

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

    def names_in(self, value: list[str] | None) -> list[str]:
        """Return all that may be a name in what was sent: each text as a whole, and its parts."""
        texts = [text.strip() for text in value or ()]
        return list(dict.fromkeys([*texts, *(part for t in texts for part in self._parts(t))]))

    def to_python(self, value: list[str] | None) -> list[Any]:
        texts = [text.strip() for text in value or ()]
        parts = {text: self._parts(text) for text in texts}
        names = self.names_in(value)
        if len(names) > 2 * MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        known = self.rows_named(names) if self.known is None else self.known
        meant = [name for text in texts for name in ([text] if text in known else parts[text])]
        unknown = dict.fromkeys(name for name in meant if name not in known)
        found = {known[name].pk: known[name] for name in meant if name in known}
        if len(found) + len(unknown) > MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        if unknown:
            raise forms.ValidationError(self._unclear(list(unknown)))
        return list(found.values())

    def _unclear(self, names: Sequence[str]) -> list[str]:
        """Say of each name that it is nobody's or several's; of the first few, whom it may mean."""
        looked_up = [meaning(name, self.rows) for name in names[:EXPLAINED]]
        self.widget.unclear = [found for found in looked_up if found.candidates]
        several = {found.text for found in looked_up if len(found.bearers) > 1}
        return [self.several(name) if name in several else self.unknown(name) for name in names]

    @abstractmethod
    def rows_named(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the rows of the names that just one bears, by the name as it was typed."""

    def name_of(self, row: Any) -> str:
        return str(row)

    @property
    @abstractmethod
    def rows(self) -> Rows:
        """All that may be named."""

    def unknown(self, name: str) -> str:
        return _("There is no “{name}” here.").format(name=name)

    def several(self, name: str) -> str:
        return _("“{name}” is the name of more than one. Which do you mean?").format(name=name)


class PeopleField(NamesField):
    """Members by their address, or by a name that only one of them has."""

    @property
    def rows(self) -> Rows:
        return self.workspace.members.select_related("user").by_name()

    def name_of(self, row: Member) -> str:
        return row.user.email

    def _parts(self, text: str) -> list[str]:
        """Read what was pasted from a mail client, too."""
        return addresses_in(text)

    def rows_named(self, names: Sequence[str]) -> dict[str, Member]:
        """Find all of them in 1 statement, 2 where not all are addresses."""
        members = self.workspace.members.select_related("user")
        meant = {name: sought(name) for name in names}
        rows = members.filter(user__email__in=set(meant.values()))
        by_address = {row.user.email: row for row in rows}
        found = {name: by_address[form] for name, form in meant.items() if form in by_address}
        return found | self._by_name(name for name, form in meant.items() if not form)

    def _by_name(self, names: Iterable[str]) -> dict[str, Member]:
        keys = {name: key for name in names if (key := same_key(name))}
        bearing: dict[str, list[Member]] = {key: [] for key in keys.values()}
        rows = self.workspace.members.select_related("user").order_by()
        for row in rows.filter(user__name_key__in=among_texts(bearing)) if keys else ():
            bearing[row.user.name_key].append(row)
        return {name: bearing[key][0] for name, key in keys.items() if len(bearing[key]) == 1}


class GroupsField(NamesField):
    """Groups by their name (N2)."""

    @property
    def rows(self) -> Rows:
        return self.workspace.groups.by_name()

    def rows_named(self, names: Sequence[str]) -> dict[str, Group]:
        keys = {name: same_key(name) for name in names}
        rows = self.workspace.groups.filter(name_key__in=among_texts(set(keys.values())))
        known = {row.name_key: row for row in rows}
        return {name: known[key] for name, key in keys.items() if key in known}


class LabelsField(NamesField):
    """Labels as `key:value`, without regard to case (L1)."""

    @property
    def rows(self) -> Rows:
        return self.workspace.labels.by_name()

    def rows_named(self, names: Sequence[str]) -> dict[str, Label]:
        return labels_named(self.workspace, names)


class ResourcesField(NamesField):
    """Resources of one type by slug, `type/slug`, or a name that only one of them has.

    `among` narrows what may be named to what the asker may see.
    """

    def __init__(self, workspace: Workspace, type_: str, *, among: Any = None, **options: Any):
        self.type = type_
        rows = workspace.resources.all() if among is None else among
        self.among = rows.filter(type=type_)
        super().__init__(workspace, **options)

    @property
    def rows(self) -> Rows:
        return self.among.by_name()

    def name_of(self, row: Resource) -> str:
        return row.ref

    def rows_named(self, names: Sequence[str]) -> dict[str, Resource]:
        found = things_named(self.among, [(self.type, name) for name in names])
        return {name: thing for (_type, name), thing in found.items()}
