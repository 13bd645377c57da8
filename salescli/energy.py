"""What a command takes: CPU time, time on the clock, and joules where the machine tells."""

import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

POWERCAP = Path("/sys/class/powercap")
"""Where Linux shows the counters of processors that have them."""

_STARTED_AT = 19
"""The place of the start, in ticks since boot, after the name in `/proc/self/stat`."""


class Energy(NamedTuple):
    """What a process has taken: milliseconds of CPU and on the clock, joules of the processors.

    The joules are those of the whole machine, and None where it does not tell.
    """

    cpu_ms: float
    wall_ms: float
    joules: float | None


class Meter:
    """Reads what this process takes: times since its start, joules since the meter was made."""

    def __init__(self, powercap: Path = POWERCAP) -> None:
        self._powercap = powercap
        self._made_at = time.monotonic()
        self._microjoules = self._counters()

    def read(self) -> Energy:
        """Return what the process has taken so far."""
        age = _age_of_process()
        wall = time.monotonic() - self._made_at if age is None else age
        return Energy(round(time.process_time() * 1000, 1), round(wall * 1000, 1), self._joules())

    def _joules(self) -> float | None:
        """Return the joules since the meter was made; None when a counter began anew meanwhile."""
        now = self._counters()
        spent = [now.get(name, -1) - before for name, before in self._microjoules.items()]
        if not spent or min(spent) < 0:
            return None
        return round(sum(spent) / 1_000_000, 3)

    def _counters(self) -> dict[str, int]:
        """Return the microjoules of each processor; zones inside one would count twice."""
        try:
            zones = self._powercap.glob("intel-rapl:[0-9]*")
            packages = [zone for zone in zones if zone.name.count(":") == 1]
            return {zone.name: int((zone / "energy_uj").read_bytes()) for zone in packages}
        except (OSError, ValueError):
            return {}


def _age_of_process() -> float | None:
    """Return the seconds since this process began, or None where the system does not tell."""
    if sys.platform != "linux":
        return None
    try:
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        began = int(fields[_STARTED_AT]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began
    except (OSError, ValueError, IndexError):
        return None
