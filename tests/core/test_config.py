"""Settings: each wrong one is refused with a sentence that says what would be right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms import config

WRONG = [
    ("LMS_DATABASE_URL", "mysql://host/name", "postgresql://"),
    ("LMS_BASE_URL", "formation.example.ma", "https://formation.example.ma"),
    ("LMS_BASE_URL", "https://", "public address"),
    ("LMS_SECRET_KEY", "short", "32"),
    ("LMS_SIGNING_KEY", "/nowhere/seal.p12", "PKCS#12"),
    ("LMS_SIGNING_KEY", "/", "PKCS#12"),
    ("LMS_SMTP_URL", "http://mail", "smtp://"),
    ("LMS_JOBS_URL", "amqp://x", "redis://"),
    ("LMS_JOBS_URL", "redis://localhost/0", "pip install redis"),
    ("LMS_TRUSTED_PROXIES", "many", "whole number"),
    ("LMS_TRUSTED_PROXIES", "-1", "whole number"),
    ("LMS_DEVELOPMENT", "yes", "0 or 1"),
    ("LMS_DATABSE_URL", "sqlite:///x", "LMS_DATABASE_URL"),
]


@pytest.mark.parametrize(("name", "value", "advice"), WRONG)
def test_a_wrong_setting_is_named_with_advice(name: str, value: str, advice: str) -> None:
    with pytest.raises(config.WrongSetting) as refused:
        config.read({name: value})
    assert str(refused.value).startswith(name)
    assert advice in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"), [("LMS_SIGNING_KEY", "/nowhere/seal.p12"), ("LMS_DATABSE_URL", "sqlite:///x")]
)
def test_commands_say_it_in_a_sentence_and_nothing_else(tmp_path: Path, name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "lms", "signing-key", "list"],
        env={"PATH": os.environ["PATH"], "LMS_DATA_DIR": str(tmp_path / "data"), name: value},
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {name}")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = config.read({"PATH": "/bin"})
    assert settings.database.startswith("sqlite:///")
    assert not settings.is_https
    assert not settings.development


@pytest.mark.parametrize("folder", ["/proc/lms", "/dev/null/lms"])
def test_a_folder_that_cannot_be_written_is_named(folder: str) -> None:
    with pytest.raises(config.WrongSetting, match="cannot be written"):
        config.prepare_data_dir(config.Settings(data_dir=Path(folder)))


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = config.Settings(data_dir=tmp_path)
    key = config.secret_key(settings)
    assert len(key) >= 64
    assert config.secret_key(settings) == key
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_key_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("abc")
    with pytest.raises(config.WrongSetting, match="too short"):
        config.secret_key(config.Settings(data_dir=tmp_path))
