"""Template tags of the whole site, loaded as builtins: numbers, times, discs, addresses."""

import json
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template import Context, RequestContext
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.drawing import draw
from config.web.lists.returning import BACK, carried, leaving
from config.web.values.dates import (
    day_words,
    end_words,
    length_words,
    moment_words,
    start_words,
    utc_words,
)

register = template.Library()
register.filter("end_words", end_words)
register.filter("start_words", start_words)
register.filter("length_words", length_words)
register.filter("utc_words", utc_words)

HUES = 12
MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds
DAYS_AS_NUMBER = 365


@register.filter
def grouped(number: int | None) -> str:
    """Write a whole number with thin grouping: 1,276."""
    return number_format(number, force_grouping=True) if number is not None else ""


@register.filter
def ago(when: datetime | None) -> SafeString | str:
    """Write how long ago (or ahead) a time is, with the exact one – UTC, local – on hover."""
    return _("Never") if when is None else _relative(when, _exact(when))


@register.filter
def ends(when: datetime | None) -> SafeString | str:
    """Write how far ahead an end is, with the day that was chosen on hover (U10)."""
    return _("Never") if when is None else _relative(when, end_words(when))


def _relative(when: datetime, title: str) -> SafeString:
    return _time(when, title, _distance((timezone.now() - when).total_seconds()))


def _time(when: datetime, title: str, text: str) -> SafeString:
    return draw('<time datetime="{}" title="{}">{}</time>', when.isoformat(), title, text)


def _exact(when: datetime) -> str:
    """Write a time in UTC and, where that is another one, as the reader's clock shows it."""
    there, here = when.astimezone(UTC), when.astimezone(timezone.get_current_timezone())
    text = f"{there:%Y-%m-%d %H:%M:%S} UTC"
    if here.utcoffset() != there.utcoffset():
        text += f" · {here:%Y-%m-%d %H:%M:%S %Z}"
    return text


def _distance(seconds: float) -> str:
    past, size = seconds >= 0, abs(seconds)
    if size < MINUTE:
        return _("Now")
    if size < HOUR:
        text = _("{n} min").format(n=int(size // MINUTE))
    elif size < DAY:
        text = _("{n} h").format(n=int(size // HOUR))
    elif past and size < 2 * DAY:
        return _("Yesterday")
    elif size < DAYS_AS_NUMBER * DAY:
        text = _("{n} d").format(n=int(size // DAY))
    else:
        text = _("{n} y").format(n=int(size // (DAYS_AS_NUMBER * DAY)))
    return text if past else _("in {distance}").format(distance=text)


@register.filter
def exactly(when: datetime | None) -> SafeString | str:
    """Write a moment to the second by the reader's clock, with UTC on hover, for trails."""
    if when is None:
        return ""
    seconds = timezone.localtime(when).second
    return _time(when, _exact(when), f"{moment_words(when)}:{seconds:02}")


@register.filter
def at_minute(when: datetime | None) -> SafeString | str:
    """Write a moment to the minute by the reader's clock, with UTC on hover."""
    return "" if when is None else _time(when, _exact(when), moment_words(when))


@register.filter
def on_day(when: datetime | date | None) -> SafeString | str:
    """Write a day; the one of a moment by the reader's clock, with the exact one on hover."""
    if when is None:
        return ""
    if not isinstance(when, datetime):
        return draw('<time datetime="{}">{}</time>', when.isoformat(), day_words(when))
    return _time(when, _exact(when), day_words(when))


@register.filter
def initials(name: str) -> str:
    """Return up to two letters for a disc: Priya Natarajan -> PN."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    first, last = (words[0], words[1] if len(words) > 1 else "") if words else ("?", "")
    return (first[0] + last[:1]).upper()


@register.filter
def hue(text: str) -> str:
    """Return the disc colour class (0–11) of a name or address; always the same one.

    As text: a template writes numbers the way of the language, which takes longer.
    """
    return str(zlib.crc32(text.encode()) % HUES)


@register.simple_tag
def disc(key: str, name: str, *, large: bool = False) -> SafeString:
    """Draw the disc of a person or group: the colour of the key, the initials of the name.

    A tag, since a list draws one on each row, and a part costs more there.
    """
    size = " large" if large else ""
    return draw(
        '<span class="disc{} h{}" aria-hidden="true">{}</span>', size, hue(key), initials(name)
    )


@register.filter
def as_json(value: Any) -> str:
    """Write a value as indented JSON, to be read by a person."""
    return json.dumps(value, indent=1, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def look(context: Context) -> SafeString:
    """Write how the reader prefers pages as attributes of `<html>`, so that nothing flashes."""
    attributes = getattr(context.get("request"), "look", {})
    return format_html_join("", ' {}="{}"', attributes.items())


@register.simple_tag(takes_context=True)
def session(context: Context) -> SafeString:
    """Write what is left of the session as an attribute of `<body>`, for the page's script."""
    state = getattr(context.get("request"), "sign_in_state", None)
    return format_html(' data-session="{}"', json.dumps(state)) if state else SafeString()


@register.filter
def minutes(seconds: int) -> int:
    """Write a length in minutes; what is begun counts."""
    return -(-seconds // MINUTE)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Return the page's query string with some keys set, or dropped where None."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True, name="leaving")
def leaving_tag(context: RequestContext, *, more: bool = False) -> str:
    """Write what a link adds that leaves a list, or the panel beside it.

    `more`: to a query that it has already.
    """
    found = leaving(context.request)
    return found.replace("?", "&", 1) if more else found


@register.simple_tag(takes_context=True, name="carried")
def carried_tag(context: RequestContext) -> str:
    """Write what a link adds between pages that a list was left for."""
    return carried(context.request)


@register.simple_tag(takes_context=True)
def back_field(context: RequestContext, *, first: bool = False) -> SafeString:
    """Write the same for a form that is sent by address; `first`: it leaves the list."""
    query = leaving(context.request) if first else carried(context.request)
    value = QueryDict(query.removeprefix("?")).get(BACK, "")
    if not value:
        return SafeString()
    return format_html('<input type="hidden" name="{}" value="{}">', BACK, value)


@register.simple_tag(takes_context=True)
def query_at(context: Context, key: str, number: int) -> str:
    """Return the page's query string with one key, named by a variable, set to a number."""
    return query(context, **{key: number})


COUNT = '<a class="count" href="{}">{}</a>'


@register.simple_tag
def linked(number: int, url: str) -> SafeString:
    """Draw a number that leads to the list of what it counts; 0 leads nowhere."""
    return draw(COUNT, url, grouped(number)) if number else SafeString("0")


@register.simple_tag
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    """Return the numbers of pages to offer: the first, those around this one, the last."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.inclusion_tag("parts/lists/sort_heading.html", takes_context=True)
def sort_heading(
    context: Context, key: str, text: str, *, spare: bool = False, page: str = "page"
) -> dict[str, Any]:
    """Draw a column heading that sorts the list by its column, or turns the order round.

    `spare`: the column, its cells too, gives way where there is little room. `page` is the key
    of the list's page, which begins anew.
    """
    sort = context["sort"]
    current = sort.removeprefix("-") == key
    turned = f"-{key}" if sort == key else key
    return {
        "text": text,
        "spare": spare,
        "url": query(context, **{"sort": turned, page: None}),
        "aria": ("descending" if sort.startswith("-") else "ascending") if current else "",
    }
