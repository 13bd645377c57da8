"""The log: who changed what, when, and each field from what to what."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.stores import build
from salescli.services import audit
from salescli.store.engine import FILE_NAME, connect
from tests.changes import CHANGES, Words, filled, newest
from tests.changes import busy as busy  # noqa: PLC0414 - a fixture
from tests.changes import prepared_store as prepared_store  # noqa: PLC0414 - a fixture
from tests.shop import MONDAY, Shop
from tests.store.test_plans import scans
from tests.store.traces import trace
from tests.terminal import on_terminal


def changes(shop: Shop, *words: str) -> list[dict[str, Any]]:
    """Return what the newest change set of a log did, record by record."""
    found: list[dict[str, Any]] = shop.json("log", *words)[0]["changes"]
    return found


def last(shop: Shop) -> list[dict[str, Any]]:
    """Return what the newest change set did, record by record."""
    return changes(shop, f"CS-{newest(shop)}")


def test_a_field_is_told_from_what_to_what(busy: Shop) -> None:
    """F47: a change names the record by handle and name, and each field with both values."""
    busy.do("account", "edit", "Acme Ltd", "--city", "Oslo", "--phone", "123")
    assert [
        {
            "record": "ACC-1",
            "name": "Acme Ltd",
            "table": "account",
            "operation": "changed",
            "fields": {
                "city": {"old": "Riga", "new": "Oslo"},
                "phone": {"old": None, "new": "123"},
            },
        }
    ] == [change | {"fields": dict(sorted(change["fields"].items()))} for change in last(busy)]


def test_values_are_told_in_words(busy: Shop) -> None:
    """Amounts, days, references and yes or no are as every other answer writes them."""
    busy.do("opportunity", "edit", "OPP-3", "--amount", "5000", "--close-date", "2027-01-15")
    fields = last(busy)[0]["fields"]
    assert {"old": None, "new": "5000.00"} == fields["amount"]
    assert {"old": None, "new": "2027-01-15"} == fields["close_date"]
    busy.do("opportunity", "edit", "OPP-3", "--contact", "CON-1")
    assert {"old": None, "new": "CON-1 Mia Ray"} == last(busy)[0]["fields"]["contact"]
    busy.do("user", "edit", "cy", "--active", "no", "--manager", "bo")
    fields = last(busy)[0]["fields"]
    assert {"old": True, "new": False} == fields["active"]
    assert {"old": None, "new": "bo"} == fields["manager"]


def test_each_change_keeps_its_own_values(busy: Shop) -> None:
    """What a change set left is told as it was then, whatever happened to the record since."""
    for city in ("Oslo", "Bern"):
        busy.do("account", "edit", "Acme Ltd", "--city", city)
    busy.do("undo")
    told = busy.json("log", "--record", "ACC-1", "--details", "-n", "3")
    assert [("Bern", "Oslo"), ("Oslo", "Bern"), ("Riga", "Oslo")] == [
        (field["old"], field["new"])
        for entry in told
        for field in [entry["changes"][0]["fields"]["city"]]
    ]


def test_what_is_gone_is_still_told(busy: Shop) -> None:
    """A record that was made, removed, brought back and removed again is told each time."""
    busy.do("opportunity", "competitor", "add", "OPP-1", "Wonka")
    busy.do("opportunity", "competitor", "remove", "OPP-1", "Wonka")
    busy.do("undo")
    busy.do("undo", f"CS-{newest(busy)}")
    told = busy.json("log", "OPP-1", "--details", "-n", "4")
    assert ["deleted", "made", "deleted", "made"] == [
        change["operation"]
        for entry in told
        for change in entry["changes"]
        if change["table"] == "competitor"
    ]
    assert [(0, 1), (1, 0), (0, 1), (1, 0)] == [(e["made"], e["deleted"]) for e in told]
    named = [(c["record"], c["name"]) for entry in told for c in entry["changes"]]
    assert {("OPP-1", "Wonka")} == set(named)


def test_a_deleted_record_is_named_where_others_named_it(busy: Shop) -> None:
    """A reference to a record that is gone has the name that the record had."""
    busy.do("opportunity", "edit", "OPP-3", "--division", "West")
    changed = f"CS-{newest(busy)}"
    busy.do("opportunity", "edit", "OPP-3", "--set", "division=")
    busy.do("division", "remove", "West")
    assert {"old": None, "new": "west West"} == changes(busy, changed)[0]["fields"]["division"]


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_every_change_is_told(busy: Shop, tmp_path: Path, words: Words) -> None:
    """F47: each record that a command made, changed or deleted is told, with a field that differs.

    Its undo tells the same fields the other way round.
    """
    busy.do(*filled(words, tmp_path))
    (entry,) = busy.json("log", f"CS-{newest(busy)}")
    done = entry["changes"]
    counted = [sum(change["operation"] == kind for change in done) for kind in OPERATIONS]
    assert [entry["made"], entry["changed"], entry["deleted"]] == counted
    for change in done:
        assert change["fields"], change
        assert all(field["old"] != field["new"] for field in change["fields"].values())
    busy.do("undo")
    back = {_place(c): c["fields"] for c in last(busy) if c["operation"] != "changed"}
    for change in done:
        if _place(change) in back and change["operation"] != "changed":
            turned = {n: (f["new"], f["old"]) for n, f in back[_place(change)].items()}
            assert {n: (f["old"], f["new"]) for n, f in change["fields"].items()} == turned


OPERATIONS = ("made", "changed", "deleted")


def _place(change: dict[str, Any]) -> tuple[str, str, str]:
    return change["table"], change["record"], change["name"]


def test_filters_narrow_each_other_down(busy: Shop) -> None:
    """`--user`, `--since`, `--until` and `--record` go together in any combination."""
    days = {}
    for day, (me, city) in enumerate([("ana", "Oslo"), ("bo", "Bern"), ("ana", "Rome")]):
        busy.clock.now = MONDAY + timedelta(days=day, hours=8)
        busy.do("account", "edit", "Acme Ltd", "--city", city, me=me)
        days[city] = f"CS-{newest(busy)}"
        busy.do("contact", "edit", "Mia Ray", "--title", city, me=me)
    record = ("--record", "ACC-1")

    def found(*words: str) -> list[str]:
        return [entry["reference"] for entry in busy.json("log", *record, *words)]

    assert [days["Rome"], days["Bern"], days["Oslo"]] == found("-n", "3")
    assert [days["Bern"]] == found("--user", "bo")
    assert [days["Rome"], days["Bern"]] == found("--since", "2026-11-24")
    assert [days["Bern"]] == found("--since", "2026-11-24", "--until", "2026-11-24")
    assert [days["Bern"]] == found("--since", "tue", "--until", "2026-11-24 18:00")
    assert [days["Rome"]] == found("--user", "ana", "--since", "yesterday")
    assert [] == found("--user", "bo", "--since", "today")
    assert found("-n", "100") == [e["reference"] for e in busy.json("log", "acc-1", "-n", "100")]
    whole = [entry["reference"] for entry in busy.json("log", "--since", "yesterday")]
    assert 4 == len(whole)
    assert [] == busy.json("log", days["Bern"], "--user", "ana")


def test_the_log_of_a_user_whom_nobody_knows_is_refused(busy: Shop) -> None:
    """A login that no user and no change has is a slip; a user without changes has an empty log."""
    answer = busy.run("log", "--user", "nobody")
    assert (3, "") == (answer.code, answer.out)
    assert "`nobody`" in answer.err
    assert "sales user list" in answer.err
    busy.do("user", "add", "dee", me="ana")
    assert [] == busy.json("log", "--user", "dee")
    assert busy.json("log", "--user", "ana")


@pytest.mark.parametrize(
    "reference", ["OFF-1", "bo", "west", "Mia Ray", "LEAD-1", "ACT-5", "RUN-3"]
)
def test_any_record_has_a_log(busy: Shop, reference: str) -> None:
    """`--record` takes handles, logins and names of every noun."""
    assert busy.json("log", "--record", reference)


def test_details_of_a_record_leave_out_the_others(busy: Shop) -> None:
    """Asked for one record, the log tells of a change of many what it did to that record."""
    busy.do("assign", "OPP-1", "OPP-3", "cy")
    told = changes(busy, "--record", "OPP-3", "--details", "-n", "1")
    assert {"OPP-3", "ACT-5"} == {change["record"] for change in told}
    assert {"OPP-1", "OPP-3"} <= {change["record"] for change in last(busy)}


def test_a_period_that_ends_before_it_begins_is_refused(busy: Shop) -> None:
    """Times that leave nothing between them are a slip, not an empty log."""
    answer = busy.run("log", "--since", "today", "--until", "2026-11-01")
    assert (2, "") == (answer.code, answer.out)
    assert "--since" in answer.err


def test_a_terminal_shortens_what_json_has_whole(busy: Shop) -> None:
    """A long text is cut in the list that people read, and whole for programs; a pipe has all."""
    need = "power " * 50
    busy.do("opportunity", "edit", "OPP-3", "--need", need)
    reference = f"CS-{newest(busy)}"
    shown = on_terminal(busy, "log", reference)
    assert "Need: nothing -> power power" in shown.text
    assert need.strip() not in " ".join(shown.text.split())
    assert need.strip() == last(busy)[0]["fields"]["need"]["new"]
    lines = [line.split("\t")[3:] for line in busy.do("log", reference).out.splitlines()]
    assert ["changed", "opportunity", "OPP-3", "Hooli", "need", "", need.strip()] in lines


def test_a_large_change_set_is_counted_up_to_a_thousand(shop: Shop) -> None:
    """The list counts no more rows than it shows, and says that there are more."""
    rows = "".join(f"Firm {number},Steel\n" for number in range(1_200))
    path = shop.home / "firms.csv"
    path.write_text(f"name,industry\n{rows}", encoding="utf-8")
    shop.do("import", str(path), "--as", "account")
    (entry,) = shop.json("log", "-n", "1")
    assert (1_000, True) == (entry["made"], entry["is_more"])
    assert "\t1000+\t" in shop.do("log", "-n", "1").out
    assert 1_201 == len(last(shop))


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a whole team, made in one change set."""
    home = tmp_path_factory.mktemp("team")
    build(home, 2_000)
    return home


