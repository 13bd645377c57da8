"""A team with sales at several places, as the board finds them."""

import pytest

from salescli.tui import keys
from tests.shop import Shop


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the board be ana's, whoever runs the tests."""
    monkeypatch.setenv("SALES_ME", "ana")
    monkeypatch.setenv("SALES_CURRENCY", "EUR")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(keys, "PATIENCE", 60)


@pytest.fixture
def team(shop: Shop) -> Shop:
    """A call for today, a sale in needs analysis, one in negotiations, and a colleague's."""
    for line in [
        ("user", "add", "bo"),
        ("run-process", "corporate-sale", "--account", "Acme Ltd"),
        ("opportunity", "add", "Boiler", "--set", "account=Globex", "--set", "amount=8000"),
        ("stage", "OPP-1", "needs-analysis"),
        ("opportunity", "add", "Pumps", "--set", "account=Initech", "--set", "amount=5000"),
        ("stage", "OPP-2", "negotiations"),
        ("opportunity", "add", "Lift", "--set", "account=Hooli"),
        ("assign", "OPP-3", "bo"),
        ("activity", "add", "Send the brochure", "--opportunity", "OPP-1"),
    ]:
        shop.do(*line)
        shop.clock.advance(minutes=1)
    return shop
