"""A team with sales at several places, as the board finds them."""

import pytest

from salescli.tui import app
from salescli.tui.keys import turns
from tests.shop import Shop, made_once


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the board be ana's, whoever runs the tests."""
    monkeypatch.setenv("SALES_ME", "ana")
    monkeypatch.setenv("SALES_CURRENCY", "EUR")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(turns, "PATIENCE", 60)


@made_once
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


@made_once
def several(team: Shop) -> Shop:
    """A team with several of everything."""
    for line in [
        ("done", "RUN-1", "meet"),
        ("lead", "add", "Zoe Zed", "--company", "Umbrella"),
        ("lead", "add", "Yan Yu", "--company", "Tyrell"),
        ("lead", "add", "Wes Wu", "--company", "Wonka"),
        ("lead", "edit", "LEAD-1", "--status", "Awaiting sale"),
        ("division", "add", "North"),
        ("opportunity", "add", "Tap", "--set", "account=Globex"),
        ("opportunity", "add", "Sink", "--set", "account=Globex"),
        ("stage", "OPP-5", "needs-analysis"),
        ("stage", "OPP-6", "needs-analysis"),
    ]:
        team.do(*line)
    return team


@pytest.fixture
def busy(several: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same; its board looks at the store only when it is told to."""
    monkeypatch.setattr(app, "WATCH", 1000)
    return several
