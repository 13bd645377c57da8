"""What a command works with: the store's folder, who acts, the settings and the clock."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salescli import clock
from salescli.errors import UsageError

if TYPE_CHECKING:
    from salescli.output import Output
    from salescli.store.unit_of_work import UnitOfWork


READ_ONLY = "_SALES_READ_ONLY"
"""A board that is read-only sets this for the commands that are typed on it."""


class AppContext:
    """Opened on first use; tests replace the folder, the clock and the store."""

    def __init__(
        self,
        *,
        home: Path | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.now = now or _time
        self.quiet = False
        self.no_input = False
        self.as_json = False
        self.debug = False
        self.dry_run = False
        self.is_read_only = READ_ONLY in os.environ
        self._home = home
        self._unit: UnitOfWork | None = None
        self._output: Output | None = None

    def take_flags(
        self, *, as_json: bool, no_input: bool, quiet: bool, debug: bool, dry_run: bool
    ) -> None:
        """Take the flags that every command has."""
        self.as_json = as_json
        self.no_input = no_input
        self.quiet = quiet
        self.debug = debug
        self.dry_run = dry_run

    @property
    def output(self) -> "Output":
        """Where results go."""
        if self._output is None:
            from salescli.output import Output

            self._output = Output(as_json=self.as_json, quiet=self.quiet)
        return self._output

    @property
    def home(self) -> Path:
        """The folder of the store: --home, SALES_HOME, or the platform's data folder."""
        if self._home is None:
            named = os.environ.get("SALES_HOME")
            self._home = Path(named) if named else _default_home()
        return self._home

    @property
    def unit(self) -> "UnitOfWork":
        """The unit of work of this command."""
        if self._unit is None:
            from salescli.services.sessions import open_unit

            self._unit = open_unit(
                self.home,
                clock=self.now,
                command=command_line(),
                is_rehearsal=self.dry_run,
                is_read_only=self.is_read_only,
            )
        return self._unit

    @property
    def is_interactive(self) -> bool:
        """Whether a person can be asked."""
        must_not = self.no_input or self.as_json or self.dry_run
        return not must_not and sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def remarks(self) -> list[str]:
        """What the user should know beside the answer."""
        return self._unit.remarks if self._unit is not None else []

    def close(self) -> None:
        """Close what was opened."""
        if self._unit is not None:
            self._unit.close()


def _time() -> datetime:
    """Return the time; raises UsageError where the environment says it wrongly."""
    try:
        return clock.now()
    except (ValueError, LookupError) as error:
        from salescli.domain.text import clean

        raise UsageError(
            f"The time cannot be told: {clean(str(error), limit=100)}",
            hint="SALES_NOW has a form like 2026-11-23T09:00+01:00, TZ one like Europe/Riga",
        ) from error


def command_line() -> str:
    """Return the command as it was typed, for the change history."""
    from shlex import join

    from salescli.domain.text import clean

    return clean(join(["sales", *sys.argv[1:]]), limit=1_000)


def _default_home() -> Path:
    """Return the platform's data folder.

    Where it is the XDG one it is named here, because the library that knows the others takes a
    tenth of what a daily command may spend.
    """
    platform: str = sys.platform
    if platform not in {"darwin", "win32"}:
        named = os.environ.get("XDG_DATA_HOME", "").strip()
        return Path(named or Path.home() / ".local" / "share") / "sales"
    from platformdirs import user_data_path

    return user_data_path("sales", appauthor=False)
