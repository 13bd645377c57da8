"""The settings: shown, checked and set; a change of one is undone like any other."""

from collections.abc import Callable
from typing import NamedTuple

from salescli.domain import stale
from salescli.domain.money import known_currency
from salescli.domain.text import clean, guesses, slug
from salescli.errors import NotFoundError, UsageError
from salescli.services.processes import process_id
from salescli.services.sessions import SETTINGS, setting
from salescli.store import settings
from salescli.store.unit_of_work import UnitOfWork


class Setting(NamedTuple):
    """A setting with its present value and what it means."""

    name: str
    value: str
    meaning: str


def everything(unit: UnitOfWork) -> list[Setting]:
    """Return every setting."""
    with unit.reading():
        return [Setting(name, setting(unit, name), text) for name, text in SETTINGS.items()]


def value(unit: UnitOfWork, name: str) -> str:
    """Return one setting's value."""
    with unit.reading():
        return setting(unit, _known(name))


def change(unit: UnitOfWork, name: str, text: str) -> str:
    """Set a setting and return its stored value.

    Raises:
        NotFoundError: there is no such setting.
        UsageError: it cannot have that value.
    """
    name = _known(name)
    with unit:
        checked = _checked(unit, name, clean(text))
        if name == "me":
            settings.make_user(unit, checked)
        settings.save(unit, name, checked)
    return checked


def _known(name: str) -> str:
    wanted = name.strip().lower().replace("_", "-")
    if wanted not in SETTINGS:
        near = guesses(wanted, SETTINGS)
        raise NotFoundError(
            f"There is no setting `{clean(name)}`",
            hint="did you mean " + ", ".join(f"`{other}`" for other in near) + "?",
        )
    return wanted


def _checked(unit: UnitOfWork, name: str, text: str) -> str:
    if name == "me":
        login = slug(text)
        if not login:
            raise UsageError(f"`{text}` is no login", hint="give a short name such as `ana`")
        return login
    if name == "process":
        return process_id(unit, text)
    if name in _CHECKS:
        return _CHECKS[name](text)
    if text.casefold() not in {"on", "off"}:
        raise UsageError(
            f"`{text}` is neither `on` nor `off`", hint=f"for example: sales config {name} on"
        )
    return text.casefold()


def _copies(text: str) -> str:
    if not text.isdecimal() or len(text) > 2:
        raise UsageError(
            f"`{text}` is no number of copies", hint="for example: sales config backups 7"
        )
    return str(int(text))


_CHECKS: dict[str, Callable[[str], str]] = {
    "currency": known_currency,
    "backups": _copies,
    "stale-days": lambda text: str(stale.known_days(text)),
    "stale-policy": stale.known_policy,
}
"""Setting -> what its text becomes; the others are on or off."""
