"""Runs the commands that a page shows and puts what they print below them.

A page is Markdown. Its commands run in order on a store of the page's own, as `ana`, on Monday
2026-11-23 at nine. These marks are understood:

    ```console                  a block of `$ sales ...` lines; the rest of it is replaced
    ```toml my-sale.toml        a block with a file's name is written to the working folder
    <!-- now: 2026-11-24 10:30 -->       moves the clock
    <!-- me: bo -->                      the next commands are typed by `bo`
    <!-- type: 1 | tue 10 -->            what is typed at the prompts of the next command
    <!-- run: sales user add bo -->      a command that the reader does not see

A command has to succeed, unless it ends with `# exit 8`, and then with that exit code. It prints
as it would on a terminal of 100 columns without colours. `> FILE` keeps what it prints, `*` names
files as in a shell, and `examples/` is there.
"""

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from salescli.cli import run
from salescli.clock import now
from salescli.services.sessions import open_store

ROOT = Path(__file__).parents[2]
FIRST = "2026-11-23 09:00"
COLUMNS = 100

_BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- (?P<name>now|me|type|run): (?P<value>[^\n]*?) -->")
_PIECE = re.compile(f"{_BLOCK.pattern}|{_MARK.pattern}", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s+# exit (\d+)$")


class WrongExitCodeError(Exception):
    """A command on a page ended otherwise than the page says."""


class Page:
    """A page's folder: its store, its files, its clock and who types."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = FIRST
        self.me = "ana"
        self.typed: list[str] = []
        self.shown: list[list[str]] = []

    def render(self, text: str) -> str:
        """Return the text of the page with what its commands print now."""
        return _PIECE.sub(self._piece, text)

    def execute(self, line: str) -> str:
        """Run one command line and return what it prints.

        Raises:
            WrongExitCodeError: it did not end as the page says.
        """
        expected = int(found[1]) if (found := _EXIT.search(line)) else 0
        words = shlex.split(_EXIT.sub("", line))
        target = None
        if ">" in words:
            words, (target,) = words[: words.index(">")], words[words.index(">") + 1 :]
        words = [name for word in words for name in self._files(word)]
        assert words[0] == "sales", f"a page runs `sales` alone, not `{line}`"
        screen = Screen(is_terminal=target is None)
        typed, self.typed = self.typed, []
        with self._session(words, screen, typed):
            code = run(words[1:])
        printed = screen.getvalue()
        if code != expected:
            raise WrongExitCodeError(f"`{line}` ended with {code}:\n{printed}")
        if target is None:
            return printed
        (self.folder / target).write_text(printed, encoding="utf-8")
        return ""

    def _files(self, word: str) -> list[str]:
        """Return the files that a pattern means, or the word itself."""
        found = sorted(self.folder.glob(word)) if "*" in word and "/" in word else []
        return [path.relative_to(self.folder).as_posix() for path in found] or [word]

    def _piece(self, found: re.Match[str]) -> str:
        if found["name"]:
            self._mark(found["name"], found["value"])
            return found[0]
        kind, _, file = found["info"].partition(" ")
        if kind == "console":
            return f"```console\n{self._console(found['body'])}```"
        if file:
            (self.folder / file).write_text(found["body"], encoding="utf-8")
        return found[0]

    def _mark(self, name: str, value: str) -> None:
        if name == "run":
            self.execute(value)
        elif name == "type":
            self.typed = [answer.strip() for answer in value.split("|")]
        else:
            setattr(self, name, value)

    def _console(self, body: str) -> str:
        parts = []
        for line in body.splitlines():
            if line.startswith("$ "):
                self.shown.append(shlex.split(_EXIT.sub("", line[2:])))
                parts.append(f"{line}\n{_tidy(self.execute(line[2:]))}")
        return "\n".join(parts)

    @contextmanager
    def _session(self, words: list[str], screen: "Screen", typed: list[str]) -> Iterator[None]:
        environment = {
            "COLUMNS": str(COLUMNS),
            "LINES": "40",
            "SALES_CURRENCY": "EUR",
            "SALES_HOME": str(self.folder / "store"),
            "SALES_ME": self.me,
            "SALES_NOW": f"{self.now}+00:00",
            "TERM": "dumb",
            "TZ": "UTC",
        }
        stdin, argv = sys.stdin, sys.argv
        sys.stdin, sys.argv = Keyboard(screen, typed), words
        try:
            with (
                chdir(self.folder),
                redirect_stdout(screen),
                redirect_stderr(screen),
                _variables(environment),
            ):
                yield
        finally:
            sys.stdin, sys.argv = stdin, argv


class Screen(io.StringIO):
    """What a command prints, on a terminal or into a file."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        """Whether the command believes that a person reads it."""
        return self.is_terminal


class Keyboard(io.StringIO):
    """What is typed at the prompts; each line shows on the screen, as it does on a terminal."""

    def __init__(self, screen: Screen, typed: list[str]) -> None:
        super().__init__("".join(f"{line}\n" for line in typed))
        self.screen = screen
        self.has_answers = bool(typed)

    def isatty(self) -> bool:
        """Whether a person can be asked."""
        return self.has_answers

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # text, as io.StringIO
        """Return the next line that is typed."""
        line = super().readline(size)
        self.screen.write(line or "\n")
        return line


def render_all(pages: Mapping[Path, str]) -> dict[Path, Page | str]:
    """Return the new text of every page."""
    return {path: render(text) for path, text in pages.items()}


def render(text: str) -> str:
    """Return the text of one page with what its commands print now."""
    if not _PIECE.search(text):
        return text
    with open_page() as page:
        return page.render(text)


@contextmanager
def open_page() -> Iterator[Page]:
    """A page with a new store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(_template(), folder / "store")
        (folder / "examples").symlink_to(ROOT / "examples")
        yield Page(folder)


_templates: list[tempfile.TemporaryDirectory[str]] = []


def _template() -> Path:
    """Return a store as the first command makes it; made once, copied for each page."""
    if not _templates:
        folder = tempfile.TemporaryDirectory()
        _templates.append(folder)
        with _variables({"SALES_NOW": f"{FIRST}+00:00", "SALES_ME": "ana"}):
            open_store(Path(folder.name), now).close()
    return Path(_templates[0].name)


@contextmanager
def _variables(new: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(new)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _tidy(printed: str) -> str:
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines)
