"""A provider of OpenID Connect as a program: a good one, until a test makes it say otherwise."""

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from tests.peers.start_page import Answer, shows
from tests.peers.tokens import Key, b64, elliptic

CLIENT, SECRET = "gatehouse", "s3cret of/ours+%:"
ANN = {"email": "ann@acme.example", "email_verified": True, "name": "Ann Acme"}


class Gone(Enum):
    """What stands for a claim, or a part of a document, that is left out."""

    GONE = "gone"


GONE = Gone.GONE


def changed(first: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a dictionary with changes; what is GONE is not in it."""
    return {name: value for name, value in {**first, **changes}.items() if value is not GONE}


@dataclass
class OpenIdProvider:
    """What a provider says, and what it was asked; tests change what it says.

    `says` changes its description of itself, `claims` the ID token, `person` what userinfo
    tells, `parameters` what a browser comes back with, `given` what the token endpoint gives.
    `token` makes an ID token out of claims; `answers` takes the place of whole answers, by path.
    """

    issuer: str
    key: Key = field(default_factory=elliptic)
    says: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "ann-1", **ANN})
    parameters: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] | None = None
    token: Callable[[dict[str, Any]], str] | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    authenticated_at: float | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def description(self) -> dict[str, Any]:
        there = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.key.algorithm],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return changed(there, self.says)

    def published(self) -> dict[str, Any]:
        return {"keys": [self.key.published()] if self.keys is None else self.keys}

    def authorize(self, wanted: dict[str, str]) -> str:
        """Return where the browser is sent back to; the person signs in meanwhile."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = wanted
        there = {"code": code, "state": wanted["state"], "iss": self.issuer}
        back = changed(there, self.parameters)
        return f"{wanted['redirect_uri']}?{urlencode(back, doseq=True)}"

    def exchange(self, form: dict[str, str], header: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer of the token endpoint; a code is good once."""
        if self.client_of(form, header) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        wanted = self.codes.pop(form.get("code", ""), None)
        if wanted is None or form.get("redirect_uri") != wanted["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": "no such code"}
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        if b64(digest) != wanted["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "wrong verifier"}
        token = self.token or self.key.token
        there = {
            "access_token": "opens-userinfo",
            "token_type": "Bearer",
            "id_token": token(changed(self.proper_claims(wanted), self.claims)),
        }
        return 200, changed(there, self.given)

    def client_of(self, form: dict[str, str], header: str) -> tuple[str, str]:
        methods = self.says.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in methods:
            return form.get("client_id", ""), form.get("client_secret", "")
        name, _, secret = b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)

    def proper_claims(self, wanted: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        half = sha256(b"opens-userinfo").digest()[:16]
        proper = {
            "iss": self.issuer, "sub": "ann-1", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": wanted["nonce"], "sid": "session-1",
            "at_hash": urlsafe_b64encode(half).decode().rstrip("="), **ANN,
        }  # fmt: skip
        moment = now if "max_age" in wanted else self.authenticated_at
        return proper if moment is None else {**proper, "auth_time": moment}

    def answer(self, handler: BaseHTTPRequestHandler) -> Answer:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path.endswith("/.well-known/openid-configuration"):
            return as_json(self.description())
        if path == "/keys":
            return as_json(self.published())
        if path == "/authorize":
            query = dict(parse_qsl(urlsplit(handler.path).query))
            return shows("", 302, Location=self.authorize(query))
        if path == "/token":
            body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body))
            status, given = self.exchange(form, handler.headers.get("Authorization", ""))
            return as_json(given, status)
        opened = handler.headers.get("Authorization") == "Bearer opens-userinfo"
        return as_json(self.person) if opened and path == "/userinfo" else shows("", 401)


def as_json(value: Any, status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json"}
    return shows(json.dumps(value), status, **headers)


def sent_back(url: str) -> str:
    """Return where a browser that comes to an address is sent to."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return connection.getresponse().headers["Location"]
    finally:
        connection.close()


@contextmanager
def running() -> Iterator[OpenIdProvider]:
    """Serve a provider on this machine, until the block ends."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.answer(self)(self)

        def do_POST(self) -> None:
            provider.answer(self)(self)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """Say nothing: whoever asked may have had enough."""

    with Server(("127.0.0.1", 0), Answering) as server:
        provider = OpenIdProvider(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield provider
        finally:
            server.shutdown()
