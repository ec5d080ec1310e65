"""Signing documents with the installation's key, and saying of a file whether it is still as it was signed.

PAdES B-B without a visible stamp. Nothing is fetched: who signed is told by the certificates of the installation.
"""

from __future__ import annotations

import asyncio
import enum
import io
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

from lms.documents.keyring import Keyring, SigningFailed, SigningKey

Result = TypeVar("Result")

FIELD = "Cachet"
DIGEST = "sha256"
#: Room for what a signature holds beside the certificates: attributes, and the longest RSA signature.
_BYTES_BESIDE_CERTIFICATES = 2048
#: Every signed document holds it.
SIGNED = b"/ByteRange"


class SignatureState(enum.StrEnum):
    """What a file says of its signature."""

    NONE = "none"
    #: Every byte is as this installation signed it.
    VALID = "valid"
    #: Signed once, by whomever, and not the same any more.
    CHANGED = "changed"
    #: As it was signed, by a key that is not one of this installation.
    FOREIGN = "foreign"
    #: No PDF that can be read.
    UNREADABLE = "unreadable"


def sign(pdf: bytes, keyring: Keyring) -> bytes:
    """The document with an invisible signature that allows no change; its first bytes stay. Raises SigningFailed.

    To be the last step: what is written after it breaks the signature.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    key = keyring.signing()
    room = 2 * (_BYTES_BESIDE_CERTIFICATES + sum(len(one) for one in key.certificates))
    try:
        signer, writer = _signer(key), IncrementalPdfFileWriter(io.BytesIO(pdf))
        signed = _apart(lambda: signer.sign_pdf(writer, bytes_reserved=room))
    except (PdfError, ValueError) as error:
        raise SigningFailed(f"The document cannot be signed: {error}") from error
    return bytes(signed.getbuffer())


def _apart(act: Callable[[], Result]) -> Result:
    """What an act of pyHanko's gives, done in a thread of its own.

    pyHanko starts an event loop for each, which it cannot where one runs already.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act).result()


@lru_cache(maxsize=1)
def _signer(key: SigningKey) -> Any:
    """pyHanko's signer of a key: reading and checking the key takes longer than a signature."""
    from pyhanko.keys import load_private_key_from_pemder_data
    from pyhanko.sign import fields, signers

    if key.private is None:
        raise ValueError(f"{key.path} holds no private key")
    own, store = _certificates(key)
    return signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            certify=True,
            subfilter=fields.SigSeedSubFilter.PADES,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        ),
        signers.SimpleSigner(own, load_private_key_from_pemder_data(key.private, None), store),
        new_field_spec=fields.SigFieldSpec(FIELD),
    )


def _certificates(key: SigningKey) -> tuple[Any, Any]:
    """The certificate of a key, and the store of those that go into its signatures, as pyHanko wants them."""
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own, *chain = (found for one in key.certificates for found in load_certs_from_pemder_data(one))
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for one in chain:
        store.register(one)
    return own, store


def check(pdf: bytes, keyring: Keyring) -> SignatureState:
    """What the file's signature says, whatever its bytes. Raises SigningFailed for a damaged key of the folder."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    keys = keyring.trusted()
    # What is wrong with a file is the answer, no fault of the product for its log.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if signatures:
            return _apart(lambda: _judged(pdf, signatures, keys))
        found = SignatureState.NONE
    except Exception:  # a parser of strangers' files ends with any error: index, recursion, assertion
        found = SignatureState.UNREADABLE
    # Damage can hide a signature from the parser; its mark is still there.
    return SignatureState.CHANGED if SIGNED in pdf else found


def is_of_known_key(pdf: bytes, keyring: Keyring) -> bool:
    """Whether a signed document names a key of this installation; nothing is checked. Raises SigningFailed.

    A certificate stands in the signature byte for byte, so no library has to read the file.
    """
    return any(key.certificate.hex().upper().encode() in pdf for key in keyring.trusted())


def _judged(pdf: bytes, signatures: Sequence[Any], keys: Sequence[SigningKey]) -> SignatureState:
    signer = signatures[0].signer_cert.dump()
    ours = [key for key in keys if key.certificate == signer]
    if not ours:
        return SignatureState.FOREIGN if _is_as_signed(signatures[-1], None) else SignatureState.CHANGED
    is_whole = len(signatures) == 1 and any(
        _is_as_signed(signatures[0], key) and _fills_the_gap(pdf, signatures[0], key) for key in ours
    )
    return SignatureState.VALID if is_whole else SignatureState.CHANGED


def _is_as_signed(signature: Any, key: SigningKey | None) -> bool:
    """Whether the signature is right and covers the whole file; with a key, also whether it is that key's."""
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    roots = [_certificates(key)[0]] if key else []
    status = validate_pdf_signature(
        signature,
        signer_validation_context=ValidationContext(trust_roots=roots, allow_fetching=False),
        key_usage_settings=KeyUsageConstraints(
            key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
        ),
    )
    is_right = status.bottom_line if key else status.intact and status.valid
    return bool(is_right and status.coverage == SignatureCoverageLevel.ENTIRE_FILE)


def _fills_the_gap(pdf: bytes, signature: Any, key: SigningKey) -> bool:
    """Whether the bytes that no signature covers, its own, are exactly those that signing wrote.

    pyHanko reads them leniently: other letters for the same digits, something after the signature's end, or another
    wrapping would pass, and room for foreign objects with them. So the signature is wrapped anew and compared.
    """
    _start, first, second, _rest = signature.byte_range
    gap = pdf[first:second]
    expected = _wrapped(signature.signer_info, key).hex().upper().encode()
    return gap == b"<" + expected.ljust(len(gap) - 2, b"0") + b">"


def _wrapped(signer_info: Any, key: SigningKey) -> bytes:
    """The signature as signing wraps it, from its two parts that nobody can change: attributes and signed value."""
    from pyhanko.sign.signers import ExternalSigner

    own, store = _certificates(key)
    signer = ExternalSigner(own, store, signature_value=signer_info["signature"].native)
    wrapped = asyncio.run(
        signer.async_sign_prescribed_attributes(DIGEST, signed_attrs=signer_info["signed_attrs"].untag())
    )
    return bytes(wrapped.dump())
