"""Settings, read from the environment. `.env.example` lists every variable.

DATABASE_URL alone switches from the embedded SQLite file to PostgreSQL, and REDIS_URL alone
switches the channel layer, the cache and the board from the process's memory to Redis.
A missing or malformed variable stops the start with a message that names it.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from environs import FileAwareEnv, ValidationError, validate

from accounts.encryption import development_key, key_bytes

BASE_DIR = Path(__file__).resolve().parent.parent

env = FileAwareEnv(eager=False, strip_whitespace=True)
env.read_env(BASE_DIR / ".env", recurse=False)


def is_key(text: str) -> None:
    try:
        key_bytes(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def are_keys(texts: list[str]) -> None:
    for text in texts:
        is_key(text)


DEBUG: bool = env.bool("DEBUG", False)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
SECRET_KEY: str = (
    env.str("SECRET_KEY", "for-development-only-" + "x" * 40)
    if DEBUG
    else env.str("SECRET_KEY", validate=validate.Length(min=50))
)
personal_data_keys: list[str] = (
    env.list("PERSONAL_DATA_KEYS", [], validate=are_keys)
    if DEBUG
    else env.list("PERSONAL_DATA_KEYS", validate=[validate.Length(min=1), are_keys])
)
blind_index_key: str = (
    env.str("BLIND_INDEX_KEY", "", validate=is_key)
    if DEBUG
    else env.str("BLIND_INDEX_KEY", validate=is_key)
)
DATA_DIR: Path = env.path("DATA_DIR", BASE_DIR / "var")
ALLOWED_HOSTS: list[str] = (
    env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    if DEBUG
    else env.list("ALLOWED_HOSTS", validate=validate.Length(min=1))
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
PUBLIC_URL: str = env.str("PUBLIC_URL", "", validate=validate.Regexp(r"^(https?://[^/\s]+)?$"))
HTTPS: bool = env.bool("HTTPS", not DEBUG)
PROXY_HOPS: int = env.int("PROXY_HOPS", 0, validate=validate.Range(0, 5))
LOG_LEVEL: str = env.str(
    "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
)
REDIS_URL: str = env.str(
    "REDIS_URL", "", validate=validate.Regexp(r"^((redis|rediss|unix)://.*)?$")
)
SUBMIT_GRACE_SECONDS: int = env.int("SUBMIT_GRACE_SECONDS", 5, validate=validate.Range(0, 60))
EMAIL: dict[str, Any] = env.dj_email_url("EMAIL_URL", "console:" if DEBUG else "dummymail:")
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "hoithi@localhost")
MESSAGE_BACKEND: str = env.str(
    "MESSAGE_BACKEND", "accounts.messaging.development.ConsoleBackend" if DEBUG else ""
)
MESSAGES_IN_BACKGROUND: bool = env.bool("MESSAGES_IN_BACKGROUND", True)
MESSAGE_DIR: Path = env.path("MESSAGE_DIR", DATA_DIR / "messages")
MESSAGE_MAIL_ADDRESS: str = env.str(
    "MESSAGE_MAIL_ADDRESS", "", validate=validate.Regexp(r"^(.*\{phone\}.*@.+|.+@.*\{phone\}.*)?$")
)
SMS_GATEWAY: dict[str, Any] = {
    "url": env.str("SMS_URL", "", validate=validate.Regexp(r"^(https?://\S+)?$")),
    "method": env.str("SMS_METHOD", "POST", validate=validate.OneOf(["GET", "POST", "PUT"])),
    "headers": env.json("SMS_HEADERS", {}),
    "body": env.json("SMS_BODY", {"to": "{phone}", "text": "{text}"}),
    "body_format": env.str(
        "SMS_BODY_FORMAT", "json", validate=validate.OneOf(["json", "form", "query"])
    ),
    "secret": env.str("SMS_SECRET", ""),
    "success_status": env.list("SMS_SUCCESS_STATUS", [200, 201, 202], subcast=int),
    "success_json": env.str("SMS_SUCCESS_JSON", "", validate=validate.Regexp(r"^([^=]+=.+)?$")),
    "tries": env.int("SMS_TRIES", 3, validate=validate.Range(1, 6)),
    "timeout_seconds": env.float("SMS_TIMEOUT_SECONDS", 5.0, validate=validate.Range(0.5, 30)),
}
SIGN_IN_CODE_MINUTES: int = env.int("SIGN_IN_CODE_MINUTES", 10, validate=validate.Range(2, 60))
OIDC: dict[str, str] = {
    "name": env.str("OIDC_NAME", ""),
    "server_url": env.str(
        "OIDC_SERVER_URL", "", validate=validate.Regexp(r"^(https?://\S*[^/\s])?$")
    ),
    "client_id": env.str("OIDC_CLIENT_ID", ""),
    "secret": env.str("OIDC_CLIENT_SECRET", ""),
}
OIDC_LINKS_BY_EMAIL: bool = env.bool("OIDC_LINKS_BY_EMAIL", False)
STAFF_MFA_REQUIRED: bool = env.bool("STAFF_MFA_REQUIRED", not DEBUG)
DATABASE: dict[str, Any] = env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR}/contest.sqlite3")
EXPIRY_IN_ASGI: bool = env.bool("EXPIRY_IN_ASGI", True)
DATABASE_KEEP_CONNECTIONS = env.bool("DATABASE_KEEP_CONNECTIONS", False)
DATABASE_POOL_SIZE: int = env.int("DATABASE_POOL_SIZE", 8, validate=validate.Range(0, 100))

env.seal()

# what encrypts personal data (newest first) and what finds it again; see accounts/encryption.py
PERSONAL_DATA_KEYS = [key_bytes(text) for text in personal_data_keys] or [development_key("data")]
BLIND_INDEX_KEY = key_bytes(blind_index_key) if blind_index_key else development_key("index")

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

INSTALLED_APPS = [
    "servestatic.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "accounts",
    "questionbank",
    "contest",
    "leaderboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "accounts.middleware.clock_middleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "contest.middleware.counter_middleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.desks",
            ],
            "builtins": ["accounts.templatetags.icons"],
        },
    }
]

# Database -------------------------------------------------------------------------------------

if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASE["OPTIONS"] = {
        # an answer is acknowledged after its commit, so a commit must reach the disk
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # tests race threads against each other: a database in memory locks unlike the real file
    DATABASE["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
else:
    DATABASE["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5}
    if DATABASE_KEEP_CONNECTIONS:
        DATABASE["CONN_MAX_AGE"] = None
    elif DATABASE_POOL_SIZE:
        DATABASE["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": DATABASE_POOL_SIZE,
            "timeout": 10,
            # by default the pauses between attempts double for five minutes: a server that was
            # away for one would be found a minute after its return
            "reconnect_timeout": 10,
        }
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache, sessions, sockets -------------------------------------------------------------------

IN_PROCESS_CACHE = "django.core.cache.backends.locmem.LocMemCache"
# parts of pages that are the same for everybody while the process runs
CACHES: dict[str, Any] = {"fragments": {"BACKEND": IN_PROCESS_CACHE, "LOCATION": "fragments"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"pool_class": "config.redis_pool.SharedConnectionPool"},
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Redis publishes across all its databases: an installation in another one is not heard
            "CONFIG": {"hosts": [REDIS_URL], "prefix": f"contest:{urlsplit(REDIS_URL).path}"},
        }
    }
else:
    CACHES["default"] = {"BACKEND": IN_PROCESS_CACHE}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend"]
PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "contest:contest_list"
LOGOUT_REDIRECT_URL = "contest:contest_list"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.code_forms.AskForCodeForm",
    "confirm_login_code": "accounts.code_forms.CodeForm",
    "verify_phone": "accounts.code_forms.PhoneCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email", "phone", "password1*"]
# either of the two is enough, which allauth cannot express: our form asks for one
SILENCED_SYSTEM_CHECKS = ["account.W001"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# without verified addresses, hiding that an account exists would only strand its owner
ACCOUNT_PREVENT_ENUMERATION = False
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to who has no account
ACCOUNT_SESSION_REMEMBER = True
# Codes ride in the session, on the server: who could read them there could take the session itself.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = SIGN_IN_CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 2
ACCOUNT_LOGIN_TIMEOUT = 2 * ACCOUNT_LOGIN_BY_CODE_TIMEOUT
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# An office or a school stands behind one address: limits a person, not the address.
ACCOUNT_RATE_LIMITS = {
    "signup": "600/10m/ip",
    "login": "900/m/ip",
    "login_failed": "600/m/ip,5/5m/key",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "120/m/ip",
    # for a person: five codes an hour, however they are asked for, thus 25 guesses at a million
    "request_login_code": "600/m/ip,5/h/key,15/d/key",
    "verify_phone": "600/m/ip,5/h/key,15/d/key",
    "change_phone": "20/h/user",
    "reauthenticate": "10/m/user",
    "unit_search": "3000/m/ip",
    "board_search": "300/m/ip",  # a whole office shares an address
    # an office activates its slips together; one code is typed again a few times
    "activation": "600/10m/ip,10/10m/key",
    "counter_code": "600/10m/ip,30/10m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_HOPS


# one form for all who come from elsewhere, since a contest needs more than a provider tells
SOCIALACCOUNT_ADAPTER = "accounts.sso.SsoAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SsoSignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = OIDC_LINKS_BY_EMAIL
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

MFA_ADAPTER = "accounts.second_factors.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # phones' clocks differ
# addresses are confirmed only as far as codes go there; staff are known to the organisers
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_FORMS = {
    "activate_totp": "accounts.code_forms.ActivateTotpForm",
    "authenticate": "accounts.code_forms.SecondFactorForm",
    "reauthenticate": "accounts.code_forms.ConfirmAgainForm",
    "add_webauthn": "accounts.code_forms.AddKeyForm",
    "edit_webauthn": "accounts.code_forms.RenameKeyForm",
}

# Languages, time ----------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "config" / "third_party_locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# Static files -------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

# Security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_HOPS else None
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"

# Mail, logs ---------------------------------------------------------------------------------

EMAIL_BACKEND = EMAIL.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = EMAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # would write addresses of a gateway, and with them phone numbers
    "loggers": {
        "urllib3": {"level": "ERROR"},
        # tell every step, and every glyph of a font
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
