"""All settings, driven by the environment (docs/operations.md lists the variables)."""

from __future__ import annotations

from typing import Any

import pghistory
from csp.constants import NONCE, NONE, SELF

from config import environment as env
from config import persons, rooms

BASE_DIR = env.PROJECT
VAR_DIR = env.var_folder()
SECRET_KEY = env.secret_key(VAR_DIR)
DEBUG = env.switch("ESSAIM_DEBUG")
ALLOWED_HOSTS = env.words("ESSAIM_HOSTS", "localhost,127.0.0.1,[::1]")
# True on a developer's machine, where every allowed host is this one.
LOCAL = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
HTTPS = env.switch("ESSAIM_HTTPS", default=not LOCAL)

# --- what the operator names -------------------------------------------------
SITE = {
    "name": env.text("ESSAIM_NAME", "Essaim"),
    "tagline": env.text("ESSAIM_TAGLINE"),
    "operator": env.text("ESSAIM_OPERATOR"),
    "logo": env.text("ESSAIM_LOGO_URL"),
    # The State's block mark is reserved to State services: off unless the operator says so.
    "marianne": env.text("ESSAIM_MARIANNE"),
    "contact": env.text("ESSAIM_CONTACT"),
    "accessibility": env.text("ESSAIM_ACCESSIBILITY", "non"),  # non | partielle | totale
    # What the law asks an operator to publish; pages show what is missing.
    "address": env.text("ESSAIM_ADDRESS"),
    "director": env.text("ESSAIM_DIRECTOR"),
    "host": env.text("ESSAIM_HOSTED_BY"),
    "privacy_contact": env.text("ESSAIM_PRIVACY_CONTACT"),
    "source_url": env.text("ESSAIM_SOURCE_URL"),
}

# Ours come first: their templates and commands win over those of the packages below.
INSTALLED_APPS = [
    "essaim.common",
    "essaim.statistics",
    "essaim.territories",
    "essaim.themes",
    "essaim.people",
    "essaim.following",
    "essaim.groups",
    "essaim.initiatives",
    "essaim.needs",
    "essaim.schemes",
    "essaim.search",
    "essaim.scaling",
    "essaim.contributions",
    "essaim.peers",
    "essaim.replications",
    "essaim.evaluations",
    "essaim.kits",
    "essaim.modelling",
    "essaim.harvest",
    "essaim.funding",
    "essaim.calls",
    "essaim.dossiers",
    "essaim.innovators",
    "essaim.catalogue",
    "essaim.guide",
    "essaim.matching",
    "essaim.sponsorship",
    "essaim.introductions",
    "essaim.insights",
    "essaim.open_data",
    "essaim.events",
    "essaim.dialogues",
    "essaim.portal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "essaim.common.apps.StaticFilesConfig",
    "django.forms",
    "widget_tweaks",
    "dsfr",
    "django_htmx",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    *(f"allauth.{part}" for part in ("account", "socialaccount", "mfa", "usersessions")),
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_fsm",
]

MIDDLEWARE = [
    "essaim.common.middleware.request_id",
    "essaim.open_data.gate.gate",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "essaim.common.middleware.limit_body",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "essaim.common.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "essaim.people.middleware.session_activity",
    "essaim.people.middleware.second_factor",
    "essaim.people.middleware.History",
    "essaim.common.remembered.while_reading",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "essaim.common.context.site",
                "essaim.following.context.unread",
                "essaim.people.context.account",
                "essaim.portal.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "essaim.common.templatetags.essaim",
                "essaim.common.templatetags.components",
            ],
        },
    }
]
FORM_RENDERER = "essaim.common.forms.Renderer"

