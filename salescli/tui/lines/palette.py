"""The palette: what the screen can do, the other screens, and any record by words of it."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from salescli.domain.text import key, words_match
from salescli.errors import SalesError
from salescli.services import finding
from salescli.services.finding import Hit as Found
from salescli.tui.lines import colon
from salescli.tui.texts.cells import safe
from salescli.tui.widgets.key_bar import PLACE_KEY, bindings_of, in_words

if TYPE_CHECKING:
    from salescli.tui.app import SalesBoard

MOST = 12
"""So many records are offered."""

LEAST = 2
"""Records are looked for by so many letters or more."""

FIRST, THEN = 2.0, 1.0
"""How commands are ranked, and below them the best record."""

KEPT = ("Theme", "Screenshot")
"""What Textual can do that no key of the board does."""


def commands_of(
    app: "SalesBoard", screen: Screen[Any], usual: Iterable[SystemCommand]
) -> Iterable[SystemCommand]:
    """Return what the present screen can do, and the screens.

    A form or a question is left before another screen is shown, so that it is not lost.
    """
    from salescli.tui.places import PLACES

    for binding in bindings_of(screen):
        if not (binding.id or "").startswith(PLACE_KEY):
            action = partial(app.simulate_key, binding.key)
            shown = app.get_key_display(binding)
            yield SystemCommand(in_words(binding), f"key {shown}", action)
    for name, (title, *_class) in () if screen.is_modal else PLACES.items():
        yield SystemCommand(title, f"Show {title}", partial(app.action_go, name))
    yield from (one for one in usual if one.title in KEPT)


class Commands(Provider):
    """Finds what can be done by the beginnings of words."""

    async def discover(self) -> Hits:
        """Yield all of it."""
        for one in sorted(self.app.get_system_commands(self.screen)):
            yield DiscoveryHit(one.title, one.callback, help=one.help)

    async def search(self, query: str) -> Hits:
        """Yield what has a word that begins with each word of the query."""
        matcher = self.matcher(query)
        for one in self.app.get_system_commands(self.screen):
            if words_match(key(query), key(one.title)):
                title = matcher.highlight(one.title)
                yield Hit(FIRST, title, one.callback, help=one.help)


def _open(board: "SalesBoard", hit: Found) -> None:
    """Show a record that was found: its page, or else what its command prints."""
    if hit.noun in {"opportunity", "run"}:
        board.open_sale(hit.reference)
    elif hit.noun in {"account", "lead"}:
        board.open_record(hit.noun, hit.reference)
    else:
        board.flow(colon.run(board, hit.next_command))


class Records(Provider):
    """Finds records by words anywhere in them, as `sales find` does; one is shown when chosen."""

    async def search(self, query: str) -> Hits:
        """Yield the records that have the words, the best first."""
        if len(query.strip()) < LEAST or self.screen.is_modal:
            return
        board = cast("SalesBoard", self.app)
        try:
            found = await board.desk.look(finding.find, query, limit=MOST)
        except SalesError:
            return
        for place, hit in enumerate(found.hits):
            name = safe(hit.name.text)
            yield Hit(
                THEN / (place + 1),
                Content(f"{hit.reference} {name}"),
                partial(_open, board, hit),
                text=name,
                help=safe(hit.matches[0].excerpt.text) if hit.matches else hit.noun,
            )
