"""Whether two names may mean one company."""

import pytest

from salescli.domain.text import is_like_company


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Acme Ltd", "ACME Limited"),
        ("Acme, Inc.", "Acme"),
        ("Acme", "Acme Nord AG"),
        ("Globbex", "Globex Corporation"),
        ("The Umbrella Co", "Umbrella"),
        ("Müller GmbH", "MÜLLER"),
    ],
)
def test_like_names(name: str, other: str) -> None:
    """P39: legal form, case and punctuation do not tell companies apart, nor does one letter."""
    assert is_like_company(name, other)
    assert is_like_company(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Acme Ltd", "Apex Ltd"),
        ("Bank of Riga", "Bank of Oslo"),
        ("Initech", "Intertech Partners"),
        ("Ltd", "Co"),
    ],
)
def test_other_names(name: str, other: str) -> None:
    """P39: a shared legal form or a shared common word does not make two companies alike."""
    assert not is_like_company(name, other)
    assert not is_like_company(other, name)
