"""The site's settings, and the tables that hold the same access django-guardian's way."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.guardian_side"]
