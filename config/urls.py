"""The site's addresses."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import mail as mails
from accounts.views.preferences import preferences
from config.web import errors, health
from workspaces.api.authzen.views import discovery
from workspaces.api.public.api import api
from workspaces.api.public.views import api_reference, openapi
from workspaces.views import aliases, my_account, my_sessions, my_tokens
from workspaces.views import public_invites as invites
from workspaces.views.home import home, new_workspace
from workspaces.views.support import visit_end

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("new", new_workspace, name="new_workspace"),
    path("me/preferences", preferences, name="preferences"),
    path("accounts/alias/", aliases.alias, name="alias"),
    path("accounts/alias/made", aliases.alias_made, name="alias_made"),
    path("accounts/alias/<str:token>", aliases.alias_proof, name="alias_proof"),
    path("accounts/", include("accounts.urls")),
    path("accounts/sessions/", my_sessions.my_sessions, name="my_sessions"),
    path("accounts/sessions/end", my_sessions.my_sessions_end, name="my_sessions_end"),
    path("accounts/sessions/<slug:key>/end", my_sessions.my_session_end, name="my_session_end"),
    path("accounts/tokens/", my_tokens.my_tokens, name="my_tokens"),
    path("accounts/delete/", my_account.account_delete, name="account_delete"),
    path("invites/<str:token>", invites.invite, name="invite"),
    path("invites/<str:token>/sign-in", invites.invite_sign_in, name="invite_sign_in"),
    path("invites/<str:token>/sign-up", invites.invite_sign_up, name="invite_sign_up"),
    path("mail/", mails.mails, name="mails"),
    path("mail/<int:mail_id>", mails.mail, name="mail"),
    path("mail/<int:mail_id>/html", mails.mail_html, name="mail_html"),
    path("w/<slug:slug>/", include("workspaces.urls")),
    path("support/visits/<slug:visit_id>/end", visit_end, name="visit_end"),
    path("api/openapi.json", openapi, name="openapi"),
    path("api/", api.urls),
    path("docs/api", api_reference, name="api_reference"),
    path("access/v1/", include("workspaces.api.authzen.urls")),
    path("scim/v2/", include("workspaces.api.scim.urls")),
    path(".well-known/authzen-configuration", discovery, name="authzen_configuration"),
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_often  # for allauth's own limits
handler500 = errors.server_error
