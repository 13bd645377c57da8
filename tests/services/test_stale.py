"""C35: stale sales by stage, what keeps one alive, and leaving one alone for a reason."""

from typing import Any

import pytest

from tests.shop import Answer, Shop, made_once
from tests.terminal import on_terminal

SNOOZE = ("--until", "2026-12-10", "--reason", "their budget round")


def stale(shop: Shop, *words: str) -> dict[str, int]:
    """Return handle -> working days of the sales that are listed."""
    return {
        sale["reference"]: sale["days"]
        for stage in shop.json("stale", *words)["stages"]
        for sale in stage["sales"]
    }


def sale_of(shop: Shop, reference: str, *words: str) -> dict[str, Any]:
    """Return what is told of one sale."""
    stages = shop.json("stale", *words)["stages"]
    found = [s for stage in stages for s in stage["sales"] if s["reference"] == reference]
    assert found, reference
    return dict(found[0])


@made_once
def desk(shop: Shop) -> Shop:
    """A shop with a sale in proposal (5 days) and one in needs analysis (7 days), since Monday."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal", "--amount", "900")
    shop.do("opportunity", "add", "Valves", "--stage", "needs-analysis")
    return shop


def test_each_stage_has_its_own_days(desk: Shop) -> None:
    """C35: the boundary day of each stage; the weekend between counts for nothing."""
    listed = {}
    for _day in range(11):
        listed[desk.clock().date().isoformat()] = stale(desk)
        desk.clock.advance(days=1)
    assert [{}] * 7 == [found for day, found in listed.items() if day < "2026-11-30"]
    assert {"OPP-1": 5} == listed["2026-11-30"]
    assert {"OPP-1": 6} == listed["2026-12-01"]
    assert {"OPP-1": 7, "OPP-2": 7} == listed["2026-12-02"]


def test_the_reason_names_the_last_sign_of_life(desk: Shop) -> None:
    """C35: what it was and when, how many days since, and how many the stage allows."""
    desk.do("activity", "add", "Call Mia", "--opportunity", "OPP-1", "--due", "2026-11-24")
    desk.clock.advance(days=1)
    desk.do("done", "ACT-1")
    desk.clock.advance(days=10)
    told = sale_of(desk, "OPP-1")
    assert "ACT-1 Call Mia, completed Tue 24 Nov 09:00" == told["last_sign"]
    assert (8, 5) == (told["days"], told["allowed"])
    assert "came to this stage Mon 23 Nov 09:00" == sale_of(desk, "OPP-2")["last_sign"]
    desk.do("stage", "OPP-1", "negotiations")
    assert {"OPP-2"} == set(stale(desk))


def test_what_is_planned_ahead_keeps_a_sale_alive_by_policy(desk: Shop) -> None:
    """C35: until it is due; with the policy `activity` only what was done counts."""
    desk.do("activity", "add", "Call Mia", "--opportunity", "OPP-1", "--due", "2026-12-08 10:00")
    desk.clock.advance(days=14)
    assert {"OPP-2"} == set(stale(desk))
    desk.do("config", "stale-policy", "activity")
    assert {"OPP-1", "OPP-2"} == set(stale(desk))
    desk.do("config", "stale-policy", "planned")
    desk.clock.advance(days=2)
    assert {"OPP-1", "OPP-2"} == set(stale(desk))


def test_a_guided_sale_lives_by_its_steps(shop: Shop) -> None:
    """C35: a step that was put off lies ahead; one that was answered is a sign of life."""
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--result", "meet")
    shop.clock.advance(days=7)
    assert {"RUN-1": 5} == stale(shop)
    shop.do("postpone", "RUN-1", "--until", "2026-12-10")
    assert {} == stale(shop)
    shop.clock.advance(days=11)
    assert {"RUN-1": 14} == stale(shop)
    assert "sales next RUN-1" == sale_of(shop, "RUN-1")["next"]
    shop.do("continue", "RUN-1", "--set", "meeting_at=2026-12-01 10:00")
    assert {} == stale(shop)


def test_a_snoozed_sale_is_not_listed_until_its_day(desk: Shop) -> None:
    """C35: with a reason and a day; `--snoozed` lists it, and says both."""
    answer = desk.do("stale", "snooze", "OPP-1", *SNOOZE)
    assert "Snoozed `OPP-1` Pumps until Thu 10 Dec: their budget round" in answer.out
    desk.clock.advance(days=14)
    assert {"OPP-2"} == set(stale(desk))
    told = sale_of(desk, "OPP-1", "--snoozed")
    assert ("2026-12-10", "their budget round") == (told["snoozed_until"], told["snooze_reason"])
    assert (1, 1) == tuple(desk.json("stale", "--snoozed")[name] for name in ("stale", "snoozed"))
    desk.clock.advance(days=2)
    assert "OPP-1" not in stale(desk)
    desk.clock.advance(days=1)
    assert {"OPP-1", "OPP-2"} == set(stale(desk))


def test_one_that_is_snoozed_is_neither_quiet_nor_without_a_next_step(desk: Shop) -> None:
    """C35: bare `sales` and `sales risk` leave it alone too."""

    def quiet() -> list[str]:
        return [entry["reference"] for entry in desk.json()["quiet"]]

    def idle() -> list[str]:
        found = desk.json("risk", "--rule", "no-next-step")["sales"]
        return sorted(sale["reference"] for sale in found)

    assert ["OPP-1", "OPP-2"] == quiet() == idle()
    desk.do("stale", "snooze", "OPP-1", *SNOOZE)
    assert ["OPP-2"] == quiet() == idle()
    assert "Pumps" not in desk.do("next").out
    desk.clock.now = desk.clock.now.replace(month=12, day=10)
    assert ["OPP-1", "OPP-2"] == quiet() == idle()


def test_waking_and_undoing(desk: Shop) -> None:
    """C35: a snooze can be ended, taken back, and replaced; the log tells of each."""
    desk.clock.advance(days=14)
    desk.do("stale", "snooze", "OPP-1", *SNOOZE)
    desk.do("undo")
    assert "OPP-1" in stale(desk)
    desk.do("stale", "snooze", "Pumps", *SNOOZE)
    desk.do("stale", "snooze", "OPP-1", "--until", "2026-12-24", "--reason", "the holidays")
    told = sale_of(desk, "OPP-1", "--snoozed")
    assert ("2026-12-24", "the holidays") == (told["snoozed_until"], told["snooze_reason"])
    desk.do("stale", "wake", "OPP-1")
    assert "OPP-1" in stale(desk)
    desk.do("undo")
    assert "OPP-1" not in stale(desk)
    assert "the holidays" in desk.do("log", "OPP-1", "--details").out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("snooze", "OPP-1"), 8, "Until when is it left alone, and why?"),
        (("snooze", "OPP-1", "--until", "fri"), 8, "Why is it left alone?"),
        (("snooze", "OPP-1", "--until", "fri", "--reason", " "), 8, "Why is it left alone?"),
        (("snooze", "OPP-1", "--until", "today", "--reason", "x"), 2, "not a day to come"),
        (("snooze", "OPP-1", "--until", "someday", "--reason", "x"), 2, "not a date"),
        (("snooze", "OPP-9", "--until", "fri", "--reason", "x"), 3, "There is no `OPP-9`"),
        (("snooze", "OPP-3", "--until", "fri", "--reason", "x"), 4, "`OPP-3` is closed"),
        (("snooze", "RUN-1", "--until", "fri", "--reason", "x"), 4, "Only an opportunity"),
        (("wake", "OPP-1"), 4, "`OPP-1` is not snoozed"),
        (("--stage", "propsal"), 3, "did you mean `proposal`?"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(
    desk: Shop, words: tuple[str, ...], code: int, told: str
) -> None:
    """C35: and nothing is changed."""
    desk.do("opportunity", "add", "Over", "--stage", "closed-lost")
    desk.do("run-process", "corporate-sale", "--account", "Acme")
    before = desk.dump()
    answer = desk.run("stale", *words)
    assert code == answer.code
    assert told in answer.err
    assert "hint: " in answer.err
    assert before == desk.dump()


def test_settings_are_checked_wherever_they_come_from(
    desk: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C35: neither `sales config` nor the environment can set what means nothing."""
    assert 2 == desk.run("config", "stale-days", "none").code
    assert 2 == desk.run("config", "stale-policy", "never").code
    monkeypatch.setenv("SALES_STALE_DAYS", "0")
    assert 2 == desk.run("stale").code


