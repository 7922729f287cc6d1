"""What an event changed, line by line, for a person to read."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _, ngettext

from config.web.values.dates import end_words, start_words
from workspaces.models import Event
from workspaces.views.console.grant_words import grant_words

GONE, COME, SAME = "gone", "come", "same"


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of a diff; `sign` is gone, come or same."""

    sign: str
    text: str


def changes_of(before: Any, after: Any) -> list[ChangeLine]:
    """Return what went and what came, from what the trail keeps.

    Lists are compared as sets that count, mappings key by key; what cannot be compared
    stands as it is.
    """
    return list(_changes("", before, after))


def changes_in(event: Event) -> list[ChangeLine]:
    """Return the same of an event; what a review did is said row by row."""
    if event.action == "review.closed":
        return list(_of_review(event.before, event.after))
    return changes_of(event.before, event.after)


def _of_review(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ChangeLine]:
    for email in before["owners"]:
        yield ChangeLine(GONE, _("{who}: owner by own role").format(who=email))
    for row in before["grants"]:
        for grant in row["grants"]:
            yield ChangeLine(GONE, f"{row['name']}: {grant_words(grant)}")
    for row in before["places"]:
        for email in row["members"]:
            yield ChangeLine(GONE, _("{who}: in {group}").format(who=email, group=row["name"]))
    for ends, n in _ends_of(after).items():
        text = ngettext("{n} item ends {when}", "{n} items end {when}", n)
        when = end_words(datetime.fromisoformat(ends))
        yield ChangeLine(COME, text.format(n=n, when=when))
    n = after["unanswered"]
    if n:
        text = ngettext("{n} item was not answered", "{n} items were not answered", n)
        yield ChangeLine(SAME, text.format(n=n))
    yield ChangeLine(SAME, _("Digest of the report: {digest}").format(digest=after["digest"]))


def _ends_of(after: Mapping[str, Any]) -> Counter[str]:
    """Return how many grants and places in groups end when."""
    found: Counter[str] = Counter()
    for key in ("grant_ends", "place_ends"):
        for ends, rows in after[key].items():
            found[ends] += len(rows)
    return found


def _changes(name: str, before: Any, after: Any) -> Iterator[ChangeLine]:
    if before == after:
        if name and before not in (None, [], {}, ""):
            yield ChangeLine(SAME, _labelled(name, before))
        return
    if name and (before or after) and _is_span(before) and _is_span(after):
        yield from _spans(name, before, after)
    elif _fits(dict, before, after):
        for key in dict.fromkeys([*(before or {}), *(after or {})]):
            yield from _changes(key, (before or {}).get(key), (after or {}).get(key))
    elif _fits(list, before, after):
        yield from _lists(name, before or [], after or [])
    else:
        if before not in (None, ""):
            yield ChangeLine(GONE, _labelled(name, before))
        if after not in (None, ""):
            yield ChangeLine(COME, _labelled(name, after))


def _fits(kind: type, before: Any, after: Any) -> bool:
    return all(value is None or isinstance(value, kind) for value in (before, after))


def _is_span(value: Any) -> bool:
    """Whether it says from when until when something holds, and nothing else (W1)."""
    return value is None or (isinstance(value, dict) and value.keys() <= {"starts", "expires"})


def _spans(name: str, before: Any, after: Any) -> Iterator[ChangeLine]:
    for sign, span in ((GONE, before), (COME, after)):
        if span is not None:
            yield ChangeLine(sign, f"{name}: {_words(span) or _('no start, no end')}")


def _lists(name: str, before: list[Any], after: list[Any]) -> Iterator[ChangeLine]:
    was, now = (Counter(map(_frozen, values)) for values in (before, after))
    for sign, values in ((GONE, was - now), (COME, now - was)):
        for value in values.elements():
            yield ChangeLine(sign, _item(name, json.loads(value)))
    kept = (was & now).total()
    if kept:
        text = ngettext("{n} other stays", "{n} others stay", kept)
        yield ChangeLine(SAME, text.format(n=kept))


def _frozen(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _item(name: str, value: Any) -> str:
    text = _words(value)
    return text if name in {"", "grants", "members", "groups"} else f"{_key(name)}: {text}"


def _labelled(name: str, value: Any) -> str:
    if name == "expires" and isinstance(value, str):
        return _("Ends {when}").format(when=end_words(datetime.fromisoformat(value)))
    if name == "starts" and isinstance(value, str):
        return _("Starts {when}").format(when=start_words(datetime.fromisoformat(value)))
    return f"{_key(name)}: {_words(value)}" if name else _words(value)


def _key(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _words(value: Any) -> str:
    if isinstance(value, dict):
        if {"role", "scope"} <= value.keys():
            words, holder = grant_words(value), value.get("of") or value.get("holder")
            return f"{holder}: {words}" if holder else words
        return ", ".join(_labelled(key, part) for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("nothing") if value in {None, ""} else str(value)
