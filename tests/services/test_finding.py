"""B52: `sales find` over every record: what is found, in which order, and how the index follows."""

import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from salescli.errors import SalesError
from salescli.services import finding as service
from salescli.store import finding
from tests.shop import Answer, Shop, made_once
from tests.terminal import on_terminal

INDEX = finding.FILE_NAME


def found(shop: Shop, *words: str) -> list[tuple[str, str]]:
    """Return the handle and noun of each hit."""
    return [(hit["reference"], hit["noun"]) for hit in shop.json("find", *words)["hits"]]


def handles(shop: Shop, *words: str) -> list[str]:
    """Return the handle of each hit."""
    return [reference for reference, _noun in found(shop, *words)]


@made_once
def desk(shop: Shop) -> Shop:
    """A shop with a word of its own in each place where people write."""
    for line in [
        ("account", "add", "Acme Ltd", "--city", "Riga", "--set", "history=founded by tinkers"),
        ("contact", "add", "Mia Ray", "--account", "Acme Ltd", "--title", "Buyer"),
        ("lead", "add", "Zoe Zed", "--company", "Zedworks", "--need", "chillers"),
        ("opportunity", "add", "Pumps", "--account", "Acme Ltd", "--set", "need=quiet turbines"),
        ("opportunity", "edit", "OPP-1", "--set", "tactics=listen first"),
        ("opportunity", "edit", "OPP-1", "--set", "next_steps=send samples"),
        ("offer", "add", "Generator", "--family", "Powerhouse"),
        ("activity", "add", "Ring the bell", "--opportunity", "OPP-1"),
        ("note", "OPP-1", "They called about gaskets"),
        ("note", "ACC-1", "New warehouse"),
        ("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray", "--role", "decider"),
        ("opportunity", "stakeholder", "edit", "OPP-1", "Mia Ray", "--motivation", "prestige"),
        ("opportunity", "competitor", "add", "OPP-1", "Globex", "--strengths", "cheap spares"),
        ("opportunity", "condition", "add", "OPP-1", "Discount", "--asked", "rebate of 15 %"),
        ("kb", "add", "https://example.org/hall", "--name", "The hall", "--vertical", "Fishery"),
        ("user", "add", "bo", "--name", "Bo Berg"),
        ("division", "add", "West coast", "--head", "bo"),
        ("run-process", "corporate-sale", "--account", "Initech", "--result", "meet"),
        ("continue", "RUN-1", "--set", "meeting_at=thu 10", "--set", "requested=flanges"),
    ]:
        shop.do(*line)
    return shop


PLACES = [
    ("acme", "ACC-1", "account"),
    ("tinkers", "ACC-1", "account"),
    ("mia", "CON-1", "contact"),
    ("buyer", "CON-1", "contact"),
    ("zedworks", "LEAD-1", "lead"),
    ("chillers", "LEAD-1", "lead"),
    ("pumps", "OPP-1", "opportunity"),
    ("turbines", "OPP-1", "opportunity"),
    ("listen", "OPP-1", "opportunity"),
    ("samples", "OPP-1", "opportunity"),
    ("powerhouse", "OFF-1", "offer"),
    ("bell", "ACT-1", "activity"),
    ("gaskets", "OPP-1", "note"),
    ("warehouse", "ACC-1", "note"),
    ("prestige", "OPP-1", "stakeholder"),
    ("spares", "OPP-1", "competitor"),
    ("rebate", "OPP-1", "condition"),
    ("hall", "DOC-1", "document"),
    ("fishery", "DOC-1", "document"),
    ("berg", "bo", "user"),
    ("coast", "west-coast", "division"),
    ("flanges", "RUN-1", "run"),
]


@pytest.mark.parametrize(("word", "reference", "noun"), PLACES)
def test_every_place_is_searched(desk: Shop, word: str, reference: str, noun: str) -> None:
    """B52, P86: what people write is found in every record, and what it is a part of is named."""
    assert (reference, noun) in found(desk, word)


