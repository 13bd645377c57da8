"""The bar on top: the screens, the present one marked; each can be clicked."""

from textual.content import Content

from salescli.tui.places import PLACES
from salescli.tui.texts.cells import clicked
from salescli.tui.widgets.drawn import Drawn

NARROW = 60
"""Below so many columns only the present screen is named."""


class PlaceBar(Drawn):
    """Names the screens."""

    def on_mount(self) -> None:
        """Draw when the size is known."""
        self.draw()

    def on_resize(self) -> None:
        """Draw at the width that there is."""
        self.draw()

    def draw(self) -> None:
        """Mark the present screen."""
        from salescli.tui.app import SalesBoard

        app = self.app
        assert isinstance(app, SalesBoard)
        present = app.place
        if self.app.size.width < NARROW:
            title = Content.styled(PLACES[present].title, "bold")
            before, after = clicked(" < ", "app.turn('-1')"), clicked(" > ", "app.turn('1')")
            self.put(Content.assemble(before, title, after))
            return
        parts = [
            clicked(f" {'▸' if name == present else ' '}{title} ", f"app.go('{name}')").stylize(
                "bold reverse" if name == present else ""
            )
            for name, (title, *_class) in PLACES.items()
        ]
        self.put(Content.assemble(*parts))
