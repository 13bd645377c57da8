"""`sales plan chart` and the funnel of `sales pipeline`: the same figures in every form."""

import csv
import io
import json
from pathlib import Path

import pytest

from salescli.domain.charted import NAMES
from tests.shop import Answer, Shop, made_once
from tests.terminal import on_terminal

DRAWN = set("█▏▎▍▌▋▊▉·")
PLAIN = {"NO_COLOR": "1"}


@made_once
def sold(shop: Shop) -> Shop:
    """Open sales of two people in two stages, a win, and two quotas."""
    for line in [
        ("user", "add", "bo"),
        ("opportunity", "add", "Boiler", "--account", "Globex", "--amount", "8000"),
        ("opportunity", "add", "Pumps", "--account", "Initech", "--amount", "5000"),
        ("opportunity", "add", "Lift", "--account", "Hooli", "--owner", "bo"),
        ("opportunity", "add", "Crane", "--account", "Umbrella", "--amount", "3000"),
        ("stage", "OPP-2", "negotiations"),
        ("close", "OPP-4", "won"),
        ("plan", "set", "me", "2026-Q4", "9000"),
        ("plan", "set", "bo", "2026-Q4", "7000"),
    ]:
        shop.do(*line)
    shop.clock.advance(days=10)
    return shop


def cells(row: list[object]) -> list[str]:
    """Return values of JSON as CSV and pipes write them."""
    spelled = {None: "", True: "yes", False: "no"}
    return [
        spelled[value] if value is None or isinstance(value, bool) else str(value) for value in row
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_form_has_the_same_rows(sold: Shop, name: str) -> None:
    """F50: JSON, CSV and a pipe tell the same rows; page and drawing have the same title."""
    document = sold.json("plan", "chart", name)
    assert document == sold.do("plan", "chart", name, "--format", "json").document
    rows = [cells(list(row.values())) for row in document["rows"]]
    head, *told = csv.reader(io.StringIO(sold.do("plan", "chart", name, "--format", "csv").out))
    assert (list(document["rows"][0]), rows) == (head, told)
    piped = sold.do("plan", "chart", name).out
    assert rows == [line.split("\t") for line in piped.splitlines()]
    page = sold.do("plan", "chart", name, "--format", "html").out
    assert f"<h1>{document['title']}</h1>" in page
    drawing = sold.do("plan", "chart", name, "--format", "text").out
    assert [document["title"], document["of"]] == drawing.splitlines()[:2]


def test_the_charts_tell_what_the_reports_tell(sold: Shop) -> None:
    """F50: funnel, plan and leaderboard are the figures of `pipeline`, `plan show` and `--team`."""
    stages = sold.json("pipeline")["stages"]
    assert stages == sold.json("plan", "chart", "funnel", "--all")["rows"]
    assert sold.json("pipeline", "--mine")["stages"] == sold.json("plan", "chart", "funnel")["rows"]
    (plan,) = sold.json("plan", "chart", "plan")["rows"]
    shown = sold.json("plan", "show")
    assert plan == {name: shown[name] for name in plan}
    board = sold.json("plan", "chart", "leaderboard")["rows"]
    places = sold.json("plan", "show", "--team")["places"]
    assert places == [{name: row[name] for name in row if name != "period"} for row in board]
    days = sold.json("plan", "chart", "burn-up")["rows"]
    today = sold.clock().date().isoformat()
    (last,) = [row for row in days if row["day"] == today]
    assert (shown["won"], shown["quota"]) == (last["won"], days[-1]["line"])
    assert {None} == {row["won"] for row in days if row["day"] > today}


@pytest.mark.parametrize("name", ["funnel", "ageing"])
def test_whose_opportunities_count(sold: Shop, name: str) -> None:
    """F50: mine, a colleague's or everybody's; what everybody has is what both have."""
    asked = [(), ("bo",), ("--all",)]
    mine, theirs, together = (
        sum(row["count"] for row in sold.json("plan", "chart", name, *words)["rows"])
        for words in asked
    )
    assert (2, 1) == (mine, theirs)
    assert mine + theirs == together


def test_strays_are_in_the_funnel(sold: Shop) -> None:
    """F50: an open sale in a stage that the process does not have is counted under its id."""
    with sold.unit as unit:
        unit.connection.execute("UPDATE opportunity SET stage = 'limbo' WHERE number = 2")
    rows = sold.json("plan", "chart", "funnel")["rows"]
    assert {"limbo": 1} == {row["stage"]: row["count"] for row in rows if not row["currency"]}
    assert "limbo" in sold.do("plan", "chart", "funnel", "--format", "text").out


def test_a_file_gets_the_format_of_its_name(sold: Shop, tmp_path: Path) -> None:
    """F50: what lies in the file is what would be shown; `--format` overrules the name."""
    for name, how in [("a.html", "html"), ("a.csv", "csv"), ("a.txt", "text"), ("a.JSON", "json")]:
        sold.do("plan", "chart", "ageing", "--to", str(tmp_path / name))
        shown = sold.do("plan", "chart", "ageing", "--format", how).out
        kept = (tmp_path / name).read_text(encoding="utf-8")
        assert json.loads(kept) == json.loads(shown) if how == "json" else kept == shown
    other = tmp_path / "b.html"
    sold.do("plan", "chart", "ageing", "--format", "csv", "--to", str(other))
    assert other.read_bytes() == (tmp_path / "a.csv").read_bytes()


def test_no_file_is_lost(sold: Shop, tmp_path: Path) -> None:
    """What is there already is refused and kept; a dry run writes nothing."""
    there = tmp_path / "there.html"
    there.write_text("mine", encoding="utf-8")
    refused = sold.run("plan", "chart", "ageing", "--to", str(there))
    assert (4, "mine") == (refused.code, there.read_text(encoding="utf-8"))
    sold.do("plan", "chart", "ageing", "--to", str(tmp_path / "new.html"), "--dry-run")
    assert 7 == sold.run("plan", "chart", "ageing", "--to", str(tmp_path / "none" / "x")).code
    assert [there] == list(tmp_path.glob("*.html"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("pie",), 2),
        (("funnel", "--format", "pdf"), 2),
        (("funnel", "--period", "2026"), 2),
        (("funnel", "bo", "--all"), 2),
        (("leaderboard", "bo"), 2),
        (("ageing", "--to", "-"), 2),
        (("plan", "--all"), 2),
        (("burn-up", "--period", "2031"), 3),
        (("ageing", "nobody"), 3),
        (("ageing", "--json", "--format", "csv"), 2),
    ],
    ids=str,
)
def test_what_a_chart_cannot_be_asked(sold: Shop, words: tuple[str, ...], code: int) -> None:
    """F50: a refusal names what is wrong and a way out, and nothing is shown."""
    answer: Answer = sold.run("plan", "chart", *words)
    assert (code, "") == (answer.code, answer.out)
    assert "hint" in answer.err


