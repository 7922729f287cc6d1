"""The site's addresses."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import account, mail as mails
from config.web import errors, health
from config.web.later import later
from workspaces.api.authzen.views import discovery
from workspaces.api.public.document import api_reference, openapi
from workspaces.views.help.help import help_page
from workspaces.views.invites import answering
from workspaces.views.members import account_deletion
from workspaces.views.sign_in import aliases, my_sessions
from workspaces.views.sso import address_first, answering as sso_answering, asking as sso_asking
from workspaces.views.support.support import visit_end
from workspaces.views.tokens import tokens
from workspaces.views.workspace.home import home, new_workspace

urlpatterns: list[URLPattern | URLResolver] = [
    path("access/v1/", include("workspaces.api.authzen.urls")),  # first: asked most by far
    path("", home, name="home"),
    path("new", new_workspace, name="new_workspace"),
    path("me/preferences", account.preferences, name="preferences"),
    path("accounts/alias/", aliases.alias, name="alias"),
    path("accounts/alias/made", aliases.alias_made, name="alias_made"),
    path("accounts/alias/<str:token>", aliases.alias_proof, name="alias_proof"),
    path("accounts/login/", address_first.address_first, name="account_login"),
    path("accounts/", include("accounts.urls")),
    path("accounts/sessions/", my_sessions.my_sessions, name="my_sessions"),
    path("accounts/sessions/end", my_sessions.my_sessions_end, name="my_sessions_end"),
    path("accounts/sessions/<slug:key>/end", my_sessions.my_session_end, name="my_session_end"),
    path("accounts/tokens/", tokens.my_tokens, name="my_tokens"),
    path("accounts/delete/", account_deletion.account_delete, name="account_delete"),
    path("invites/<str:token>", answering.offer, name="offer"),
    path("invites/<str:token>/sign-in", answering.offer_sign_in, name="offer_sign_in"),
    path("invites/<str:token>/sign-up", answering.offer_sign_up, name="offer_sign_up"),
    path("mail/", mails.mails, name="mails"),
    path("mail/<int:mail_id>", mails.mail, name="mail"),
    path("mail/<int:mail_id>/html", mails.mail_html, name="mail_html"),
    path("w/<slug:slug>/", include("workspaces.urls")),
    path("sso/own", sso_answering.own_credentials, name="own_credentials"),
    path("sso/proved", sso_answering.sso_proved, name="sso_proved"),
    path("sso/<slug:connection>/start", sso_asking.sso_start, name="sso_start"),
    path("sso/<slug:connection>/prove", sso_asking.sso_prove, name="sso_prove"),
    path("sso/<slug:connection>/metadata", sso_asking.sso_metadata, name="sso_metadata"),
    path("sso/<slug:connection>/acs", sso_answering.sso_acs, name="sso_acs"),
    path("sso/<slug:connection>/answer", sso_answering.sso_answer, name="sso_answer"),
    path("sso/<slug:connection>/callback", sso_answering.sso_callback, name="sso_callback"),
    path("sso/<slug:connection>/logout", sso_answering.sso_logout, name="sso_logout"),
    path("support/visits/<slug:visit_id>/end", visit_end, name="visit_end"),
    path("api/openapi.json", openapi, name="openapi"),
    later("api/", "workspaces.api.public.urls", namespace="public_api"),
    path("help/", help_page, name="help"),
    path("help/<slug:topic>", help_page, name="help"),
    path("docs/api", api_reference, name="api_reference"),
    later("scim/v2/", "workspaces.api.scim.urls", namespace="scim"),
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
