"""A board that changes nothing: what it refuses, and which keys it does not name."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from salescli.context import AppContext
from salescli.errors import OPEN_TO_WRITE, RuleError

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Flow = Callable[Concatenate["SalesBoard", Given], Coroutine[Any, Any, Answer]]

SAID = "read-only"
"""How the board is called that changes nothing."""

WRITING = frozenset(
    {
        *("add", "await-sale", "cancel", "card-back", "card-on", "complete", "edit", "go-on"),
        *(
            "move",
            "note",
            "postpone",
            "redo",
            "remove",
            "run-here",
            "run-process",
            "schedule",
            "undo",
        ),
        *(f"answer-{number}" for number in range(1, 10)),
    }
)
"""The names of the keys that change something."""


def require_writing(context: AppContext) -> None:
    """Go on where the board may change something.

    Raises:
        RuleError: it is read-only.
    """
    if context.is_read_only:
        raise RuleError(f"The board is {SAID}", hint=OPEN_TO_WRITE)


def writes(flow: Flow[Given, Answer]) -> Flow[Given, Answer]:
    """Let a flow that changes something be refused before it asks anything."""

    @wraps(flow)
    async def refusing(app: "SalesBoard", /, *args: Given.args, **given: Given.kwargs) -> Answer:
        require_writing(app.desk.context)
        return await flow(app, *args, **given)

    return refusing
