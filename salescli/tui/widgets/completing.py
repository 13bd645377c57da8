"""A line that shows, while one types, a short list of how it can go on."""

from collections.abc import Callable, Sequence

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, OptionList

from salescli.services.completion import Names
from salescli.tui.texts.cells import safe

TAKE = Binding("enter", "take", "Take it", id="list-take")
CLOSE = Binding("escape", "close_list", "Close the list", id="list-close")
BELOW = Binding("down", "choose(1)", "Choose", show=False)
ABOVE = Binding("up", "choose(-1)", "Choose", show=False)
"""The keys of the list, which come before what the line itself does with them."""

MOST_LINES = 5
"""The list is not made longer; what goes beyond is scrolled."""


class Offered(OptionList, can_focus=False):
    """Lies over what is below the line that it belongs to, or above it where there is no room."""

    DEFAULT_CSS = """
    Offered {
        overlay: screen; display: none; width: 100%; height: auto; border: none; padding: 0;
        margin: 0; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
    }
    Offered > .option-list--option { padding: 0 1; }
    Offered > .option-list--option-highlighted {
        background: $foreground; color: $background; text-style: bold;
    }
    """

    def __init__(self, take: Callable[[], object]) -> None:
        super().__init__()
        self._take = take

    @on(OptionList.OptionSelected)
    def take_clicked(self, event: OptionList.OptionSelected) -> None:
        """Take the name that was clicked."""
        event.stop()
        self._take()

    def show(self, names: Sequence[str], line: Region, frame: Region, label: int) -> None:
        """Show names beside a line, inside a frame; above it a label of so many lines stays."""
        below, above = frame.bottom - line.bottom, line.y - label - frame.y
        is_below = below >= min(len(names), MOST_LINES) or below >= above
        lines = max(min(len(names), MOST_LINES, below if is_below else above), 1)
        self.styles.max_height = lines
        self.styles.offset = (0, 0 if is_below else -(lines + line.height + label))
        self.set_options(Content(safe(name)) for name in names)
        self.highlighted = None
        self.scroll_home(animate=False)
        self.display = True

    def move(self, by: int) -> None:
        """Choose the next name or the one before; before the first one none is chosen."""
        if self.highlighted is None:
            place = 0 if by > 0 else self.option_count - 1
        else:
            place = min(self.highlighted + by, self.option_count - 1)
        self.highlighted = place if place >= 0 else None


class _Names(Suggester):
    """Suggests behind the cursor the first name that begins like what is typed."""

    def __init__(self, line: "Completing") -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._line = line

    async def get_suggestion(self, value: str) -> str | None:
        """Return the line with the name, and let the line show all of them."""
        found = await self._line.names_for(value)
        self._line.offer_typed(value, found)
        wholes = (f"{found.led}{name}" for name in found.names)
        return next((one for one in wholes if one.casefold().startswith(value.casefold())), None)


class Completing(Input):
    """Takes a line; what it can go on with is chosen in a list, which goes away with Esc."""

    label_height = 0
    """So many lines above it say what it is, and are not covered."""

    followed = ""
    """What follows a name that was taken."""

    _offered: Offered | None = None
    _led = ""
    _names: Sequence[str] = ()
    _settled = ""

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        select_on_focus: bool = True,
    ) -> None:
        super().__init__(
            text,
            placeholder=placeholder,
            suggester=_Names(self),
            id=id,
            select_on_focus=select_on_focus,
        )

    async def names_for(self, typed: str) -> Names:
        """Return the names that the line can go on with."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let keys that act on the list act elsewhere while there is none."""
        if action in {"choose", "close_list"}:
            return self.is_offering
        if action == "take":
            return self.chosen is not None
        return super().check_action(action, parameters)

    @property
    def is_offering(self) -> bool:
        """Whether the list is shown."""
        return self._offered is not None and self._offered.display

    @property
    def chosen(self) -> str | None:
        """What the line becomes by the name that is chosen in the list."""
        place = self._offered.highlighted if self._offered is not None else None
        if not self.is_offering or place is None:
            return None
        return f"{self._led}{self._names[place]}{self.followed}"

    def settle(self, text: str) -> None:
        """Take a text that nobody is typing, so that nothing is offered for it."""
        self._settled = self.value = text
        self.cursor_position = len(text)
        self.close()

    def offer(self, typed: str, led: str, names: Sequence[str]) -> None:
        """Show how the line can go on, unless somebody has typed on or there is nothing to choose.

        Each name stands behind what has `led` to it.
        """
        if typed != self.value or not self.has_focus:
            return
        if not names or [f"{led}{name}" for name in names] == [typed]:
            self.close()
            return
        self._led, self._names = led, names
        if self._offered is None:
            self._offered = Offered(self.action_take)
            assert self.parent is not None
            self.screen.mount(self._offered, after=self)
        self._offered.show(names, self.region, self._frame(), self.label_height)
        self.refresh_bindings()

    def offer_typed(self, typed: str, found: Names) -> None:
        """Show how the line can go on from what is being typed."""
        if typed != self._settled:
            self.offer(typed, found.led, found.names)

    @on(Input.Changed)
    def forget_chosen(self) -> None:
        """What was chosen in the list is not meant any more once somebody types on."""
        if self._offered is not None and self.value != self._settled:
            self._offered.highlighted = None
            self.refresh_bindings()
        if not self.value:
            self.close()

    def _frame(self) -> Region:
        """Return what the list stays inside of: the dialog, or the screen."""
        for one in self.ancestors:
            if isinstance(one, Widget) and one.has_class("dialog"):
                return one.region.shrink(one.styles.gutter)
        return self.screen.region

    def close(self) -> None:
        """Show no list."""
        if self.is_offering and self._offered is not None:
            self._offered.display = False
            self.refresh_bindings()

    def action_choose(self, by: int) -> None:
        """Choose another name of the list."""
        if self._offered is not None:
            self._offered.move(by)
            self.refresh_bindings()

    def action_close_list(self) -> None:
        """Close the list, and leave the line as it is typed."""
        self._settled = self.value
        self.close()

    def action_take(self) -> None:
        """Take the name that is chosen."""
        if self.chosen is not None:
            self.settle(self.chosen)

    def action_cursor_right(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's
        """Go right, or take what is suggested there."""
        before = self.value
        super().action_cursor_right(select)
        if self.value != before:
            self.settle(self.value)

    async def action_submit(self) -> None:
        """Hand the line over."""
        self.close()
        await super().action_submit()

    def on_blur(self) -> None:
        """Show no list of a line that does not have the keys."""
        self.close()

    def on_resize(self) -> None:
        """Show no list where it does not belong any more."""
        self.close()
