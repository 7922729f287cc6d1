"""Turns a document's JSON into `Content`, or into faults with their places."""

import re
from sys import intern
from typing import Any

from workspaces.catalogue import CONNECTABLE, LABELLED, OWNER, ROLES, ResourceType, Scope
from workspaces.models.resource import RESOURCE_SLUG
from workspaces.models.workspace import RESERVED_SLUGS, Plan
from workspaces.operations.documents.content import (
    FORMAT,
    Content,
    GrantContent,
    GroupContent,
    LabelContent,
    MemberContent,
    ResourceContent,
)
from workspaces.operations.documents.faults import Collector
from workspaces.operations.documents.fields import Fields, printable
from workspaces.operations.documents.json_text import parse

SLUG = re.compile(RESOURCE_SLUG)
NAME, LONG = 150, 1000


def read(file: str, raw: bytes) -> Content:
    """Read one document. Raises Faults naming everything that is wrong with it."""
    faults = Collector(file)
    reader = _Reader(faults)
    content = reader.document(parse(raw, faults))
    faults.raise_any()
    return content


class _Reader:
    """Reads the sections in the order in which they refer to each other."""

    def __init__(self, faults: Collector) -> None:
        self.faults = faults
        self.fields = Fields(faults)
        self.content = Content("", "")
        self.folded: dict[str, str] = {}  # labels as typed, and their names
        self.referring: list[tuple[str, Any, Any]] = []  # place, source, what is connected

    def document(self, value: Any) -> Content:
        found = self.fields.object_of(
            value,
            "",
            required=("format", "workspace"),
            optional=("labels", "resources", "members", "groups"),
        )
        if found.get("format", FORMAT) != FORMAT:
            self.faults.add("format", f"Only {FORMAT} can be read.")
            return self.content
        self._workspace(found.get("workspace", {}))
        for section, each in (
            ("labels", self._label),
            ("resources", self._resource),
            ("members", self._member),
            ("groups", self._group),
        ):
            entries = self.fields.typed(found, section, "", list, [])
            for index, entry in enumerate(entries):
                entries[index] = None  # memory holds an entry as JSON or as content
                each(entry, f"{section}[{index}]")
        self._references()
        if not any(member.owner for member in self.content.members.values()):
            self.faults.add("members", "A workspace needs an owner (R7).")
        return self.content

    def _workspace(self, value: Any) -> None:
        place = "workspace"
        found = self.fields.object_of(
            value, place, required=("slug", "name"), optional=("hipaa_eligible", "plan")
        )
        self.content.slug = self._slug(found, place)
        if self.content.slug in RESERVED_SLUGS:
            self.faults.add(f"{place}.slug", "This slug is reserved.")
        self.content.name = self.fields.text(found, "name", place, limit=NAME)
        flag = self.fields.typed(found, "hipaa_eligible", place, bool)
        self.content.hipaa_eligible = flag
        plan = self.fields.typed(found, "plan", place, str)
        if plan is not None and plan not in Plan.values:
            self.faults.add(f"{place}.plan", f"The plan is one of {', '.join(Plan.values)}.")
        self.content.plan = plan

    def _slug(self, found: dict[str, Any], place: str) -> str:
        slug: str = self.fields.typed(found, "slug", place, str, "")
        if isinstance(found.get("slug"), str) and not SLUG.fullmatch(slug):
            self.faults.add(f"{place}.slug", "A slug is made of a-z, 0-9 and -, up to 63.")
        return slug

    def _label(self, value: Any, place: str) -> None:
        description = ""
        if isinstance(value, dict):
            found = self.fields.object_of(
                value, place, required=("label",), optional=("description",)
            )
            description = self.fields.text(found, "description", place, limit=500, empty=True)
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
        slug = self._slug(found, place)
        resource = ResourceContent(type_, slug, self.fields.text(found, "name", place, limit=NAME))
        if f"{type_}/{slug}" in self.content.resources:
            self.faults.add(f"{place}.slug", f"{type_}/{slug} is there twice.")
        self._labels_of(resource, found, place)
        resource.source = self.fields.typed(found, "source", place, str, "")
        if type_ == ResourceType.DESTINATION and "source" not in found:
            self.faults.add(f"{place}.source", "A destination names its source.")
        if type_ != ResourceType.DESTINATION and "source" in found:
            self.faults.add(f"{place}.source", "Only a destination has a source.")
        connected = self.fields.strings(found, "connected", place)
        if connected and type_ not in CONNECTABLE:
            self.faults.add(f"{place}.connected", f"A {type_} cannot be connected to sources.")
        resource.connected = tuple(sorted({ref for ref, _ in connected}))
        if "source" in found or "connected" in found:
            self.referring.append((place, found.get("source"), found.get("connected")))
        self.content.resources[f"{type_}/{slug}"] = resource

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
            self.fields.text(found, "name", place, limit=NAME, empty=True),
            bool(self.fields.typed(found, "owner", place, bool)),
            self._grants(found, place, holder="member"),
        )

    def _group(self, value: Any, place: str) -> None:
        found = self.fields.object_of(
            value, place, required=("name",), optional=("description", "members", "grants")
        )
        name = self.fields.text(found, "name", place, limit=NAME)
        if name.lower() in self.content.groups:
            self.faults.add(f"{place}.name", f"The group {name} is there twice.")
        members = set()
        for text, spot in self.fields.strings(found, "members", place):
            email = self.fields.address(text, spot)
            if email and email not in self.content.members:
                self.faults.add(spot, f"{email} is no member in this document.")
            members.add(email)
        self.content.groups[name.lower()] = GroupContent(
            name,
            self.fields.text(found, "description", place, limit=LONG, empty=True),
            frozenset(members),
            self._grants(found, place, holder="group"),
        )

    def _grants(self, found: dict[str, Any], place: str, *, holder: str) -> list[GrantContent]:
        grants = []
        for index, value in enumerate(self.fields.typed(found, "grants", place, list, [])):
            grant = self._grant(value, f"{place}.grants[{index}]", holder)
            if grant:
                grants.append(grant)
        return sorted(grants)

    def _grant(self, value: Any, place: str, holder: str) -> GrantContent | None:
        found = self.fields.object_of(
            value, place, required=("role", "scope"), optional=("expires",)
        )
        role = self.fields.typed(found, "role", place, str, "")
        if isinstance(found.get("role"), str) and role not in ROLES:
            self.faults.add(f"{place}.role", f"There is no role {printable(role)}.")
        if role == OWNER and holder == "member":
            self.faults.add(f"{place}.role", "A member says owner: true instead (R7).")
        expires = self.fields.when(found, "expires", place)
        if "scope" not in found:
            return None
        scope, names = self._scope(found["scope"], f"{place}.scope", role)
        return GrantContent(role, scope, names, expires) if scope else None

    def _scope(self, value: Any, place: str, role: str) -> tuple[str, tuple[str, ...]]:
        found = self.fields.object_of(value, place, required=(), optional=tuple(Scope))
        kinds = [kind for kind in Scope if kind in found]
        if len(kinds) != 1:
            if isinstance(value, dict):
                self.faults.add(place, "A scope is exactly one of all, labels, resources.")
            return "", ()
        kind = kinds[0]
        if role in ROLES and kind not in ROLES[role].scopes:
            self.faults.add(place, f"{role} cannot be given by {kind}.")
        if kind == Scope.ALL:
            if found[kind] is not True:
                self.faults.add(f"{place}.all", "This must be true.")
            return kind, ()
        texts = self.fields.strings(found, kind, place)
        if not texts and found[kind] == []:
            self.faults.add(f"{place}.{kind}", "This names one or more.")
        if kind == Scope.LABELS:
            return kind, self._label_set(texts)
        return kind, self._resource_list(texts, role)

    def _label_set(self, texts: list[tuple[str, str]]) -> tuple[str, ...]:
        kept: dict[str, str] = {}
        for text, spot in texts:
            folded = self._known_label(text, spot)
            key = folded.partition(":")[0]
            if key and key in kept:
                self.faults.add(spot, f"Two values of {key} can never match (D8).")
            kept[key] = folded
        return tuple(sorted(kept.values()))

    def _resource_list(self, texts: list[tuple[str, str]], role: str) -> tuple[str, ...]:
        kept = set()
        for text, spot in texts:
            if text not in self.content.resources:
                self.faults.add(spot, f"There is no {printable(text)} in this document.")
            elif role in ROLES and self.content.resources[text].type != ROLES[role].type:
                self.faults.add(spot, f"{role} is about each {ROLES[role].type} only.")
            elif text in kept:
                self.faults.add(spot, f"{printable(text)} is listed twice.")
            kept.add(text)
        return tuple(sorted(kept))

    def _references(self) -> None:
        """Check what resources say of sources, once all are known."""
        for place, source, connected in self.referring:
            if isinstance(source, str):
                self._source(source, f"{place}.source")
            for at, ref in enumerate(connected if isinstance(connected, list) else ()):
                if isinstance(ref, str):
                    self._source(ref, f"{place}.connected[{at}]")

    def _source(self, ref: str, place: str) -> None:
        resource = self.content.resources.get(ref)
        if resource is None or resource.type != ResourceType.SOURCE:
            self.faults.add(place, f"There is no source {printable(ref)} in this document.")