ASKED = [
    audit.Asked(),
    audit.Asked(user="ana"),
    audit.Asked(since="2026-11-01"),
    audit.Asked(since="2026-11-01", until="2026-11-24", user="ana"),
    audit.Asked(record="OPP-1"),
    audit.Asked(record="ACC-1"),
    audit.Asked(reference="CS-2"),
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_log_reads_no_table_from_end_to_end(busy: Shop, asked: audit.Asked) -> None:
    """However many changes there are, each list goes through an index; the newest come first."""
    found = trace(busy.home, lambda unit: audit.log(unit, asked, most=None))
    assert found.statements
    newest_first = "SCAN c USING INDEX sqlite_autoindex_change_set_"
    plans = {plan for plan in scans(busy.home, found.statements) if newest_first not in plan}
    assert plans <= {"SCAN (subquery-1)"}


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_log_counts_no_large_change_set_to_its_end(team: Path, asked: audit.Asked) -> None:
    """A change set of any size costs the list no more than the rows that it counts."""
    assert trace(team, lambda unit: audit.log(unit, asked)).steps <= 60_000


def test_an_undo_reads_no_table_from_end_to_end(busy: Shop) -> None:
    """Neither does an undo, in a store with its references indexed."""
    connection = connect(busy.home / FILE_NAME)
    missing = [
        (table, key[3])
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for key in connection.execute(f'PRAGMA foreign_key_list("{table}")')
        if key[2] in {"account", "contact", "lead", "opportunity", "offer", "activity", "note"}
        and not _is_indexed(connection, table, key[3])
    ]
    connection.close()
    assert [] == missing


def _is_indexed(connection: Any, table: str, column: str) -> bool:
    names = [row[1] for row in connection.execute(f'PRAGMA index_list("{table}")')]
    firsts = [connection.execute(f"PRAGMA index_info('{n}')").fetchone()[2] for n in names]
    return column in firsts
