"""A small form over the screen: the fields that a step or a move asks for."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Label, Static

from salescli.services.standing import FieldView
from salescli.tui.cells import safe

Check = Callable[[str, str], Awaitable[str]]
"""Field and text -> what is wrong with it, or an empty text."""


class Typed:
    """What was typed into a form: changed fields as text, and whether the form is to be saved."""

    def __init__(self, fields: Mapping[str, str], *, is_saved: bool) -> None:
        self.fields = fields
        self.is_saved = is_saved

    @property
    def assignments(self) -> tuple[str, ...]:
        """The fields as `name=value`."""
        return tuple(f"{name}={text}" for name, text in self.fields.items())


class Form(ModalScreen[Typed]):
    """Asks for fields: Enter goes to the next one and saves after the last, Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave, and keep what is typed", id="form-leave"),
        Binding("ctrl+s", "save", "Save", id="form-save"),
    ]

    def __init__(
        self, title: str, fields: Sequence[FieldView], check: Check, *, note: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._note = note
        self._fields = fields
        self._check = check

    def compose(self) -> ComposeResult:
        """Lay the fields out below each other."""
        with VerticalScroll(classes="dialog"):
            yield Label(safe(self._title), classes="dialog-title", markup=False)
            if self._note:
                yield Static(self._note, classes="dialog-note", markup=False)
            for field in self._fields:
                yield Label(_label(field), markup=False)
                yield Input(
                    safe(field.stored),
                    id=f"field-{field.name}",
                    placeholder=" | ".join(field.options),
                    suggester=SuggestFromList(field.options, case_sensitive=False)
                    if field.options
                    else None,
                )
                yield Static("", id=f"problem-{field.name}", classes="problem", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Save", variant="primary", id="save")
                yield Button("Leave", id="leave")

    def on_mount(self) -> None:
        """Begin at the first field that nobody has filled."""
        empty = next((field for field in self._fields if not field.stored), None)
        first = empty or (self._fields[0] if self._fields else None)
        if first:
            self.query_one(f"#field-{first.name}", Input).focus()

    @on(Input.Submitted)
    async def go_on(self, event: Input.Submitted) -> None:
        """Go to the next field; after the last one save."""
        names = [f"field-{field.name}" for field in self._fields]
        place = names.index(event.input.id or "")
        if place + 1 < len(names):
            self.query_one(f"#{names[place + 1]}", Input).focus()
            return
        await self.action_save()

    @on(Button.Pressed, "#save")
    async def action_save(self) -> None:
        """Save, unless something is wrong or missing: then say so below the field."""
        typed = self._typed()
        wrong = ""
        for field in self._fields:
            problem = await self._problem(field, typed)
            told = self.query_one(f"#problem-{field.name}", Static)
            told.update(problem)
            told.set_class(bool(problem), "told")
            wrong = wrong or (field.name if problem else "")
        if wrong:
            self.query_one(f"#field-{wrong}", Input).focus()
            return
        self.dismiss(Typed(typed, is_saved=True))

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Leave the form; what was typed is kept by whoever asked."""
        self.dismiss(Typed(self._typed(), is_saved=False))

    def _typed(self) -> dict[str, str]:
        """Return the fields that were changed."""
        found = {f.name: self.query_one(f"#field-{f.name}", Input).value for f in self._fields}
        before = {field.name: safe(field.stored) for field in self._fields}
        return {name: text.strip() for name, text in found.items() if text != before[name]}

    async def _problem(self, field: FieldView, typed: Mapping[str, str]) -> str:
        text = typed.get(field.name)
        if field.is_required and not (field.stored if text is None else text):
            return "This one is needed"
        return await self._check(field.name, text) if text else ""


def _label(field: FieldView) -> str:
    return safe(field.label) + (" (required)" if field.is_required else "")
