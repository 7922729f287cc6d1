"""The secrets of tokens: how they read, what is kept of them, whose one is (T1, XH1, XH2).

A secret reads `gth_<public id>_<random>_<checksum>`: secret scanners find one that leaked,
and a mistyped one is told without the database. Stored is only its keyed hash.
"""

import hashlib
import hmac
import re
import secrets
import zlib

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from config.web.values.network import lies_in
from config.web.values.public_ids import ALPHABET
from workspaces.models import DecisionName, Token

RANDOM_LENGTH = 32  # base58 characters: 187 random bits (XH1 asks for 128)
SECRET = re.compile(rf"(gth_([{ALPHABET}]{{22}})_[{ALPHABET}]{{{RANDOM_LENGTH}}})_([0-9a-f]{{8}})")


def new_secret(ident: str) -> str:
    """Return a fresh secret for the token of this public id."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    body = f"gth_{ident}_{random}"
    return f"{body}_{_checksum(body)}"


def keyed_hash(secret: str) -> str:
    """Return what is stored of a secret: HMAC-SHA-256 (hex) under a key outside the database."""
    key = hashlib.sha256(b"token secrets" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def presented(secret: str, address: str | None) -> Token | None:
    """Return the live token a secret belongs to, when it may be used from this address.

    It comes with its workspace, which is open (XH2), and with `maps_names`, whether that has
    words of its own for the decision API. After a rotation the old secret is as
    good as the new one until its day is over. None for everything else, without saying
    which it was.
    """
    read = SECRET.fullmatch(secret)
    if read is None or read[3] != _checksum(read[1]):
        return None
    old_lives = Q(old_secret_until__gt=Now())
    live = Token.objects.live().filter(public_id=read[2], workspace__closed_at__isnull=True)
    mapped = Exists(DecisionName.objects.filter(workspace=OuterRef("workspace")))
    read_with = live.annotate(old_lives=old_lives, maps_names=mapped)
    found = read_with.select_related("workspace").first()
    if found is None or not _allows(found, address):
        return None
    hashed = keyed_hash(secret)
    fits = hmac.compare_digest(found.secret_hash, hashed)
    if found.old_lives:  # type: ignore[attr-defined]
        fits |= hmac.compare_digest(found.old_secret_hash, hashed)
    return found if fits else None


def _allows(token: Token, address: str | None) -> bool:
    if not token.address_ranges:
        return True
    return lies_in(address or "", token.address_ranges)


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
