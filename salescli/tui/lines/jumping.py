"""Lines that show a screen, with a filter where it has one: `accounts /acme`."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from salescli.errors import UsageError
from salescli.tui.lines.known_lines import line_to
from salescli.tui.places import PLACES
from salescli.tui.screens.filtering import FilteringScreen

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

SLASH = "/"


class Jump(NamedTuple):
    """A screen, and the filter to show it with: an empty one shows all, None leaves it as it is."""

    place: str
    asked: str | None


def of_line(app: "SalesBoard", line: str) -> Jump | None:
    """Return the jump that a line means, or None for any other line.

    A name that is a command of the shell as well shows its screen only with a slash.
    """
    name, slash, asked = line.lstrip(": ").partition(SLASH)
    name = name.strip().casefold()
    is_command = line_to(name, is_command=True) in app.commands
    if name not in PLACES or (is_command and not slash):
        return None
    return Jump(name, asked.strip() if slash else None)


async def to(app: "SalesBoard", jump: Jump) -> None:
    """Show a screen with a filter; one that is refused leaves everything as it was.

    Raises:
        UsageError: the screen has no filter, or the filter cannot be read.
    """
    place = PLACES[jump.place]
    found = getattr(import_module(f"salescli.tui.screens.{place.module}"), place.name)
    if jump.asked and not issubclass(found, FilteringScreen):
        raise UsageError(f"{place.title} has no filter", hint="leave out what follows its name")
    screen = app.get_screen(app.installed(jump.place))
    if jump.asked is not None and isinstance(screen, FilteringScreen):
        if jump.asked:
            await screen.handles(among=(), asked=jump.asked)
        screen.asked = jump.asked
    is_shown = screen is app.screen
    app.action_go(jump.place)
    if is_shown:
        app.refill()
