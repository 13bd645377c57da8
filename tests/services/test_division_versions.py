"""A version for one division: its owners' sales take it, the others' do not, at the same time."""

from pathlib import Path
from typing import Any

import pytest

from salescli.errors import ExitCode
from salescli.services import process_texts
from tests.every_command import SHIPPED
from tests.shop import Shop, next_words

GENERAL = process_texts.skeleton("Small sale")
WESTERN = (
    GENERAL.replace("First call", "Western call").replace(
        'next        = ["closed-won", "closed-lost"]', 'next        = ["fair"]'
    )
    + """
[[stage]]
id          = "fair"
probability = 40
  [[stage.step]]
  id   = "visit"
  do   = "activity"
  type = "meeting"
  name = "Meet at the fair"
  on   = { met = "@end" }
"""
)


@pytest.fixture
def two(shop: Shop, tmp_path: Path) -> Shop:
    """A shop with a western division, to which `wes` belongs, and a version of its own."""
    shop.do("division", "add", "West")
    shop.do("division", "add", "North")
    shop.do("user", "add", "wes", "--division", "West")
    shop.do("user", "add", "nora", "--division", "North")
    (tmp_path / "general.toml").write_text(GENERAL, encoding="utf-8")
    (tmp_path / "western.toml").write_text(WESTERN, encoding="utf-8")
    shop.do("process", "add", str(tmp_path / "general.toml"))
    shop.do("process", "publish", str(tmp_path / "western.toml"), "--division", "west")
    shop.do("config", "process", "small-sale")
    return shop


def started(shop: Shop, account: str, me: str) -> dict[str, Any]:
    """Start a sale and return where it stands."""
    words = ("run-process", "small-sale", "--account", account, "--new")
    found: dict[str, Any] = shop.json(*words, me=me)["sale"]
    return found


def version_of(shop: Shop, run: str) -> int:
    """Return the version that the current stay of a run keeps."""
    number = int(run.removeprefix("RUN-"))
    rows = shop.rows(
        "SELECT d.revision FROM stage_visit v JOIN process_definition d ON d.id = v.definition_id"
        " JOIN process_run r ON r.id = v.run_id WHERE r.number = ? ORDER BY v.id DESC",
        number,
    )
    return int(rows[0][0])


def test_two_divisions_are_on_two_versions_at_once(two: Shop) -> None:
    """P113: each sale begins by the version of its owner's division, or by everybody's."""
    names = [started(two, who, who)["step"]["name"] for who in ("wes", "nora", "ana")]
    assert ["Western call", "First call", "First call"] == names


def test_a_newer_general_version_leaves_the_division_with_its_own(
    two: Shop, tmp_path: Path
) -> None:
    """P113: a division's own version goes before a general one that is newer."""
    file = tmp_path / "general.toml"
    file.write_text(GENERAL.replace("First call", "Newer call"), encoding="utf-8")
    two.do("process", "publish", str(file))
    assert "Western call" == started(two, "Acme", "wes")["step"]["name"]
    assert "Newer call" == started(two, "Globex", "nora")["step"]["name"]


def test_the_next_stage_is_the_new_owners(two: Shop) -> None:
    """P113: a sale that changes hands keeps its stay, and takes the new owner's version next."""
    started(two, "Acme", "nora")
    two.do("assign", "RUN-1", "wes")
    assert 1 == version_of(two, "RUN-1")
    assert "First call" == two.json("continue", "RUN-1")["sale"]["step"]["name"]
    shown = two.json("stage", "RUN-1", "fair", me="wes")["sale"]
    assert ("fair", "visit", 2) == (
        shown["stage"],
        shown["step"]["id"],
        version_of(two, "RUN-1"),
    )


def test_an_owner_given_with_the_move_counts_already(two: Shop) -> None:
    """P113: the stage that is entered together with a new owner is the new owner's."""
    started(two, "Acme", "nora")
    assert ExitCode.NOT_FOUND == two.run("stage", "RUN-1", "fair").code
    assert "fair" == two.json("stage", "RUN-1", "fair", "--set", "owner=wes")["sale"]["stage"]
    started(two, "Globex", "nora")
    done = ("done", "RUN-2", "not-interested", "--next", "fair", "--set", "owner=wes")
    assert "fair" == two.json(*done)["sale"]["stage"]
    assert 2 == version_of(two, "RUN-2")


def test_an_owner_named_at_the_start_counts(two: Shop) -> None:
    """P113: a sale started for somebody else begins by that owner's version."""
    words = ("run-process", "small-sale", "--account", "Acme", "--owner", "wes")
    assert "Western call" == two.json(*words)["sale"]["step"]["name"]


def test_the_sale_of_an_opportunity_is_its_owners(two: Shop) -> None:
    """P113: an opportunity that no process guides yet takes its owner's version."""
    two.do("opportunity", "add", "Pumps", "--owner", "wes", "--stage", "fair")
    words = ("run-process", "small-sale", "--opportunity", "OPP-1")
    assert "Meet at the fair" == two.json(*words)["sale"]["step"]["name"]


def test_the_pipeline_has_the_stages_of_every_version(two: Shop) -> None:
    """P113: a stage that one division has is no stray of the pipeline."""
    started(two, "Acme", "wes")
    two.do("stage", "RUN-1", "fair", me="wes")
    told = two.json("pipeline")
    assert {"first-talk": 0, "fair": 1} == {s["stage"]: s["count"] for s in told["stages"]}
    assert ["first-talk"] == [s["stage"] for s in two.json("pipeline", "--mine")["stages"]]


