"""A stay in a stage keeps the definition that it began with; the next one takes the newest."""

import re
from pathlib import Path

from salescli.errors import ExitCode
from salescli.services.shipped import PROCESSES
from tests.shop import Shop, made_once

SOURCE = (PROCESSES / "corporate-sale.toml").read_text(encoding="utf-8")
RENAMED = SOURCE.replace('name    = "Collect customer information"', 'name    = "Ask about"')
WITHOUT_CALL = re.sub(
    r'  \[\[stage\.step\]\]\n  id   = "call"\n  do   = "activity"\n  type = "call"\n'
    r'  name = "Confirm.*?on   = \{[^}]*\}\n',
    "",
    SOURCE,
    count=1,
    flags=re.DOTALL,
).replace('on      = { collected = "call" }', 'on      = { collected = "agree" }')
WITHOUT_CALL = re.sub(r"  \{ if = \"result\.call = not-interested\".*\n", "", WITHOUT_CALL)
STAGE_RENAMED = (
    SOURCE.replace('id          = "needs-analysis"', 'id          = "discovery"')
    .replace('"needs-analysis"', '"discovery"')
    .replace(
        'name        = "Needs analysis"', 'name        = "Discovery"\nwas = ["needs-analysis"]'
    )
)


@made_once
def guided(shop: Shop) -> Shop:
    """A shop whose only sale stands at the first step of needs analysis."""
    shop.do("opportunity", "add", "Pumps", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    return shop


def publish(shop: Shop, folder: Path, source: str) -> int:
    """Publish a changed definition and return the exit code."""
    file = folder / "changed.toml"
    file.write_text(source, encoding="utf-8")
    return shop.run("process", "publish", str(file)).code


def test_the_variants_differ_from_the_shipped_process() -> None:
    """The edits below change something, so the tests on them can fail."""
    assert len({SOURCE, RENAMED, WITHOUT_CALL, STAGE_RENAMED}) == 4


def test_a_stay_keeps_its_version_and_the_next_one_takes_the_newest(
    guided: Shop, tmp_path: Path
) -> None:
    """A step removed by a newer version still follows in a stay that began before it."""
    assert publish(guided, tmp_path, WITHOUT_CALL) == ExitCode.DONE
    assert guided.json("done", "OPP-1")["sale"]["step"]["id"] == "call"
    guided.do("stage", "OPP-1", "needs-analysis")
    assert guided.json("done", "OPP-1")["sale"]["step"]["id"] == "agree"


def test_a_renamed_label_shows_from_the_next_stay_on(guided: Shop, tmp_path: Path) -> None:
    """The label of an open step stays as it was when its stage was entered."""
    publish(guided, tmp_path, RENAMED)
    shown = guided.json("continue", "OPP-1")["sale"]["step"]["name"]
    assert shown == "Collect customer information"
    again = guided.json("stage", "OPP-1", "needs-analysis")["sale"]["step"]["name"]
    assert again == "Ask about"


def test_a_renamed_stage_is_read_through_was(guided: Shop, tmp_path: Path) -> None:
    """A sale in a stage that has another id now goes on, and counts its visits together."""
    assert publish(guided, tmp_path, STAGE_RENAMED) == ExitCode.DONE
    assert guided.json("done", "OPP-1")["sale"]["step"]["id"] == "call"
    moved = guided.json("stage", "OPP-1", "discovery")["sale"]
    assert (moved["stage"], moved["visit"]) == ("discovery", 2)


def test_a_vanished_stage_in_use_is_refused(guided: Shop, tmp_path: Path) -> None:
    """A stage id may not vanish while sales stand in it, unless `was` names it."""
    before = guided.dump()
    source = STAGE_RENAMED.replace('was = ["needs-analysis"]', "")
    assert publish(guided, tmp_path, source) == ExitCode.RULE
    assert guided.dump() == before


def test_publishing_the_same_text_again_is_refused(shop: Shop, tmp_path: Path) -> None:
    """A version is a change; the same text is none."""
    assert publish(shop, tmp_path, SOURCE) == ExitCode.RULE


def test_publish_says_where_running_sales_stand(guided: Shop, tmp_path: Path) -> None:
    """Before a new version counts, the number of sales in each stage is known."""
    file = tmp_path / "changed.toml"
    file.write_text(RENAMED, encoding="utf-8")
    found = guided.json("process", "publish", str(file))
    assert found["standing"] == {"needs-analysis": 1}
    assert found["revision"] == 2


def test_a_process_of_other_stages_starts_from_a_lead_too(shop: Shop, tmp_path: Path) -> None:
    """P10: where the sale of a lead begins is said in the file, not in the program."""
    source = STAGE_RENAMED.replace('"Needs analysis"', '"Discovery"').replace(
        'was = ["needs-analysis"]', ""
    )
    assert publish(shop, tmp_path, source) == ExitCode.DONE
    shop.do("lead", "add", "Rose Hill", "--company", "Kilo", "--status", "Awaiting sale")
    assert shop.json("opportunity", "show", "Kilo")["stage"] == "discovery"
