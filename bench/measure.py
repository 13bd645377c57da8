"""Runs a whole process and reads what it took from the operating system."""

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Reading(NamedTuple):
    """CPU seconds (user and system) and peak memory in MB of one process, and how it ended."""

    cpu: float
    memory: float
    code: int
    output: str


def run(words: Sequence[str], environment: Mapping[str, str]) -> Reading:
    """Run a program with stdout and stderr in a pipe, as a script does, and wait for its end."""
    reading_end, writing_end = os.pipe()
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
        usage.ru_maxrss / 1024,
        os.waitstatus_to_exitcode(status),
        output,
    )
