"""People with a second factor, and the codes of their apps."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of every app in the tests
BACKEND = "accounts.backends.SignInBackend"


def give_app(user, secret=SECRET):
    """Give a user an authenticator app; return the row."""
    return TOTP.activate(user, secret).instance


def give_codes(user):
    """Give a user recovery codes; return those."""
    return RecoveryCodes.activate(user).get_unused_codes()


def code(secret=SECRET, *, steps=0):
    """Return what the app shows now, or so many steps of half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in_by_factor(client, user):
    """Sign a user in whose app was asked for; without one they get one."""
    app = Authenticator.objects.filter(user=user, type="totp").first() or give_app(user)
    client.force_login(user, backend=BACKEND)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "id": app.pk, "type": "totp"}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
