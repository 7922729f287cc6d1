"""The certified provider that Node serves, and the way of a browser through it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

FOLDER = Path(__file__).parent / "oidc_provider"
MOST_STEPS = 20


@dataclass(frozen=True)
class NodeProvider:
    """A provider that runs, by its issuer."""

    issuer: str

    def sign_in(self, browser: httpx.Client, url: str, login: str) -> str:
        """Walk a browser from `url` to where it is sent back to; return that address.

        Whoever is asked to sign in types `login`; what is asked besides is agreed to.
        """
        answer = browser.get(url)
        for _step in range(MOST_STEPS):
            if answer.has_redirect_location:
                there = urljoin(str(answer.url), answer.headers["Location"])
                if not there.startswith(self.issuer):
                    return there
                answer = browser.get(there)
            else:
                answer = self._agreed(browser, answer, login)
        raise AssertionError("the provider leads round and round")

    def _agreed(self, browser: httpx.Client, page: httpx.Response, login: str) -> httpx.Response:
        form = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
        assert form, page.text
        assert prompt, page.text
        typed = {"login": login, "password": "any"} if prompt[1] == "login" else {}
        return browser.post(urljoin(str(page.url), form[1]), data={"prompt": prompt[1], **typed})

    def sign_out(self, browser: httpx.Client) -> None:
        """Sign a browser out at the provider, which then tells its clients."""
        page = browser.get(f"{self.issuer}/session/end")
        secret = re.search(r'name="xsrf" value="(\w+)"', page.text)
        assert secret, page.text
        form = {"xsrf": secret[1], "logout": "yes"}
        browser.post(f"{self.issuer}/session/end/confirm", data=form)


@contextmanager
def running(
    redirect_uri: str, people: dict[str, dict[str, Any]], *, client: str, secret: str, **more: Any
) -> Iterator[NodeProvider]:
    """Serve a provider for one client until the block ends; `more` is metadata of the client.

    `people` are claims by subject: `email`, `email_verified`, `name`.
    """
    program = shutil.which("node")
    if not program:
        pytest.skip("there is no node on this machine")
    if not (FOLDER / "node_modules").exists():
        pytest.skip("oidc-provider is not installed: npm ci --prefix tests/peers/oidc_provider")
    known = {"client_id": client, "client_secret": secret, "redirect_uris": [redirect_uri], **more}
    process = subprocess.Popen(
        [program, str(FOLDER / "server.js"), json.dumps({"client": known, "people": people})],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        issuer = process.stdout.readline().strip() if process.stdout else ""
        assert issuer, "the provider does not start"
        yield NodeProvider(issuer)
    finally:
        process.kill()
        process.communicate()
