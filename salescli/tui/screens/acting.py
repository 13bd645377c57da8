"""What the screens have in common whose keys act on what the cursor is on."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from salescli.domain.reference import PREFIXES
from salescli.tui.addable import New
from salescli.tui.screens.main import MainScreen
from salescli.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from salescli.tui.flows.steps import Flow

NOTHING_HERE = "There is nothing under the cursor"
GUIDED = "A process guides it already"

ABOUT_THIS = frozenset(
    (
        *("note", "edit", "copy", "run-here", "complete", "open", "go-on", "move", "await-sale"),
        *("mark", "mark-all", "schedule", "postpone", "cancel", "hint", "card-back", "card-on"),
    )
)
"""The names of the keys that need something under the cursor."""

_STEP_KEYS = {
    "schedule": ("s", "act('schedule')", "Schedule", "Give it its time"),
    "postpone": ("p", "act('postpone')", "Postpone", "Put it off"),
    "cancel": ("x", "act('cancel')", "Cancel", "Cancel it"),
    "hint": ("question_mark", "act('show_hint')", "Hint", "Show its hint"),
}


def step_keys(*shown: str) -> list[Binding]:
    """Return the keys that act on an open step or activity; those named are shown in the bar."""
    return [
        Binding(key, action, label, show=name in shown, id=name, tooltip=tooltip)
        for name, (key, action, label, tooltip) in _STEP_KEYS.items()
    ]


class ActingScreen(MainScreen):
    """A screen with something under its cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            *("n", "act('write_note')", "Note"), show=False, id="note", tooltip="Write a note on it"
        ),
        Binding("e", "edit", "Edit", show=False, id="edit", tooltip="Change its fields"),
        Binding("a", "add", "Add", show=False, id="add", tooltip="Add what belongs here"),
        Binding("y", "copy", "Copy", show=False, id="copy", tooltip="Copy its handle"),
        Binding(
            *("P", "run_here", "Run for this"),
            show=False,
            id="run-here",
            tooltip="Run a process for what the cursor is on",
        ),
    ]

    _has_keys = False

    nothing = NOTHING_HERE
    """What is said of a key that has nothing to act on."""

    @property
    def here(self) -> str:
        """The handle of what the cursor is on, or an empty text."""
        raise NotImplementedError

    @property
    def addable(self) -> Sequence[New]:
        """What can be added here."""
        return ()

    @property
    def sale(self) -> str:
        """The sale that the cursor is on: its opportunity, or its run that has none yet."""
        return ""

    @property
    def subject(self) -> dict[str, str]:
        """What the cursor is on as what a process can run for: a noun and a reference."""
        return {"opportunity": self.sale} if self.sale.startswith(PREFIXES["opportunity"]) else {}

    def is_idle(self, name: str) -> bool:
        """Whether the key of that name has nothing to act on here, and is not listed then."""
        if name == "add":
            return not self.addable
        return (name in ABOUT_THIS and not self.here) or super().is_idle(name)

    @on(Rows.Moved)
    def list_keys(self) -> None:
        """List other keys when there is something under the cursor, or nothing any more."""
        if self._has_keys != bool(self.here):
            self._has_keys = bool(self.here)
            self.refresh_bindings()

    def action_run_here(self) -> None:
        """Run a process for what the cursor is on, or else for somebody new."""
        if self.sale.startswith(PREFIXES["run"]):
            self.say(GUIDED)
        else:
            from salescli.tui.flows.running import pick_process

            self.board.flow(pick_process(self.board, **self.subject))

    def choose_in(self, rows: "Rows[Any]") -> None:
        """Choose the entry under the cursor, or say that there is none."""
        if rows.entry is None:
            self.say(self.nothing)
        else:
            rows.choose()

    def seek(self, reference: str, stage: str = "") -> None:
        """Put the cursor on what was just added, where it is shown here."""

    def action_act(self, flow: str) -> None:
        """Begin one of `salescli.tui.flows.steps`, by its name, about what the cursor is on."""
        self.act(getattr(import_module("salescli.tui.flows.steps"), flow))

    def act(self, flow: "Flow") -> None:
        """Begin a flow about what the cursor is on, or say that there is nothing."""
        if self.here:
            self.board.flow(flow(self.board, self.here))
        else:
            self.say(self.nothing)

    def action_edit(self) -> None:
        """Change the fields of what the cursor is on."""
        from salescli.tui.flows import entering

        self.act(entering.edit)

    def action_add(self) -> None:
        """Add what belongs here."""
        from salescli.tui.flows import entering

        if self.addable:
            self.board.flow(entering.add(self.board, self.addable))
        else:
            self.say("Nothing can be added here; R starts a sale")

    def action_copy(self) -> None:
        """Copy the handle of what the cursor is on, for another window."""
        if self.here:
            self.app.copy_to_clipboard(self.here)
            self.board.tell((f"Copied `{self.here}`",))
        else:
            self.say(self.nothing)
