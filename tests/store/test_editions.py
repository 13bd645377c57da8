"""An older store gets its processes compiled anew, and the new text of a shipped one."""

import gzip
import hashlib
import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process.spec import COMPILED, from_compiled
from salescli.services import shipped
from salescli.services.definitions import check_text
from salescli.services.sessions import EDITION
from salescli.services.shipped import PROCESSES
from salescli.store import engine
from salescli.store.engine import FILE_NAME
from tests.shop import Clock, Shop, behind_the_back
from tests.store.keep_revision import REVISIONS

OLD = ("0001", "0002")
EARLIER = shipped.EARLIER["corporate-sale"]
NOW = (PROCESSES / "corporate-sale.toml").read_text(encoding="utf-8")
COLUMNS = "key, revision, sha256, source, compiled"


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    """A shop with the kept store of a revision before the processes had editions."""
    home = tmp_path / "store"
    home.mkdir(mode=0o700)
    path = home / FILE_NAME
    path.touch(mode=0o600)
    path.write_bytes(gzip.decompress((REVISIONS / f"{request.param}.db.gz").read_bytes()))
    clock = Clock()
    clock.advance(days=2)
    return Shop(home, clock)


def definitions(shop: Shop) -> list[tuple[str, int, str, str, str]]:
    """Return the published versions as the store has them."""
    return [tuple(row) for row in shop.rows(f"SELECT {COLUMNS} FROM process_definition ORDER BY 2")]


def edit_behind_the_back(shop: Shop, source: str) -> None:
    """Put another text of the first version into an old store, as a team's own edit."""
    with behind_the_back(shop.home / FILE_NAME) as connection:
        sha256 = hashlib.sha256(source.encode()).hexdigest()
        connection.execute("UPDATE process_definition SET source = ?, sha256 = ?", (source, sha256))


def test_the_earlier_texts_are_those_of_earlier_releases() -> None:
    """The list has what the first release shipped, and never the present text."""
    text = subprocess.run(
        ["git", "show", "0c6e7f2:salescli/processes/corporate-sale.toml"],
        capture_output=True,
        check=False,
        cwd=PROCESSES,
    ).stdout
    if text:
        assert hashlib.sha256(text).hexdigest() in EARLIER
    assert hashlib.sha256(NOW.encode()).hexdigest() not in EARLIER


@pytest.mark.parametrize("path", sorted(REVISIONS.iterdir()), ids=lambda path: path.name)
def test_a_text_that_was_shipped_is_known(path: Path) -> None:
    """P113: who changes a shipped text adds the one before to `EARLIER`."""
    with closing(sqlite3.connect(":memory:")) as kept:
        kept.deserialize(gzip.decompress(path.read_bytes()))
        ((sha256,),) = kept.execute(
            "SELECT sha256 FROM process_definition WHERE key = 'corporate-sale' AND revision = 1"
        ).fetchall()
    assert sha256 in EARLIER | {hashlib.sha256(NOW.encode()).hexdigest()}


def test_what_was_compiled_by_an_older_program_is_compiled_anew(old: Shop) -> None:
    """P113: the compiled form says its format, and holds what the present checker reads."""
    before = definitions(old)
    assert all("compiled" not in json.loads(row[4]) for row in before)
    old.do("process", "list")
    after = definitions(old)
    assert before[0][:4] == after[0][:4]
    for row in after:
        document = json.loads(row[4])
        assert COMPILED == document["compiled"]
        spec, _problems = check_text(row[3], fields=SALE_FIELDS)
        assert spec is not None
        assert from_compiled(document).stages[0].steps == spec.stages[0].steps


def test_an_older_compiled_form_can_be_read(old: Shop) -> None:
    """A store that nobody may write in is read as it is."""
    spec = from_compiled(json.loads(definitions(old)[0][4]))
    assert "corporate-sale" == spec.id


def test_a_shipped_text_follows_the_program(old: Shop) -> None:
    """P113: a process with an earlier release's text gets the present one as its next version."""
    answer = old.do("process", "list")
    rows = definitions(old)
    assert [(1, True), (2, False)] == [(row[1], row[2] in EARLIER) for row in rows]
    assert NOW == rows[1][3]
    assert "`corporate-sale` has the text of this program now, as version 2" in answer.err
    assert "" == old.do("process", "list").err


def test_it_is_upkeep_and_done_once(old: Shop) -> None:
    """P113: one change set that no undo takes back, and none with the second command."""
    old.do("process", "list")
    change_sets = old.rows("SELECT number, front_end FROM change_set ORDER BY number DESC")
    assert "upkeep" == change_sets[0][1]
    old.do("process", "list")
    assert change_sets == old.rows("SELECT number, front_end FROM change_set ORDER BY number DESC")
    assert 4 == old.run("undo", f"CS-{change_sets[0][0]}").code
    assert 0 == old.run("log", "verify").code


def test_an_own_text_is_left_alone(old: Shop) -> None:
    """P113: a team's edit stays the newest version; the list tells of the program's text."""
    own = definitions(old)[0][3].replace('"Corporate sale"', '"Our sale"')
    edit_behind_the_back(old, own)
    answer = old.do("process", "list")
    rows = definitions(old)
    assert [own] == [row[3] for row in rows]
    assert "sales process diff corporate-sale --shipped" in answer.err
    old.do("process", "publish", "corporate-sale", "--shipped")
    assert NOW == definitions(old)[-1][3]
    assert "" == old.do("process", "list").err


def test_a_text_that_the_checker_refuses_now_stays_as_it_was_compiled(old: Shop) -> None:
    """P113: an older form can still be read; nothing of it is lost."""
    compiled = definitions(old)[0][4]
    edit_behind_the_back(old, "format = 1\n")
    old.do("process", "list")
    assert compiled == definitions(old)[0][4]


def test_running_sales_keep_their_version(old: Shop) -> None:
    """P113: the stays of an old store name the version that they began with."""
    before = old.rows("SELECT id, definition_id FROM stage_visit ORDER BY id")
    old.do("process", "list")
    assert before == old.rows("SELECT id, definition_id FROM stage_visit ORDER BY id")


def test_a_new_store_is_of_this_edition(shop: Shop) -> None:
    """A store that this program made needs nothing."""
    with closing(engine.connect(shop.home / FILE_NAME)) as connection:
        assert EDITION == engine.edition(connection)
    assert 1 == len(definitions(shop))
