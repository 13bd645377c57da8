"""Commands of the shell from inside the board: each runs as a program of its own."""

import asyncio
import os
import pty
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from salescli.context import READ_ONLY
from salescli.domain.text import clean
from salescli.errors import UsageError

DEADLINE = 60
"""Seconds after which a command that has not ended is ended."""

ON_SCREEN = frozenset({"board", "serve"})
"""Commands that draw screens themselves."""


class Printed(NamedTuple):
    """What a command printed, on both streams, and its exit code."""

    text: str
    code: int


def words_of(line: str) -> list[str]:
    """Return the words of a line; a leading `sales` or `:` may be left out.

    Raises:
        UsageError: a quotation mark is missing, or the command draws screens itself.
    """
    try:
        words = shlex.split(line.lstrip(": "))
    except ValueError as error:
        raise UsageError(
            f"The line cannot be read: {clean(str(error))}", hint='close it with a `"`'
        ) from None
    words = words[1:] if words[:1] == ["sales"] else words
    if words and words[0] in ON_SCREEN:
        raise UsageError(f"`{words[0]}` draws a screen of its own", hint="leave the board with q")
    return words


def process_named(words: list[str]) -> str | None:
    """Return the name that follows `Run process`, spelled in any way, or None for another line."""
    plain = [word.casefold().replace("-", " ") for word in words]
    said = " ".join(plain).split()
    if said[:2] != ["run", "process"] or any(word.startswith("-") for word in words):
        return None
    return " ".join(said[2:])


async def completions(home: Path, line: str) -> list[str]:
    """Return the words that can stand at the end of a line, as a shell is told them."""
    words = line.split()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "salescli"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ
        | {
            "SALES_HOME": str(home),
            "_SALES_COMPLETE": "complete_bash",
            "COMP_WORDS": f"sales {line}",
            "COMP_CWORD": str(len(words) + line.endswith(" ") if words else 1),
        },
    )
    printed, _none = await process.communicate()
    return printed.decode("utf-8", "replace").split("\n")[:-1]


async def run(home: Path, words: list[str], width: int, *, is_read_only: bool = False) -> Printed:
    """Run a command on a store, without questions, and return what it shows on a terminal."""
    environment = os.environ | {"SALES_HOME": str(home), "COLUMNS": str(width), "NO_COLOR": "1"}
    environment |= {READ_ONLY: "1"} if is_read_only else {}
    ours, theirs = pty.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "salescli", "--no-input", *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env=environment,
        )
        os.close(theirs)
        read = asyncio.get_running_loop().run_in_executor(None, _read_all, ours)
        try:
            code = await asyncio.wait_for(process.wait(), DEADLINE)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise UsageError(
                f"`{words[0]}` has not ended after {DEADLINE} seconds", hint="run it in a shell"
            ) from None
        return Printed((await read).replace("\r\n", "\n"), code)
    finally:
        os.close(ours)


def _read_all(terminal: int) -> str:
    """Return what is written to a terminal until nobody has it open any more."""
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")
