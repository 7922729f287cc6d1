"""The site's addresses."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import mail as mails
from accounts.views.preferences import preferences
from config.web import errors, health
from workspaces.views import public_invites as invites
from workspaces.views.home import home, new_workspace

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("new", new_workspace, name="new_workspace"),
    path("me/preferences", preferences, name="preferences"),
    path("accounts/", include("accounts.urls")),
    path("invites/<str:token>", invites.invite, name="invite"),
    path("invites/<str:token>/sign-in", invites.invite_sign_in, name="invite_sign_in"),
    path("invites/<str:token>/sign-up", invites.invite_sign_up, name="invite_sign_up"),
    path("mail/", mails.mails, name="mails"),
    path("mail/<int:mail_id>", mails.mail, name="mail"),
    path("mail/<int:mail_id>/html", mails.mail_html, name="mail_html"),
    path("w/<slug:slug>/", include("workspaces.urls")),
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_often  # for allauth's own limits
handler500 = errors.server_error
