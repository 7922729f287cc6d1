"""Addresses of the Public API, below `/api/`."""

from workspaces.api.public.api import api

urlpatterns = api.urls[0]
