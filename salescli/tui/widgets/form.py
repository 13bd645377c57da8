"""A small form over the screen: the fields that a step or a move asks for."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar, cast

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static, TextArea

from salescli.domain.fields import DAY, LONG_TEXT, MOMENT, NAMES, NOUNS, SALE_FIELDS
from salescli.domain.text import key, printable, words_match
from salescli.services.completion import NONE, Names
from salescli.services.standing import FieldView
from salescli.tui.texts.cells import safe
from salescli.tui.widgets.dialog import Dialog
from salescli.tui.widgets.fields import Line, Lines

Complete = Callable[[str, str], Awaitable[Names]]
"""Field and what was typed into it -> the names that can stand there."""

KINDS = {
    field.name: field.kind for fields in (*NOUNS.values(), SALE_FIELDS.values()) for field in fields
}
"""Field -> the kind of its values."""

LONG_FIELDS = frozenset(name for name, kind in KINDS.items() if kind == LONG_TEXT)

EXAMPLES = {
    NAMES: "names between commas",
    DAY: "such as: fri",
    MOMENT: "such as: tue 10",
}
"""Kind -> what an empty field says of what to type."""


_NAMED = re.compile(r"\b([a-z_]+)(?=: )")
"""What a refusal is about, as services name it."""


class Typed:
    """What was typed into a form: changed fields as text, and whether the form is to be saved."""

    def __init__(self, fields: Mapping[str, str], *, is_saved: bool) -> None:
        self.fields = fields
        self.is_saved = is_saved

    @property
    def assignments(self) -> tuple[str, ...]:
        """The fields as `name=value`."""
        return tuple(f"{name}={text}" for name, text in self.fields.items())


async def no_names(_field: str, _begun: str) -> Names:
    """Know no names."""
    return NONE


class Form(Dialog[None]):
    """Asks for fields: Enter goes to the next one and saves after the last, Esc leaves.

    It stays open until whoever asks takes the answer; `about` names what is asked, for its draft.
    `is_known` says that it shows a record that is there, `is_over` that nobody can answer any more.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "leave", "Leave", id="form-leave", tooltip="Leave, and keep what is typed"
        ),
        Binding("ctrl+s,ctrl+enter", "save", "Save", id="form-save"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[FieldView],
        *,
        about: str,
        note: str = "",
        button: str = "Save",
        long: Collection[str] = LONG_FIELDS,
        is_known: bool = False,
    ) -> None:
        super().__init__(title, note)
        self.is_known = is_known
        self.is_over = False
        self.buttons = (("save", button), ("leave", "Leave"))
        self.about = about
        self.fields = fields
        self.draft: Mapping[str, str] = {}
        self.complete: Complete = no_names
        self._long = long
        self._answer: asyncio.Future[Typed] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Lay the fields out below each other."""
        for field in self.fields:
            yield Label(_label(field), classes="field-label", markup=False)
            yield self._widget(field)

    def _widget(self, field: FieldView) -> Line | Lines:
        text = self.draft.get(field.name, self._shown(field))
        is_last = field is self.fields[-1]
        if field.name in self._long:
            return Lines(text, is_last=is_last, id=f"field-{field.name}")
        return Line(
            text,
            id=f"field-{field.name}",
            placeholder=" | ".join(field.options) or EXAMPLES.get(KINDS.get(field.name, ""), ""),
            ask=partial(_fitting, field.options)
            if field.options
            else partial(self.complete, field.name),
            is_last=is_last,
        )

    def _shown(self, field: FieldView) -> str:
        return printable(field.value) if field.name in self._long else safe(field.value)

    def on_mount(self) -> None:
        """Begin at the first empty field; of what is known already, where one of them is needed."""
        empty = [field for field in self.fields if not self.widget(field.name).text]
        is_left = any(field.is_required for field in empty) if self.is_known else bool(empty)
        for field in (empty if is_left else self.fields)[:1]:
            self.widget(field.name).focus(scroll_visible=False)

    def on_resize(self) -> None:
        """Keep the field with the keys in sight."""
        if self.focused is not None:
            self.call_after_refresh(self.focused.scroll_visible, animate=False)

    def widget(self, name: str) -> Line | Lines:
        """Return the widget of a field."""
        return cast("Line | Lines", self.query_one(f"#field-{name}"))

    async def answer(self) -> Typed:
        """Wait until the form is saved or left."""
        self._answer = asyncio.get_running_loop().create_future()
        return await self._answer

    def refuse(self, problems: Mapping[str, str], refusal: str = "") -> None:
        """Say what is wrong: below each field, and above all of them."""
        self._tell("refusal", self._labelled(refusal))
        for field in self.fields:
            problem = self._labelled(problems.get(field.name, ""))
            self._tell(f"problem-{field.name}", problem, self.widget(field.name))
        for name in list(problems)[:1]:
            wrong = self.widget(name)
            wrong.focus()
            wrong.choose_all()

    def _tell(self, name: str, problem: str, below: Widget | None = None) -> None:
        """Say what is wrong, below a field or above all; its line comes when there is something."""
        body = self.query_one(".dialog-body")
        if told := body.query(f"#{name}"):
            line = told.first(Static)
            line.update(problem)
            line.set_class(bool(problem), "told")
        elif problem:
            first = body.query(".field-label").first()
            line = Static(problem, id=name, classes="problem told", markup=False)
            body.mount(line, before=None if below else first, after=below)

    def _labelled(self, refusal: str) -> str:
        """Return a refusal that calls the fields as the form does, without what explains them."""
        labels = {field.name: field.label.partition(" (")[0] for field in self.fields}
        return _NAMED.sub(lambda found: labels.get(found[1], found[1]), refusal)

    @property
    def typed(self) -> dict[str, str]:
        """The fields that were changed."""
        found = {field.name: self.widget(field.name).text for field in self.fields}
        before = {field.name: self._shown(field) for field in self.fields}
        return {name: text.strip() for name, text in found.items() if text != before[name]}

    @on(Input.Changed)
    @on(TextArea.Changed)
    def forget_problem(self, event: Input.Changed | TextArea.Changed) -> None:
        """What was wrong with a field is forgotten as soon as it is corrected."""
        name = (event.control.id or "").removeprefix("field-")
        self._tell(f"problem-{name}", "", self.widget(name))

    @on(Input.Submitted)
    @on(Lines.Entered)
    def go_on(self, event: Input.Submitted | Lines.Entered) -> None:
        """Go to the next field; after the last one save."""
        names = [f"field-{field.name}" for field in self.fields]
        place = names.index(event.control.id or "")
        if place + 1 < len(names):
            self.query_one(f"#{names[place + 1]}").focus()
        else:
            self.action_save()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Hand over what was typed, to be saved."""
        self._give(is_saved=True)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Leave the form; what was typed is kept by whoever asked."""
        self._give(is_saved=False)

    def close(self) -> None:
        """Go from the screen, unless the board is being left."""
        if self in self.app.screen_stack:
            self.pop_until_active()
            self.dismiss(None)

    def _give(self, *, is_saved: bool) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Typed(self.typed, is_saved=is_saved))


async def _fitting(options: Sequence[str], typed: str) -> Names:
    """Return the options that what was typed can become."""
    return Names("", [one for one in options if words_match(key(typed), key(one))])


def _label(field: FieldView) -> str:
    return safe(field.label) + (" (required)" if field.is_required else "")
