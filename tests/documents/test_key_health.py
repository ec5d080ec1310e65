"""Whether signing would work: asked before a document waits for it, on the health page, by command."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.administration import checks
from lms.documents import signing
from lms.documents.keyring import Keyring, SigningFailed
from tests.documents.keys import NOW, PDF, cut

# --- Whether signing would work


def own_key(seal: Path, folder: Path) -> Keyring:
    Keyring(folder).signing()
    return Keyring(folder)


def first_key(seal: Path, folder: Path) -> Keyring:
    return Keyring(folder)


def first_key_of_a_folder_that_is_there(seal: Path, folder: Path) -> Keyring:
    folder.mkdir()
    return Keyring(folder)


def key_of_the_organisation(seal: Path, folder: Path) -> Keyring:
    return Keyring(folder, seal, "wrapped")


def remembered_key(seal: Path, folder: Path) -> Keyring:
    Keyring(folder, seal, "wrapped").signing()
    return Keyring(folder, seal, "wrapped")


@pytest.mark.parametrize(
    "made",
    [own_key, first_key, first_key_of_a_folder_that_is_there, key_of_the_organisation, remembered_key],
)
def test_asking_whether_signing_would_work_writes_nothing(
    seal: Path, tmp_path: Path, at: Callable[..., None], made: Callable[[Path, Path], Keyring]
) -> None:
    at(NOW)
    keyring = made(seal, tmp_path / "signing")
    before = sorted(tmp_path.rglob("*"))

    keyring.check_ready()

    assert sorted(tmp_path.rglob("*")) == before
    signing.sign(PDF, keyring)


def make_read_only(patch: pytest.MonkeyPatch) -> None:
    """As a disk that is mounted so: the tests may run as root, whom no rights of a folder hold up."""
    opened = os.open

    def only_to_read(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_ACCMODE != os.O_RDONLY:
            raise OSError(30, "Read-only file system")
        return opened(path, flags, *more, **named)

    patch.setattr(os, "open", only_to_read)


@pytest.mark.parametrize("made", [first_key_of_a_folder_that_is_there, key_of_the_organisation])
def test_a_folder_that_cannot_be_written_is_named_before_a_key_has_to_be_added(
    seal: Path, tmp_path: Path, at: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
    made: Callable[[Path, Path], Keyring],
) -> None:  # fmt: skip
    at(NOW)
    keyring = made(seal, tmp_path / "signing")
    (tmp_path / "signing").mkdir(exist_ok=True)
    make_read_only(monkeypatch)

    for act in (keyring.check_ready, keyring.signing):
        with pytest.raises(SigningFailed, match=r"signing cannot be written \(Read-only file system\)\.$"):
            act()


@pytest.mark.parametrize("made", [first_key, key_of_the_organisation])
def test_a_folder_that_cannot_be_made_is_named_before_a_key_has_to_be_added(
    seal: Path, tmp_path: Path, at: Callable[..., None], made: Callable[[Path, Path], Keyring]
) -> None:
    at(NOW)
    keyring = made(seal, tmp_path / "no_data_folder" / "signing")

    for act in (keyring.check_ready, keyring.signing):
        with pytest.raises(SigningFailed, match="cannot be written"):
            act()


@pytest.mark.parametrize("made", [own_key, remembered_key])
def test_where_nothing_has_to_be_added_the_folder_may_be_read_only(
    seal: Path, tmp_path: Path, at: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
    made: Callable[[Path, Path], Keyring],
) -> None:  # fmt: skip
    at(NOW)
    keyring = made(seal, tmp_path / "signing")
    make_read_only(monkeypatch)

    keyring.check_ready()
    keyring.signing()


def test_a_damaged_key_of_the_folder_holds_up_the_organisations_key_and_is_named(
    seal: Path, tmp_path: Path, at: Callable[..., None]
) -> None:
    at(NOW)
    cut(Keyring(tmp_path / "signing").signing().path)
    keyring = Keyring(tmp_path / "signing", seal, "wrapped")

    for act in (keyring.check_ready, keyring.signing):
        with pytest.raises(SigningFailed, match=r"0001\.pem is damaged"):
            act()


# --- Commands and health


def test_commands_make_the_next_key_and_list_all(sqlite_app: Flask, tmp_path: Path) -> None:
    runner, before = sqlite_app.test_cli_runner(), sqlite_app.extensions["keyring"]
    sqlite_app.extensions["keyring"] = Keyring(tmp_path / "signing")
    try:
        made = [runner.invoke(args=["signing-key", "new"]).output.strip() for _ in range(2)]
        listed = runner.invoke(args=["signing-key", "list"])
        (tmp_path / "signing" / "0001.pem").write_text("")
        refused = [runner.invoke(args=["signing-key", name]) for name in ("new", "list")]
    finally:
        sqlite_app.extensions["keyring"] = before

    assert [Path(path).name for path in made] == ["0001.pem", "0002.pem"]
    assert [line[:9] for line in listed.output.splitlines()] == ["0001.pem ", "0002.pem "]
    assert [(one.exit_code, "0001.pem is damaged" in one.output) for one in refused] == [(1, True)] * 2


@pytest.fixture
def line(app: Flask, db: Any, now: dt.datetime) -> Iterator[Callable[..., Any]]:
    """The line of the health page, of the app's own keyring or of the one that is given."""
    own = app.extensions["keyring"]

    def line(keyring: Keyring = own) -> Any:
        app.extensions["keyring"] = keyring
        with app.test_request_context("/fr/"):
            (found,) = [one for one in checks.all_of(db, now=now) if "signing-key" in str(one.advice)]
        return found

    yield line
    app.extensions["keyring"] = own


