"""The site's settings, and the tables that hold the same access django-guardian's way."""

from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, STATIC_ROOT, STORAGES, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.contestants.guardian_side"]
ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks there