@pytest.mark.parametrize(("word", "reference", "noun"), PLACES)
def test_a_noun_alone(desk: Shop, word: str, reference: str, noun: str) -> None:
    """B52: `--noun` finds only such records."""
    assert {noun} == {kind for _reference, kind in found(desk, word, "--noun", noun)}
    other = "offer" if noun != "offer" else "note"
    assert (reference, noun) not in found(desk, word, "--noun", other)


def test_every_next_command_works(desk: Shop) -> None:
    """B52: each hit has the command that shows it."""
    for word, _reference, _noun in PLACES:
        for hit in desk.json("find", word)["hits"]:
            desk.do(*hit["next"].split()[1:])


def test_names_weigh_more_than_texts_and_fewer_words_more_than_many(shop: Shop) -> None:
    """B52: the account itself, then the sale named after it, then who only mentions it."""
    shop.do("account", "add", "Hooli")
    shop.do("note", "ACC-1", "Acme is their rival " * 20)
    shop.do("opportunity", "add", "Acme north pumps and valves")
    shop.do("account", "add", "Acme")
    assert ["ACC-2", "OPP-1", "ACC-1"] == handles(shop, "acme")


def test_all_the_words_may_stand_in_several_fields(desk: Shop) -> None:
    """B52: in any order, the last one may be a beginning; the others are whole words."""
    assert ["ACC-1"] == handles(desk, "riga acm")
    assert ["OPP-1"] == handles(desk, "samples listen turb")
    assert [] == [hit for hit in handles(desk, "turb samples") if hit != "OPP-1"]


def test_some_of_the_words_where_nothing_has_all(desk: Shop) -> None:
    """B52: it is said, and what has some is shown."""
    answer = desk.do("find", "zoe", "gaskets")
    assert {"LEAD-1", "OPP-1"} == {line.split("\t")[0] for line in answer.out.splitlines()}
    assert "Nothing has all the words" in answer.err


@pytest.mark.parametrize(
    ("typed", "meant", "reference"),
    [
        ("Acmee", "Acme", "ACC-1"),
        ("Amce", "Acme", "ACC-1"),
        ("Acne", "Acme", "ACC-1"),
        ("Genrator", "Generator", "OFF-1"),
        ("Zedowrks", "Zedworks", "LEAD-1"),
    ],
)
def test_names_are_found_with_typing_errors(
    desk: Shop, typed: str, meant: str, reference: str
) -> None:
    """B52: a letter too many, too few, wrong or swapped; it is said what was read instead."""
    answer = desk.do("find", typed)
    assert reference == answer.out.split("\t")[0]
    assert f"note: Nothing has `{typed}`; shown for `{meant}`\n" == answer.err
    assert {typed: [meant]} == desk.json("find", typed)["instead"]


def test_a_word_that_nothing_has_is_left_out(desk: Shop) -> None:
    """B52: the others still find."""
    answer = desk.do("find", "xylophone", "gaskets")
    assert "OPP-1" == answer.out.split("\t")[0]
    assert "Nothing has `xylophone`; it was left out" in answer.err


def test_nothing_is_found_for_what_is_nowhere(desk: Shop) -> None:
    """B52: no hit, exit 0, and it is told beside the empty answer."""
    assert Answer(0, "", "note: Nothing has `xylophone`\n") == desk.do("find", "xylophone")
    document = desk.json("find", "xylophone")
    assert (0, []) == (document["total"], document["hits"])


