"""Which browser somebody signs in with: in words, and whether the account knows it."""

import hashlib
import re

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts import audit, outbox
from accounts.models import AccountEvent, User

SALT = "accounts.sign_in.devices"
# The first that fits names it: many browsers claim to be others as well.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chromium", "Chromium"), ("(Headless)?Chrome", "Chrome"), ("Safari", "Safari"),
    ("curl", "curl"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Macintosh", "macOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def words_of(user_agent: str) -> str:
    """Return a browser in words, such as "Firefox on Windows"; never what it calls itself."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("Unknown device")


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if re.search(rf"\b{sign}", text)), "")


def browser_of(request: HttpRequest, user: User) -> str:
    """Return what tells this browser from others, and makes sure it will carry it again.

    A signed cookie names it; the account keeps a hash of that which no other account has,
    so that alias accounts stay strangers (XF1). Empty for a sign-in over no network.
    """
    if not request.META.get("REMOTE_ADDR"):
        return ""
    named = _named(request)
    if named is None:
        named = get_random_string(32)
        request.new_browser = signing.dumps(named, salt=SALT)  # type: ignore[attr-defined]
    return hashlib.sha256(f"{user.pk} {named}".encode()).hexdigest()[:32]


def _named(request: HttpRequest) -> str | None:
    try:
        named = signing.loads(request.COOKIES[settings.DEVICE_COOKIE_NAME], salt=SALT)
    except (KeyError, signing.BadSignature):
        return None
    return named if isinstance(named, str) else None


def tell_of_new_device(request: HttpRequest, user: User, browser: str) -> None:
    """Queue a mail when the account was used before, and never with this browser.

    To be called before the sign-in stands on the account's chain.
    """
    before = AccountEvent.objects.of(user.pk).filter(action=audit.SIGNED_IN)
    if not browser or not before.exists() or before.filter(browser=browser).exists():
        return
    outbox.queue(
        user.email,
        "new_device",
        {
            "device": words_of(request.headers.get("User-Agent", "")),
            "address": request.META["REMOTE_ADDR"],
            "when": timezone.now(),
            "sessions_url": outbox.absolute(reverse("my_sessions")),
            "password_url": outbox.absolute(reverse("account_reset_password")),
        },
    )
