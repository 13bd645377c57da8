"""What a stream can show: how many columns, which characters, which styles."""

import codecs
import os
import sys
from io import TextIOWrapper
from typing import TextIO

_SPELLED = {
    "\u2026": "...",
    "\u00b7": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2019": "'",
    "\ufffd": "?",
}
"""How the program's own ornaments are written where the encoding has none of them."""


def settle() -> None:
    """Let no character that a stream cannot take end a command: it is spelled or escaped.

    A stream that the caller has closed takes everything and keeps nothing.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for good
    codecs.register_error("spelled", _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not encodes_everything(stream):
            stream.reconfigure(errors="spelled")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def encodes_everything(stream: TextIO) -> bool:
    """Say whether every character can be written to a stream."""
    return (stream.encoding or "utf-8").lower().startswith("utf")


def width_of(stream: TextIO) -> int:
    """Return how many columns a terminal has: COLUMNS, or what it says itself, or 80."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def shows_styles() -> bool:
    """Say whether styles are wanted, and the terminal is known to obey them."""
    terminal = os.environ.get("TERM") or os.environ.get("WT_SESSION") or "dumb"
    return terminal not in {"dumb", "unknown"} and not os.environ.get("NO_COLOR")


def _spell(failure: UnicodeError) -> tuple[str, int]:
    assert isinstance(failure, UnicodeEncodeError)
    text = failure.object[failure.start : failure.end]
    return "".join(_SPELLED.get(char) or _escaped(char) for char in text), failure.end


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