HOSTILE = [
    '"',
    "*",
    "NEAR(",
    "NEAR(acme riga)",
    "-",
    "-acme",
    "a AND",
    "NOT acme",
    "acme OR",
    "name:acme",
    "{name} : x",
    "^acme",
    "acme*",
    '"acme',
    "acme + riga",
    "'; DROP TABLE entry; --",
    "()",
    "?!…",
    "x" * 10_000,
    "acme " * 2_000,
    "東" * 10_000,
    "🎉",
    "東京",
    "\x00acme\x1b[31m",
    "\u202eacme",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_is_an_error_of_the_store(desk: Shop, text: str) -> None:
    """B52: anything can be looked for; what has no word is refused as such."""
    answer = desk.run("find", "--", text)
    assert answer.code in {0, 2}
    assert (2 == answer.code) == ("There is no word to look for" in answer.err)
    assert "SQL" not in answer.err
    assert "fts5" not in answer.err


def test_what_would_be_a_sign_of_the_query_language_is_a_word(desk: Shop) -> None:
    """B52: `AND`, `NEAR` and `-` mean nothing but themselves."""
    desk.do("note", "ACC-1", "stands near the AND gate")
    assert ["ACC-1"] == handles(desk, "NEAR(gate AND)")
    assert "ACC-1" == desk.do("find", "--", "-acme*").out.split("\t")[0]


def test_a_handle_finds_its_record(desk: Shop) -> None:
    """B52: as a person may try."""
    assert [("OPP-1", "opportunity")] == found(desk, "opp-1")
    assert [("DOC-1", "document")] == found(desk, "DOC-1")


def test_an_unknown_noun_is_refused_with_the_nearest(desk: Shop) -> None:
    """It is not found; `opportunities` is understood."""
    answer = desk.run("find", "acme", "--noun", "acount")
    assert 3 == answer.code
    assert "did you mean `account`" in answer.err
    assert ["OPP-1"] == handles(desk, "pumps", "--noun", "opportunities")


def test_the_matched_words_are_marked(desk: Shop) -> None:
    """B52: JSON tells the places; each is the word that was looked for."""
    (hit,) = desk.json("find", "listen")["hits"]
    (match,) = hit["matches"]
    assert ("tactics", ["listen"]) == (
        match["field"],
        [match["snippet"][start:end] for start, end in match["spans"]],
    )
    (hit,) = desk.json("find", "zoe")["hits"]
    assert ["Zoe"] == [hit["name"][start:end] for start, end in hit["name_spans"]]


def test_marks_are_for_terminals_only(desk: Shop) -> None:
    """B52: bold on a terminal, nothing of it in a pipe or where colour is not wanted."""
    assert "tactics: \x1b[1mlisten\x1b[0m first" in on_terminal(desk, "find", "listen").text
    plain = on_terminal(desk, "find", "listen", environment={"NO_COLOR": "1"}).text
    assert "\x1b" not in plain
    assert "tactics: listen first" in plain
    assert "\x1b" not in desk.do("find", "listen").out


@pytest.mark.parametrize("columns", [40, 80])
def test_marks_do_not_widen_a_line(desk: Shop, columns: int) -> None:
    """B52: marks take no place, wherever the lines break."""
    desk.do("note", "ACC-1", "a long story about " + "gear boxes and flanges " * 6)
    shown = on_terminal(desk, "find", "boxes", columns=columns).text.replace("\x1b[1m", "")
    lines = shown.replace("\x1b[0m", "").splitlines()
    assert max(map(len, lines)) <= columns
    assert "gear boxes and" in " ".join(line.strip() for line in lines)


def test_a_list_that_was_cut_says_so(shop: Shop) -> None:
    """B52: the best twenty, or as many as asked for, and how many there are."""
    for number in range(25):
        shop.do("account", "add", f"Acme {number}")
    answer = shop.do("find", "acme")
    assert 20 == len(answer.out.splitlines())
    assert "5 more are not shown; `-n 0` lists all 25" in answer.err
    assert 25 == len(shop.do("find", "acme", "--all").out.splitlines())
    assert 3 == len(handles(shop, "acme", "-n", "3"))


def test_very_many_hits_are_not_ranked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """B52: names that begin with the words come first, then other names, then texts."""
    shop.do("account", "add", "Hooli")
    for number in range(3):
        shop.do("note", "ACC-1", f"acme {number}")
    shop.do("account", "add", "The Acme")
    shop.do("account", "add", "Acme")
    monkeypatch.setattr(finding, "RANKED", 4)
    monkeypatch.setattr(service, "RANKED", 4)
    document = shop.json("find", "acme", "-n", "4")
    assert not document["is_ranked"]
    assert ["ACC-3", "ACC-2", "ACC-1", "ACC-1"] == [h["reference"] for h in document["hits"]]
    assert "More than 4 records have that" in shop.do("find", "acm", "-n", "2").err
    everything = shop.json("find", "acme", "--all")
    assert (True, 5) == (everything["is_ranked"], everything["total"])


def index_rows(shop: Shop) -> list[tuple[Any, ...]]:
    """Return what the index holds, whatever its places are called."""
    with closing(sqlite3.connect(shop.home / INDEX)) as connection:
        return sorted(
            connection.execute(
                "SELECT source, key, kind, name, body FROM entry JOIN text_index t ON t.rowid = id"
            ).fetchall()
        )


def rebuilt_rows(shop: Shop) -> list[tuple[Any, ...]]:
    """Return what an index has that is made anew."""
    (shop.home / INDEX).unlink()
    shop.do("find", "acme")
    return index_rows(shop)


CHANGES = [
    ("account", "edit", "Acme Ltd", "--name", "Umbrella"),
    ("opportunity", "edit", "OPP-1", "--set", "tactics=speak last"),
    ("note", "OPP-1", "They wrote about bearings"),
    ("opportunity", "competitor", "remove", "OPP-1", "Globex"),
    ("opportunity", "stakeholder", "edit", "OPP-1", "Mia Ray", "--motivation", "comfort"),
    ("division", "remove", "West coast"),
    ("kb", "edit", "DOC-1", "--vertical", "Dairies"),
    ("kb", "remove", "DOC-1"),
    ("opportunity", "condition", "edit", "OPP-1", "Discount", "--agreed", "10 %"),
    ("done", "ACT-1", "Nobody answered"),
    ("stage", "RUN-1", "needs-analysis"),
    ("close", "OPP-1", "lost", "--reason", "too expensive"),
]


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: " ".join(words[:3]))
def test_the_index_follows_each_change_and_its_undo(desk: Shop, words: tuple[str, ...]) -> None:
    """B52: after a change, and after it is taken back, it holds what one made anew holds."""
    desk.do("find", "acme")
    before = index_rows(desk)
    desk.do(*words)
    desk.do("find", "acme")
    after = index_rows(desk)
    assert rebuilt_rows(desk) == after
    assert before != after
    desk.do("undo")
    desk.do("find", "acme")
    undone = index_rows(desk)
    assert rebuilt_rows(desk) == undone


