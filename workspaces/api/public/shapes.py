"""What the shapes of all bodies and answers have in common: strict types, text, moments.

A body says what unknown keys mean; an answer is `{"data": {…}}` and never empty.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import Field, Schema
from ninja.schema import DjangoGetter
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, create_model, model_validator
from pydantic_core import PydanticCustomError

from config.web.values.text import clean_line, clean_text

# What an answer carries and a client may send back; it decides nothing.
Ignored = Annotated[Any, Field(description="Read and ignored: it comes from an answer.")]
NAME_LENGTH = 150
DATED = re.compile(r"\d{4}-\d\d-\d\d")


def _worded(clean: Callable[..., str], most: int, *, least: int = 0) -> Any:
    """Return what reads a text by the rule of every door, its length counted as it is kept (N1)."""

    def read(text: str) -> str:
        if not least and not text.strip():
            return ""
        try:
            return clean(text, most=most)
        except ValueError as error:
            raise PydanticCustomError("text", "{sentence}", {"sentence": str(error)}) from error

    shape = {"type": "string", "maxLength": most, **({"minLength": least} if least else {})}
    return Annotated[str, AfterValidator(read), WithJsonSchema(shape)]


if TYPE_CHECKING:
    Name = str
    NameOrNone = str
    LabelDescription = str
    Description = str
else:
    Name = _worded(clean_line, NAME_LENGTH, least=1)
    NameOrNone = _worded(clean_line, NAME_LENGTH)
    LabelDescription = _worded(clean_text, 500)
    Description = _worded(clean_text, 2000)


class Body(Schema):
    """A body: no text where a number, a list or a yes or no belongs. Unknown keys are ignored."""

    model_config = {"strict": True}

    @model_validator(mode="before")
    @classmethod
    def _require_object(cls, value: Any) -> Any:
        """Refuse a list or text in an object's place: ninja reads keys of whatever it is given."""
        given = value._obj if isinstance(value, DjangoGetter) else value  # noqa: SLF001 – no other way
        if not isinstance(given, Mapping | cls):
            raise ValueError("Input should be an object")
        return value


class ExactBody(Schema):
    """A body that gives access: an unknown or misspelt key is refused by its name (N4).

    Passed over, `label` for `labels` would mean *everything*.
    """

    model_config = {"strict": True, "extra": "forbid"}


def answer_of(name: str, **fields: Any) -> type[Schema]:
    """Return the schema of an answer that holds these fields, by their types, as its `data`."""
    shapes: dict[str, Any] = {key: (type_, ...) for key, type_ in fields.items()}
    data = create_model(f"{name}Data", __base__=Schema, __module__=__name__, **shapes)
    return create_model(f"{name}Answer", __base__=Schema, __module__=__name__, data=(data, ...))


StatusAnswer = answer_of("Status", status=str)
SUCCESS = {"data": {"status": "SUCCESS"}}  # where nothing is left to show


def _dated(text: Any) -> Any:
    """Raise ValueError for what begins with no date: a bare number would be read as seconds."""
    if isinstance(text, str) and not DATED.match(text):
        raise ValueError("A moment is written as in ISO 8601: 2026-12-31T23:59:59Z.")
    return text


def _in_utc(when: datetime) -> datetime:
    """Return a moment in UTC. Raises ValueError for one that lies in no year there (N4)."""
    aware = when if timezone.is_aware(when) else timezone.make_aware(when)
    try:
        return aware.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("This moment lies outside the years 1 to 9999.") from error


Moment = Annotated[datetime, BeforeValidator(_dated), AfterValidator(_in_utc)]


ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")


def _zoned(text: Any) -> datetime:
    """Read a start or an end. Raises ValueError for all that does not say its zone (N4)."""
    if not isinstance(text, str) or not ZONED.fullmatch(text):
        raise ValueError("A moment is written with its zone: 2026-12-31T23:59:59Z.")
    return _in_utc(datetime.fromisoformat(text))


# Left out, never null: what is not said is not read as *without end*.
_AS_MOMENT = WithJsonSchema({"type": "string", "format": "date-time"})
StartOrEnd = Annotated[datetime | None, BeforeValidator(_zoned), _AS_MOMENT]
StartOrEndTold = Annotated[str | None, _AS_MOMENT]


def told_exactly(when: datetime) -> str:
    """Return a start or an end as ISO 8601 in UTC, so that sent back it is the same."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def told(when: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the millisecond."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
