"""The process log: which sales run or ran which process; Enter opens one, or goes on with it."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from salescli.domain.listing import NUMBER, Sort
from salescli.domain.moments import say_moment
from salescli.domain.reference import numbers_of
from salescli.services import process_log, stages
from salescli.services.process_log import RunLine
from salescli.tui.marks import MOST
from salescli.tui.screens.listing import OWNER, ListScreen
from salescli.tui.texts.columns import Column
from salescli.tui.widgets.rows import Rows


class ProcessLogScreen(ListScreen):
    """The runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="open", tooltip="Open the sale"),
        Binding("c", "act('move_down')", "Go on", id="go-on", tooltip="Move down the process"),
    ]

    what = ("run", "runs")
    columns = (
        Column(""),
        Column("Sale", 16),
        Column("Stage", 12),
        OWNER,
        Column("State"),
        Column("Started"),
    )
    fields = ("title", "stage", "owner", "state", "started_at")
    usual = Sort(NUMBER, is_falling=True)
    filters_by = "words of the sale, its account or its people, or a handle"
    empty = "No process of yours runs; `R` starts one, `w` shows everybody's."

    def __init__(self) -> None:
        super().__init__()
        self._runs: Sequence[RunLine] = ()
        self._stages: dict[str, str] = {}

    @property
    def sale(self) -> str:
        """The sale of the run under the cursor."""
        entry = self.rows.entry
        return entry.opportunity or entry.run if entry is not None else ""

    @property
    def here(self) -> str:
        """The sale of the run under the cursor."""
        return self.sale

    async def total(self) -> int:
        """Read the runs, and return how many there are."""
        self._runs = await self.board.desk.look(
            process_log.runs, everything=self.everything, asked=self.asked
        )
        self._stages = await self.board.desk.look(stages.known)
        if self.sort != self.usual:
            self._runs = sorted(self._runs, key=self._key, reverse=self.sort.is_falling)
        return len(self._runs)

    def _key(self, run: RunLine) -> tuple[Any, int]:
        """Return what a run is sorted by, and by what where that is the same."""
        number = numbers_of("run", [run.run])[0]
        if self.sort.by == NUMBER:
            return number, 0
        if self.sort.by == "started_at":
            return run.started_at, number
        texts = {"title": run.title, "stage": self._stages.get(run.stage, run.stage)}
        text: str = texts.get(self.sort.by) or getattr(run, self.sort.by)
        return text.casefold(), number

    async def handles(
        self, *, among: Collection[str] | None = None, asked: str = "", limit: int = MOST
    ) -> Sequence[str]:
        """Return the handles of the runs."""
        found = await self.board.desk.look(
            process_log.runs, everything=self.everything, asked=asked
        )
        return [one.run for one in found if among is None or one.run in among][:limit]

    async def page(self, offset: int, limit: int) -> Sequence[RunLine]:
        """Return a page of the runs."""
        return self._runs[offset : offset + limit]

    def cells(self, entry: RunLine) -> Sequence[str]:
        """Return handle, sale, stage, owner, state and start."""
        now = self.board.desk.context.now()
        started = say_moment(entry.started_at.astimezone(now.tzinfo), now)
        sale = f"{entry.opportunity} {entry.title}".strip()
        stage = self._stages.get(entry.stage, entry.stage)
        return [entry.run, sale, stage, entry.owner, entry.state, started]

    def name_of(self, entry: RunLine) -> str:
        """Return the handle of a run."""
        return entry.run

    @on(Rows.Chosen, "#list")
    def open_chosen(self, event: Rows.Chosen) -> None:
        """Open the sale of a run."""
        self.board.open_sale(event.entry.opportunity or event.entry.run)

    def action_open(self) -> None:
        """Open the sale of the run under the cursor."""
        self.choose_in(self.rows)
