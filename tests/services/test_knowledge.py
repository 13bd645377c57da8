"""The knowledge base, what is attached to sales, and the links of a process."""

import hashlib
import os
from pathlib import Path

import pytest

from salescli.services import completion, doctor, files, process_texts
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


def test_a_list_is_narrowed_by_what_documents_are_about(stocked: Shop) -> None:
    """P64: a document has to have every tag that is asked for; case and accents do not matter."""
    assert ["cold.pdf"] == names(stocked, "kb", "list", "--vertical", "FOOD storage")
    both = ("--vertical", "Food storage", "--offer", "Generator")
    assert ["cold.pdf"] == names(stocked, "kb", "list", *both)
    assert [] == names(stocked, "kb", "list", *both, "--kind", "price-list")
    assert 2 == stocked.run("kb", "list", "--stage", "nosuch").code


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
    stocked.do("undo")
    assert [] == stocked.rows("SELECT name FROM activity WHERE kind = 'email'")
    assert [] == names(stocked, "opportunity", "attachments", "OPP-1")


@pytest.mark.parametrize(
    "to", ["mia ray", "CON-1", "Mia@Acme.example", "Somebody <mia@acme.example>"]
)
def test_an_email_goes_to_the_contact_who_has_the_address(stocked: Shop, to: str) -> None:
    """P92: by name, by handle or by address; the contact takes part in the email."""
    stocked.do("contact", "add", "Mia Ray", "--account", "Acme", "--email", "mia@acme.example")
    stocked.do("done", "OPP-1", "prepared", "--attach", "DOC-3", "--email", to)
    ((number, said),) = stocked.rows("SELECT number, name FROM activity WHERE kind = 'email'")
    assert "sent cold.pdf to mia ray <mia@acme.example>" == said.lower()
    people = stocked.json("activity", "participant", "list", f"ACT-{number}")
    assert ["CON-1"] == [one["contact"] for one in people]


@pytest.mark.parametrize(("to", "code"), [("mia@", 2), ("Nobody Such", 3), ("CON-9", 3)])
def test_nothing_is_completed_when_nobody_is_meant(stocked: Shop, to: str, code: int) -> None:
    """P92: a wrong address is told, and the step is still open."""
    before = stocked.dump()
    refused = stocked.run("done", "OPP-1", "prepared", "--email", to)
    assert code == refused.code
    assert before == stocked.dump()


def test_the_last_step_of_a_sale_takes_files_too(stocked: Shop, folder: Path) -> None:
    """P92: words that mean an open sale still mean it once the result has closed it."""
    stocked.do("stage", "OPP-1", "contracting")
    stocked.do("done", "acme", "prepared")
    stocked.do("done", "acme", "sent")
    contract = ("--attach", str(folder / "proposal.pdf"), "--email", "mia@acme.example")
    sale = stocked.json("done", "acme", "signed", "--next", "closed-won", *contract)["sale"]
    assert "running" != sale["state"]
    assert "proposal.pdf" in names(stocked, "opportunity", "attachments", "OPP-1")


def test_what_a_sale_has_before_its_opportunity_goes_on_with_it(shop: Shop, folder: Path) -> None:
    """P66: a file of a run belongs to the opportunity once there is one."""
    shop.do("run-process", "corporate-sale", "--account", "Acme", "--new")
    shop.do("opportunity", "attach", "RUN-1", str(folder / "cold.pdf"))
    assert ["cold.pdf"] == names(shop, "opportunity", "attachments", "RUN-1")
    shop.do("stage", "RUN-1", "presentation")
    assert ["cold.pdf"] == names(shop, "opportunity", "attachments", "OPP-1")