def test_hostile_names_in_a_page_and_a_table(sold: Shop) -> None:
    """F50: a name is no markup in a page, and no formula in a spreadsheet."""
    with sold.unit as unit:
        for stage, number in (("<script>x</script>", 1), ("=1+1", 2)):
            unit.connection.execute(
                "UPDATE opportunity SET stage = ? WHERE number = ?", (stage, number)
            )
    page = sold.do("plan", "chart", "funnel", "--format", "html").out
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    table = sold.do("plan", "chart", "funnel", "--format", "csv").out
    assert not [row for row in csv.reader(io.StringIO(table)) if row[0].startswith("=")]
    assert "'=1+1" in table


def test_the_pipeline_has_its_funnel_on_a_terminal(sold: Shop) -> None:
    """F50: a bar for each stage below the table, at any width; none in a pipe."""
    stages = [one["name"] for one in sold.json("pipeline")["stages"]]
    for columns in (40, 80, 160):
        shown = on_terminal(sold, "pipeline", columns=columns, environment=PLAIN).text
        after = shown.split("Open by stage")[1]
        bars = [line for line in after.splitlines() if DRAWN & set(line)]
        assert len(stages) == len(bars)
        assert all(line.startswith(name[:12]) for name, line in zip(stages, bars, strict=True))
    assert not DRAWN & set(sold.do("pipeline").out)