# --- data --------------------------------------------------------------------
DATABASES = env.databases(VAR_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all processes: attempts to sign in are counted here (table made by a migration).
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "essaim_cache",
        # A flood of attempts must not push the counters of others out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    # Of each process: what is quick to read and may differ for a minute.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
UPLOADS = VAR_DIR / "uploads"
MEDIA_ROOT = UPLOADS
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Largest body of any request (bytes); an import file may weigh this much.
MAX_BODY = int(env.text("ESSAIM_MAX_UPLOAD_MB", "150")) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# The context of a change is written in its own history row: a shared table would need UPDATE.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()

# --- people ------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/mon-espace"
LOGOUT_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password, a code by mail
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE['name']}] "
ACCOUNT_FORMS = {
    "login": "essaim.people.forms.accounts.LoginForm",
    "signup": "essaim.people.forms.accounts.SignupForm",
    "add_email": "essaim.people.forms.accounts.AddressForm",
    "request_login_code": "essaim.people.forms.accounts.CodeRequestForm",
    "reset_password": "essaim.people.forms.accounts.PasswordResetForm",
    "reset_password_from_key": "essaim.people.forms.accounts.NewPasswordForm",
    "change_password": "essaim.people.forms.accounts.PasswordChangeForm",
    "reauthenticate": "essaim.people.forms.accounts.ReauthenticateForm",
    "set_password": "essaim.people.forms.accounts.PasswordSetForm",
}
ACCOUNT_ADAPTER = "essaim.people.adapter.AccountAdapter"
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before a change of address
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or address is told to its owner
# Attempts are counted by client: behind proxies, the address is the one the nearest wrote down.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.text("ESSAIM_PROXIES", "0" if LOCAL else "1"))
SESSION_COOKIE_AGE = 14 * 24 * 3600
# How often a visit is written beside its session (seconds): the list of sessions shows it.
SESSION_SEEN_SECONDS = 600
# Managers, administrators and funders prove who they are twice.
REQUIRE_SECOND_FACTOR = env.switch("ESSAIM_REQUIRE_SECOND_FACTOR", default=not LOCAL)
MFA_ADAPTER = "essaim.people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code stays good half a minute more: telephones' clocks drift
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_FORMS = {
    "authenticate": "essaim.people.forms.second_factor.AuthenticateForm",
    "reauthenticate": "essaim.people.forms.second_factor.ReauthenticateForm",
    "activate_totp": "essaim.people.forms.second_factor.ActivateForm",
    "add_webauthn": "essaim.people.forms.second_factor.AddKeyForm",
    "edit_webauthn": "essaim.people.forms.second_factor.EditKeyForm",
}
OPENID = persons.OPENID
RETENTION = persons.RETENTION
SOCIALACCOUNT_ADAPTER = "essaim.people.adapter.IdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "essaim.people.forms.accounts.IdentitySignupForm"}
SOCIALACCOUNT_STORE_TOKENS = False
# Whoever vouches for them, people read what they accept before an account is opened.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "proconnect": {
        "APPS": [
            {
                "name": OPENID["name"],
                "client_id": OPENID["client_id"],
                "secret": OPENID["client_secret"],
            }
        ]
        if OPENID["server"]
        else [],
    }
}

# --- mail --------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("ESSAIM_MAIL_FROM", "essaim@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_FOLDER = VAR_DIR / "mail"
# Where messages send people: jobs write mail too, and have no request to take it from.
PUBLIC_URL = env.text("ESSAIM_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}").rstrip("/")
EMAIL_HOST = env.text("ESSAIM_SMTP_HOST")
if EMAIL_HOST:
    EMAIL_PORT = int(env.text("ESSAIM_SMTP_PORT", "587"))
    EMAIL_HOST_USER = env.text("ESSAIM_SMTP_USER")
    EMAIL_HOST_PASSWORD = env.text("ESSAIM_SMTP_PASSWORD")
    EMAIL_TIMEOUT = 20  # seconds; without it, a silent server would hold the worker for ever
    EMAIL_USE_TLS = env.switch("ESSAIM_SMTP_TLS", default=True)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_FOLDER
# The page that shows those messages exists only where nobody but this machine can see it.
SHOW_LOCAL_MAIL = LOCAL and not EMAIL_HOST

# --- language, time ----------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]  # each in its own language
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("ESSAIM_TIME_ZONE", "Europe/Paris")
USE_I18N = True
USE_TZ = True
LANGUAGE_COOKIE_NAME = "essaim_langue"

