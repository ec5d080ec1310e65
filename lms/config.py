"""Every setting, declared once: meaning, unit, default. A wrong one stops the start with a sentence."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

MIN_SECRET_LENGTH = 32
#: Sender of mails until one is set.
NO_SENDER = "noreply@localhost"
ROOT = Path(__file__).resolve().parent.parent


class WrongSetting(click.ClickException):
    """A setting has a value that cannot be used. The text says which and what would be right; commands print it."""


@dataclass(frozen=True)
class Setting:
    """One ``LMS_*`` variable of the environment."""

    name: str
    meaning: str
    default: str
    parse: Callable[[str], Any]


def _text(value: str) -> str:
    return value


def _folder(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _database(value: str) -> str:
    if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    return value


def _base_url(value: str) -> str:
    if value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write the public address, for example https://formation.example.ma")
    return value.rstrip("/")


def _secret(value: str) -> str:
    if value and len(value) < MIN_SECRET_LENGTH:
        raise ValueError(f"give at least {MIN_SECRET_LENGTH} random characters, or leave it out")
    return value


def _key_file(value: str) -> Path | None:
    path = Path(value).expanduser().resolve()
    if value and not (path.is_file() and os.access(path, os.R_OK)):
        raise ValueError(f"{path} is no file that can be read; write the path of a PKCS#12 file (.p12, .pfx)")
    return path if value else None


def _hosts(value: str) -> tuple[str, ...]:
    return tuple(host.strip() for host in value.split(",") if host.strip())


def _count(value: str) -> int:
    if not value.isdigit() or int(value) > 5:
        raise ValueError("write a whole number from 0 to 5")
    return int(value)


def _yes_no(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("write 0 or 1")
    return value == "1"


def _smtp(value: str) -> str:
    if value and urlsplit(value).scheme not in ("smtp", "smtps"):
        raise ValueError("write smtp://USER:PASSWORD@HOST:PORT (STARTTLS) or smtps:// (TLS)")
    return value


def _jobs(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://", "postgresql://")):
        raise ValueError("write redis://HOST/NUMBER or postgresql://USER:PASSWORD@HOST/NAME")
    if value.startswith("redis") and find_spec("redis") is None:
        raise ValueError("redis:// needs the Python package redis beside this one: pip install redis")
    return value


SETTINGS: tuple[Setting, ...] = (
    Setting("LMS_DATABASE_URL", "Database. Empty: a SQLite file in the data folder.", "", _database),
    Setting(
        "LMS_SECRET_KEY",
        "Key that signs cookies, 32 characters or more. Empty: made at first start and kept in the data folder.",
        "",
        _secret,
    ),
    Setting(
        "LMS_SIGNING_KEY",
        "PKCS#12 file with the key that signs documents. Empty: made at first start and kept in the data folder.",
        "",
        _key_file,
    ),
    Setting("LMS_SIGNING_PASSWORD", "Password of LMS_SIGNING_KEY.", "", _text),
    Setting("LMS_DEMO_PASSWORD", "Password of the demo accounts. Empty: made up and printed at start.", "", _text),
    Setting(
        "LMS_BASE_URL",
        "Public address, used in mails and QR codes. Empty: the address served.",
        "",
        _base_url,
    ),
    Setting("LMS_DATA_DIR", "Folder for the SQLite file, keys, queue, outbox and cache.", "instance", _folder),
    Setting(
        "LMS_PRIVATE_HOSTS",
        "Hosts in private networks that outbound requests may reach, separated by commas.",
        "",
        _hosts,
    ),
    Setting("LMS_SMTP_URL", "Mail server. Empty: mails are written to files and to the terminal.", "", _smtp),
    Setting("LMS_MAIL_FROM", "Sender of mails.", NO_SENDER, _text),
    Setting(
        "LMS_JOBS_URL",
        "Queue of jobs, redis:// or postgresql://. Empty: a file in the data folder.",
        "",
        _jobs,
    ),
    Setting("LMS_TRUSTED_PROXIES", "How many proxies in front add X-Forwarded headers.", "0", _count),
    Setting("LMS_QUESTION_REVIEW", "1: a second trainer reads each question before it is published.", "0", _yes_no),
    Setting("LMS_DEVELOPMENT", "1 adds /styleguide. Never on a public server.", "0", _yes_no),
)


@dataclass(frozen=True)
class Settings:
    """The settings in force. Made by ``read``; tests build their own."""

    data_dir: Path
    database_url: str = ""
    secret_key: str = ""
    signing_key: Path | None = None
    signing_password: str = ""
    demo_password: str = ""
    base_url: str = ""
    private_hosts: tuple[str, ...] = ()
    smtp_url: str = ""
    mail_from: str = NO_SENDER
    jobs_url: str = ""
    trusted_proxies: int = 0
    question_review: bool = False
    development: bool = False
    #: Host names answered besides that of the base URL.
    served_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    testing: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """SQLAlchemy address of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'lms.sqlite3'}"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment. Raises WrongSetting with one sentence for the first wrong one."""
    environ = os.environ if environ is None else environ
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(name for name in environ if name.startswith("LMS_") and name not in known)
    if unknown:
        raise WrongSetting(f"{unknown[0]} is not a setting. Known ones: {', '.join(sorted(known))}.")
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        try:
            value = setting.parse(environ.get(setting.name, setting.default).strip())
        except ValueError as error:
            raise WrongSetting(f"{setting.name} cannot be used: {error}.") from error
        values[setting.name.removeprefix("LMS_").lower()] = value
    return Settings(**{**values, **overrides})


def prepare_data_dir(settings: Settings) -> None:
    """Make the data folder, for its owner only. Raises WrongSetting when it cannot be written."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A name of its own: workers that start at the same moment each make and remove theirs.
        tempfile.TemporaryFile(dir=settings.data_dir).close()
    except OSError as error:
        raise WrongSetting(
            f"The data folder {settings.data_dir} cannot be written ({error.strerror}). "
            "Give write access or name another folder in LMS_DATA_DIR."
        ) from error


def secret_key(settings: Settings) -> str:
    """The signing key: the setting, else the one made at first start and kept owner-only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret.key"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        key = file.read().strip()
        if not key:
            key = secrets.token_urlsafe(48)
            file.write(key)
    if len(key) < MIN_SECRET_LENGTH:
        raise WrongSetting(f"The key in {path} is too short. Delete the file and start again.")
    return key
