"""Settings of things as they are kept: secrets in them sealed, never shown (XK4).

A secret is sealed like a second factor and stands in the settings as `{"$sealed": "…"}`.
Whoever may edit the thing sees a stand-in, `<secret set: 0123456789>`; sent back, at whatever
place of the same thing, it means the secret it was shown for. Readers see nothing of it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard

from accounts.sign_in.sealing import seal, unseal
from workspaces.errors import Refused
from workspaces.secret_names import holds_secret, is_headers, secret_parts

SEALED = "$sealed"
SETTINGS = "settings"
MOST = 64 * 1024  # bytes of settings a thing
DEEPEST = 32
NAMED = 100  # settings that an event names, and how much of each name
STAND_IN = re.compile(r"<secret set: [0-9a-f]{10}>")
GONE = object()

Marker = dict[str, str]
Known = Mapping[str, Marker] | None  # by their stand-ins; None where nothing is refused


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in settings one is. In a list nothing is kept by place: its items move."""

    path: str = SETTINGS
    depth: int = 0
    headers: bool = False
    listed: bool = False

    def below(self, key: str) -> "_Place":
        headers = self.headers or is_headers(key)
        return _Place(f"{self.path}.{key}", self.depth + 1, headers, self.listed)

    def item(self, number: int) -> "_Place":
        return _Place(f"{self.path}[{number}]", self.depth + 1, self.headers, listed=True)


