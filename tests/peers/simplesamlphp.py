"""SimpleSAMLphp, as Debian ships it, as a provider of SAML: served by PHP's own server."""

import json
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.peers.saml_provider import PERSISTENT, made_key

PAGES = Path("/usr/share/simplesamlphp/www")
PASSWORD = "any"  # of everybody


@dataclass(frozen=True)
class SimpleSaml:
    """A provider that runs, by the address of its pages and the folder of its settings."""

    url: str
    folder: Path

    @property
    def metadata(self) -> str:
        """What it says of itself, as its page says it."""
        return httpx.get(f"{self.url}saml2/idp/metadata.php").raise_for_status().text

    def knows(self, services: dict[str, str]) -> None:
        """Let it know services from now on: the address for answers of each, by its entity id."""
        known = {
            entity_id: {"AssertionConsumerService": acs_url, "NameIDFormat": PERSISTENT}
            for entity_id, acs_url in services.items()
        }
        _write(self.folder / "saml20-sp-remote.php", "metadata", known)

    def start_url(self, entity_id: str) -> str:
        """Return where somebody goes to a service from the provider's own pages."""
        return str(
            httpx.URL(f"{self.url}saml2/idp/SSOService.php", params={"spentityid": entity_id})
        )


@contextmanager
def running(folder: Path, people: dict[str, str]) -> Iterator[SimpleSaml]:
    """Serve a provider out of an empty folder, until the block ends.

    `people` are addresses by the name that somebody types, which is their lasting id as well.
    """
    program = shutil.which("php")
    if not program:
        pytest.skip("there is no php on this machine")
    if not PAGES.exists():
        pytest.skip("there is no simplesamlphp on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    provider = SimpleSaml(f"http://127.0.0.1:{port}/", folder)
    _settle(provider, people)
    # What PHP keeps of a file it has read could be older than the file.
    command = [program, "-d", "opcache.enable=0", "-S", f"127.0.0.1:{port}", "-t", str(PAGES)]
    with (folder / "said.log").open("w") as said:
        process = subprocess.Popen(
            command, env={"SIMPLESAMLPHP_CONFIG_DIR": str(folder)}, stdout=said, stderr=said
        )
    try:
        _wait_for(provider)
        yield provider
    finally:
        process.kill()
        process.wait()


def _settle(provider: SimpleSaml, people: dict[str, str]) -> None:
    """Write its settings, its key, and who there is."""
    folder, key = provider.folder, made_key("simplesamlphp")
    kept = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(kept)
    (folder / "certificate.pem").write_text(key.certificate)
    (folder / "sessions").mkdir()
    _write(folder / "config.php", "config", {
        "baseurlpath": provider.url,
        "certdir": f"{folder}/",
        "loggingdir": f"{folder}/",
        "datadir": f"{folder}/",
        "tempdir": str(folder / "work"),
        "metadatadir": f"{folder}/",
        "secretsalt": secrets.token_hex(16),
        "auth.adminpassword": secrets.token_hex(16),
        "technicalcontact_email": "owner@example.org",
        "timezone": "UTC",
        "logging.handler": "file",
        "enable.saml20-idp": True,
        "module.enable": {"core": True, "saml": True, "exampleauth": True},
        "session.cookie.secure": False,
        "session.phpsession.savepath": str(folder / "sessions"),
        "store.type": "phpsession",
        "metadata.sources": [{"type": "flatfile"}],
    })  # fmt: skip
    known = {
        f"{name}:{PASSWORD}": {"uid": [name], "mail": [email]} for name, email in people.items()
    }
    _write(folder / "authsources.php", "config", {"people": {"0": "exampleauth:UserPass", **known}})
    names = {"class": "saml:AttributeNameID", "attribute": "uid", "Format": PERSISTENT}
    hosted = {"host": "__DEFAULT__", "auth": "people", "privatekey": "key.pem",
              "certificate": "certificate.pem", "authproc": {"3": names}}  # fmt: skip
    _write(folder / "saml20-idp-hosted.php", "metadata", {"__DYNAMIC:1__": hosted})
    provider.knows({})


def _write(path: Path, variable: str, values: dict[str, Any]) -> None:
    """Write a file of settings, each of which is PHP that sets one variable."""
    text = json.dumps(values)
    path.write_text(f"<?php ${variable} = json_decode(<<<'END'\n{text}\nEND, true);\n")


def _wait_for(provider: SimpleSaml) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            provider.metadata  # noqa: B018
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the provider does not answer")
