"""Django's settings. Everything that differs between installations comes from the environment.

PROVIDENT_MODE                 production (default) or development (sample sign-in, plain http)
PROVIDENT_DATABASE_URL         the application role's database address
PROVIDENT_OWNER_DATABASE_URL   the owner role's, for migrations only
PROVIDENT_DATA                 the state directory (holds the generated secret key)
PROVIDENT_SECRET_KEY           instead of the generated one
PROVIDENT_HOSTS                host names served, comma separated
PROVIDENT_PORTAL_URL           the portal's address as it is printed on statements
PROVIDENT_BEHIND_PROXY         1 if a proxy sets X-Forwarded-Proto

What is missing stays empty, and Django refuses on first use: an unset key or database never
turns into a default one.
"""

import os
from pathlib import Path

from provident.config.databases import database_settings

MODE = os.environ.get("PROVIDENT_MODE", "production")
DEVELOPMENT = MODE == "development"
DEBUG = False


def _secret_key() -> str:
    given = os.environ.get("PROVIDENT_SECRET_KEY", "")
    if given:
        return given
    state = os.environ.get("PROVIDENT_DATA", "")
    key = Path(state) / "secrets" / "django.key"
    return key.read_text(encoding="ascii").strip() if state and key.is_file() else ""


SECRET_KEY = _secret_key()

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
# Django's own backend: it takes as long for an unknown name, and knows a closed account no better.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
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
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "provident.portal.gate.Gate",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "provident.portal.environment.environment"},
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
SESSION_COOKIE_AGE = 3600
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
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 31_536_000
# Only behind a proxy that sets this header itself; otherwise a client could claim it.
_BEHIND_PROXY = os.environ.get("PROVIDENT_BEHIND_PROXY", "") == "1"
# Without one there is nothing here that could answer https.
SECURE_SSL_REDIRECT = _BEHIND_PROXY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _BEHIND_PROXY else None
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
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"errors": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["errors"], "level": "WARNING"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
