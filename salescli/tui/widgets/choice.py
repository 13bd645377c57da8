"""A list to choose from over the screen, by number, by Enter or by mouse."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from salescli.tui.texts.cells import safe
from salescli.tui.widgets.dialog import Dialog
from salescli.tui.widgets.pop_up import NO_HINT, PopUp


class Options(OptionList):
    """Options of which a click marks one, and a double click chooses it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Choose"),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()
        clicked: int | None = event.style.meta.get("option")
        if clicked is not None:
            self.highlighted = clicked
            if event.chain > 1:
                self.action_select()


class Choice(Dialog[int | None]):
    """Asks for one of several options; Esc chooses none, and the answer is then None.

    A number chooses as soon as it is whole: of twelve options `1` only moves there, because `10` to
    `12` begin with it too. `typed` are digits that were typed before; `marked` is where it begins.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="choice-leave"),
        Binding("question_mark", "hint", "Hint", id="hint", tooltip="Show the hint"),
        *(
            Binding(str(digit), f"digit('{digit}')", f"Choose {digit}", show=False)
            for digit in range(10)
        ),
    ]

    def __init__(
        self,
        title: str,
        options: Sequence[str],
        *,
        note: str = "",
        button: str = "Choose",
        typed: str = "",
        marked: int = 0,
    ) -> None:
        super().__init__(title, note)
        self.buttons = (("choose", button), ("leave", "Leave"))
        self._options = options
        self._typed = typed
        self._marked = marked

    def compose_body(self) -> Iterable[Widget]:
        """Lay the options out below each other."""
        yield Options(
            *(
                Option(Content(f"{number}. {safe(option)}"))
                for number, option in enumerate(self._options, start=1)
            ),
            id="options",
        )

    def on_mount(self) -> None:
        """Put the cursor on the marked option, or on the one whose number is being typed."""
        options = self.query_one(OptionList)
        options.highlighted = int(self._typed) - 1 if self._typed else self._marked
        options.focus()

    @on(OptionList.OptionSelected)
    def option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose what was clicked or entered."""
        self.dismiss(event.option_index)

    @on(Button.Pressed, "#choose")
    def choose(self) -> None:
        """Choose the option under the cursor."""
        self.dismiss(self.query_one(OptionList).highlighted)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Choose none."""
        self.dismiss(None)

    def action_hint(self) -> None:
        """Show the hint of what is asked by itself."""
        self.app.push_screen(PopUp(self._title, self._note or NO_HINT))

    @on(OptionList.OptionHighlighted)
    def forget_typed(self, event: OptionList.OptionHighlighted) -> None:
        """A number that was begun ends when the cursor leaves its option."""
        if str(event.option_index + 1) != self._typed:
            self._typed = ""

    def action_digit(self, digit: str) -> None:
        """Choose an option by its number, once no longer number can be meant."""
        number, most = int(self._typed + digit), len(self._options)
        if not 0 < number <= most:
            self.app.clear_notifications()
            self.notify(f"There is no option {number}", severity="warning", markup=False)
            return
        if begins_longer(number, most):
            self._typed = str(number)
            self.query_one(OptionList).highlighted = number - 1
        else:
            self.dismiss(number - 1)


def begins_longer(number: int, most: int) -> bool:
    """Whether one more digit would make another number of an option."""
    return number * 10 <= most
