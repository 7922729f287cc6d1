"""The WSGI application gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config.web.malformed import readable_content_type
from config.web.straight import Straight

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = readable_content_type(Straight(get_wsgi_application()))
