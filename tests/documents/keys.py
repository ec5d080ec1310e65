"""A blank page to sign, keys of an organisation, and what damages a file."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def blank() -> bytes:
    out = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out, deterministic_id=True)
    return out.getvalue()


PDF = blank()


def gap(signed: bytes) -> tuple[int, int]:
    """Where the signature itself stands: the bytes that it cannot cover."""
    start = signed.rindex(b"/Contents <") + len(b"/Contents ")
    return start, signed.index(b">", start) + 1


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


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
