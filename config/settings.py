"""Settings of the site. Everything that differs between machines comes from the environment.

`GATEHOUSE_ENV` is `development` (the default: loopback hosts, keys made once, mail to
the console) or `production` (refuses to start without its secrets).
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config.databases.addresses import databases, sqlite_in, standbys_of
from config.keys import development_keys
from config.web.logs import logging_settings
from config.web.values.network import address_and_port

BASE_DIR = Path(__file__).resolve().parent.parent
KEY_LENGTH = 50  # characters, as Django asks for

env = Env()
STATE_DIR = env.path("STATE_DIR", BASE_DIR / ".gatehouse")

GATEHOUSE_ENV = env.str("GATEHOUSE_ENV", "development")
if GATEHOUSE_ENV not in ("development", "production"):
    raise ImproperlyConfigured("GATEHOUSE_ENV is either development or production.")
PRODUCTION = GATEHOUSE_ENV == "production"
DEBUG = env.bool("DEBUG", False)

if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY", "")
    AUDIT_KEY = env.str("AUDIT_KEY", "")
    ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
    for name, value in (("SECRET_KEY", SECRET_KEY), ("AUDIT_KEY", AUDIT_KEY)):
        if len(value) < KEY_LENGTH or value.startswith("django-insecure"):
            raise ImproperlyConfigured(f"{name} needs at least {KEY_LENGTH} random characters.")
    if SECRET_KEY == AUDIT_KEY:
        raise ImproperlyConfigured("AUDIT_KEY and SECRET_KEY must differ.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG must be off in production.")
    if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts, without wildcards.")
else:
    keys = development_keys(STATE_DIR / "keys.json")
    SECRET_KEY = env.str("SECRET_KEY", keys["SECRET_KEY"])
    AUDIT_KEY = env.str("AUDIT_KEY", keys["AUDIT_KEY"])
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

SITE_URL = env.str(
    "SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://127.0.0.1:8000"
).rstrip("/")

# --- Applications -------------------------------------------------------------------

INSTALLED_APPS = [
    "config.databases",
    "accounts",
    "labels",
    "workspaces",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "guardian",
    "csp",
    "django.forms",  # its templates, next to ours: a widget of ours is drawn by one of ours
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.web.doors.by_door",  # programs go on by the short way below
    "config.web.middleware.request_id",
    "config.web.middleware.client_address",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.web.middleware.private_answers",
    "config.web.middleware.shaped_errors",
    "config.web.malformed.refuse_malformed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "workspaces.middleware.session_rule",
    "config.web.middleware.refusals",
    "accounts.middleware.preferences",
    "accounts.middleware.known_browser",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workspaces.middleware.entry_rule",
]

# What programs pass, in the same order: no cookie counts at their doors (XH6), no page is drawn.
PROGRAMS_MIDDLEWARE = [
    "config.web.middleware.request_id",
    "config.web.middleware.client_address",
    "config.web.headers.standing_headers",
    "config.web.middleware.shaped_errors",
    "config.web.malformed.refuse_malformed",
    "config.web.middleware.known_host",
    "config.web.middleware.refusals",
]

# What programs ask all day, answered where nothing about it asks for a closer look before Django
# makes a request of it (`config.web.straight`).
STRAIGHT_ANSWERS = "workspaces.api.authzen.straight.answers"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATE_LOADERS: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": [
                "template_partials.templatetags.partials",
                "config.web.tags",
                "accounts.templatetags.account_ways",
                "accounts.templatetags.addresses",
            ],
            "libraries": {"lucide": "config.web.icons", "i18n": "config.web.words"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    TEMPLATE_LOADERS
                    if DEBUG
                    else [("django.template.loaders.cached.Loader", TEMPLATE_LOADERS)],
                )
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Storage ------------------------------------------------------------------------

DATABASES = databases(
    env.str("DATABASE_URL", sqlite_in(STATE_DIR)),
    state_dir=STATE_DIR,
    kept=env.int("CONN_MAX_AGE", 60),
    standbys=env.list("DATABASE_REPLICA_URLS", []),
    pooled=env.bool("DATABASE_POOLED", False),
)
STANDBYS = standbys_of(DATABASES)
DATABASE_ROUTERS = ["config.databases.reading.PrimaryAndStandbys"] if STANDBYS else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": (
        {"BACKEND": "config.web.redis_cache.RedisOrTableCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "config.web.cache.TableCache", "LOCATION": "gatehouse_cache"}
    )
}

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.web.static_files.HashedFiles"
    },
}

# --- Accounts -----------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "workspaces.access.backend.AccessBackend",
    "accounts.backends.SignInBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
AUTH_PASSWORD_VALIDATORS.append({"NAME": "accounts.sign_in.passwords.StrengthValidator"})
# https://api.pwnedpasswords.com/range, or a copy of one's own; nobody is asked where it is empty.
BREACHED_PASSWORDS_URL = env.str("BREACHED_PASSWORDS_URL", "")
if BREACHED_PASSWORDS_URL:
    AUTH_PASSWORD_VALIDATORS.append(
        {
            "NAME": "accounts.sign_in.passwords.BreachedPasswordValidator",
            "OPTIONS": {"url": BREACHED_PASSWORDS_URL},  # type: ignore[dict-item]
        }
    )
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())  # XF5
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ANONYMOUS_USER_NAME = None  # guardian must not make an anonymous user

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "signup": "accounts.forms.sign_in.SignupForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "set_password": "accounts.forms.sign_in.SetPasswordForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.sign_in.links.ResetTokens"  # noqa: S105 - a class
# Only invited people sign up, and enter the code that went to their address before they are
# in; people who were imported prove theirs by the reset link.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # the adapter says when a proof is too old (S8)
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True

MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "accounts.forms.second_factor.ActivateAppForm",
    "authenticate": "accounts.forms.second_factor.CodeForm",
    "reauthenticate": "accounts.forms.second_factor.CodeAgainForm",
    "add_webauthn": "accounts.forms.second_factor.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.second_factor.NamePasskeyForm",
    "authenticate_webauthn": "accounts.forms.second_factor.PasskeyForm",
    "login_webauthn": "accounts.forms.second_factor.PasskeyAloneForm",
    "reauthenticate_webauthn": "accounts.forms.second_factor.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Gatehouse"
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ; one code before and after is taken too

SESSION_ENGINE = "accounts.sign_in.session_store"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # names stay here
SESSION_WHOLE = timedelta(hours=env.float("SESSION_HOURS", 7 * 24))  # S1
SESSION_IDLE = timedelta(minutes=env.float("SESSION_IDLE_MINUTES", 15))  # S2
PROOF_LASTS = timedelta(minutes=env.float("PROOF_MINUTES", 10))  # S8
SESSION_COOKIE_AGE = int(SESSION_WHOLE.total_seconds())
DEVICE_COOKIE_NAME = "__Host-gatehouse-device" if PRODUCTION else "gatehouse-device"
SESSION_COOKIE_NAME = "__Host-gatehouse" if PRODUCTION else "gatehouse"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = "__Host-gatehouse-csrf" if PRODUCTION else "gatehouse-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "accounts.views.sign_in.csrf_failure"

# --- What every answer carries ------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz)$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", False):
    # Only a proxy that always sets this header may be trusted with it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)  # each adds to X-Forwarded-For what it saw

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# What programs get instead of an error page, by the start of the address.
ERROR_SHAPES = {
    "/access/": "workspaces.api.authzen.guards.error",
    "/api/": "workspaces.api.public.errors.error",
    "/scim/": "workspaces.api.scim.answers.error",
}

# --- Words, time, mail, logs --------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

email = env.dj_email_url("EMAIL_URL", "console:" if not PRODUCTION else "smtp://localhost:25")
EMAIL_BACKEND = email["EMAIL_BACKEND"]
EMAIL_HOST = email["EMAIL_HOST"]
EMAIL_PORT = email["EMAIL_PORT"]
EMAIL_HOST_USER = email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "gatehouse@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LOGGING_CONFIG = None
LOGGING = logging_settings(env.str("LOG_LEVEL", "INFO"))

# templates.W003: `i18n` is Django's library with one tag of ours in it (`config.web.words`).
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes

# --- Gatehouse ----------------------------------------------------------------------

AUDIT_VISIBLE_DAYS = env.int("AUDIT_VISIBLE_DAYS", 90)  # A3
AUDIT_KEPT_DAYS = env.int("AUDIT_KEPT_DAYS", 400)  # A3
INVITE_DAYS = env.int("INVITE_DAYS", 3)  # I1
resolvers: list[str] = env.list("DNS_RESOLVERS", [])
DNS_RESOLVERS = [address_and_port(text, port=53) for text in resolvers]  # P1
OUTSIDE_SECONDS = env.float("OUTSIDE_SECONDS", 5.0)
LOOPBACK_PROVIDERS = env.bool("LOOPBACK_PROVIDERS", not PRODUCTION)
LOOPBACK_PAGES = "" if PRODUCTION else env.str("LOOPBACK_PAGES", "")
WORKSPACES_MADE_BY_STAFF_ONLY = env.bool("WORKSPACES_MADE_BY_STAFF_ONLY", False)
SUPPORT_VISIT = timedelta(hours=env.float("SUPPORT_VISIT_HOURS", 4))  # XK7
AUDIT_KEPT_DAYS_HIPAA = env.int("AUDIT_KEPT_DAYS_HIPAA", 6 * 366)  # A3: six years
