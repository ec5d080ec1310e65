"""Keys made once and kept for good: the installation's own, and one of the organisation."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from lms.documents import keyring as keyrings
from lms.documents import signing
from lms.documents.keyring import Keyring, SigningFailed
from lms.documents.signing import SignatureState
from tests.documents.keys import NOW, PDF, certified, cut, gap, write_pkcs12

# --- The installation's own keys


def test_the_first_key_is_for_its_owner_only_and_for_signatures_only(keyring: Keyring) -> None:
    path = keyring.signing().path
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)

    assert path.name == "0001.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["0001.pem"]
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert certificate.not_valid_after_utc.year == 9999
    certificate.verify_directly_issued_by(certificate)


def make_key(folder: Path, barrier: Any, made: Any) -> None:
    """In a process of its own: makes the first key at the moment when the other one has made its own too."""
    new_key = keyrings._new_key

    def at_once() -> bytes:
        pem = new_key()
        barrier.wait(60)
        return pem

    keyrings._new_key = at_once
    made.put(Keyring(folder).signing().certificate)


def test_two_processes_that_start_at_once_end_with_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, made = context.Barrier(2), context.Queue()
    both = [context.Process(target=make_key, args=(tmp_path / "signing", barrier, made)) for _ in range(2)]
    for process in both:
        process.start()
    certificates = {made.get(timeout=60), made.get(timeout=60)}
    for process in both:
        process.join(60)

    (only,) = Keyring(tmp_path / "signing").known()
    assert certificates == {only.certificate}
    assert os.listdir(tmp_path / "signing") == ["0001.pem"]


def test_whoever_comes_second_takes_the_key_of_the_first(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, new_key, quicker = keyring._folder, keyrings._new_key, []

    def overtaken() -> bytes:
        pem = new_key()
        if not quicker:
            quicker.append(None)
            quicker[0] = Keyring(folder).signing().certificate
        return pem

    monkeypatch.setattr(keyrings, "_new_key", overtaken)

    assert keyring.signing().certificate == quicker[0]
    assert os.listdir(folder) == ["0001.pem"]


def test_a_full_disk_leaves_no_half_of_a_key(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", no_room)
        with pytest.raises(SigningFailed, match="No space left"):
            keyring.signing()
    assert keyring.known() == ()
    assert keyring.signing().path.name == "0001.pem"
    assert len(os.listdir(keyring.signing().path.parent)) == 1


def test_after_a_new_key_old_documents_verify_and_new_ones_name_it(keyring: Keyring) -> None:
    other_process = Keyring(keyring.signing().path.parent)
    old = signing.sign(PDF, other_process)
    assert keyring.new().name == "0002.pem"
    new = signing.sign(PDF, other_process)

    assert other_process.signing().path.name == "0002.pem"
    assert [signing.check(one, keyring) for one in (old, new)] == [SignatureState.VALID] * 2
    (keyring.signing().path.parent / "0002.pem").unlink()
    assert [signing.check(one, keyring) for one in (old, new)] == [SignatureState.VALID, SignatureState.FOREIGN]


def test_a_damaged_older_key_holds_up_no_signature(keyring: Keyring) -> None:
    older = keyring.signing().path
    keyring.new()
    older.write_bytes(b"")

    signed = signing.sign(PDF, keyring)

    assert keyring.signing().path.name == "0002.pem"
    with pytest.raises(SigningFailed, match=r"0001\.pem"):
        signing.check(signed, keyring)


def cut_in_the_key(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def unreadable(path: Path) -> None:
    path.unlink()
    path.mkdir()


def of_two(path: Path) -> None:
    own, other = path.read_text(), keyrings._new_key().decode()
    certificate = "-----BEGIN CERTIFICATE"
    path.write_text(own[: own.index(certificate)] + other[other.index(certificate) :])


@pytest.mark.parametrize("damage", [cut, cut_in_the_key, emptied, unreadable, of_two])
def test_a_damaged_key_is_named_and_no_other_is_made(keyring: Keyring, damage: Callable[[Path], None]) -> None:
    path = keyring.signing().path
    damage(path)

    for act in (keyring.signing, keyring.look, keyring.new, lambda: signing.check(PDF, keyring)):
        with pytest.raises(SigningFailed, match=r"0001\.pem.*\.$"):
            act()
    assert os.listdir(path.parent) == ["0001.pem"]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "signing").write_text("")
    with pytest.raises(SigningFailed, match="folder of signing keys"):
        Keyring(tmp_path / "signing").signing()


# --- A key of the organisation's own


def test_what_the_organisations_key_signed_on_one_machine_is_valid_on_the_other(seal: Path, tmp_path: Path) -> None:
    here, there = (Keyring(tmp_path / name, seal, "wrapped") for name in ("here", "there"))
    assert signing.check(signing.sign(PDF, here), there) == SignatureState.VALID
    assert signing.check(signing.sign(PDF, here), Keyring(tmp_path / "there")) == SignatureState.FOREIGN


def test_the_organisations_key_signs_and_is_remembered_when_it_goes(
    seal: Path, tmp_path: Path, at: Callable[..., None]
) -> None:
    at(NOW)
    keyring = Keyring(tmp_path / "signing", seal, "wrapped")
    signed = signing.sign(PDF, keyring)
    assert signing.sign(PDF, keyring) != b""
    (remembered,) = keyring.known()
    assert (remembered.private, len(remembered.certificates)) == (None, 2)
    assert b"PRIVATE" not in remembered.path.read_bytes()

    seal.unlink()
    after = Keyring(tmp_path / "signing")
    own = signing.sign(PDF, after)

    assert after.signing().path.name == "0002.pem"
    assert [signing.check(one, after) for one in (signed, own)] == [SignatureState.VALID] * 2
    at(NOW + dt.timedelta(days=4000))  # the organisation's certificate has long ended
    assert signing.check(signed, after) == SignatureState.VALID


def test_no_flipped_bit_leaves_a_document_of_the_organisations_key_valid(
    seal: Path, tmp_path: Path, at: Callable[..., None]
) -> None:
    at(NOW)
    keyring = Keyring(tmp_path / "signing", seal, "wrapped")
    signed = signing.sign(PDF, keyring)
    start, end = gap(signed)
    chance = random.Random()
    for place in [chance.randrange(start, end) for _ in range(120)]:
        changed = bytearray(signed)
        changed[place] ^= 1 << chance.randrange(8)
        assert signing.check(bytes(changed), keyring) == SignatureState.CHANGED, place


def without_key(path: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"seal", None, certified(key, "A"), None, BestAvailableEncryption(b"wrapped")
        )
    )
    return "holds no private key"


def ended(path: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    write_pkcs12(path, key, certified(key, "A", last=NOW - dt.timedelta(days=1)))
    return "to 2026-11-22 only"


def of_another_kind(path: Path) -> str:
    key = ed25519.Ed25519PrivateKey.generate()
    write_pkcs12(path, key, certified(key, "A"))
    return "neither RSA nor ECDSA"


def with_another_password(path: Path) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    write_pkcs12(path, key, certified(key, "A"), password="other")
    return "LMS_SIGNING_PASSWORD opens"


def no_such_file(path: Path) -> str:
    path.write_bytes(PDF)
    return "is no PKCS#12 file"


def missing(path: Path) -> str:
    return "cannot be read"


@pytest.mark.parametrize("wrong", [without_key, ended, of_another_kind, with_another_password, no_such_file, missing])
def test_a_key_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, at: Callable[..., None], wrong: Callable[[Path], str]
) -> None:
    at(NOW)
    why = wrong(tmp_path / "seal.p12")
    keyring = Keyring(tmp_path / "signing", tmp_path / "seal.p12", "wrapped")

    with pytest.raises(SigningFailed) as refused:
        signing.sign(PDF, keyring)
    assert why in str(refused.value)
    assert str(refused.value).endswith(".")
    assert keyring.known() == ()


@pytest.mark.parametrize("lose", [with_another_password, no_such_file, Path.unlink])
def test_what_a_key_signed_verifies_though_its_file_cannot_be_read_any_more(
    seal: Path, tmp_path: Path, at: Callable[..., None], lose: Callable[[Path], Any]
) -> None:
    at(NOW)
    signed = signing.sign(PDF, Keyring(tmp_path / "signing", seal, "wrapped"))
    lose(seal)
    keyring = Keyring(tmp_path / "signing", seal, "wrapped")

    assert signing.check(signed, keyring) == SignatureState.VALID
    assert signing.is_of_known_key(signed, keyring)
    with pytest.raises(SigningFailed, match="seal"):
        signing.sign(PDF, keyring)
