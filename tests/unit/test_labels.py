"""Ids in the words of people."""

import pytest

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.labels import label_of, labelled, say_result


@pytest.mark.parametrize("field", SALE_FIELDS)
def test_a_field_in_backticks_is_named_as_in_its_form(field: str) -> None:
    """Only a field in backticks is meant; a word that looks like one stays."""
    label = SALE_FIELDS[field].label
    assert f"Note {label} and {field}" == labelled(f"Note `{field}` and {field}")
    assert label == label_of(field)


def test_other_literals_stay() -> None:
    """A command or an unknown name keeps its backticks."""
    for text in ("Type `sales note`", "Fill `no_such_field`", "One ` alone"):
        assert text == labelled(text)
    assert "no_such_field" == label_of("no_such_field")


def test_a_result_is_read_as_words() -> None:
    """Hyphens are blanks, and the first letter is a capital; others stay."""
    assert "Not interested" == say_result("not-interested")
    assert "Sent to HQ" == say_result("sent-to-HQ")
    assert not say_result("")