# --- static files ------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DSFR_MARK_OPTIONAL_FIELDS = True
DSFR_USE_INTEGRITY_CHECKSUMS = False  # hashed files change; browsers would block them

# --- security ----------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        # The operator's logo may stand on another site.
        "img-src": [SELF, "data:", *([SITE["logo"]] if "://" in SITE["logo"] else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Signing in with the provider begins by a form that leads to it.
        "form-action": [SELF, *([env.origin(OPENID["server"])] if OPENID["server"] else [])],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.switch("ESSAIM_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = int(env.text("ESSAIM_HSTS_SECONDS", "31536000")) if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
CSRF_TRUSTED_ORIGINS = env.words("ESSAIM_ORIGINS")
CSRF_FAILURE_VIEW = "essaim.common.errors.csrf_failure"
# Requests that the product makes to others (webhooks, harvest): essaim/common/outbound.py.
OUTBOUND: dict[str, Any] = {
    # Private places that may be asked all the same: networks, addresses or names, with a port
    # or for all ("10.2.0.0/16,hook.interne:8443").
    "private": env.words("ESSAIM_PRIVATE_HOSTS"),
    "timeout": 10,  # seconds without a byte
    "deadline": 30,  # seconds for the whole of an answer
    "max_bytes": 1024 * 1024,
}

# --- logs: one JSON object a line on standard error ---------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "essaim.common.logs.RequestIdFilter"}},
    "formatters": {"json": {"()": "essaim.common.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "json",
        }
    },
    "root": {"handlers": ["stderr"], "level": env.text("ESSAIM_LOG_LEVEL", "WARNING")},
    "loggers": {"essaim": {"level": env.text("ESSAIM_LOG_LEVEL", "INFO")}},
}

# --- the product's own settings (every rule marked "ours" in the domain) -------
CARD_STALE_AFTER_DAYS = 365
SCHEME_STALE_AFTER_DAYS = 365
# Schemes that one person, no manager, may propose in 24 hours.
SCHEME_PROPOSALS_PER_DAY = 10
# Followers hear that a window closes, this many days before.
SCHEME_CLOSING_SOON_DAYS = 14
# Within which managers mean to have read a submitted card.
CARD_REVIEW_DAYS = 15
# Life of an invitation to write a card with its holder (days), and how many may wait at once.
COEDITOR_INVITATION_DAYS = 30
COEDITOR_INVITATIONS_AT_MOST = 20
# Of one person: a saved search is matched with every card that is published.
FOLLOWS_AT_MOST = 500
# When the digests of a day (or of a week, on Monday) begin to leave, local time.
DIGEST_HOUR = 7
# For how long a process keeps the figures of the home page (seconds).
FIGURES_SECONDS = 60
# Memory of a process for the lists of who holds which word (MB).
SEARCH_LISTS_MB = int(env.text("ESSAIM_SEARCH_LISTS_MB", "96"))
# One thread: with two, the encoder is ten times slower.
ENCODER_THREADS = 1
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
# One setting for each room (rooms.py).
CALL_EXPORTS = rooms.CALL_EXPORTS
CONTRIBUTIONS = rooms.CONTRIBUTIONS
EVALUATIONS = rooms.EVALUATIONS
INNOVATOR_PATH = rooms.INNOVATOR_PATH
INTRODUCTIONS = rooms.INTRODUCTIONS
GROUPS = rooms.GROUPS
HARVEST = rooms.HARVEST
EVENTS = rooms.EVENTS
DIALOGUES = rooms.DIALOGUES
DOSSIERS = rooms.DOSSIERS
CALLS, CALLS_APPLYING = rooms.CALLS, rooms.CALLS_APPLYING
FUNDING = rooms.FUNDING
INSIGHTS = rooms.INSIGHTS
KITS = rooms.KITS
MATCHING = rooms.MATCHING
OPEN_DATA = rooms.OPEN_DATA
ORGANISATIONS = rooms.ORGANISATIONS
PEERS = rooms.PEERS
READINESS = rooms.READINESS
REPLICATIONS = rooms.REPLICATIONS
SPONSORSHIP = rooms.SPONSORSHIP
