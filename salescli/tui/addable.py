"""What can be added from a screen; known without the forms that add it."""

from collections.abc import Mapping
from typing import NamedTuple


class New(NamedTuple):
    """Something that can be added: a noun, or a kind of part of the opportunity in `known`."""

    noun: str
    label: str
    known: Mapping[str, str] = {}


ANEW = tuple(
    New(noun, noun.capitalize()) for noun in ("activity", "opportunity", "lead", "account")
)
"""What begins with nothing."""
