"""What a line that is typed after `:` does, and how it goes on."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from salescli.errors import UsageError
from salescli.services.completion import NONE, Names
from salescli.tui.flows import running
from salescli.tui.lines import jumping, shell
from salescli.tui.places import PLACES
from salescli.tui.read_only import require_writing
from salescli.tui.screens.acting import ActingScreen
from salescli.tui.widgets.pop_up import PopUp, text_width

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

HERE = "."
"""In a line, what the cursor is on."""

LEAVING = (["q"], ["quit"])


async def run(app: "SalesBoard", line: str) -> None:
    """Show a screen, or run a line of the shell and show what it printed."""
    if jump := jumping.of_line(app, line):
        await jumping.to(app, jump)
        return
    words = [_meant(app, word) for word in shell.words_of(line)]
    process = shell.process_named(words)
    if words in LEAVING:
        await app.action_quit()
    elif process == "":
        await running.pick_process(app)
    elif process is not None:
        await running.begin(app, process)
    elif words:
        if not app.is_reading(words):
            require_writing(app.desk.context)
        with app.keys.free():
            printed = await shell.run(
                app.desk.context.home,
                words,
                text_width(app.size.width),
                is_read_only=app.desk.context.is_read_only,
            )
        app.refill()
        await app.ask(PopUp(f"sales {' '.join(words)}", printed.text or "Done."))


def _meant(app: "SalesBoard", word: str) -> str:
    """Return a word, or where it is `.` the handle of what the cursor is on."""
    if word != HERE:
        return word
    screen = app.screen
    reference = screen.here if isinstance(screen, ActingScreen) else ""
    if not reference:
        raise UsageError(
            "`.` means what the cursor is on, and that is nothing", hint="name it by its handle"
        )
    return reference


async def complete(app: "SalesBoard", line: str) -> tuple[str, Names]:
    """Return a line as far as it can only go on in one way, and the words that can stand there."""
    begun = "" if line.endswith(" ") else line.rpartition(" ")[2]
    offered = await shell.completions(app.desk.context.home, line)
    offered += [one for one in PLACES if one not in offered and begun == line]
    fitting = [word for word in offered if word.casefold().startswith(begun.casefold())]
    if not fitting:
        return line, NONE
    sure = _beginning(fitting)
    head = line.removesuffix(begun)
    if len(fitting) == 1:
        return f"{head}{fitting[0]} ", NONE
    return head + (sure if len(sure) >= len(begun) else begun), Names(head, fitting)


def _beginning(words: Sequence[str]) -> str:
    """Return what all of some words begin with."""
    first, last = min(words), max(words)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(char for char, _other in same)
