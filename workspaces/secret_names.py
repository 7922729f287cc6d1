"""Which settings of things are secret: by their name, by what they hold, by their place (XK4).

Gatehouse knows few of the systems that settings are for, so the rule is general and errs on
the secret side: what is taken for a secret although it is none has to be sent again to be
changed, while the other mistake shows a password.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# A name that holds one of these anywhere, written without what parts its words.
HOLDS = re.compile(
    "passw|passphrase|passcode|kennwort|motdepasse|contrasena|senha|пароль|secret|token|"
    "credential|apikey|accesskey|privatekey|sharedkey|accountkey|licen[cs]ekey|signature|"
    "authorization|bearer|cookie|connectionstring|connstr|connectionur[il]|databaseur[il]|"
    "webhook|keystore|serviceaccount|ciphertext"
)
# A name that has one of these among its words.
WORDS = frozenset({
    "pass", "pwd", "pw", "pin", "otp", "totp", "salt", "key", "keys", "keyfile", "pem", "pfx",
    "jks", "auth", "cred", "creds", "sas", "hmac", "seed", "mnemonic", "psk", "dsn", "jwt"
})  # fmt: skip
# Words that make `key` no secret: columns of tables, and the half that is published.
OPEN_KEYS = frozenset({
    "public", "primary", "foreign", "sort", "partition", "dist", "unique", "cluster",
    "clustering"
})  # fmt: skip
# A name that ends in one of these says something about a secret and holds none.
ABOUT = frozenset({
    "type", "mode", "method", "policy", "length", "size", "algorithm", "format", "column",
    "field", "enabled", "required", "expiry", "expires", "ttl", "count"
})  # fmt: skip
PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
HELD = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    re.compile(r"://[^/?#\s]*@|://[^/?#\s:@]*:\S*@|^jdbc:\S*/\S+@"),  # user:password@ of an address
    re.compile(
        r"(?:passw|pwd|secret|token|api_?key|access_?key|account_?key|private_?key|signature)"
        r"[\w-]*(?:\s*=|[\"']\s*:)|\bsig=",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*(?:bearer|basic)\s+[\w+/=.~-]{8,}\s*$", re.IGNORECASE),
    re.compile(r"\beyJ[\w-]{8,}\.eyJ"),  # a signed JSON token
    # The prefixes by which secret scanners know keys of common services, and ours.
    re.compile(
        r"\b(?:AKIA|ASIA)[A-Z0-9]{12}|\b(?:gh[opsur]|github_pat|glpat|gth|xox[abeprs]|"
        r"[srp]k_(?:live|test)|whsec|sk|SG|AIza)[-_.][\w.-]{10}|\bAIza[\w-]{30}"
    ),
)
# In a pair such as {"name": "Authorization", "value": "…"}.
NAMING = ("name", "key", "header", "field", "id", "label")
VALUED = frozenset({"value", "values", "val", "content", "default", "defaultvalue"})
HEADERS = frozenset({"headers", "header", "httpheaders", "customheaders", "requestheaders"})
PLAIN_HEADERS = frozenset(
    {"accept", "acceptencoding", "acceptlanguage", "contenttype", "contentencoding", "useragent"}
)


def squashed(name: str) -> str:
    """Return a name in small letters and digits alone, compatible forms as one."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, folded))


def is_secret_name(name: str) -> bool:
    """Return whether what bears this name is taken for a secret."""
    found = PARTS.findall(unicodedata.normalize("NFKC", name))
    words = [word.casefold() for word in found]
    if words and words[-1] in ABOUT:
        return False
    if HOLDS.search(squashed(name)):
        return True
    if OPEN_KEYS.intersection(words) and words[-1] in {"key", "keys"}:
        return False
    return not WORDS.isdisjoint(words)


def holds_secret(text: str) -> bool:
    """Return whether a text carries a secret, whatever it is called."""
    return any(shape.search(text) for shape in HELD)


def is_headers(name: str) -> bool:
    """Return whether a name stands around headers of requests, most of which let in."""
    return squashed(name) in HEADERS


def secret_parts(mapping: Mapping[str, Any], *, headers: bool = False) -> frozenset[str]:
    """Return the keys of a mapping whose values are secret by name or by what stands beside.

    Beneath `headers` everything is, except headers that say how a body is written.
    """
    valued = {key for key in mapping if squashed(key) in VALUED}
    naming = [key for key in mapping if squashed(key) in NAMING] if valued else []
    found = {
        key
        for key in mapping
        if key not in naming and key not in valued and _secret(key, headers=headers)
    }
    if valued:
        said = [mapping[key] for key in naming if isinstance(mapping[key], str)]
        marked = any(mapping.get(key) is True for key in ("sensitive", "secret", "isSecret"))
        if marked or any(_secret(name, headers=headers) for name in said):
            found |= valued
        elif not naming:
            found |= {key for key in valued if _secret(key, headers=headers)}
    return frozenset(found)


def _secret(name: str, *, headers: bool) -> bool:
    return is_secret_name(name) or (headers and squashed(name) not in PLAIN_HEADERS)
