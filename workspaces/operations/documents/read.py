"""Turns a document's JSON into `Content`, or into faults with their places."""

from collections.abc import Callable
from dataclasses import replace
from sys import intern
from typing import Any, NamedTuple

from workspaces.catalogue import CONNECTABLE, LABELLED, OWNER, ROLES, ResourceType, Scope
from workspaces.models import Plan
from workspaces.models.workspace import RESERVED_SLUGS
from workspaces.operations.documents.content import (
    FORMAT,
    Content,
    LabelContent,
    MemberContent,
    ResourceContent,
    grant_content,
    grant_order,
    key_of,
    type_of,
)
from workspaces.operations.documents.eligible import EligibleReader, grave_grant
from workspaces.operations.documents.faults import Collector
from workspaces.operations.documents.fields import Fields, parse, printable
from workspaces.operations.documents.groups import GroupReader
from workspaces.operations.documents.names import SECTION, Known, read_names
from workspaces.slugs import resource_slug, same_ref, workspace_slug
from workspaces.terms import Fault, WrittenTerms, scope_in

NAME, LONG = 150, 1000


def read(file: str, raw: bytes) -> Content:
    """Read one document. Raises Faults naming everything that is wrong with it."""
    faults = Collector(file)
    reader = _Reader(faults)
    content = reader.document(parse(raw, faults))
    faults.raise_any()
    return content


class _Named(NamedTuple):
    """A label or resource as a grant names it."""

    name: str  # as it compares; empty for what the document does not list
    text: str
    place: str


