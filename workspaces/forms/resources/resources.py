"""Forms that add, rename, connect and delete resources."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import UNKNOWN, Filters, SearchField
from config.web.values.text_fields import LineField
from labels.models import LabelQuerySet
from workspaces.access.engine import Access
from workspaces.access.naming import called
from workspaces.catalogue import EDIT, LABELLED, READ, ResourceType, partner_types
from workspaces.forms.console.changes import ChangeForm, CreateForm
from workspaces.forms.console.names import LabelsField, ResourcesField
from workspaces.models import Resource, ResourceQuerySet, Workspace
from workspaces.slugs import LENGTH, resource_slug

NAME = 150


class ResourceFilters(Filters):
    """What the list of one type is narrowed by.

    `columns` are the label keys shown; `people` asks for their numbers where there are very many.
    """

    LIST = Filters.LIST | {"columns", "people"}
    PASSING = Filters.PASSING | {"people"}

    q = SearchField(label=gettext_lazy("Name or slug"))
    label = forms.CharField(required=False, label=gettext_lazy("Label"), max_length=127)
    source = forms.CharField(required=False, label=gettext_lazy("Source"), max_length=NAME)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        labels: LabelQuerySet,
        sources: ResourceQuerySet,
        type_: str,
    ) -> None:
        """`labels` are those that the asker can see on something of the type, `sources` those
        that destinations are narrowed to."""
        super().__init__(data)
        self.labels, self.sources = labels, sources
        if type_ not in LABELLED:
            del self.fields["label"]
        if type_ != ResourceType.DESTINATION:
            del self.fields["source"]

    def nameable(self, name: str) -> LabelQuerySet | ResourceQuerySet | None:
        if name == "source":
            return self.sources
        return self.labels if name == "label" else None

    def clean_label(self) -> str:
        text: str = self.cleaned_data["label"]
        if text and not self.labels.called(text).exists():
            raise forms.ValidationError(_("There is nothing of that name."), code=UNKNOWN)
        return text

    def clean_source(self) -> Resource | None:
        """Return the one source that is named. Raises ValidationError for none, or several."""
        text: str = self.cleaned_data["source"]
        found = called(self.sources, text) if text else []
        if text and len(found) != 1:
            raise forms.ValidationError(_("There is nothing of that name."), code=UNKNOWN)
        return found[0] if found else None

    def rows_of(self, rows: ResourceQuerySet) -> ResourceQuerySet:
        if "q" in self.asked:
            rows = rows.matching(self.asked["q"])
        if "source" in self.asked:
            rows = rows.filter(source=self.asked["source"])
        if "label" in self.asked:
            rows = rows.labelled(self.labels.called(self.asked["label"]).order_by())
        return rows


class SlugField(forms.CharField):
    """A slug; left empty, the form decides what it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=gettext_lazy("Slug"), max_length=LENGTH, required=False, **options)
        self.widget.attrs |= {
            "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"
        }  # fmt: skip

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        try:
            return resource_slug(typed) if typed else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class OneResourceField(ResourcesField):
    """One resource, named like any; two are an error."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if len(found) > 1:
            raise forms.ValidationError(_("Choose one."))
        return found[0] if found else None


class OtherEndForm(ChangeForm):
    """A form that names other resources, on which a right is asked too.

    `lacking` is set where the asker sees such a resource but may not change it: 403,
    with the words beside the field (XB9). The operation asks the same under the lock.
    """

    lacking = False

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.FORBIDDEN if self.lacking else super().status

    def refuse_end(self, field: str, end: Resource) -> None:
        self.lacking = True
        self.add_error(
            field,
            _("You can see {name} but not edit it, and this needs edit on it.").format(
                name=end.name
            ),
        )


class ResourceForm(OtherEndForm, CreateForm):
    """A new resource. A destination names its source; owners may put labels on at once."""

    name = LineField(label=gettext_lazy("Name"), most=NAME)
    slug = SlugField(
        help_text=gettext_lazy("Part of addresses and APIs. Left empty, it is made from the name."),
    )

    def __init__(
        self, *args: Any, workspace: Workspace, access: Access, type_: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.type, self.access = type_, access
        self.fields["name"].widget.attrs |= {
            "autofocus": not self.is_bound, "data-suggests": "slug"
        }  # fmt: skip
        if type_ == ResourceType.DESTINATION:
            anywhere = workspace.resources.all() if access.may_add(type_) else None
            self.fields["source"] = OneResourceField(
                workspace,
                ResourceType.SOURCE,
                among=access.reach(READ, ResourceType.SOURCE) if anywhere is None else anywhere,
                label=_("Source"),
                help_text=_("It belongs to this source, and stays there."),
                url=_picks(workspace, ResourceType.SOURCE),
                placeholder=_("Name or slug of a source"),
            )
        if type_ in LABELLED and access.is_owner:
            self.fields["labels"] = LabelsField(
                workspace,
                label=_("Labels"),
                required=False,
                help_text=_("Whoever has access by label reaches it from the start."),
                url=workspace.url("pick_labels"),
                placeholder=_("key:value"),
            )

    def clean(self) -> dict[str, Any]:
        """Make a slug from the name where none was typed, and ask about the source."""
        cleaned = super().clean()
        if "slug" in cleaned and not cleaned["slug"] and "name" in cleaned:
            cleaned["slug"] = slug_of(cleaned["name"])
            self.data = _with(self.data, "slug", cleaned["slug"])
            if not cleaned["slug"]:
                self.add_error("slug", _("No slug can be made from this name. Type one."))
        source = cleaned.get("source")
        if source is not None and not self.access.may_add(self.type, source):
            self.refuse_end("source", source)
        return cleaned


class SeenForm(ChangeForm):
    """A form that carries what was looked at; the operation holds it against what is (XI8)."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=NAME, required=False)

    def look_again(self, seen: str) -> None:
        """Carry what is there now, so that the next send fits."""
        self.data = _with(self.data, "seen", seen)


