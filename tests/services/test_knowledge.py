"""The knowledge base, what is attached to sales, and the links of a process."""

import hashlib
from pathlib import Path

import pytest

from salescli.services import doctor, files
from tests.shop import Shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files to take in."""
    place = tmp_path / "papers"
    place.mkdir()
    for name in ("cold.pdf", "hospital.pdf", "company.pdf", "proposal.pdf"):
        (place / name).write_text(f"the text of {name}")
    return place


@pytest.fixture
def stocked(shop: Shop, folder: Path) -> Shop:
    """A shop with a library, and OPP-1 in the presentation, for a food store."""
    shop.do("account", "add", "Acme", "--industry", "Food storage")
    shop.do("opportunity", "add", "Pump", "--account", "Acme", "--stage", "presentation")
    shop.do("opportunity", "line", "add", "OPP-1", "Generator")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    for name, tags in (
        ("hospital.pdf", ("--vertical", "Health care")),
        ("company.pdf", ()),
        ("cold.pdf", ("--vertical", "food storage", "--offer", "Generator", "--stage", "Proposal")),
    ):
        shop.do("kb", "add", str(folder / name), "--kind", "presentation", *tags)
    shop.do("kb", "add", "https://example.org/prices", "--name", "Prices", "--kind", "price-list")
    return shop


def names(shop: Shop, *words: str) -> list[str]:
    """Return the names of the documents that a command lists."""
    return [entry["name"] for entry in shop.json(*words)]


def test_a_file_lies_in_the_store_under_its_fingerprint(stocked: Shop, folder: Path) -> None:
    """P64: the copy is readable by its owner alone, and the original may go."""
    shown = stocked.json("kb", "show", "cold.pdf")
    content = (folder / "cold.pdf").read_bytes()
    (folder / "cold.pdf").unlink()
    assert hashlib.sha256(content).hexdigest() == shown["sha256"]
    place = Path(shown["place"])
    assert content == place.read_bytes()
    assert (0o600, 0o700) == (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777)
    assert f"{place}\n" == stocked.do("kb", "path", "DOC-3").out


def test_what_fits_is_suggested_and_what_is_chosen_is_attached(stocked: Shop) -> None:
    """P64: by tags of offer and trade; the one about another trade is left out."""
    found = stocked.json("kb", "suggest", "OPP-1", "--kind", "presentation")
    assert [
        ("cold.pdf", "offer Generator, vertical food storage"),
        ("company.pdf", "for any sale"),
    ] == [(entry["name"], entry["why"]) for entry in found]
    stocked.do("opportunity", "attach", "OPP-1", found[0]["document"])
    assert ["cold.pdf"] == names(stocked, "opportunity", "attachments", "OPP-1")


def test_the_step_that_chooses_shows_what_fits(stocked: Shop) -> None:
    """P64: preparing the presentation names the best documents; a step without need names none."""
    step = stocked.json("continue", "OPP-1")["sale"]["step"]
    assert ["cold.pdf", "company.pdf"] == [one["name"] for one in step["suggestions"]]
    assert "Fits: DOC-3 cold.pdf" in stocked.do("continue", "OPP-1").out
    stocked.do("done", "OPP-1", "prepared")
    assert [] == stocked.json("continue", "OPP-1")["sale"]["step"]["suggestions"]


def test_a_stage_is_meant_by_any_of_its_names(stocked: Shop) -> None:
    """P64: a document tagged with the stage's label fits the stage."""
    stocked.do("stage", "OPP-1", "proposal")
    found = stocked.json("kb", "suggest", "OPP-1")
    assert "stage Proposal" in found[0]["why"]


def test_examples_are_attached_with_the_result(stocked: Shop, folder: Path) -> None:
    """P66: files go with the activity and its sale, in one change that one undo takes back."""
    before = stocked.dump()
    company, cold = str(folder / "company.pdf"), str(folder / "cold.pdf")
    stocked.do("done", "OPP-1", "prepared", "--attach", company, "--attach", cold)
    assert ["company.pdf", "cold.pdf"] == names(stocked, "opportunity", "attachments", "OPP-1")
    assert ["company.pdf", "cold.pdf"] == names(stocked, "opportunity", "attachments", "ACT-1")
    stocked.do("undo")
    assert before == stocked.dump()


def test_submitting_attaches_the_file_and_logs_the_email(stocked: Shop, folder: Path) -> None:
    """P92: completing can attach the proposal and log the email that took it."""
    stocked.do("stage", "OPP-1", "proposal")
    stocked.do("done", "OPP-1", "prepared")
    stocked.do("continue", "OPP-1", "--set", "tactics=Begin with the need")
    file = str(folder / "proposal.pdf")
    words = ("--attach", file, "--email", "mia@example.org")
    stocked.do("done", "OPP-1", "ready-to-sign", *words)
    assert ["proposal.pdf"] == names(stocked, "opportunity", "attachments", "OPP-1")
    rows = stocked.rows("SELECT name, state, opportunity_id FROM activity WHERE kind = 'email'")
    ((said, state, opportunity),) = rows
    assert ("Sent proposal.pdf to mia@example.org", "done") == (said, state)
    assert opportunity is not None


