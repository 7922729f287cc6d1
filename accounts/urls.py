"""Signing in and out, and passwords. Only the flows Gatehouse offers are routed."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path
from django.views.decorators.debug import sensitive_post_parameters

from accounts.guards import freshly_seen
from accounts.views import account, activity, second_factor, sign_in

urlpatterns = [
    path("logout/", allauth.logout, name="account_logout"),
    path("session/left", activity.session_left, name="session_left"),
    path("session/stay", activity.session_stay, name="session_stay"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("prove/", account.account_prove, name="account_prove"),
    path("prove/give-up/", account.account_prove_give_up, name="account_prove_give_up"),
    path("activity/", activity.account_activity, name="account_activity"),
    path("address/", account.account_address, name="account_address"),
    path(
        "address/confirm/<str:token>",
        account.account_address_confirm,
        name="account_address_confirm",
    ),
    path(
        "password/set/",
        sensitive_post_parameters("password1", "password2")(freshly_seen(allauth.password_set)),
        name="account_set_password",
    ),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("confirm-email/", sign_in.confirm_email, name="account_email_verification_sent"),
    path("2fa/", second_factor.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", freshly_seen(app.activate_totp), name="mfa_activate_totp"),
    path(
        "2fa/totp/deactivate/", freshly_seen(second_factor.remove_app), name="mfa_deactivate_totp"
    ),
    path(
        "2fa/recovery-codes/",
        freshly_seen(second_factor.recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        freshly_seen(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", freshly_seen(second_factor.add_passkey), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", second_factor.sign_in_by_passkey, name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        second_factor.reauthenticate_by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        freshly_seen(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        freshly_seen(second_factor.remove_passkey),
        name="mfa_remove_webauthn",
    ),
    path("sign-in-link/<str:token>", sign_in.sign_in_link, name="sign_in_link"),
]
