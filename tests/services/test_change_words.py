"""What a change set did, in a few words for a notice."""

import shlex

import pytest

from salescli.errors import NotFoundError
from salescli.services import change_words
from tests.shop import Shop, made_once

SHOWN = 180
"""So many characters fit the five lines of a notice at eighty columns."""


def newest(shop: Shop) -> str:
    """Return the handle of the newest change set."""
    return str(shop.json("log", "--limit", "1")[0]["reference"])


@made_once
def sale(shop: Shop) -> Shop:
    """A sale in needs analysis, one that has just begun, and a lead."""
    for line in [
        ("opportunity", "add", "Boiler", "--set", "account=Globex", "--set", "amount=8000"),
        ("stage", "OPP-1", "needs-analysis"),
        ("run-process", "corporate-sale", "--account", "Acme Ltd"),
        ("lead", "add", "Zoe Zed", "--company", "Umbrella"),
    ]:
        shop.do(*line)
    return shop


LINES = {
    "stage OPP-1 proposal": "moved `OPP-1` Boiler to Proposal",
    "close OPP-1 lost --reason price": "moved `OPP-1` Boiler to Closed lost",
    "done RUN-2 meet": "completed `ACT-2` Call to verify the interest: Meet",
    "cancel RUN-2": "canceled `ACT-2` Call to verify the interest",
    "stage RUN-2 qualification": "moved `OPP-2` Acme Ltd to Qualification",
    "schedule OPP-1 'fri 10'": (
        "changed `ACT-1` Collect customer information: Due Wed 25 Nov 17:00 → Fri 27 Nov 10:00"
    ),
    "opportunity edit OPP-1 --set amount=9000 --set 'close_date=15 dec' --set need=Heat": (
        "changed `OPP-1` Boiler: Amount 8,000.00 EUR → 9,000.00 EUR,"
        " Close date nothing → Tue 15 Dec, and 1 more"
    ),
    "note OPP-1 'They call back on Monday at the latest'": (
        "added note of `OPP-1`: They call back on Monday at t…"
    ),
    "opportunity stakeholder add OPP-1 Mia --role user": "added stakeholder Mia of `OPP-1`",
    "opportunity stakeholder add OPP-1 'Mia, Tom, Jo'": (
        "added stakeholder Mia of `OPP-1` and 2 more"
    ),
    "opportunity add Pump --set account=Initech": "added `OPP-2` Pump",
    "contact add Bo --set account=Globex": "added `CON-1` Bo",
    "account edit ACC-1 --city Oslo": "changed `ACC-1` Globex: City nothing → Oslo",
    "lead edit LEAD-1 --status 'Awaiting sale'": "began `OPP-2` Umbrella",
    "user add bo": "added user `bo` bo",
}
"""Command -> how it is told."""

UNDONE = {
    "stage RUN-2 qualification": "moved `RUN-2` Acme Ltd to Qualification",
    "lead edit LEAD-1 --status 'Awaiting sale'": "began `RUN-3` Zoe Zed",
}
"""Of those that make an opportunity, how their undo is told: it is gone."""


@pytest.mark.parametrize("line", LINES)
def test_a_change_is_told_in_words(sale: Shop, line: str) -> None:
    """What was meant is told, of which record, with labels and times; so is its undo."""
    sale.do(*shlex.split(line))
    done = newest(sale)
    assert LINES[line] == change_words.of(sale.unit, done)
    assert len(LINES[line]) < SHOWN
    sale.do("undo")
    assert newest(sale) != done
    assert UNDONE.get(line, LINES[line]) == change_words.of(sale.unit, newest(sale))


def test_a_change_of_several_names_them(sale: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done to several at once is told by its command, not by the first of them."""
    words = ["assign", "OPP-1", "RUN-2", "ana"]
    monkeypatch.setattr("sys.argv", ["sales", *words])
    sale.do(*words)
    told = change_words.of(sale.unit, newest(sale))
    assert "`assign OPP-1 RUN-2 ana`" == told


def test_what_was_not_looked_at_is_not_counted(sale: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a change that is larger than what is looked at, no number is told."""
    sale.do("opportunity", "stakeholder", "add", "OPP-1", "Mia, Tom, Jo")
    monkeypatch.setattr(change_words, "MOST", 4)
    told = change_words.of(sale.unit, newest(sale))
    assert told.endswith(" and more")


def test_a_form_step_is_told_by_its_question(sale: Shop) -> None:
    """A step that asks for fields is told by its name, of the sale as it is called now."""
    sale.do("done", "RUN-2", "meet")
    sale.do("continue", "RUN-2", "--set", "meeting_at=tue 10", "--set", "requested=A demo")
    told = change_words.of(sale.unit, newest(sale))
    assert "answered `When do you meet, and what do…` of `RUN-2` Acme Ltd" == told


def test_a_change_set_that_is_not_there(sale: Shop) -> None:
    """An unknown handle is refused."""
    with pytest.raises(NotFoundError):
        change_words.of(sale.unit, "CS-999")
