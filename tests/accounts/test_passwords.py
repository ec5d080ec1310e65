"""Which passwords are taken, and that they are taken as typed."""

from __future__ import annotations

import pytest

from lms.accounts import passwords


@pytest.mark.parametrize(
    "password",
    ["ثلاث كلمات من الحافلة", "  spaces at both ends  ", "é" * 30 + "è" * 30, "trois mots 🐎 au hasard", "x1" * 64],
)
def test_any_script_is_taken_exactly_as_typed(password: str) -> None:
    stored = passwords.hash_password(password)
    assert stored.startswith("$argon2id$")
    assert passwords.verify_password(stored, password)
    assert not passwords.verify_password(stored, password.strip() + "x")
    if password != password.strip():
        assert not passwords.verify_password(stored, password.strip())


def test_composed_and_decomposed_letters_are_different_passwords() -> None:
    stored = passwords.hash_password("caf\u00e9 du matin tôt")
    assert not passwords.verify_password(stored, "cafe\u0301 du matin tôt")


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$broken"])
def test_a_missing_or_broken_hash_opens_nothing(stored: str | None) -> None:
    assert not passwords.verify_password(stored, "no account has this password")
    assert not passwords.verify_password(stored, "")


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse1234", "Password2026!", "azertyuiop12", "qwertyuiopas", "aaaaaaaaaaaa", "abababababab",
        "012345678901",
        "321321321321", "chaima.alaoui", "ChaimaAlaoui1", "chaima@example.ma",
    ],
)  # fmt: skip
def test_what_guessers_try_first_is_refused(password: str) -> None:
    assert passwords.is_too_easy(password, "chaima@example.ma", "Chaima Alaoui")


@pytest.mark.parametrize("password", ["quatre mots au hasard", "le bus de 8 h 15 est vert", "قطار الصباح إلى فاس"])
def test_a_short_sentence_is_taken(password: str) -> None:
    assert not passwords.is_too_easy(password, "chaima@example.ma", "Chaima Alaoui")


def test_common_passwords_are_many_and_each_refused() -> None:
    """Security notes T15: 3 000 common and context words."""
    common = passwords._common()
    assert len(common) >= 3000
    assert all(passwords.is_too_easy(word) for word in common)
