"""The site as a process of its own for tests: `gunicorn tests.peers.served`, on the test database.

`CLOCK_MINUTES` sets the clock of this process wrong by so many minutes.
"""

import os
from datetime import UTC, datetime, timedelta

import time_machine
from django.test.utils import override_settings

from config.wsgi import application

__all__ = ["application"]

override_settings(
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    WHITENOISE_AUTOREFRESH=True,
).enable()

if wrong_by := float(os.environ.get("CLOCK_MINUTES", "0")):
    time_machine.travel(datetime.now(UTC) + timedelta(minutes=wrong_by)).start()
