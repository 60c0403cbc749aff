"""All settings, in groups. Values come from the environment; each group says what breaks without it."""

from pathlib import Path
from typing import Any

import dj_database_url

from config import env
from config.imports import *  # noqa: F403  how much imports may read, and from where
from config.limits import *  # noqa: F403
from config.logs import *  # noqa: F403
from config.signing_in import *  # noqa: F403
from core import embedded

ROOT = Path(__file__).resolve().parent.parent
DATA = embedded.data_folder()

# --- The installation. Without a secret key nobody stays signed in; a key is made in the data folder if none is given.

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(DATA / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "*")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.text("SITE_URL", "http://localhost:6900")
HTTPS = SITE_URL.startswith("https://")
# Proxies between people and us that write X-Forwarded-For: without the number everybody has the proxy's address, and
# limits by address are shared.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

# --- Apps and the way of a request. The order of middleware matters: tenancy begins closed and comes before sessions.

INSTALLED_APPS = [
    "core",
    "accounts",
    "workspaces",
    "feedback",
    "config.apps.AssayAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts.apps.SessionsConfig",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "csp",
]

MIDDLEWARE = [
    "core.api_middleware.ApiMiddleware",
    "core.compression.CompressedPagesMiddleware",
    "core.tenancy_middleware.ClosedMiddleware",
    "core.origin.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.languages.LanguageMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.throttling.ThrottledFormMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.sessions.SeenMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.http.DomainErrorMiddleware",
    "accounts.first_password.FirstPasswordMiddleware",
    "accounts.middleware.OrganizationMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True  # pages alone: every path below /api/ is a route already, and answers without a redirect

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

# --- The database. One PostgreSQL holds everything; ATOMIC_REQUESTS makes a request all or nothing.

DATABASES = {
    "default": {
        **dj_database_url.parse(env.text("DATABASE_URL") or embedded.database_url(DATA)),
        "ENGINE": "core.database",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # a pooler in transaction mode cannot keep them
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The queue: how long somebody holds a record of whom nothing is heard.

LEASE_SECONDS = env.number("LEASE_SECONDS", 600)

# --- The trash: how many days somebody can bring back what was deleted.

TRASH_DAYS = env.number("TRASH_DAYS", 30)

# --- The broker and the cache. Without them no job runs and no rate is limited.

REDIS_URL = env.text("REDIS_URL") or embedded.redis_url(DATA)
BROKER_URL = embedded.broker_url(REDIS_URL)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "assay",
    }
}

# --- How often, counted in the broker by all processes together; 0 is no limit. Signing in has limits of its own.

API_CALLS_PER_MINUTE = env.number("API_CALLS_PER_MINUTE", 12_000)  # by one key, or one member with a token
ANONYMOUS_CALLS_PER_MINUTE = env.number("ANONYMOUS_CALLS_PER_MINUTE", 3_000)  # of the API, from one address
IMPORTS_PER_HOUR = env.number("IMPORTS_PER_HOUR", 1_000)  # begun in one organization
EXPORTS_PER_HOUR = env.number("EXPORTS_PER_HOUR", 1_000)

# --- The Hugging Face Hub, or a mirror of it: where data sets are imported from and pushed to.

HUB_ENDPOINT = env.text("HF_ENDPOINT", "https://huggingface.co").rstrip("/")

# --- Calls to addresses that people give us (webhooks). Private ones are refused, but those that are listed here.

OUTGOING_ALLOW = env.networks("OUTGOING_ALLOW")

# --- Files: uploads to import, files to download. In several machines: object storage by FILES_BACKEND.

MEDIA_ROOT = DATA / "files"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA / "static")
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": env.text("FILES_BACKEND", "django.core.files.storage.FileSystemStorage")},
    "staticfiles": {"BACKEND": "core.storage.StaticStorage"},
}
# Without this, static files are served straight from their folders, unhashed: for development and tests.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 2**20  # 500 records with pictures in one call
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Who signs in, and how: config/signing_in.py; here, what the operator says about it.

# Who may sign up and found organizations: nobody (closed), everybody (open), or whom the operator lets (approval).
SIGN_UP = env.text("SIGN_UP", "closed")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Assay <assay@localhost>")

# --- Signing in through an OpenID Connect provider, and where new people go. Without an issuer there is none.

OAUTH: dict[str, Any] = {
    "name": env.text("OAUTH_NAME", "sso"),
    "issuer": env.text("OAUTH_ISSUER"),
    "client_id": env.text("OAUTH_CLIENT_ID"),
    "client_secret": env.text("OAUTH_CLIENT_SECRET"),
    "scopes": env.text("OAUTH_SCOPES", "openid email profile"),
    "redirect_uri": env.text("OAUTH_REDIRECT_URI"),
    "organization": env.text("OAUTH_ORGANIZATION"),
    "workspaces": env.words("OAUTH_WORKSPACES"),
}

# --- What a browser may do. A strict policy: only our own scripts and styles, nothing inline. Pages that show records
# take images from the web and frames of ours besides: feedback/views/frame_policy.py.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# Where templates of custom fields may load scripts, styles, fonts and data from: origins, such as
# https://cdn.jsdelivr.net. Without any they have what stands in them, and nothing else.
FRAME_SOURCES = env.words("FRAME_SOURCES")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 30 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=False)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked over plain HTTP from inside
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600 if HTTPS else 0)
# Whether all subdomains are ours, and whether browsers may know it beforehand, is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- The API. Permissions, shapes and errors are those of core.api.ApiView; browsers get the same JSON.

# Whose scripts in browsers may call it, besides our own pages: nobody's, unless the operator names origins or says *.
API_ORIGINS = env.words("API_ORIGINS")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "accounts.authentication.BearerAuthentication",
    ],
    "EXCEPTION_HANDLER": "core.api_errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

# --- Language and time. Stored and sent in UTC; pages show the reader's own time.

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [ROOT / "locale"]