def test_what_is_undone_is_not_found(desk: Shop) -> None:
    """B52: neither a record nor a run that was taken back."""
    desk.do("run-process", "corporate-sale", "--account", "Vandelay")
    assert handles(desk, "vandelay")
    desk.do("undo")
    assert [] == handles(desk, "vandelay")
    desk.do("note", "ACC-1", "vandelay")
    assert ["ACC-1"] == handles(desk, "vandelay")


def test_commands_that_change_records_do_not_touch_the_index(desk: Shop) -> None:
    """B52: they pay nothing for it."""
    desk.do("find", "acme")
    before = (desk.home / INDEX).read_bytes()
    desk.do("note", "ACC-1", "gaskets again")
    assert before == (desk.home / INDEX).read_bytes()


def test_the_index_of_another_history_is_made_anew(desk: Shop, clock: Any) -> None:
    """B52: after a restore, and beside another store, only what is there is found."""
    desk.do("backup", "--to", str(desk.home / "kept.db"))
    desk.do("account", "add", "Vandelay")
    assert ["ACC-2"] == handles(desk, "vandelay")
    desk.do("restore", str(desk.home / "kept.db"), "--yes")
    assert [] == handles(desk, "vandelay")
    desk.do("account", "add", "Wonka")
    assert ["ACC-2"] == handles(desk, "wonka")
    assert [] == handles(desk, "vandelay")


def test_an_index_that_is_behind_a_restored_store_is_right(desk: Shop) -> None:
    """B52: a change that was made and lost between two searches leaves nothing behind."""
    desk.do("find", "acme")
    desk.do("account", "edit", "Acme Ltd", "--city", "Oslo")
    desk.do("backup", "--to", str(desk.home / "kept.db"))
    desk.do("account", "edit", "Acme Ltd", "--city", "Bergen")
    desk.do("restore", str(desk.home / "kept.db"), "--yes")
    assert ["ACC-1"] == handles(desk, "oslo")
    assert [] == handles(desk, "bergen")


def break_file(shop: Shop) -> None:
    """Write nonsense over an index."""
    path = shop.home / INDEX
    path.write_bytes(b"nonsense" * 1000)


