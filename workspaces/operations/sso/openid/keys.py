"""The published keys of providers, kept for all nodes, and which of them may sign (P7)."""

import json
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from workspaces.operations.sso.openid.documents import Unread, cache_key, object_at

LASTS = timedelta(hours=1)
AGAIN = timedelta(minutes=1)  # at most once so often they are read, whatever turns up
READING, READ = "reading", "read"
PAUSE = 0.05  # seconds between looks whether somebody else has read them
LEAST_RSA, MOST_RSA = 2048, 8192  # bits
CURVES = {
    "ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "EdDSA": "Ed25519", "Ed25519": "Ed25519",
}  # fmt: skip
KINDS: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
# How types of keys are called by the first letters of what they sign with.
TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


def key_of(jwks_uri: str, kid: str | None, algorithm: str) -> Key | None:
    """Return the one published key that a signature names, None where there is none.

    The keys are read again where it is not among them, at most once a minute for all nodes,
    also when reading fails (P7). Without a name there must be one key alone that fits.
    """
    found = _fitting(cache.get(cache_key("keys", jwks_uri)), kid, algorithm)
    if found is None:
        _read_again(jwks_uri)
        found = _fitting(cache.get(cache_key("keys", jwks_uri)), kid, algorithm)
    return found


def _read_again(jwks_uri: str) -> None:
    """Read keys into the cache, or wait for whoever is reading them now."""
    turn = cache_key("keys-turn", jwks_uri)
    if cache.add(turn, READING, AGAIN.total_seconds()):
        try:
            said = object_at(jwks_uri)
            cache.set(cache_key("keys", jwks_uri), json.dumps(said), LASTS.total_seconds())
        except Unread:
            pass  # those that are known stay so
        finally:
            cache.set(turn, READ, AGAIN.total_seconds())
        return
    end = time.monotonic() + settings.OUTSIDE_SECONDS
    while cache.get(turn) == READING and time.monotonic() < end:
        time.sleep(PAUSE)


def _fitting(kept: str | None, kid: str | None, algorithm: str) -> Key | None:
    published = json.loads(kept).get("keys") if kept else None
    named = [
        key
        for key in (published if isinstance(published, list) else [])
        if isinstance(key, dict) and (kid is None or key.get("kid") == kid)
    ]
    fitting = [key for key in (_imported(one, algorithm) for one in named) if key is not None]
    return fitting[0] if len(fitting) == 1 else None


def _imported(published: dict[str, Any], algorithm: str) -> Key | None:
    """Return a published key if it is for signatures of this algorithm, of its type and size.

    One that is symmetric, or shows its private half, is none.
    """
    kind = TYPES[algorithm[:2]]
    uses = published.get("key_ops", ["verify"])
    if (
        published.get("kty") != kind
        or published.get("use", "sig") != "sig"
        or published.get("alg", algorithm) != algorithm
        or published.get("crv") != CURVES.get(algorithm)
        or "d" in published
        or not isinstance(uses, list)
        or "verify" not in uses
    ):
        return None
    try:
        key = KINDS[kind].import_key(published)
    except (JoseError, ValueError, TypeError):
        return None
    sound = not isinstance(key, RSAKey) or LEAST_RSA <= key.raw_value.key_size <= MOST_RSA
    return key if sound else None
