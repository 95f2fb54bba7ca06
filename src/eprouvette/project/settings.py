"""Django settings, read from the environment by typed readers; a bad value stops the start.

``boot.setup`` gives ``DATABASE_URL`` when the site has none (embedded database).
"""

from __future__ import annotations

import os
from pathlib import Path

from eprouvette.core.env import Env
from eprouvette.project.readers import bounded, copy_years, data_folder, database, identity_keys, secret_key

env = Env(os.environ)

EPROUVETTE_PROFILE = env.choice("EPROUVETTE_PROFILE", ("simulator", "test", "production"), "simulator")
EPROUVETTE_DATA = data_folder(env)
EPROUVETTE_PACKS = EPROUVETTE_DATA / "packs"
EPROUVETTE_DOCUMENTS = EPROUVETTE_DATA / "documents"
EPROUVETTE_TRUST = Path(env.text("EPROUVETTE_TRUST", str(EPROUVETTE_DATA / "trust")))
EPROUVETTE_DMP_URL = env.text("EPROUVETTE_DMP_URL", "")
EPROUVETTE_INSI_URL = env.text("EPROUVETTE_INSI_URL", "")
EPROUVETTE_ANNUAIRE_URL = env.text("EPROUVETTE_ANNUAIRE_URL", "")
EPROUVETTE_ANNUAIRE_KEY = env.secret("EPROUVETTE_ANNUAIRE_KEY") or ""
EPROUVETTE_INSI_APPROVAL = env.secret("EPROUVETTE_INSI_APPROVAL") or ""
EPROUVETTE_INSI_EMITTER = env.text("EPROUVETTE_INSI_EMITTER", "")
EPROUVETTE_INSI_TIMEOUT = bounded(env, "EPROUVETTE_INSI_TIMEOUT", 15, 1, 120)
EPROUVETTE_INSI_PER_SECOND = bounded(env, "EPROUVETTE_INSI_PER_SECOND", 2, 1, 50)
EPROUVETTE_INSI_VERIFY_YEARS = bounded(env, "EPROUVETTE_INSI_VERIFY_YEARS", 3, 3, 5)
EPROUVETTE_VITALE_READER = env.text("EPROUVETTE_VITALE_READER", "")
EPROUVETTE_SMTP = env.text("EPROUVETTE_SMTP", "")
EPROUVETTE_VIHF_VERSION = env.choice("EPROUVETTE_VIHF_VERSION", ("3.0", "4.0"), "4.0")
EPROUVETTE_DMP_APPROVAL = env.secret("EPROUVETTE_DMP_APPROVAL") or ""
EPROUVETTE_MAIL_LIMIT = env.integer("EPROUVETTE_MAIL_LIMIT", 10_000_000)
EPROUVETTE_MAIL_DOMAINS = tuple(env.text("EPROUVETTE_MAIL_DOMAINS", "").split())

EPROUVETTE_IDENTITY_COPIES = EPROUVETTE_DATA / "identity-copies"
EPROUVETTE_IDENTITY_KEYS = identity_keys(env)
EPROUVETTE_IDENTITY_COPY_YEARS = copy_years(env)
EPROUVETTE_IDENTITY_MASTER = env.boolean("EPROUVETTE_IDENTITY_MASTER", default=False)
EPROUVETTE_INSI_PROVISIONAL = env.boolean("EPROUVETTE_INSI_PROVISIONAL", default=True)

SECRET_KEY = secret_key(env, EPROUVETTE_DATA, required=EPROUVETTE_PROFILE == "production")

DEBUG = False
ALLOWED_HOSTS = env.text("EPROUVETTE_HOSTS", "localhost 127.0.0.1 [::1]").split()
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "eprouvette.foundation.database",
    "eprouvette.foundation.audit",
    "eprouvette.foundation.structures",
    "eprouvette.foundation.trust",
    "eprouvette.foundation.jobs",
    "eprouvette.foundation.documents",
    "eprouvette.lab.directory",
    "eprouvette.lab.accounts",
    "eprouvette.lab.catalogue",
    "eprouvette.lab.identity",
    "eprouvette.lab.orders",
    "eprouvette.lab.results",
    "eprouvette.lab.partners",
    "eprouvette.lab.validation",
    "eprouvette.exchange.dispatch",
    "eprouvette.exchange.directory_feed",
    "eprouvette.exchange.identities",
    "eprouvette.exchange.announcing",
    "eprouvette.exchange.intake",
    "eprouvette.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "eprouvette.web.middleware.SecurityHeaders",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "eprouvette.web.context.bar",
            ]
        },
    }
]
ROOT_URLCONF = "eprouvette.project.urls"
WSGI_APPLICATION = "eprouvette.project.wsgi.application"
DATABASES = {"default": database(env.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["eprouvette.lab.accounts.backend.LocalBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "dossiers"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = EPROUVETTE_PROFILE != "simulator"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {"eprouvette": {"level": "INFO"}},
}
