"""Runs a whole process and reads what it took from the operating system."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Reading(NamedTuple):
    """What a process took: seconds of CPU (user and system), of the clock, peak MB; its end."""

    cpu: float
    wall: float
    memory: float
    code: int
    output: str


def run(words: Sequence[str], environment: Mapping[str, str]) -> Reading:
    """Run a program with stdout and stderr in a pipe, as a script does, and wait for its end."""
    reading_end, writing_end = os.pipe()
    began = time.perf_counter()
    process = os.posix_spawn(
        words[0],
        list(words),
        dict(environment),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, writing_end, 1),
            (os.POSIX_SPAWN_DUP2, writing_end, 2),
        ],
    )
    os.close(writing_end)
    with os.fdopen(reading_end, encoding="utf-8", errors="replace") as stream:
        output = stream.read()
    _, status, usage = os.wait4(process, 0)
    return Reading(
        usage.ru_utime + usage.ru_stime,
        time.perf_counter() - began,
        usage.ru_maxrss / 1024,
        os.waitstatus_to_exitcode(status),
        output,
    )


def seconds_each(repeat: int, action: Callable[[], object]) -> float:
    """Return the CPU seconds of one of `repeat` calls in this process."""
    began = time.process_time()
    for _ in range(repeat):
        action()
    return (time.process_time() - began) / repeat
