"""The command line of the board: any command of the shell, with completion."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from salescli.services.completion import Names
from salescli.tui.widgets.completing import ABOVE, BELOW, CLOSE, TAKE, Completing
from salescli.tui.widgets.prompt import Prompt

MOST_KEPT = 100
"""So many lines can be called back."""


class CommandLine(Prompt, Completing):
    """Takes a line; it comes with `:` and goes with Esc, and up and down call earlier ones back.

    The commands are offered as one types; what can stand behind one, when it is asked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(TAKE, CLOSE, BELOW, ABOVE),
        Binding("enter", "submit", "Run it", id="command-run"),
        Binding("tab", "complete", "Complete", id="command-complete"),
        Binding("escape", "leave", "Leave", id="command-leave"),
        Binding("up", "recall(-1)", "Earlier", id="command-before"),
        Binding("down", "recall(1)", "Next line", show=False),
    ]

    followed = " "

    class Typed(Message):
        """A line was typed."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Unfinished(Message):
        """How the line goes on is asked."""

        def __init__(self, prompt: "CommandLine") -> None:
            super().__init__()
            self.line = prompt.value
            self.prompt = prompt

        @property
        def control(self) -> "CommandLine":
            """The line."""
            return self.prompt

    class Left(Message):
        """The line was left."""

    def __init__(self, known: list[str], lines: list[str]) -> None:
        super().__init__(placeholder="a command, such as: stage acme proposal")
        self.lines = lines
        self._known = known
        self._place = 0
        self.display = False

    def begin(self, text: str = "") -> None:
        """Take the keys."""
        self.settle(text)
        self._place = len(self.lines)
        self.display = True
        self.focus()

    async def names_for(self, typed: str) -> Names:
        """Return the commands that begin so."""
        return Names("", self._begun(typed))

    def _begun(self, typed: str) -> list[str]:
        return [one for one in self._known if one.casefold().startswith(typed.casefold())]

    def action_leave(self) -> None:
        """Give the keys back."""
        self.display = False
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Take what is chosen, or suggested where no other is known; or ask what can come next."""
        if self.chosen is not None:
            self.action_take()
            return
        known = self._begun(self.value)
        before = self.value
        if known and all(one.startswith(known[0]) for one in known):
            super().action_complete()
        if self.value == before:
            self.post_message(self.Unfinished(self))

    def go_on(self, asked: str, line: str, found: Names) -> None:
        """Let the line go on, unless somebody has typed meanwhile; offer what can come then."""
        if self.value == asked:
            self.settle(line)
            self.offer(line, found.led, found.names)

    def action_recall(self, by: int) -> None:
        """Call an earlier line back, or a later one."""
        self._place = max(0, min(self._place + by, len(self.lines)))
        self.settle(self.lines[self._place] if self._place < len(self.lines) else "")

    @on(Input.Submitted)
    def hand_over(self, event: Input.Submitted) -> None:
        """Hand the line over."""
        event.stop()
        line = self.value.strip()
        self.display = False
        if line:
            self.lines[:] = [*(one for one in self.lines if one != line), line][-MOST_KEPT:]
            self.post_message(self.Typed(line))
        else:
            self.post_message(self.Left())
