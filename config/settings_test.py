"""The settings under test: everything real, but a fast password hash, and tasks that run where they are asked for."""

from ipaddress import ip_network

from config.settings import *  # noqa: F403

DATABASES["default"]["ENGINE"] = "tests.database"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
API_CALLS_PER_MINUTE = ANONYMOUS_CALLS_PER_MINUTE = IMPORTS_PER_HOUR = EXPORTS_PER_HOUR = 0
OUTGOING_ALLOW = [ip_network("127.0.0.0/8")]  # where the tests' own receivers listen
IMPORT_PROCESS = (
    False  # tasks run in threads of the tests, which must not be forked; workers of their own are
)