def test_the_health_page_says_whether_the_key_can_be_used(app: Flask, line: Callable[..., Any]) -> None:
    keyring = app.extensions["keyring"]
    assert line().is_well
    path = keyring.signing().path
    kept = path.read_bytes()
    path.write_bytes(kept[:-100])
    assert not line().is_well
    path.write_bytes(kept)
    assert line().is_well


def test_the_health_page_says_that_nothing_can_be_signed_with_a_damaged_key_in_the_folder(
    line: Callable[..., Any], seal: Path, tmp_path: Path, at: Callable[..., None]
) -> None:
    at(NOW)
    folder = tmp_path / "signing"
    older = Keyring(folder).signing().path
    assert line(Keyring(folder, seal, "wrapped")).is_well
    cut(older)
    assert not line(Keyring(folder, seal, "wrapped")).is_well


@pytest.mark.parametrize("made", [first_key, key_of_the_organisation])
def test_the_health_page_says_that_the_folder_cannot_be_written(
    line: Callable[..., Any], seal: Path, tmp_path: Path, at: Callable[..., None],
    made: Callable[[Path, Path], Keyring],
) -> None:  # fmt: skip
    at(NOW)
    assert line(made(seal, tmp_path / "signing")).is_well
    assert not line(made(seal, tmp_path / "no_data_folder" / "signing")).is_well


def test_the_health_page_says_of_a_damaged_older_key_that_it_only_keeps_signatures_from_being_checked(
    line: Callable[..., Any], keyring: Keyring
) -> None:
    older = keyring.signing().path
    keyring.new()
    well = line(keyring)
    cut(older)
    damaged = line(keyring)

    assert (well.is_well, damaged.is_well) == (True, False)
    assert damaged.advice != well.advice


def test_the_command_of_the_health_page_says_why_nothing_can_be_signed(sqlite_app: Flask, tmp_path: Path) -> None:
    before = sqlite_app.extensions["keyring"]
    sqlite_app.extensions["keyring"] = Keyring(tmp_path / "no_data_folder" / "signing")
    try:
        listed = sqlite_app.test_cli_runner().invoke(args=["signing-key", "list"])
    finally:
        sqlite_app.extensions["keyring"] = before

    assert listed.exit_code == 1
    assert "cannot be written" in listed.output
