"""Keys made once and kept for good, and signatures that hold for the very bytes that were signed."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from flask import Flask

from lms.administration import checks
from lms.documents import keyring as keyrings
from lms.documents import signing
from lms.documents.keyring import Keyring, SigningFailed
from lms.documents.signing import SignatureState

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SIGNED_ONCE = Path(__file__).parent / "signed_once"


def blank() -> bytes:
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out, deterministic_id=True)
    return out.getvalue()


PDF = blank()


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "signing")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Keyring]:
    """A signed document and the keyring that signed it."""
    keyring = Keyring(tmp_path_factory.mktemp("own") / "signing")
    return signing.sign(PDF, keyring), keyring


def gap(signed: bytes) -> tuple[int, int]:
    """Where the signature itself stands: the bytes that it cannot cover."""
    start = signed.rindex(b"/Contents <") + len(b"/Contents ")
    return start, signed.index(b">", start) + 1


# --- What a signature says


def test_a_signed_document_is_valid_and_begins_with_the_unsigned_one(own: tuple[bytes, Keyring]) -> None:
    signed, keyring = own

    assert signing.check(signed, keyring) == SignatureState.VALID
    assert signed.startswith(PDF)
    assert signing.check(PDF, keyring) == SignatureState.NONE


def test_signing_and_checking_work_where_an_event_loop_runs(keyring: Keyring) -> None:
    async def both() -> SignatureState:
        return signing.check(signing.sign(PDF, keyring), keyring)

    with ThreadPoolExecutor(1) as thread:  # of its own: this one may have a loop already, of the browser's tests
        assert thread.submit(lambda: asyncio.run(both())).result() == SignatureState.VALID


def test_the_signature_is_pades_certifies_and_shows_nothing(own: tuple[bytes, Keyring]) -> None:
    with pikepdf.open(io.BytesIO(own[0])) as document:
        (field,) = document.Root.AcroForm.Fields
        signature = document.Root.Perms.DocMDP
        assert field.T == "Cachet"
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert "/AP" not in field
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert int(signature.Reference[0].TransformParams.P) == 1
        assert signature == field.V


def test_no_flipped_bit_anywhere_leaves_it_valid(own: tuple[bytes, Keyring]) -> None:
    signed, keyring = own
    chance = random.Random()
    start, end = gap(signed)
    places = [chance.randrange(len(signed)) for _ in range(150)] + [chance.randrange(start, end) for _ in range(150)]

    for place in places:
        changed = bytearray(signed)
        changed[place] ^= 1 << chance.randrange(8)
        assert signing.check(bytes(changed), keyring) != SignatureState.VALID, place


@pytest.mark.parametrize("more", [b" ", b"\n", b"\0", b"%%EOF\n", b"\n1 0 obj\n<<>>\nendobj\n", PDF])
def test_with_bytes_appended_it_is_changed(own: tuple[bytes, Keyring], more: bytes) -> None:
    assert signing.check(own[0] + more, own[1]) == SignatureState.CHANGED


def test_an_update_that_a_viewer_would_show_is_a_change(own: tuple[bytes, Keyring]) -> None:
    from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer: Any = IncrementalPdfFileWriter(io.BytesIO(own[0]))
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/MediaBox")] = ArrayObject([NumberObject(side) for side in (0, 0, 9, 9)])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)

    assert signing.check(out.getvalue(), own[1]) == SignatureState.CHANGED


def small_letters(hexadecimal: bytes) -> bytes:
    return hexadecimal.lower()


def something_after_its_end(hexadecimal: bytes) -> bytes:
    return hexadecimal[:-8] + b"DEADBEEF"


def another_version(hexadecimal: bytes) -> bytes:
    return hexadecimal.replace(b"020101", b"020103", 1)


@pytest.mark.parametrize("rewritten", [small_letters, something_after_its_end, another_version])
def test_a_signature_written_otherwise_is_changed(
    own: tuple[bytes, Keyring], rewritten: Callable[[bytes], bytes]
) -> None:
    """What stands around a signature is covered by none; nothing but what signing wrote is accepted there."""
    signed, keyring = own
    start, end = gap(signed)
    changed = signed[: start + 1] + rewritten(signed[start + 1 : end - 1]) + signed[end - 1 :]

    assert len(changed) == len(signed)
    assert changed != signed
    assert signing.check(changed, keyring) == SignatureState.CHANGED


def test_a_document_of_another_installation_is_foreign_until_it_is_changed(
    own: tuple[bytes, Keyring], keyring: Keyring
) -> None:
    signed = signing.sign(PDF, keyring)

    assert signing.check(signed, own[1]) == SignatureState.FOREIGN
    assert signing.check(signed, Keyring(Path("nowhere"))) == SignatureState.FOREIGN
    assert signing.check(signed.replace(b"/MediaBox", b"/MediaBux", 1), own[1]) == SignatureState.CHANGED
    assert signing.check(signed + b" ", own[1]) == SignatureState.CHANGED


def test_our_certificate_beside_the_signature_of_another_key_is_not_ours(
    own: tuple[bytes, Keyring], tmp_path: Path
) -> None:
    forged = Keyring(tmp_path / "signing")
    mine = forged.signing()
    stolen = keyrings.SigningKey(mine.path, own[1].signing().certificates, mine.private)
    forged.signing = lambda: stolen  # type: ignore[method-assign]

    assert signing.check(signing.sign(PDF, forged), own[1]) == SignatureState.CHANGED


def test_whatever_the_bytes_checking_gives_an_answer(own: tuple[bytes, Keyring]) -> None:
    signed, keyring = own
    chance = random.Random()
    cut = [signed[: chance.randrange(len(signed))] for _ in range(60)]
    mixed = [bytes(chance.sample(signed, len(signed))) for _ in range(5)]
    noise = [b"", b"%PDF-1.7\n", *(chance.randbytes(chance.randrange(1, 3000)) for _ in range(40))]
    holes = [signed[:place] + signed[place + chance.randrange(1, 900) :] for place in range(0, len(signed), 200)]

    for body in [*cut, *mixed, *noise, *holes]:
        assert signing.check(body, keyring) != SignatureState.VALID
    assert {signing.check(body, keyring) for body in noise} == {SignatureState.UNREADABLE}


def test_what_cannot_be_signed_is_said_in_a_sentence(own: tuple[bytes, Keyring]) -> None:
    for body in (b"no document", own[0]):
        with pytest.raises(SigningFailed, match="cannot be signed"):
            signing.sign(body, own[1])


def test_a_document_signed_years_ago_still_verifies() -> None:
    """Kept bytes: a library that wraps signatures otherwise must not make every old document « changed »."""
    signed = (SIGNED_ONCE / "document.pdf").read_bytes()

    assert signing.check(signed, Keyring(SIGNED_ONCE)) == SignatureState.VALID


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


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


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


def certified(key: Any, name: str, issuer: tuple[Any, x509.Name] | None = None, **dates: dt.datetime) -> Any:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer_name = issuer or (key, own)
    digest = None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates.get("first", NOW - dt.timedelta(days=900)))
        .not_valid_after(dates.get("last", NOW + dt.timedelta(days=900)))
        .sign(issuer_key, digest)
    )


def write_pkcs12(
    path: Path, key: Any, certificate: Any, chain: list[Any] | None = None, password: str = "wrapped"
) -> Path:
    encryption = BestAvailableEncryption(password.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, chain, encryption))
    return path


@pytest.fixture
def authority() -> tuple[Any, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certified(key, "Authority")


@pytest.fixture
def seal(tmp_path: Path, authority: tuple[Any, Any]) -> Path:
    """The file of an organisation: an RSA key, its certificate, and that of who issued it."""
    key = rsa.generate_private_key(65537, 2048)
    certificate = certified(key, "Organisation", (authority[0], authority[1].subject))
    return write_pkcs12(tmp_path / "seal.p12", key, certificate, [authority[1]])


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
