"""The command line of the board: any command of the shell, with completion."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from salescli.tui.cells import fit

MOST_KEPT = 100
"""So many lines can be called back."""


class Prompt(Input):
    """Takes a line; Tab completes it and leaves the keys where they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
        Binding("shift+tab", "complete", show=False),
    ]

    def action_complete(self) -> None:
        """Take the suggestion, if there is one."""
        self.action_end()
        self.action_cursor_right()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is text here; Textual does not know that `slash` is one."""
        return super().check_consume_key(key, "/" if key == "slash" else character)


class CommandLine(Prompt):
    """Takes a line; it comes with `:` and goes with Esc, and up and down call earlier ones back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Run it", id="command-run"),
        Binding("tab", "complete", "Complete", id="command-complete"),
        Binding("escape", "leave", "Leave", id="command-leave"),
        Binding("up", "recall(-1)", "Earlier", id="command-before"),
        Binding("down", "recall(1)", "Next line", show=False),
    ]

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
        super().__init__(
            placeholder="a command, such as: stage acme proposal",
            suggester=SuggestFromList(known, case_sensitive=False),
        )
        self.lines = lines
        self._known = known
        self._sure = ""
        self._place = 0
        self.display = False

    def begin(self, text: str = "") -> None:
        """Take the keys."""
        self.value = text
        self._place = len(self.lines)
        self.display = True
        self.focus()

    def action_leave(self) -> None:
        """Give the keys back."""
        self.display = False
        self._offer(())
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Take the suggestion where no other is known, or ask what can come next."""
        begun = self.value.casefold()
        known = [one for one in self._known if one.casefold().startswith(begun)]
        before = self.value
        if known and all(one.startswith(known[0]) for one in known):
            super().action_complete()
        if self.value == before:
            self.post_message(self.Unfinished(self))

    def go_on(self, asked: str, line: str, words: Sequence[str]) -> None:
        """Let the line go on, unless somebody has typed meanwhile; show what can come then."""
        if self.value == asked:
            self._sure = self.value = line
            self.cursor_position = len(line)
            self._offer(words)

    @on(Input.Changed)
    def forget_words(self) -> None:
        """What could come next is another thing once somebody types on."""
        if self.value != self._sure:
            self._offer(())

    def _offer(self, words: Sequence[str]) -> None:
        place = self.screen.query_one("#command-words", Static)
        place.display = bool(words)
        place.update(fit("  ".join(words), max(self.app.size.width - 2, 10)))

    def action_recall(self, by: int) -> None:
        """Call an earlier line back, or a later one."""
        self._place = max(0, min(self._place + by, len(self.lines)))
        self.value = self.lines[self._place] if self._place < len(self.lines) else ""
        self.cursor_position = len(self.value)

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Hand the line over."""
        event.stop()
        line = self.value.strip()
        self.display = False
        self._offer(())
        if line:
            self.lines[:] = [*(one for one in self.lines if one != line), line][-MOST_KEPT:]
            self.post_message(self.Typed(line))
        else:
            self.post_message(self.Left())
