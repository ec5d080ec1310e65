"""Signatures that hold for the very bytes that were signed."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from lms.documents import keyring as keyrings
from lms.documents import signing
from lms.documents.keyring import Keyring, SigningFailed
from lms.documents.signing import SignatureState
from tests.documents.keys import PDF, gap

SIGNED_ONCE = Path(__file__).parent / "signed_once"


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