def test_a_file_comes_before_a_document_of_the_same_name(
    stocked: Shop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P66: what lies in the folder is attached, not what the knowledge base calls so."""
    monkeypatch.chdir(folder)
    (folder / "cold.pdf").write_text("for this customer alone")
    stocked.do("opportunity", "attach", "OPP-1", "cold.pdf")
    stocked.do("opportunity", "attach", "OPP-1", "company.pdf")
    (folder / "company.pdf").unlink()
    stocked.do("opportunity", "attach", "OPP-1", "company.pdf")
    found = stocked.json("opportunity", "attachments", "OPP-1")
    assert ["DOC-5", "DOC-6", "DOC-2"] == [entry["document"] for entry in found]


def test_what_is_attached_is_shown(stocked: Shop) -> None:
    """P66: with the opportunity and with the activity, for people and machines."""
    stocked.do("done", "OPP-1", "prepared", "--attach", "DOC-3")
    for noun, reference in (("opportunity", "OPP-1"), ("activity", "ACT-1")):
        assert "DOC-3 cold.pdf" in stocked.do(noun, "show", reference).out
        shown = stocked.json(noun, "show", reference)["documents"]
        assert [{"document": "DOC-3", "name": "cold.pdf"}] == shown


def test_documents_are_completed_by_their_handles(stocked: Shop) -> None:
    """A shell offers handles with names, also where a file may stand."""
    assert [f"DOC-{number}" for number in (3, 2, 1, 4)] == [
        word for word, _help in completion.documents(stocked.unit)
    ]


def test_a_copy_that_is_gone_comes_back_with_its_file(stocked: Shop, folder: Path) -> None:
    """Taking the same file in mends the copy, whatever had become of it."""
    place = Path(stocked.json("kb", "show", "cold.pdf")["place"])
    for name, harm in (("Gone", place.unlink), ("Other", lambda: place.write_text("altered"))):
        harm()
        stocked.do("kb", "add", str(folder / "cold.pdf"), "--name", name)
        assert (folder / "cold.pdf").read_bytes() == place.read_bytes()


def test_a_pipe_is_not_waited_for(shop: Shop, tmp_path: Path) -> None:
    """What is no file is refused at once, though nobody writes into it."""
    os.mkfifo(tmp_path / "pipe")
    refused = shop.run("kb", "add", str(tmp_path / "pipe"))
    assert (2, True) == (refused.code, "is no file" in refused.err)


def test_a_file_that_the_sale_has_goes_to_the_activity_as_the_same_document(
    stocked: Shop, folder: Path
) -> None:
    """P92: what was attached before its activity is completed is not listed twice."""
    file = str(folder / "proposal.pdf")
    stocked.do("opportunity", "attach", "OPP-1", file)
    stocked.do("done", "OPP-1", "prepared", "--attach", file)
    for owner in ("OPP-1", "ACT-1"):
        found = stocked.json("opportunity", "attachments", owner)
        assert ["DOC-5"] == [entry["document"] for entry in found]


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
    assert "not in the knowledge base" in stocked.do("kb", "show", "DOC-3").out
    assert [False, True] == [stocked.json("kb", "show", f"DOC-{n}")["in_library"] for n in (3, 1)]
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
        (("kb", "add", ""), 2),
        (("kb", "add", "."), 2),
        (("kb", "add", "ftp://example.org/a"), 3),
        (("kb", "add", "https://example.org/prices", "--name", "Prices"), 4),
        (("kb", "add", "https://example.org", "--kind", "song"), 2),
        (("kb", "show", "nothing"), 3),
        (("kb", "edit", "DOC-3"), 2),
        (("kb", "suggest", "OPP-99"), 3),
        (("kb", "suggest", "ACC-1"), 4),
        (("opportunity", "attach", "OPP-1", "DOC-99"), 3),
        (("opportunity", "detach", "OPP-1", "DOC-3"), 3),
        (("kb", "edit", "DOC-1", "--name", "PRICES"), 4),
        (("kb", "edit", "DOC-1", "--stage", "nosuch"), 2),
        (("opportunity", "attach", "ACC-1", "DOC-3"), 4),
        (("opportunity", "attach", "OPP-2", "DOC-1"), 4),
        (("opportunity", "attach", "OPP-2", "https://example.org/offer"), 4),
    ],
)
def test_refusals(stocked: Shop, words: tuple[str, ...], code: int) -> None:
    """A sentence, a way out, and nothing has changed."""
    stocked.do("opportunity", "add", "Second", "--account", "Acme")
    for place in ("DOC-1", "https://example.org/offer"):
        stocked.do("opportunity", "attach", "OPP-2", place)
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
    for words in (("continue", "OPP-1"), ("hint", "OPP-1"), ("process", "show", "corporate-sale")):
        assert f"How we show it: {to}" in stocked.do(*words).out


def line_of_link(path: str) -> int:
    """Return the line on which the file has its link."""
    lines = Path(path).read_text().splitlines()
    return next(n for n, text in enumerate(lines, start=1) if "How we show it" in text)


@pytest.mark.parametrize("to", ["somewhere", "file:///etc/passwd", "kb:"])
def test_a_link_that_is_none_is_refused_with_its_line(stocked: Shop, folder: Path, to: str) -> None:
    """F23: by check and by publish, and nothing is published."""
    path = linked(stocked, folder, to)
    before = stocked.dump()
    for verb in (("check",), ("publish", "--yes")):
        refused = stocked.run("process", verb[0], path, *verb[1:])
        assert 2 == refused.code
        assert f"mine.toml:{line_of_link(path)}:" in refused.err
    assert before == stocked.dump()


def test_a_link_to_an_unknown_document_is_told_and_not_published(
    stocked: Shop, folder: Path
) -> None:
    """F23: check warns with the line; publish refuses, until the knowledge base has it."""
    path = linked(stocked, folder, "kb:How to show it")
    told = f"mine.toml:{line_of_link(path)}: the knowledge base has no `How to show it`"
    checked = stocked.do("process", "check", path)
    assert "`mine.toml` is sound" in checked.out
    assert told in checked.err
    assert [told] == stocked.json("process", "check", path)["warnings"]
    before = stocked.dump()
    refused = stocked.run("process", "publish", path, "--yes")
    assert 2 == refused.code
    assert told in refused.err
    assert before == stocked.dump()
    stocked.do("kb", "add", "https://example.org/how", "--name", "How to show it")
    assert "" == stocked.do("process", "check", path).err
    stocked.do("process", "publish", path, "--yes")


def test_checking_a_file_makes_no_store(stocked: Shop, folder: Path, tmp_path: Path) -> None:
    """F23: without a knowledge base there is nothing to compare a link with."""
    path = linked(stocked, folder, "kb:Nothing")
    elsewhere = Shop(tmp_path / "elsewhere", stocked.clock)
    assert "" == elsewhere.do("process", "check", path).err
    assert not elsewhere.home.exists()


def test_a_restore_finds_the_files(stocked: Shop, folder: Path) -> None:
    """What was taken in before the backup is there after it, removed or not."""
    made = stocked.json("backup")["name"]
    stocked.do("kb", "remove", "DOC-3")
    stocked.do("kb", "add", str(folder / "proposal.pdf"))
    stocked.do("restore", made, "--yes")
    place = Path(stocked.json("kb", "show", "cold.pdf")["place"])
    assert (folder / "cold.pdf").read_bytes() == place.read_bytes()
    assert [] == [f.problem for f in doctor.examine(stocked.unit) if f.check == "documents"]


def test_a_backup_elsewhere_tells_of_the_files(stocked: Shop, tmp_path: Path) -> None:
    """They are not in it, and have to be copied where the store goes."""
    told = stocked.do("backup", "--to", str(tmp_path / "copy.db")).err
    assert f"copy the folder `{stocked.home / files.FOLDER}` too" in told
    assert "folder" not in stocked.do("backup").err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("kb", "add", "FILE", "--kind", "song"), 2),
        (("kb", "add", "FILE", "--stage", "nosuch"), 2),
        (("kb", "add", "FILE", "--offer", ""), 2),
        (("kb", "add", "FILE", "--name", "prices"), 4),
        (("opportunity", "attach", "OPP-9", "FILE"), 3),
        (("opportunity", "attach", "ACC-1", "FILE"), 4),
    ],
)
def test_what_is_refused_takes_in_no_file(
    stocked: Shop, tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    """P64: a file is copied after all else was checked."""
    file = tmp_path / "new.pdf"
    file.write_text("new")
    before = sorted((stocked.home / files.FOLDER).iterdir())
    refused = stocked.run(*(str(file) if word == "FILE" else word for word in words))
    assert (code, before) == (refused.code, sorted((stocked.home / files.FOLDER).iterdir()))


def test_a_stage_of_any_process_is_a_tag(stocked: Shop, tmp_path: Path) -> None:
    """P64: by id, label or ending; a misspelled one is guessed."""
    (tmp_path / "small.toml").write_text(process_texts.skeleton("Small sale"), encoding="utf-8")
    stocked.do("process", "add", str(tmp_path / "small.toml"))
    for stage in ("first-talk", "First talk", "proposal", "lost"):
        stocked.do("kb", "edit", "DOC-1", "--stage", stage)
    refused = stocked.run("kb", "edit", "DOC-1", "--stage", "first-tlak", "--json").refusal
    assert refused["hint"].startswith("did you mean `first-talk`?")


def test_a_document_that_steps_link_to_does_not_go_unnoticed(stocked: Shop, folder: Path) -> None:
    """F23: removing or renaming it tells which step links to it; any other change does not."""
    stocked.do("process", "publish", linked(stocked, folder, "kb:Company.pdf"), "--yes")
    assert "" == stocked.do("kb", "edit", "company.pdf", "--kind", "example").err
    for words in (("kb", "remove", "company.pdf"), ("kb", "edit", "company.pdf", "--name", "Us")):
        told = stocked.do(*words).err
        assert "`prepare` of `presentation` in `corporate-sale` links to `company.pdf`" in told
        stocked.do("undo")
    assert "" == stocked.do("kb", "remove", "hospital.pdf").err