def settled(present: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return details as they are to be kept, from what is kept and what was sent.

    Settings that are an object are changed key by key: a key that was not sent stays, `null`
    is a key that is not set. An inner object is replaced, yet keeps the secrets it does not
    name. Raises Refused for a stand-in of no secret here, and for settings that are too large
    or too deep.
    """
    if SETTINGS not in sent:
        return {**present, **sent}
    was, new = present.get(SETTINGS), sent[SETTINGS]
    known = {stand_in(marker): marker for marker in markers(was)}
    kept = _sealed(new, was, known, _Place())
    if isinstance(new, dict):
        kept = {**(was if isinstance(was, dict) else {}), **kept}
        kept = {key: value for key, value in kept.items() if value is not None}
    if _bytes(kept) > MOST:
        raise Refused("XK4", "Settings take 64 KB at most.", field=SETTINGS)
    return {**present, **sent, SETTINGS: kept}


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what differs between details, settings by their own keys; never a value."""
    keys = {key for key in after if before.get(key, GONE) != after[key]}
    was, now = before.get(SETTINGS), after.get(SETTINGS)
    if SETTINGS in keys and isinstance(was, dict | None) and isinstance(now, dict):
        was = was or {}
        inner = {k for k in {*was, *now} if was.get(k, GONE) != now.get(k, GONE)}
        keys = (keys - {SETTINGS}) | {f"{SETTINGS}.{key}" for key in inner}
    names = sorted(key[:NAMED] for key in keys)
    return [*names[:NAMED], *(["…"] if len(names) > NAMED else [])]


def shown(settings: Any, *, editor: bool) -> Any:
    """Return settings as one may see them: stand-ins for who may edit, nothing for others."""
    if is_marker(settings):
        return stand_in(settings) if editor else GONE
    again = partial(shown, editor=editor)
    if isinstance(settings, dict):
        pairs = ((key, again(value)) for key, value in settings.items())
        return {key: value for key, value in pairs if value is not GONE}
    if isinstance(settings, list):
        return [value for value in map(again, settings) if value is not GONE]
    return settings


def sealed_as_found(settings: Any) -> Any:
    """Return settings that lay in clear with their secrets sealed, whatever they hold."""
    return _sealed(settings, None, None, _Place())


def opened(settings: Any) -> Any:
    """Return settings with their secrets in clear."""
    if is_marker(settings):
        return json.loads(unseal(settings[SEALED]))
    if isinstance(settings, dict):
        return {key: opened(value) for key, value in settings.items()}
    if isinstance(settings, list):
        return [opened(value) for value in settings]
    return settings


def is_marker(value: Any) -> TypeGuard[Marker]:
    return isinstance(value, dict) and value.keys() == {SEALED}


def stand_in(marker: Marker) -> str:
    """Return what is shown for a sealed secret; another one whenever it changes."""
    return f"<secret set: {hashlib.sha256(marker[SEALED].encode()).hexdigest()[:10]}>"


def markers(settings: Any) -> Iterator[Marker]:
    if is_marker(settings):
        yield settings
    elif isinstance(settings, dict | list):
        for value in settings.values() if isinstance(settings, dict) else settings:
            yield from markers(value)


def _sealed(value: Any, was: Any, known: Known, at: _Place) -> Any:
    """Seal what is secret at or below a place; `was` is what stood there."""
    if known is not None and at.depth > DEEPEST:
        raise Refused("XK4", "Settings are nested too deeply.", field=at.path[:100])
    if isinstance(value, dict):
        return _sealed_object(value, was, known, at)
    if isinstance(value, list):
        olds = was if isinstance(was, list) else []
        olds = [*olds[: len(value)], *[None] * (len(value) - len(olds))]
        return [
            _sealed(item, old, known, at.item(number))
            for number, (item, old) in enumerate(zip(value, olds, strict=True))
        ]
    if isinstance(value, str):
        if known is not None and STAND_IN.fullmatch(value):
            return _meant(value, known, at)
        if holds_secret(value):
            return _marker(value, was)
    return value


def _sealed_object(value: dict[str, Any], was: Any, known: Known, at: _Place) -> Any:
    if SEALED in value:
        if known is None:
            return _marker(value, was)
        raise Refused("XK4", f"{SEALED} is no name for a setting.", field=at.path)
    olds = was if isinstance(was, dict) and not is_marker(was) else {}
    secret = secret_parts(value, headers=at.headers)
    found = {}
    for key, inner in value.items():
        seal_it = _secret if key in secret else _sealed
        found[key] = seal_it(inner, olds.get(key), known, at.below(key))
    if at.depth and not at.listed:
        kept = ((key, _only_secrets(olds[key])) for key in olds.keys() - value.keys())
        found |= {key: inner for key, inner in kept if inner is not GONE}
    return found


def _secret(value: Any, was: Any, known: Known, at: _Place) -> Any:
    """Seal a whole value; what is empty is no secret but one that is not set."""
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return value
    if known is not None:
        if isinstance(value, str) and STAND_IN.fullmatch(value):
            return _meant(value, known, at)
        if not isinstance(value, str) and STAND_IN.search(json.dumps(value)):
            raise Refused("XK4", "Send the whole of this secret, or its stand-in.", field=at.path)
    return _marker(value, was)


def _meant(value: str, known: Mapping[str, Marker], at: _Place) -> Marker:
    if value not in known:
        raise Refused("XK4", "This stands for a secret that is not set here.", field=at.path)
    return known[value]


def _marker(value: Any, was: Any) -> Marker:
    """Seal a value; the very secret that stands there already stays as it is."""
    text = json.dumps(value, sort_keys=True)
    if is_marker(was) and unseal(was[SEALED]) == text:
        return was
    return {SEALED: seal(text)}


def _only_secrets(value: Any) -> Any:
    if is_marker(value):
        return value
    if isinstance(value, dict):
        pairs = ((key, _only_secrets(inner)) for key, inner in value.items())
        kept = {key: inner for key, inner in pairs if inner is not GONE}
        return kept or GONE
    return GONE


def _bytes(settings: Any) -> int:
    """Return about how many bytes settings take in clear; sealing adds a third."""
    extra = sum(len(marker[SEALED]) // 4 for marker in markers(settings))
    return len(json.dumps(settings, ensure_ascii=False).encode()) - extra
