"""The signing keys of this installation: numbered PEM files of one folder, or the PKCS#12 file that the settings name.

``0001.pem`` holds a private key and its own certificate; the newest file with a key signs. One without a key remembers
the certificates of a PKCS#12 file that has signed. Whatever signs later, each certificate of the folder goes on
verifying: its files are never changed and never taken away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core import clock

if TYPE_CHECKING:
    from cryptography import x509

_NUMBERED = re.compile(r"\d{4}\.pem")
#: RFC 5280, 4.1.2.5: the end of a certificate that has none.
_NO_END = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
#: A certificate that begins a little earlier is good on a machine whose clock is a little late.
_EARLIER = dt.timedelta(days=1)


class SigningFailed(ValueError):
    """No document can be signed, or none checked. The text is a sentence that says why and what to do."""


@dataclass(frozen=True)
class SigningKey:
    """A certificate of this installation, and its private key where it is at hand. All as DER."""

    path: Path
    #: The one that signs, then its chain.
    certificates: tuple[bytes, ...]
    private: bytes | None

    @property
    def certificate(self) -> bytes:
        return self.certificates[0]


class Keyring:
    """The keys of one installation, kept loaded until their files change."""

    def __init__(self, folder: Path, pkcs12: Path | None = None, password: str = "") -> None:
        self._folder, self._pkcs12, self._password = folder, pkcs12, password
        self._loaded: dict[Path, tuple[_Stamp, SigningKey]] = {}

    def known(self) -> tuple[SigningKey, ...]:
        """All keys of the folder, oldest first; none before the first start. Raises SigningFailed for a damaged one."""
        return tuple(self._load(path) for path in self._files())

    def trusted(self) -> tuple[SigningKey, ...]:
        """The keys whose signatures are this installation's: those of the folder, and the one that the settings name.

        That one is left out while it cannot be read: where it has signed, the folder remembers its certificates.
        Raises SigningFailed for a damaged one of the folder.
        """
        known = self.known()
        if self._pkcs12 is None:
            return known
        try:
            return (*known, self._load(self._pkcs12))
        except SigningFailed:
            return known

    def _files(self) -> list[Path]:
        try:
            names = sorted(name for name in os.listdir(self._folder) if _NUMBERED.fullmatch(name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SigningFailed(
                f"The folder of signing keys {self._folder} cannot be read ({error.strerror})."
            ) from error
        return [self._folder / name for name in names]

    def look(self) -> SigningKey | None:
        """The key that would sign now; None where the first one is still to be made. Raises SigningFailed."""
        if self._pkcs12 is not None:
            key = self._load(self._pkcs12)
            _refuse_out_of_date(key)
            return key
        # From the newest backwards: a damaged older file only verifies, and holds up no new signature.
        keys = (self._load(path) for path in reversed(self._files()))
        return next((key for key in keys if key.private is not None), None)

    def signing(self) -> SigningKey:
        """The key that signs now, made when there is none yet. Raises SigningFailed.

        Its certificates stand in the folder before anything is signed with it.
        """
        while True:
            files = self._files()
            key = self.look()
            if key is not None and self._has_in_folder(key):
                return key
            self._add(_as_pem(key.certificates) if key else _new_key(), files)

    def check_ready(self) -> None:
        """Raises SigningFailed where ``signing`` would. Makes no key, remembers none, leaves nothing behind."""
        key = self.look()
        if key is None or not self._has_in_folder(key):
            self._check_writable()

    def _has_in_folder(self, key: SigningKey) -> bool:
        return key.path != self._pkcs12 or any(known.certificates == key.certificates for known in self.known())

    def _check_writable(self) -> None:
        """By a file without a name: what rights and flags say is not what a mounted or shared disk does."""
        try:
            with tempfile.TemporaryFile(dir=self._folder if self._folder.exists() else self._folder.parent):
                pass
        except OSError as error:
            raise self._not_writable(error) from error

    def _not_writable(self, error: OSError) -> SigningFailed:
        return SigningFailed(f"The folder of signing keys {self._folder} cannot be written ({error.strerror}).")

    def new(self) -> Path:
        """The file of a new key, which signs from now on; what the older ones signed still verifies.

        Raises SigningFailed, also for a damaged older one: it is asked for before it is forgotten.
        """
        self.known()
        while True:
            files = self._files()
            path = self._add(_new_key(), files)
            if path is not None:
                return path

    @property
    def is_external(self) -> bool:
        """Whether the settings name the file that signs."""
        return self._pkcs12 is not None

    def _load(self, path: Path) -> SigningKey:
        """The key of a file, read again when the file is another one than last time."""
        try:
            status = path.stat()
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            known = self._loaded.get(path)
            if known is None or known[0] != stamp:
                body = path.read_bytes()
                key = _read_pkcs12(path, body, self._password) if path == self._pkcs12 else _read_pem(path, body)
                known = self._loaded[path] = (stamp, key)
        except OSError as error:
            raise SigningFailed(f"The signing key {path} cannot be read ({error.strerror}).") from error
        return known[1]

    def _add(self, pem: bytes, files: Sequence[Path]) -> Path | None:
        """Write the file that follows ``files``: whole or not at all. None when another process was quicker."""
        number = int(files[-1].stem) + 1 if files else 1
        path = self._folder / f"{number:04}.pem"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            descriptor, unnamed = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(pem)
                    file.flush()
                    os.fsync(file.fileno())
                os.link(unnamed, path)
            finally:
                os.unlink(unnamed)
            _settle(self._folder)
        except FileExistsError:
            return None
        except OSError as error:
            raise self._not_writable(error) from error
        return path


_Stamp = tuple[int, int, int]


def _settle(folder: Path) -> None:
    """Have the names in a folder written to the disk: a key that has signed is there after a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate, as viewers of PDF show it."""
    return hashlib.sha256(certificate).hexdigest()


def begins_on(certificate: bytes) -> dt.date:
    """The day from which a certificate is valid, UTC."""
    return _parsed(certificate).not_valid_before_utc.date()


def subject(certificate: bytes) -> str:
    """Whose certificate it is."""
    return _parsed(certificate).subject.rfc4514_string()


def _parsed(certificate: bytes) -> x509.Certificate:
    from cryptography import x509

    return x509.load_der_x509_certificate(certificate)


def _new_key() -> bytes:
    """A P-256 key with a certificate that it signed itself, as PEM; the key stands first, so a cut file shows."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    mark = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()[:8]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"GSI training – installation {mark}")])
    # No extended key usage: with « document signing » alone, NSS (pdfsig, Okular) trusts no certificate.
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - _EARLIER)
        .not_valid_after(_NO_END)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)