def test_the_list_shows_the_division(two: Shop) -> None:
    """P113: each version tells for whom it is."""
    found = [v for v in two.json("process", "list") if v["process"] == "small-sale"]
    assert [(2, "west"), (1, "")] == [(v["revision"], v["division"]) for v in found]
    assert "Western call" in two.do("process", "show", "small-sale", "--division", "west").out
    assert "Western call" not in two.do("process", "show", "small-sale").out
    assert "First call" in two.do("process", "show", "small-sale", "--version", "1").out


def test_publish_counts_the_sales_that_a_version_is_for(two: Shop, tmp_path: Path) -> None:
    """P113: a version for everybody is not for the sales of a division that has its own."""
    for who in ("wes", "nora", "ana"):
        started(two, who, who)
    file = tmp_path / "next.toml"
    file.write_text(GENERAL.replace("First call", "Newer call"), encoding="utf-8")
    assert {"first-talk": 2} == two.json("process", "publish", str(file))["standing"]
    file.write_text(WESTERN.replace("Western call", "Newer call"), encoding="utf-8")
    told = two.json("process", "publish", str(file), "--division", "west")
    assert ({"first-talk": 1}, "west") == (told["standing"], told["division"])


def test_a_division_cannot_be_first(shop: Shop, tmp_path: Path) -> None:
    """P113: a process is published for everybody before a division gets its own version."""
    shop.do("division", "add", "West")
    file = tmp_path / "western.toml"
    file.write_text(WESTERN, encoding="utf-8")
    answer = shop.run("process", "publish", str(file), "--division", "west")
    assert (ExitCode.RULE, []) == (
        answer.code,
        shop.rows("SELECT 1 FROM process_definition WHERE key = 'small-sale'"),
    )


def test_migrate_takes_each_sale_to_its_owners_version(two: Shop) -> None:
    """V25: after a change of hands the sale can be brought to the new owner's version at once."""
    started(two, "Acme", "nora")
    two.do("assign", "RUN-1", "wes")
    (line,) = two.json("process", "migrate", "small-sale", "--now")
    assert (1, 2, "moved") == (line["from_version"], line["to_version"], line["outcome"])
    assert "Western call" == two.json("continue", "RUN-1")["sale"]["step"]["name"]


def test_without_the_general_version_everybody_has_the_divisions(two: Shop) -> None:
    """P113: no sale is left without a process when the general version is undone."""
    change = two.rows(
        "SELECT c.number FROM change_set c JOIN process_definition d ON d.created_in = c.id"
        " WHERE d.key = 'small-sale' AND d.revision = 1"
    )[0][0]
    two.do("undo", f"CS-{change}")
    assert "Western call" == started(two, "Acme", "nora")["step"]["name"]


def test_a_renamed_stage_counts_in_the_pipeline(shop: Shop, tmp_path: Path) -> None:
    """A stage that a division's version calls otherwise is one stage, under both names."""
    shop.do("user", "add", "bo")
    shop.do("division", "add", "West", "--head", "bo")
    shop.do("user", "edit", "bo", "--division", "West")
    renamed = SHIPPED.replace('"needs-analysis"', '"discovery"')
    was = 'id          = "discovery"\nwas         = ["needs-analysis"]'
    renamed = renamed.replace('id          = "discovery"', was)
    assert was in renamed
    path = tmp_path / "west.toml"
    path.write_text(renamed, encoding="utf-8")
    shop.do("process", "publish", str(path), "--division", "West", "--yes")
    shop.do("opportunity", "add", "Pump", "--account", "Acme", "--amount", "5000", me="bo")
    shop.do("stage", "OPP-1", "discovery", me="bo")
    assert [1] == [
        one["count"] for one in shop.json("pipeline")["stages"] if one["stage"] == "needs-analysis"
    ]


def test_what_was_published_for_a_division_can_be_looked_at(two: Shop, tmp_path: Path) -> None:
    """P113: the `Next:` line of a division's version shows that version, or migrates its sales."""
    file = tmp_path / "western.toml"
    file.write_text(WESTERN.replace("Western call", "Call from the west"), encoding="utf-8")
    words = ("process", "publish", str(file), "--division", "west")
    following = next_words(two.do(*words))
    assert "Call from the west" in two.do(*following[1:]).out
    started(two, "Acme", "wes")
    file.write_text(WESTERN.replace("Western call", "Western talk"), encoding="utf-8")
    following = next_words(two.do(*words))
    (line,) = two.json(*following[1:])
    assert "moved" == line["outcome"]


def test_an_unguided_sale_is_stale_by_its_owners_version(two: Shop, tmp_path: Path) -> None:
    """P113, C35: the days that a stage allows are those of the owner's division."""
    for division, days in (("west", 2), ("", 4)):
        file = tmp_path / f"days{division}.toml"
        source = WESTERN if division else GENERAL
        source = source.replace("probability = 20", f"probability = 20\nstale_days = {days}", 1)
        assert "stale_days" in source
        file.write_text(source, encoding="utf-8")
        two.do("process", "publish", str(file), *(["--division", division] if division else []))
    for owner in ("wes", "nora"):
        two.do("opportunity", "add", f"Pumps of {owner}", "--owner", owner, "--stage", "first-talk")
    two.clock.advance(days=4)
    (stage,) = two.json("stale", "--all")["stages"]
    assert {"wes": 2, "nora": 4} == {s["owner"]: s["allowed"] for s in stage["sales"]}
