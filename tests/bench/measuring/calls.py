"""Requests put to the site as its server puts them, in this very process."""

import io
import json
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from accounts.models.user import User


class Site:
    """The site as a WSGI application."""

    def __init__(self) -> None:
        self.application = import_string(settings.WSGI_APPLICATION)

    def call(self, path: str, *, body: Any = None, **headers: str) -> bytes:
        """Return the body of an answer, which must be 200."""
        sent = b"" if body is None else json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "CONTENT_TYPE": "application/json" if sent else "",
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
            **headers,
        }
        statuses: list[str] = []
        answer = self.application(environ, lambda status, _headers: statuses.append(status))
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        assert statuses[0].startswith("200"), f"{path}: {statuses[0]} {content[:200]!r}"
        return content


def signed_in_as(user: User) -> dict[str, str]:
    """Sign somebody in and return the headers that say so."""
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    cookies = client.cookies.items()
    return {"HTTP_COOKIE": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies)}
