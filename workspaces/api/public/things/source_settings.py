"""What a source does with events that its tracking plan does not foresee: its schema settings."""

from enum import StrEnum
from typing import Any

from ninja import Field, Router

from workspaces.api.public import errors, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things.things import looked_at, readable_source
from workspaces.catalogue import EDIT, READ, ResourceType
from workspaces.models import Resource
from workspaces.operations.resources import details

router = Router(tags=["Sources"], exclude_unset=True)
ASKED = "the engine is asked about the source"
KEPT = "schemaSettings"
GROUPS = ("track", "identify", "group")
FORWARDED = ("forwardingViolationsTo", "forwardingBlockedEventsTo")


class OnTrack(StrEnum):
    ALLOW = "ALLOW"
    OMIT_PROPERTIES = "OMIT_PROPERTIES"
    BLOCK = "BLOCK"


class OnTraits(StrEnum):
    ALLOW = "ALLOW"
    OMIT_TRAITS = "OMIT_TRAITS"
    BLOCK = "BLOCK"


class Track(shapes.Body):
    allowUnplannedEvents: bool | None = None
    allowUnplannedEventProperties: bool | None = None
    allowEventOnViolations: bool | None = None
    allowPropertiesOnViolations: bool | None = None
    commonEventOnViolations: OnTrack | None = Field(None, strict=False)


class Traits(shapes.Body):
    allowUnplannedTraits: bool | None = None
    allowTraitsOnViolations: bool | None = None
    commonEventOnViolations: OnTraits | None = Field(None, strict=False)


class SchemaSettings(shapes.Body):
    """The settings; what was never set is left out."""

    track: Track | None = None
    identify: Traits | None = None
    group: Traits | None = None
    forwardingViolationsTo: str | None = None
    forwardingBlockedEventsTo: str | None = None


SchemaSettingsAnswer = shapes.answer_of("SchemaSettings", sourceId=str, settings=SchemaSettings)


def _answer(request: ApiRequest, source: Resource) -> dict[str, Any]:
    """Return the settings; a source that events go to is named to who may read it."""
    kept = dict(source.details.get(KEPT, {}))
    named = {kept[key] for key in FORWARDED if key in kept}
    known: set[str] = set()
    if named:
        readable = request.access.reach(READ, ResourceType.SOURCE).filter(public_id__in=named)
        known = set(readable.values_list("public_id", flat=True))
    shown = {key: kept[key] for key in kept if key not in FORWARDED or kept[key] in known}
    return {"data": {"sourceId": source.public_id, "settings": shown}}


@router.get("/sources/{source_id}/settings", response=SchemaSettingsAnswer)
@any_token(ASKED)
def list_schema_settings_in_source(request: ApiRequest, source_id: str) -> Any:
    """The schema settings of a source."""
    return _answer(request, looked_at(request, ResourceType.SOURCE, source_id))


@router.patch("/sources/{source_id}/settings", response=SchemaSettingsAnswer)
@any_token(ASKED)
def update_schema_settings_in_source(
    request: ApiRequest, source_id: str, body: SchemaSettings
) -> Any:
    """Change the settings that are named; `null` takes one away."""
    source = resource_for(request, EDIT, ResourceType.SOURCE, source_id)
    sent = body.dict(exclude_unset=True)
    for key in FORWARDED:
        if sent.get(key) is not None and readable_source(request, sent[key]) is None:
            raise errors.Invalid(key, "There is no such source.")
    changed = details.change(source, details={}, merged={KEPT: sent}, by=request.actor)
    return _answer(request, changed)