def break_pages(shop: Shop) -> None:
    """Write nonsense into the middle of an index."""
    path = shop.home / INDEX
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def empty_it(shop: Shop) -> None:
    """Cut an index to nothing."""
    (shop.home / INDEX).write_bytes(b"")


def another_file(shop: Shop) -> None:
    """Put another program's file there."""
    (shop.home / INDEX).unlink()
    with closing(sqlite3.connect(shop.home / INDEX)) as connection:
        connection.execute("CREATE TABLE state (colour TEXT)")
        connection.commit()


def a_folder(shop: Shop) -> None:
    """Put a folder there."""
    (shop.home / INDEX).unlink()
    (shop.home / INDEX).mkdir()


@pytest.mark.parametrize("harm", [break_file, break_pages, empty_it, another_file, a_folder])
def test_a_damaged_index_is_no_error(desk: Shop, harm: Any) -> None:
    """B52: it is made anew, or one in memory takes its place."""
    desk.do("find", "acme")
    harm(desk)
    assert ["OPP-1"] == handles(desk, "gaskets")
    desk.do("note", "ACC-1", "gaskets again")
    assert {"OPP-1", "ACC-1"} == set(handles(desk, "gaskets"))


@contextmanager
def locked(shop: Shop) -> Iterator[None]:
    """Hold an index as a program that hangs would."""
    with closing(sqlite3.connect(shop.home / INDEX)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_a_locked_index_is_no_error(desk: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """B52: after some patience one in memory takes its place."""
    desk.do("find", "acme")
    monkeypatch.setattr(finding, "_PATIENCE", 0.01)
    with locked(desk):
        assert ["OPP-1"] == handles(desk, "gaskets")


def test_an_index_is_for_its_owner_alone(desk: Shop) -> None:
    """B52: it holds what the store holds; `sales doctor` looks at its mode too."""
    desk.do("find", "acme")
    path = desk.home / INDEX
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    path.chmod(0o644)
    assert INDEX in desk.run("doctor").out + desk.run("doctor").err


def test_no_backup_has_the_index(desk: Shop) -> None:
    """B52: a copy of the store is a copy of the records."""
    desk.do("find", "acme")
    desk.do("backup")
    names = {name for _folder, _dirs, files in os.walk(desk.home) for name in files}
    assert [INDEX] == [name for name in names if name.startswith("find")]
    with closing(sqlite3.connect(next((desk.home / "backups").glob("*asked.db")))) as copy:
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
    assert "text_index" not in tables


def test_two_searches_at_once_find_the_same(desk: Shop) -> None:
    """B52: both bring the index up to date, one after the other."""
    for number in range(30):
        desk.do("note", "ACC-1", f"gaskets {number}")
    answers: list[int] = []
    refused: list[SalesError] = []
    begin = threading.Barrier(4)

    def search() -> None:
        unit = desk.unit
        begin.wait()
        try:
            answers.append(service.find(unit, "gaskets").total)
        except SalesError as error:
            refused.append(error)
        finally:
            unit.close()

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ([31] * 4, []) == (answers, refused)
    once = index_rows(desk)
    assert rebuilt_rows(desk) == once


def test_a_large_first_index_is_announced(desk: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """B52: who waits for it is told; the next search has nothing to tell."""
    monkeypatch.setattr(finding, "MANY", 5)
    assert "records are read for the first search" in desk.do("find", "gaskets").err
    assert "" == desk.do("find", "gaskets").err


def test_a_copied_folder_goes_its_own_way(desk: Shop) -> None:
    """B52: two stores that were one each find their own."""
    desk.do("find", "acme")
    shutil.copytree(desk.home, desk.home.parent / "copy")
    other = Shop(desk.home.parent / "copy", desk.clock)
    desk.do("account", "add", "Vandelay")
    other.do("account", "add", "Wonka")
    assert (["ACC-2"], []) == (handles(desk, "vandelay"), handles(desk, "wonka"))
    shutil.copy(desk.home / INDEX, other.home / INDEX)
    assert ([], ["ACC-2"]) == (handles(other, "vandelay"), handles(other, "wonka"))
