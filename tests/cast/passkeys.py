"""A passkey without a device: it answers what a browser and an authenticator would."""

import json
import os

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)  # fmt: skip

ORIGIN, RELYING_PARTY = "https://testserver", "testserver"
FLAG = AuthenticatorData.FLAG


class SoftPasskey:
    """One key pair for one account; `verifies` is whether it knows its owner."""

    def __init__(self, *, verifies: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.flags = FLAG.UP | (FLAG.UV if verifies else FLAG(0))

    def added(self, client, path="/accounts/2fa/webauthn/add/", **said):
        """Register at the page, as the form does; return the answer."""
        challenge = client.get(path).context["js_data"]["creation_options"]["publicKey"][
            "challenge"
        ]
        public = ES256.from_cryptography_key(self.key.public_key())
        kept = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData.create(
            sha256(RELYING_PARTY.encode()), self.flags | FLAG.AT, 0, bytes(kept)
        )
        made = AttestationObject.create("none", data, {})
        response = {
            "clientDataJSON": self._said("webauthn.create", challenge),
            "attestationObject": websafe_encode(bytes(made)),
            "publicKeyAlgorithm": ES256.ALGORITHM,
            "transports": ["internal"],
        }
        body = self._credential(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}
        return client.post(path, {"name": "Key", "credential": json.dumps(body), **said})

    def answer(self, user, challenge):
        """Return what the browser sends for a challenge, as the text of the form's field."""
        said = self._said("webauthn.get", challenge)
        data = AuthenticatorData.create(sha256(RELYING_PARTY.encode()), self.flags, 1)
        signed = bytes(data) + sha256(websafe_decode(said))
        response = {
            "clientDataJSON": said,
            "authenticatorData": websafe_encode(bytes(data)),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": websafe_encode(user_pk_to_url_str(user).encode()),
        }
        return json.dumps(self._credential(response))

    def _credential(self, response):
        ident = websafe_encode(self.id)
        return {"id": ident, "rawId": ident, "type": "public-key", "response": response}

    def _said(self, kind, challenge):
        text = json.dumps({"type": kind, "challenge": challenge, "origin": ORIGIN})
        return websafe_encode(text.encode())
