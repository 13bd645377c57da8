"""The keys of the screen in one line, as many as fit; those of help and leaving always do."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from salescli.tui.read_only import SAID, WRITING
from salescli.tui.texts.cells import clicked

ALWAYS = ("form-save", "quit", "back", "help")

WITH_ROOM = ("add", "command")
"""Named where room is left beside what a screen shows."""

EVERYWHERE = (
    ("j k g G", "Move, as the arrows and the page keys do"),
    ("f2 ... f8", "Show the other screens"),
    ("ctrl+p", "Look for any of these by words"),
)

PLACE_KEY = "place-"
"""How the names of the keys begin that show a screen of the bar."""


class KeyBar(Widget):
    """Names keys; each can be clicked. What it says is looked up when it is drawn."""

    def on_mount(self) -> None:
        """Draw again when other keys work."""
        self.screen.bindings_updated_signal.subscribe(self, self._draw)

    def render(self) -> Content:
        """Return the keys of the screen, as many as there is room for."""
        return Content(" ").join(self._fitting(self.screen))

    def _draw(self, _screen: Screen[Any]) -> None:
        self.refresh()

    def _fitting(self, screen: Screen[Any]) -> Iterable[Content]:
        shown: dict[str, Binding] = {}
        known = bindings_of(screen)
        further = [binding for binding in known if binding.id in WITH_ROOM]
        for binding in [*(binding for binding in known if binding.show), *further]:
            shown.setdefault(binding.id or binding.key, binding)
        last = [self._named(shown.pop(name)) for name in ALWAYS if name in shown]
        first = [Content.styled(text, "reverse") for text in _states(screen)]
        room = self.app.size.width + 1 - sum(len(one) + 1 for one in (*first, *last))
        yield from first
        for binding in shown.values():
            named = self._named(binding)
            room -= cell_len(named.plain) + 1
            if room < 0:
                break
            yield named
        yield from last

    def _named(self, binding: Binding) -> Content:
        key = Content.styled(self.app.get_key_display(binding), "bold")
        named = Content.assemble(key, f" {binding.description}")
        return clicked(named, f"app.simulate_key('{binding.key}')")


def _states(screen: Screen[Any]) -> Iterator[str]:
    """Yield in what state a screen is: that it changes nothing, and what holds on it."""
    if is_read_only(screen):
        yield SAID
    if state := getattr(screen, "told_state", ""):
        yield f" {state} "


def bindings_of(screen: Screen[Any]) -> list[Binding]:
    """Return the keys of the board that do something on a screen: its own first, then everywhere's.

    Of a dialog they are those that it shows, what the field with the keys does first.
    """
    is_idle = getattr(screen, "is_idle", lambda _name: False)
    bound = (active.binding for active in screen.active_bindings.values())
    found = [
        one
        for one in bound
        if one.description and not is_refused(screen, one) and not is_idle(one.id)
    ]
    if isinstance(screen, ModalScreen):
        return [one for one in found if one.show]
    classes = (vars(base).get("BINDINGS", ()) for base in type(screen).__mro__)
    own = [one.id for bindings in classes for one in bindings if isinstance(one, Binding)]
    places = {name: -place for place, name in enumerate(reversed(own))}
    named = (one for one in found if one.id or is_own(one))
    return sorted(named, key=lambda one: places.get(one.id, 1))


def is_read_only(screen: Screen[Any]) -> bool:
    """Whether the board of a screen changes nothing."""
    from salescli.tui.app import SalesBoard

    return isinstance(screen.app, SalesBoard) and screen.app.desk.context.is_read_only


def is_refused(screen: Screen[Any], binding: Binding) -> bool:
    """Whether a key changes something, on a board that changes nothing."""
    from salescli.tui.app import SalesBoard

    app = screen.app
    if not (isinstance(app, SalesBoard) and is_read_only(screen)):
        return False
    from salescli.tui.lines.shell import words_of

    own = app.own_commands.get(binding.key, "") if is_own(binding) else ""
    return binding.id in WRITING or bool(own and not app.is_reading(words_of(own)))


def is_own(binding: Binding) -> bool:
    """Whether a key runs a command of the user's own."""
    return binding.action.startswith("own_command(")


def in_words(binding: Binding) -> str:
    """Return what a key does as the palette has it."""
    label, told = binding.description, binding.tooltip
    return told if told.startswith(label) else ": ".join(filter(None, (label, told)))


def keys_of(screen: Screen[Any]) -> str:
    """Return the keys of a screen, one on a line: its own, everywhere's, and what marks mean."""
    found = [one for one in bindings_of(screen) if not (one.id or "").startswith(PLACE_KEY)]
    if isinstance(screen, ModalScreen):
        return _lines(screen, found)
    of_app = {(b.id, b.tooltip) for b in type(screen.app).BINDINGS if isinstance(b, Binding)}
    commands = _lines(screen, (one for one in found if is_own(one)))
    found = [one for one in found if not is_own(one)]
    own = _lines(screen, (one for one in found if (one.id, one.tooltip) not in of_app))
    further = _lines(screen, (one for one in found if (one.id, one.tooltip) in of_app))
    parts = [own, f"Commands of your own\n{commands}"] if commands else [own]
    parts += [f"On every screen\n{further}\n{_table(EVERYWHERE)}"]
    marks = [(sign, told.format(on_all=_on_all(screen))) for sign, told in _marks(screen)]
    parts += [f"Marks\n{_table(marks)}"] if marks else []
    return "\n\n".join(parts)


def _marks(screen: Screen[Any]) -> Iterable[tuple[str, str]]:
    return getattr(screen, "marks", ())


def _on_all(screen: Screen[Any]) -> str:
    """Return the keys of a screen that act on all that is marked, as they are bound now."""
    bound = {one.binding.id: one.binding for one in screen.active_bindings.values()}
    names = [name for name in getattr(screen, "on_all", ()) if name in bound]
    return ", ".join(screen.app.get_key_display(bound[name]) for name in names)


def _lines(screen: Screen[Any], bindings: Iterable[Binding]) -> str:
    keys: dict[str, list[str]] = {}
    for one in bindings:
        does = one.tooltip or one.description
        keys.setdefault(does, []).append(screen.app.get_key_display(one))
    return _table((" ".join(names), does) for does, names in keys.items())


def _table(lines: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{first:<10} {second}" for first, second in lines)