class _Reader:
    """Reads the sections in the order in which they refer to each other."""

    def __init__(self, faults: Collector) -> None:
        self.faults = faults
        self.fields = Fields(faults)
        self.content = Content("", "")
        self.eligible = EligibleReader(self.fields)
        self.groups = GroupReader(self.fields, self.eligible, self.content, self._grants)
        self.folded: dict[str, str] = {}  # labels as typed, and their names
        self.referring: list[tuple[str, Any, Any]] = []  # place, source, what is connected

    def document(self, value: Any) -> Content:
        found = self.fields.object_of(
            value,
            "",
            required=("format", "workspace"),
            optional=("labels", "resources", "members", "groups", SECTION),
        )
        if found.get("format", FORMAT) != FORMAT:
            self.faults.add("format", f"Only {FORMAT} can be read.")
            return self.content
        self._workspace(found.get("workspace", {}))
        for section, each in (
            ("labels", self._label),
            ("resources", self._resource),
            ("members", self._member),
            ("groups", self.groups.read),
        ):
            entries = self.fields.typed(found, section, "", list, [])
            for index, entry in enumerate(entries):
                entries[index] = None  # memory holds an entry as JSON or as content
                each(entry, f"{section}[{index}]")
        self._references()
        self.groups.check()
        self.eligible.check(self.content.members, self.content.groups)
        self.content.names = read_names(self.fields, found.get(SECTION, {}), self._known())
        if not any(member.owner for member in self.content.members.values()):
            self.faults.add("members", "A workspace needs an owner (R7).")
        return self.content

    def _known(self) -> Known:
        refs = {key: resource.ref for key, resource in self.content.resources.items()}
        return Known(self.content.slug, frozenset(self.content.members), refs)

    def _workspace(self, value: Any) -> None:
        place = "workspace"
        found = self.fields.object_of(
            value, place, required=("slug", "name"), optional=("hipaa_eligible", "plan")
        )
        self.content.slug = self._slug(found, place, workspace_slug)
        if self.content.slug in RESERVED_SLUGS:
            self.faults.add(f"{place}.slug", "This slug is reserved.")
        self.content.name = self.fields.line(found, "name", place, limit=NAME)
        flag = self.fields.typed(found, "hipaa_eligible", place, bool)
        self.content.hipaa_eligible = flag
        plan = self.fields.typed(found, "plan", place, str)
        if plan is not None and plan not in Plan.values:
            self.faults.add(f"{place}.plan", f"The plan is one of {', '.join(Plan.values)}.")
        self.content.plan = plan

    def _slug(self, found: dict[str, Any], place: str, fitting: Callable[[str], str]) -> str:
        slug: str = self.fields.typed(found, "slug", place, str, "")
        if isinstance(found.get("slug"), str):
            try:
                return fitting(slug)
            except ValueError as error:
                self.faults.add(f"{place}.slug", str(error))
        return slug

    def _label(self, value: Any, place: str) -> None:
        description = ""
        if isinstance(value, dict):
            found = self.fields.object_of(
                value, place, required=("label",), optional=("description",)
            )
            description = self.fields.prose(found, "description", place, limit=500)
            value = found.get("label", "")
            place = f"{place}.label"
        if not isinstance(value, str):
            self.faults.add(place, "A label is a string or an object.")
            return
        name = self.fields.label(value, place)
        if name is None:
            return
        if str(name.folded) in self.content.labels:
            self.faults.add(place, f"The label {name} is there twice.")
        self.content.labels[str(name.folded)] = LabelContent(name, description)

    def _resource(self, value: Any, place: str) -> None:
        found = self.fields.object_of(
            value,
            place,
            required=("type", "slug", "name"),
            optional=("labels", "source", "connected"),
        )
        type_ = intern(self.fields.typed(found, "type", place, str, ""))
        if type_ not in list(ResourceType) and isinstance(found.get("type"), str):
            self.faults.add(f"{place}.type", f"There is no type {printable(type_)}.")
        slug = self._slug(found, place, resource_slug)
        key = same_ref(f"{type_}/{slug}")
        resource = ResourceContent(type_, slug, self.fields.line(found, "name", place, limit=NAME))
        if key in self.content.resources:
            self.faults.add(f"{place}.slug", f"{type_}/{slug} is there twice.")
        self._labels_of(resource, found, place)
        source = self.fields.typed(found, "source", place, str, "")
        resource.source = same_ref(source) if source else ""
        if type_ == ResourceType.DESTINATION and "source" not in found:
            self.faults.add(f"{place}.source", "A destination names its source.")
        if type_ != ResourceType.DESTINATION and "source" in found:
            self.faults.add(f"{place}.source", "Only a destination has a source.")
        connected = self.fields.strings(found, "connected", place)
        if connected and type_ not in CONNECTABLE:
            self.faults.add(f"{place}.connected", f"A {type_} cannot be connected to sources.")
        resource.connected = tuple(sorted({same_ref(ref) for ref, _ in connected}))
        if "source" in found or "connected" in found:
            self.referring.append((place, found.get("source"), found.get("connected")))
        self.content.resources[key] = resource

    def _labels_of(self, resource: ResourceContent, found: dict[str, Any], place: str) -> None:
        texts = self.fields.strings(found, "labels", place)
        if texts and resource.type not in LABELLED:
            self.faults.add(f"{place}.labels", "Only sources and spaces carry labels.")
        for text, spot in texts:
            folded = self._known_label(text, spot)
            key = intern(folded.partition(":")[0])
            if key and key in resource.labels:
                self.faults.add(spot, f"A resource carries one value of {key} (L3).")
            if key:
                resource.labels[key] = folded

    def _known_label(self, text: str, place: str) -> str:
        """Return the folded name of a label the document lists, or an empty string."""
        if text in self.folded:
            return self.folded[text]
        name = self.fields.label(text, place)
        if name is None:
            return ""
        if str(name.folded) not in self.content.labels:
            self.faults.add(place, f"There is no label {name} in this document.")
            return ""
        return self.folded.setdefault(text, str(name.folded))

    def _member(self, value: Any, place: str) -> None:
        found = self.fields.object_of(
            value, place, required=("email",), optional=("name", "owner", "grants")
        )
        raw = self.fields.typed(found, "email", place, str, "")
        email = self.fields.address(raw, f"{place}.email") if raw else ""
        if "email" in found and raw == "" and isinstance(found["email"], str):
            self.faults.add(f"{place}.email", "This may not be empty.")
        if email and email in self.content.members:
            self.faults.add(f"{place}.email", f"{email} is there twice.")
        self.content.members[email or place] = MemberContent(
            self.fields.line(found, "name", place, limit=NAME, empty=True),
            bool(self.fields.typed(found, "owner", place, bool)),
            self._grants(found, place, holder="member"),
        )

    def _grants(self, found: dict[str, Any], place: str, *, holder: str) -> list[WrittenTerms]:
        grants = []
        for index, value in enumerate(self.fields.typed(found, "grants", place, list, [])):
            grant = self._grant(value, f"{place}.grants[{index}]", holder)
            if grant:
                grants.append(grant)
        return sorted(grants, key=grant_order)

    def _grant(self, value: Any, place: str, holder: str) -> WrittenTerms | None:
        found = self.fields.object_of(
            value, place, required=("role", "scope"), optional=("starts", "expires", "eligible")
        )
        role = self.fields.typed(found, "role", place, str, "")
        if role == OWNER and holder == "member":
            self.faults.add(f"{place}.role", "A member says owner: true instead (R7).")
        eligible = self.eligible.read(found, place, proof=grave_grant(role))
        span = replace(self.fields.span(found, place), eligible=eligible)
        scope, named = "", list[_Named]()
        if "scope" in found:
            scope, named = self._scope(found["scope"], f"{place}.scope")
        names = [one.name for one in named]
        for fault, at in grant_content(role, scope, names, span).faults(key_of, type_of):
            self._grant_fault(fault, found, place, scope, named[at] if named else None)
        return grant_content(role, scope, sorted(names), span) if scope else None

    def _grant_fault(
        self, fault: Fault, found: dict[str, Any], place: str, scope: str, about: "_Named | None"
    ) -> None:
        """Note what is wrong with a grant, where its JSON could be read at all."""
        role = found.get("role", "")
        match fault:
            case Fault.NO_ROLE if isinstance(role, str):
                self.faults.add(f"{place}.role", f"There is no role {printable(role)}.")
            case Fault.SCOPE if scope:
                self.faults.add(f"{place}.scope", f"{role} cannot be given by {scope}.")
            case Fault.LABELS | Fault.RESOURCES if scope and found["scope"][scope] == []:
                self.faults.add(f"{place}.scope.{scope}", "This names one or more.")
        if about is None or not about.name:
            return
        match fault:
            case Fault.TWO_VALUES:
                words = f"Two values of {key_of(about.name)} can never match (XD8)."
                self.faults.add(about.place, words)
            case Fault.TYPE:
                self.faults.add(about.place, f"{role} is about each {ROLES[role].type} only.")
            case Fault.TWICE:
                self.faults.add(about.place, f"{printable(about.text)} is listed twice.")

    def _scope(self, value: Any, place: str) -> "tuple[str, list[_Named]]":
        """Return the kind of a scope and what it names; nothing where it could not be read."""
        found = self.fields.object_of(value, place, required=(), optional=tuple(Scope))
        kind = scope_in(found)
        if kind is None:
            if isinstance(value, dict):
                self.faults.add(place, "A scope is exactly one of all, labels, resources.")
            return "", []
        if kind == Scope.ALL:
            if found[kind] is not True:
                self.faults.add(f"{place}.all", "This must be true.")
            return kind, []
        known = self._known_label if kind == Scope.LABELS else self._known_resource
        texts = self.fields.strings(found, kind, place)
        return kind, [_Named(known(text, spot), text, spot) for text, spot in texts]

    def _known_resource(self, text: str, place: str) -> str:
        """Return the key of a resource the document lists, or an empty string."""
        key = same_ref(text)
        if key in self.content.resources:
            return key
        self.faults.add(place, f"There is no {printable(text)} in this document.")
        return ""

    def _references(self) -> None:
        """Check what resources say of sources, once all are known."""
        for place, source, connected in self.referring:
            if isinstance(source, str):
                self._source(source, f"{place}.source")
            for at, ref in enumerate(connected if isinstance(connected, list) else ()):
                if isinstance(ref, str):
                    self._source(ref, f"{place}.connected[{at}]")

    def _source(self, ref: str, place: str) -> None:
        resource = self.content.resources.get(same_ref(ref))
        if resource is None or resource.type != ResourceType.SOURCE:
            self.faults.add(place, f"There is no source {printable(ref)} in this document.")