def test_mine_everybodys_and_one_stage(desk: Shop) -> None:
    """C35: mine without `--all`, a stage by its name; the order is that of the process."""
    desk.do("user", "add", "bo")
    desk.do("opportunity", "add", "Theirs", "--stage", "proposal", "--owner", "bo")
    desk.clock.advance(days=14)
    assert {"OPP-1", "OPP-2"} == set(stale(desk))
    assert {"OPP-1", "OPP-2", "OPP-3"} == set(stale(desk, "--all"))
    assert {"OPP-1"} == set(stale(desk, "--stage", "Proposal"))
    assert ["needs-analysis", "proposal"] == [s["stage"] for s in desk.json("stale")["stages"]]
    assert {"OPP-3"} == set(stale(Shop(desk.home, desk.clock, "bo")))


def test_every_next_command_makes_a_sale_alive(desk: Shop) -> None:
    """C35: the command that is named does what it is named for."""
    desk.clock.advance(days=14)
    command = sale_of(desk, "OPP-1")["next"].replace("DAY", "2026-12-20").replace('"', "")
    desk.do(*command.split()[1:])
    assert "OPP-1" not in stale(desk)


def test_nothing_is_stale(desk: Shop) -> None:
    """C35: said on a terminal, and beside the empty answer in a pipe."""
    assert "Nothing is stale: 0 of your 2 open sales are stale." in on_terminal(desk, "stale").text
    expected = Answer(0, "", "note: Nothing is stale: 0 of your 2 open sales are stale\n")
    assert expected == desk.do("stale")


def test_a_list_that_was_cut_says_so(desk: Shop) -> None:
    """C35: the figures are those of the whole list."""
    desk.clock.advance(days=14)
    answer = desk.do("stale", "-n", "1")
    assert 1 == len(answer.out.splitlines())
    assert "1 more are not shown" in answer.err
    assert 2 == desk.json("stale", "-n", "1")["stale"]


def test_each_figure_is_explained(desk: Shop) -> None:
    """C35: `--explain` tells formula, source and n of each number."""
    desk.clock.advance(days=14)
    desk.do("stale", "snooze", "OPP-2", "--until", "2026-12-24", "--reason", "the holidays")
    document = desk.json("stale", "--explain")
    by_pointer = {figure["at"]: figure for figure in document["explain"]}
    assert document["open"] == by_pointer["/open"]["value"] == 2
    assert document["stale"] == by_pointer["/stale"]["value"] == 1
    days = by_pointer["/stages/0/sales/0/days"]
    assert document["stages"][0]["sales"][0]["days"] == days["value"] == 10
