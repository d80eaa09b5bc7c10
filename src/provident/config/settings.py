"""Django's settings. Everything that differs between installations comes from the environment.

PROVIDENT_MODE                 production (default) or development (sample sign-in, plain http)
PROVIDENT_DATABASE_URL         the application role's database address
PROVIDENT_OWNER_DATABASE_URL   the owner role's, for migrations only
PROVIDENT_DATA                 the state directory (holds the generated secret key)
PROVIDENT_SECRET_KEY           instead of the generated one
PROVIDENT_SECOND_FACTOR_KEY    instead of the generated one
PROVIDENT_HOSTS                host names served, comma separated
PROVIDENT_PORTAL_URL           the portal's address as it is printed on statements
PROVIDENT_BEHIND_PROXY         1 if a proxy sets X-Forwarded-Proto
PROVIDENT_EID                  a file naming the issuers of e-IDs one can sign in with

What is missing stays empty, and Django refuses on first use: an unset key or database never
turns into a default one.
"""

import os
from pathlib import Path

from provident.config.databases import database_settings
from provident.portal.linking.issuers import read_issuers

MODE = os.environ.get("PROVIDENT_MODE", "production")
DEVELOPMENT = MODE == "development"
DEBUG = False


def _secret(variable: str, file: str) -> str:
    given = os.environ.get(variable, "")
    if given:
        return given
    state = os.environ.get("PROVIDENT_DATA", "")
    key = Path(state) / "secrets" / file
    return key.read_text(encoding="ascii").strip() if state and key.is_file() else ""


SECRET_KEY = _secret("PROVIDENT_SECRET_KEY", "django.key")
# Encrypts the secrets of authenticator apps and recovery codes; the other key may be changed any day.
SECOND_FACTOR_KEY = _secret("PROVIDENT_SECOND_FACTOR_KEY", "second-factor.key")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "provident.ledger",
    "provident.access",
    "provident.identity",
    "provident.filings",
    "provident.statements",
    "provident.cases",
    "provident.jobs",
    "provident.portal",
]
AUTH_USER_MODEL = "access.Account"
# Django's own backend, which takes as long for an unknown name and knows a closed account no better.
AUTHENTICATION_BACKENDS = ["provident.portal.accounts.store.Backend"]
SESSION_ENGINE = "provident.portal.accounts.store"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("sign_in", "label_en", "label_zh")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ACCOUNT_ADAPTER = "provident.portal.accounts.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    # An office has one address for many people; what is counted by name is counted with the address too.
    "login": "120/m/ip",
    "login_failed": "20/m/ip,5/5m/key,30/d/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "code": "30/10m/ip",
}
SOCIALACCOUNT_ADAPTER = "provident.portal.linking.protocol.Faults"
EID_ISSUERS = read_issuers(os.environ.get("PROVIDENT_EID", ""), plain_http=DEVELOPMENT)
MFA_ADAPTER = "provident.portal.accounts.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True

DATABASES = {
    "default": database_settings(os.environ.get("PROVIDENT_DATABASE_URL", "")),
    "owner": database_settings(os.environ.get("PROVIDENT_OWNER_DATABASE_URL", "")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "provident.config.urls"
CSRF_FAILURE_VIEW = "provident.portal.views.front.forbidden"
WSGI_APPLICATION = "provident.config.wsgi.application"
MIDDLEWARE = [
    "provident.portal.accounts.requests.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    # Above the static files too. It adds random bytes, so that a length tells nothing of what is inside.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "provident.portal.accounts.sessions.Authentication",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "provident.portal.gate.Gate",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "provident.portal.environment.environment",
        },
    },
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

ALLOWED_HOSTS = os.environ.get("PROVIDENT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")


def _portal_url() -> str:
    given = os.environ.get("PROVIDENT_PORTAL_URL", "")
    host = os.environ.get("PROVIDENT_HOSTS", "").split(",")[0].strip(" .*")
    return given.rstrip("/") or (f"https://{host}" if host else "http://localhost:8000")


PORTAL_URL = _portal_url()
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 2700  # longer than the idle limits in portal/accounts/sessions.py, which ends sessions
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Development is plain http on this machine only; a browser would drop secure cookies there.
SESSION_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_SECURE = not DEVELOPMENT
LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
# A browser takes a cookie of such a name only from this host, over https, for every path.
_PREFIX = "" if DEVELOPMENT else "__Host-"
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}django_language"
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 31_536_000
# Only behind a proxy that sets this header itself; otherwise a client could claim it.
_BEHIND_PROXY = os.environ.get("PROVIDENT_BEHIND_PROXY", "") == "1"
# Without one there is nothing here that could answer https.
SECURE_SSL_REDIRECT = _BEHIND_PROXY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _BEHIND_PROXY else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # A browser holds the way a form leads on, to the e-ID's own pages, to this too.
        "form-action": ["'self'", *(origin for issuer in EID_ISSUERS for origin in issuer.origins)],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "provident.portal.accounts.requests.Discreet"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["errors"], "level": "WARNING"},
    # What is not there or not allowed is no fault, and its address is whatever somebody typed.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "CRITICAL"}},
}
CACHES = {"default": {"BACKEND": "provident.access.counting.cache.SharedCache"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