@pytest.mark.parametrize("name", ["absent.pdf", ""])
def test_nothing_is_completed_when_a_file_is_not_there(
    stocked: Shop, folder: Path, name: str
) -> None:
    """P92: an absent file or a folder is told, and the step is still open."""
    before = stocked.dump()
    refused = stocked.run("done", "OPP-1", "prepared", "--attach", str(folder / name))
    assert refused.code in {2, 3}
    assert before == stocked.dump()


def test_a_hostile_name_is_only_a_label(shop: Shop, tmp_path: Path) -> None:
    """A name never decides where a file goes."""
    hostile = tmp_path / "a\x1b]0;x\x07..bashrc"
    hostile.write_text("x")
    shop.do("kb", "add", str(hostile))
    (entry,) = shop.json("kb", "list")
    assert "\x1b" not in entry["name"]
    assert [entry["sha256"]] == [path.name for path in (shop.home / files.FOLDER).iterdir()]


def test_removing_leaves_what_is_attached(stocked: Shop) -> None:
    """A document that a sale has stays with the sale; the knowledge base has it no more."""
    stocked.do("opportunity", "attach", "OPP-1", "DOC-3")
    stocked.do("kb", "remove", "DOC-3")
    stocked.do("kb", "remove", "DOC-2")
    assert ["hospital.pdf", "Prices"] == names(stocked, "kb", "list")
    assert ["cold.pdf"] == names(stocked, "opportunity", "attachments", "OPP-1")
    stocked.do("opportunity", "detach", "OPP-1", "DOC-3")
    assert [] == names(stocked, "opportunity", "attachments", "OPP-1")
    for _ in range(3):
        stocked.do("undo")
    assert 4 == len(names(stocked, "kb", "list"))


def test_tags_are_replaced_by_kind(stocked: Shop) -> None:
    """What is not named stays."""
    stocked.do("kb", "edit", "DOC-3", "--vertical", "Fishing", "--name", "Cold and wet")
    shown = stocked.json("kb", "show", "DOC-3")
    assert ("Cold and wet", ["Fishing"], ["Generator"]) == (
        shown["name"],
        shown["vertical"],
        shown["offer"],
    )


def test_the_doctor_tells_of_files_that_are_gone_or_altered(stocked: Shop) -> None:
    """Each is named by its document."""
    folder = stocked.home / files.FOLDER
    first, second = sorted(folder.iterdir())[:2]
    first.unlink()
    second.write_text("altered")
    found = [f.problem for f in doctor.examine(stocked.unit) if f.check == "documents"]
    assert ["altered", "missing"] == sorted(problem.rsplit(" ", 1)[1] for problem in found)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("kb", "add", "absent.pdf"), 3),
        (("kb", "add", "https://example.org/prices", "--name", "Prices"), 4),
        (("kb", "add", "https://example.org", "--kind", "song"), 2),
        (("kb", "show", "nothing"), 3),
        (("kb", "edit", "DOC-3"), 2),
        (("kb", "suggest", "OPP-99"), 3),
        (("opportunity", "attach", "OPP-1", "DOC-99"), 3),
        (("opportunity", "detach", "OPP-1", "DOC-3"), 3),
    ],
)
def test_refusals(stocked: Shop, words: tuple[str, ...], code: int) -> None:
    """A sentence, a way out, and nothing has changed."""
    before = stocked.dump()
    refused = stocked.run(*words)
    assert code == refused.code
    assert "hint: " in refused.err
    assert before == stocked.dump()


def linked(shop: Shop, folder: Path, to: str) -> str:
    """Write a process file whose first step of the presentation has a link; return its path."""
    source = shop.do("process", "show", "corporate-sale", "--source").out
    place = '  suggests = "presentation"\n'
    assert place in source
    path = folder / "mine.toml"
    link = f'  links = [{{ name = "How we show it", to = "{to}" }}]\n'
    path.write_text(source.replace(place, place + link))
    return str(path)


@pytest.mark.parametrize(
    "to", ["kb:company.pdf", "https://example.org/how", "mailto:a@example.org"]
)
def test_links_are_shown_with_the_step(stocked: Shop, folder: Path, to: str) -> None:
    """F23: a step names its tools and documents, with its hint too."""
    path = linked(stocked, folder, to)
    stocked.do("process", "check", path)
    stocked.do("process", "publish", path, "--yes")
    stocked.do("stage", "OPP-1", "presentation")
    step = stocked.json("continue", "OPP-1")["sale"]["step"]
    assert [{"name": "How we show it", "to": to}] == step["links"]
    for words in (("continue", "OPP-1"), ("hint", "OPP-1")):
        assert f"How we show it: {to}" in stocked.do(*words).out


@pytest.mark.parametrize("to", ["kb:Nothing", "somewhere", "file:///etc/passwd"])
def test_a_link_that_leads_nowhere_is_refused_with_its_line(
    stocked: Shop, folder: Path, to: str
) -> None:
    """F23: by check and by publish, and nothing is published."""
    path = linked(stocked, folder, to)
    line = next(
        number
        for number, text in enumerate(Path(path).read_text().splitlines(), start=1)
        if "How we show it" in text
    )
    before = stocked.dump()
    for verb in (("check",), ("publish", "--yes")):
        refused = stocked.run("process", verb[0], path, *verb[1:])
        assert 2 == refused.code
        assert f"mine.toml:{line}:" in refused.err
    assert before == stocked.dump()
