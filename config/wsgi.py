"""The WSGI application gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.web.malformed import readable_content_type
from config.web.straight import Straight

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = readable_content_type(Straight(get_wsgi_application()))

# A page makes thousands of objects, nearly all of which go by themselves. Looking for circles
# among them and everything imported, after each 700 of them, was a tenth of the page.
get_resolver().url_patterns  # noqa: B018 - imports every view
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
