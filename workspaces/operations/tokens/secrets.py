"""The secrets of tokens: how they read, what is kept of them, whose one is (T1, XH1, XH2).

A secret reads `gth_<public id>_<random>_<checksum>`: secret scanners find one that leaked,
and a mistyped one is told without the database. Stored is only its keyed hash.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from functools import cached_property
from typing import Any

from django.conf import settings

from config.web.values.network import lies_in
from config.web.values.public_ids import ALPHABET
from workspaces.access.columns import Columns
from workspaces.access.decide import Policy
from workspaces.access.dialect import fetch
from workspaces.access.facts import KINDS, Row, policy_in
from workspaces.models import Token, Workspace

RANDOM_LENGTH = 32  # base58 characters: 187 random bits (XH1 asks for 128)
T, W, TOKEN = Columns(Token, "t"), Columns(Workspace, "w"), KINDS[Token]
HELD = 7  # columns that say what is held, before those of the token
BY_PUBLIC_ID = "= (SELECT id FROM workspaces_token WHERE public_id = %s)"
# What a token holds, a row each; beside the row that says it is there, the token itself.
PRESENTED = f"""SELECT held.*, {T.text}, {W.text}, t.old_secret_until > {{now}},
 EXISTS (SELECT 1 FROM workspaces_decisionname n WHERE n.workspace_id = t.workspace_id)
FROM ({TOKEN.text.replace("{one_of}", BY_PUBLIC_ID)}) held
LEFT JOIN workspaces_token t ON t.id = held.token_id AND held.id IS NULL
LEFT JOIN workspaces_workspace w ON w.id = t.workspace_id"""  # noqa: S608
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


class Bearer:
    """A live token that was presented, with its workspace and what it holds, as one row says.

    Most callers ask for little of it, so of the row only that is read: most decisions are given
    before there is an instance of anything.
    """

    def __init__(self, row: Row, policy: Policy) -> None:
        self._token, self._workspace = row[: len(T)], row[len(T) : -2]
        self.old_lives, self.maps_names = map(bool, row[-2:])
        self.policy = policy

    def says(self, name: str) -> Any:
        """Return the value of one column of the token."""
        return T.value(self._token, name)

    @property
    def slug(self) -> str:
        """The slug of its workspace."""
        return str(W.value(self._workspace, "slug"))

    @cached_property
    def token(self) -> Token:
        token = T.instance(self._token)
        token.workspace = W.instance(self._workspace)
        return token

    @property
    def workspace(self) -> Workspace:
        return self.token.workspace


def presented(secret: str, address: str | None) -> Bearer | None:
    """Return the live token a secret belongs to, when it may be used from this address.

    Its workspace is open (XH2); `maps_names` says whether that has words of its own for the
    decision API. 1 statement. After a rotation the old secret is as good as the new one until its
    day is over. None for everything else, without saying which it was.
    """
    read = SECRET.fullmatch(secret)
    if read is None or read[3] != _checksum(read[1]):
        return None
    rows = fetch(PRESENTED, [read[2]] * TOKEN.parts)
    row = next((row[HELD:] for row in rows if row[HELD] is not None), None)
    if row is None:  # live ones alone have a row of their own
        return None
    held = [row[:HELD] for row in rows]
    bearer = Bearer(row, policy_in(held, TOKEN, row[T.places["workspace_id"]], row[0]))
    if not _allows(bearer.says("address_ranges"), address):
        return None
    hashed = keyed_hash(secret)
    fits = hmac.compare_digest(bearer.says("secret_hash"), hashed)
    if bearer.old_lives:
        fits |= hmac.compare_digest(bearer.says("old_secret_hash"), hashed)
    return bearer if fits else None


def _allows(ranges: list[str], address: str | None) -> bool:
    return lies_in(address or "", ranges) if ranges else True


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