def _as_pem(certificates: tuple[bytes, ...]) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(_parsed(one).public_bytes(Encoding.PEM) for one in certificates)


def _read_pem(path: Path, body: bytes) -> SigningKey:
    """A file of the folder. Raises SigningFailed when it is cut, damaged, or put together from two."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    try:
        certificates = x509.load_pem_x509_certificates(body)
        key = load_pem_private_key(body, None) if b"PRIVATE KEY" in body else None
        is_pair = key is None or key.public_key() == certificates[0].public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningFailed(f"The signing key {path} is damaged: put it back from a backup.") from error
    if not is_pair:
        raise SigningFailed(
            f"The key and the certificate in {path} do not belong together: put the file back from a backup."
        )
    return SigningKey(
        path,
        tuple(one.public_bytes(Encoding.DER) for one in certificates),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) if key is not None else None,
    )


def _read_pkcs12(path: Path, body: bytes, password: str) -> SigningKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(body, password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _refused(f"{path} is no PKCS#12 file that LMS_SIGNING_PASSWORD opens") from error
    if key is None or certificate is None:
        raise _refused(f"{path} holds no private key with its certificate")
    if not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise _refused(f"the key in {path} is neither RSA nor ECDSA")
    if not _is_for_signatures(certificate):
        raise _refused(f"the certificate in {path} is not made for signatures")
    return SigningKey(
        path,
        tuple(one.public_bytes(Encoding.DER) for one in (certificate, *chain)),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def _is_for_signatures(certificate: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _refuse_out_of_date(key: SigningKey) -> None:
    """Programs that show the document would call the signature wrong."""
    certificate = _parsed(key.certificate)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= clock.now() <= last:
        raise _refused(f"the certificate in {key.path} is good from {first:%Y-%m-%d} to {last:%Y-%m-%d} only")


def _refused(why: str) -> SigningFailed:
    return SigningFailed(f"LMS_SIGNING_KEY cannot be used: {why}.")
