"""The application, called as the server in front calls it.

Django's own test client tidies headers up, or trips over them itself.
"""

import io
from importlib import import_module

from django.core import signals
from django.db import close_old_connections

FORM = "application/x-www-form-urlencoded"
ENDS = (signals.request_started, signals.request_finished)


def asked(place, *, method="GET", cookie="", body=b"", application=None, alone=False, **more):
    """Call the application as a server does; return headers, status and body.

    The connection of the test outlives the request, as with Django's test client, unless the
    request stands `alone`.
    """
    path, _, query = place.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": cookie,
        "CONTENT_TYPE": FORM if method == "POST" else "", "CONTENT_LENGTH": str(len(body)),
        "HTTP_HX_REQUEST": "true", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": False,
        "wsgi.multiprocess": True, "wsgi.run_once": False, **more,
    }  # fmt: skip
    said = {}

    def start_response(status, headers, exc_info=None):
        said.update({name.lower(): value for name, value in headers}, status=int(status[:3]))

    # Loaded late: it reads the settings that tests change.
    application = application or import_module("config.wsgi").application
    for signal in ENDS if not alone else ():
        signal.disconnect(close_old_connections)
    try:
        answer = application(environ, start_response)
        said["body"] = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    finally:
        for signal in ENDS:
            signal.connect(close_old_connections)
    return said