class RenameForm(ChangeForm):
    """A new name and slug; `seen` and `seen_slug` are those that were drawn (XI8)."""

    name = LineField(label=gettext_lazy("Name"), most=NAME)
    slug = SlugField(
        help_text=gettext_lazy(
            "Part of addresses and APIs. The address of the old one leads here until another "
            "takes it; the decision API and documents know the new one alone."
        )
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=NAME, required=False)
    seen_slug = forms.CharField(widget=forms.HiddenInput, max_length=LENGTH, required=False)

    def look_again(self, name: str, slug: str) -> None:
        """Carry what it is called now, so that the next send fits."""
        self.data = _with(_with(self.data, "seen", name), "seen_slug", slug)


class ConnectForm(OtherEndForm):
    """What to connect a resource with; one field per type that it can be connected with."""

    def __init__(
        self,
        *args: Any,
        resource: Resource,
        access: Access,
        titles: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.access = access
        for type_ in partner_types(resource.type):
            self.fields[type_] = ResourcesField(
                resource.workspace,
                type_,
                among=access.reach(READ, type_),
                label=titles[type_],
                required=False,
                url=_picks(resource.workspace, type_),
                placeholder=_("Name or slug"),
            )

    @property
    def ends(self) -> list[Resource]:
        return [end for name in self.fields for end in self.cleaned_data.get(name, ())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.ends:
            raise forms.ValidationError(_("Name what to connect it with."))
        rights = self.access.rights(self.ends)
        for end in self.ends:
            if EDIT not in rights[end.pk]:
                self.refuse_end(end.type, end)
        return cleaned


class DeleteForm(SeenForm):
    """Deletes a resource; a source that has destinations is named once more.

    `seen` is the digest of what one was told would go.
    """

    def __init__(self, *args: Any, resource: Resource, beneath: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.answers = {resource.slug, resource.name}
        if beneath:
            self.fields["typed"] = forms.CharField(
                label=_("Type {slug} to delete it with its destinations").format(
                    slug=resource.slug
                ),
                max_length=NAME,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed not in self.answers:
            raise forms.ValidationError(_("This is not its slug or name."))
        return typed


def _picks(workspace: Workspace, type_: str) -> str:
    return workspace.url("pick_resources", type_)


def _with(data: Any, name: str, value: str) -> Any:
    """Return what was sent with one value put in another's place."""
    changed = data.copy()
    changed[name] = value
    return changed


def slug_of(name: str) -> str:
    """Return the slug a name suggests, or "" where it holds nothing to make one from."""
    return slugify(name).replace("_", "-").strip("-")[:LENGTH].rstrip("-")
