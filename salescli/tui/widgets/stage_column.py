"""A column of the pipeline board: a stage with its count and sum, and its cards."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalScroll, Vertical
from textual.message import Message

from salescli.domain.board import Card, Column
from salescli.domain.money import short_amount
from salescli.tui.texts.cells import fit, spread
from salescli.tui.widgets.drawn import Drawn
from salescli.tui.widgets.rows import Line, Read, Rows

CARD_HEIGHT = 3


class Cards(Rows[Card]):
    """The cards of one stage; one can be moved to another stage by key or by drag."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "less_than_sign",
            "move_card(-1)",
            "Back",
            show=False,
            id="card-back",
            tooltip="Move the card a stage back",
        ),
        Binding(
            "greater_than_sign",
            "move_card(1)",
            "On",
            show=False,
            id="card-on",
            tooltip="Move the card a stage on",
        ),
    ]

    class Carried(Message):
        """A card is to move: so many stages on, or to the column that it was dropped on."""

        def __init__(
            self, cards: "Cards", card: Card | None, by: int, onto: "StageColumn | None"
        ) -> None:
            super().__init__()
            self.cards = cards
            self.card = card
            self.by = by
            self.onto = onto

        @property
        def control(self) -> "Cards":
            """The list that the card is in."""
            return self.cards

    def action_move_card(self, by: int) -> None:
        """Ask for the card under the cursor to be moved."""
        self.post_message(self.Carried(self, self.entry, by, None))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the card up that is clicked."""
        index = self._index_at(event.y)
        if index < self.total:
            self.cursor = index
            self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Drop the card; on another column that means to move it there."""
        self.release_mouse()
        column = self._column_at(event.screen_x, event.screen_y)
        if column is not None and column is not self.parent and self.entry is not None:
            self.post_message(self.Carried(self, self.entry, 0, column))

    def _column_at(self, x: int, y: int) -> "StageColumn | None":
        from textual.errors import NoWidget

        try:
            widget, _region = self.screen.get_widget_at(x, y)
        except NoWidget:
            return None
        parents = (w for w in widget.ancestors_with_self if isinstance(w, StageColumn))
        return next(parents, None)


class Columns(HorizontalScroll, inherit_bindings=False):
    """The columns; their screen says which of them are in view."""


class StageColumn(Vertical):
    """A stage: its name, how many sales stand in it and what they are worth, and their cards."""

    def __init__(self, column: Column, read: Read[Card], draw: Any) -> None:
        super().__init__()
        self.column = column
        self._read = read
        self._draw = draw

    def compose(self) -> ComposeResult:
        """Lay out the head above the cards."""
        yield Drawn(classes="head", markup=False)
        yield Cards(self._read, self._draw, lambda card: card.reference, row_height=CARD_HEIGHT)

    @property
    def cards(self) -> Cards:
        """The cards."""
        return self.query_one(Cards)

    def show(self, column: Column) -> None:
        """Show what the stage holds now."""
        self.column = column
        self.draw_head()
        self.cards.load(column.cards)

    def draw_head(self) -> None:
        """Write the head at the width of the column; the one that has the keys is marked."""
        if not self.size.width:
            return
        width = max(self.size.width - 1, 10)
        mark = "▸" if self.cards.has_focus else " "
        sums = " + ".join(short_amount(amount, money) for money, amount in self.column.sums)
        begun = f" +{self.column.begun}" if self.column.begun else ""
        head = spread(f"{mark}{self.column.name}", f"{self.column.sales}{begun}", width)
        self.query_one(".head", Drawn).put(f"{head}\n {fit(sums, width - 1)}")
        self.set_class(self.cards.has_focus, "current")

    def on_resize(self) -> None:
        """Write the head at the width that there is."""
        self.draw_head()

    def on_descendant_focus(self) -> None:
        """Mark the column."""
        self.draw_head()

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self.draw_head()


def lines_of(card: Card, width: int, days: int, *, owner: bool, closes: str) -> Sequence[Line]:
    """Return a card's lines: what it is, whose and worth what, and for how long it stands there.

    `closes` is told where nothing more urgent is.
    """
    amount = "" if card.amount is None else short_amount(card.amount, card.currency)
    mark = "overdue" if card.is_overdue else "stale" if card.is_stale else ""
    stands = f"{card.reference} · {days} d"
    has_room = cell_len(stands) + 1 + cell_len(closes) <= width - 2
    mark = mark or ("no plan" if not card.is_planned else closes if has_room else "")
    whose = fit(card.owner, min(cell_len(card.owner), width // 2)) if owner else ""
    return [
        Line(" " + spread(card.name, whose, width - 2), "rows--title"),
        Line(" " + spread(card.account, amount, width - 2)),
        Line(
            " " + spread(stands, mark, width - 2),
            "rows--alarm" if card.is_overdue else "rows--detail",
        ),
    ]


def worth(columns: Iterable[Column]) -> list[str]:
    """Return the worth of all that is shown, in one text; each currency has its own sum."""
    sums: Counter[str] = Counter()
    for column in columns:
        sums.update(dict(column.sums))
    told = " + ".join(short_amount(amount, money) for money, amount in sums.items())
    return [told] if told else []
