"""Keyrings: an empty one, one that has signed, and a key of the organisation's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lms.documents import signing
from lms.documents.keyring import Keyring
from tests.documents.keys import PDF, certified, write_pkcs12


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "signing")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Keyring]:
    """A signed document and the keyring that signed it."""
    keyring = Keyring(tmp_path_factory.mktemp("own") / "signing")
    return signing.sign(PDF, keyring), keyring


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
