"""The file of refusals: reads its commands, runs them, and writes what they say."""

import os
import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from salescli.services.sessions import open_store
from salescli.store.engine import FILE_NAME
from tests.every_command import copied, fill
from tests.shop import Answer, Clock, Shop

GOLDEN = Path(__file__).parent / "golden" / "errors.txt"


Ended = dict[str, list[tuple[str, int]]]
"""The commands under each heading, with their exit code."""


def fresh(text: str, folder: Path, shop: Shop, ended: Ended | None = None) -> str:
    """Return the file with what each of its commands says now; `ended` learns how each ends."""
    shop.do("contact", "add", "Mia Fox")
    told: list[str] = []
    given = heading = ""
    for number, line in enumerate(_kept(text)):
        if line.startswith("== "):
            given, heading = "", line.split()[-1]
        given = line.removeprefix("given: ") if line.startswith("given: ") else given
        told.append(line)
        if line.startswith("$ "):
            words = shlex.split(line)[2:]
            answers = [
                _answer(copied(shop, folder / f"{number}{way}"), given, [*words, *way.split()])
                for way in ("", " --json")
            ]
            assert answers[0].code == answers[1].code, line
            if ended is not None:
                ended.setdefault(heading, []).append((line, answers[0].code))
            told += [*(part for answer in answers for part in answer[1:] if part), ""]
    return re.sub(r"\n\n\n+", "\n\n", "\n".join(told)).strip("\n") + "\n"


def codes(text: str) -> Ended:
    """Return the commands under each heading, with the exit code that stands in the heading."""
    found: Ended = {}
    for part in text.split("\n== ")[1:]:
        code, name = part.splitlines()[0].split()
        found[name] = [(line, int(code)) for line in part.splitlines() if line.startswith("$ ")]
    return found


def _kept(text: str) -> list[str]:
    """Return the lines that are written by hand."""
    head, _, rest = text.partition("\n== ")
    lines = [head.strip()]
    for line in f"== {rest}".splitlines():
        if line.startswith("== "):
            lines += ["", line]
        elif line.startswith(("given: ", "$ ")):
            lines.append(line)
    return lines


def _answer(shop: Shop, given: str, words: list[str]) -> Answer:
    home = str(shop.home)
    _write_more_files(shop)
    if given:
        GIVEN[given](shop)
    answer = shop.run(*words)
    out, err = (part.replace(home, "HOME").strip("\n") for part in answer[1:])
    return Answer(answer.code, out, err)


def _write_more_files(shop: Shop) -> None:
    source = shop.do("process", "show", "corporate-sale", "--source").out
    Path("same.toml").write_text(source, encoding="utf-8")
    Path("broken.toml").write_text("format = 1\nid = [\n", encoding="utf-8")
    Path("mixed.csv").write_text(
        "name,city,employees\nSoylent,Oslo,9\nTyrell,Oslo,many\n", encoding="utf-8"
    )
    store, copy = sqlite3.connect(shop.home / FILE_NAME), sqlite3.connect("copy.db")
    with closing(store), closing(copy):
        store.backup(copy)


def _no_trigger(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.home / FILE_NAME)) as store:
        store.execute("DROP TRIGGER change_set_is_sealed")


def _no_store(shop: Shop) -> None:
    (shop.home / FILE_NAME).write_bytes(b"these are not the rows you are looking for" * 100)


def _no_folder(shop: Shop) -> None:
    shop.home = shop.home / FILE_NAME


GIVEN: dict[str, Callable[[Shop], None]] = {
    "a store that has lost a trigger": _no_trigger,
    "a file that is no store": _no_store,
    "a folder that is a file": _no_folder,
}
"""What is done to a store before a command."""


def main() -> None:
    """Write the file anew."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "store"
        home.mkdir()
        clock = Clock()
        os.environ["TZ"] = "UTC"
        open_store(home, clock).close()
        GOLDEN.write_text(
            fresh(GOLDEN.read_text(encoding="utf-8"), Path(folder), fill(Shop(home, clock))),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
