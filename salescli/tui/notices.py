"""One notice for each kind of what is told, so that they do not pile up.

They stand in a strip above the line of keys, which takes its lines from the list as long as they
stand; over a dialog, which must not move, they stand in the place of the line of keys.
"""

from collections.abc import Sequence

from textual import events
from textual.app import App
from textual.notifications import Notify

MOST = 5
"""So many lines several notices have together; the list gives them its room."""

NARROW = 60
"""On fewer columns they take less of the screen's height."""


class Notices(App[int]):
    """An app that tells things of one kind in one notice."""

    def _on_notify(self, event: Notify) -> None:
        """Tell something together with what is told of the same kind, or in its place."""
        new = event.notification
        kind = (new.severity, new.markup)
        same = [one for one in self._notifications if (one.severity, one.markup) == kind]
        for one in same:
            self._unnotify(one, refresh=False)
        new.message = _joined([*(one.message for one in same), new.message])

    def _refresh_notifications(self) -> None:
        """Show what is told, and nothing in the place of what is told no more."""
        super()._refresh_notifications()
        for rack in self.screen.query("ToastRack") if self.screen_stack else ():
            rack.call_later(self._clear_places)
        self._give_share(self.size.width)

    def on_resize(self, event: events.Resize) -> None:
        """Let what is told have its share of the screen; the app has its new size later."""
        self._give_share(event.size.width)

    def _give_share(self, width: int) -> None:
        for rack in self.screen.query("ToastRack") if self.screen_stack else ():
            rack.set_class(width < NARROW, "narrow")

    def _clear_places(self) -> None:
        """Remove what holds a notice that is gone: the library keeps a line for it."""
        told = {one.identity for one in self._notifications}
        for place in self.screen.query("ToastHolder"):
            if (place.id or "").rpartition("-toast-")[2] not in told:
                place.remove()


def _joined(told: Sequence[str]) -> str:
    """Return what is told, each line once; the newest alone where that is too much."""
    lines = list(dict.fromkeys(line for text in told for line in text.split("\n")))
    return "\n".join(lines) if len(lines) <= MOST else told[-1]
