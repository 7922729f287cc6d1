"""Signing in and out, and passwords. Only the flows Gatehouse offers are routed."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.views import session, sign_in

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("session/left", session.session_left, name="session_left"),
    path("session/stay", session.session_stay, name="session_stay"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("confirm-email/", sign_in.confirm_email, name="account_email_verification_sent"),
    path("sign-in-link/<str:token>", sign_in.sign_in_link, name="sign_in_link"),
]
