"""Everything on stderr: errors, hints, warnings, notes."""

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from salescli.domain.text import escaped, printable
from salescli.errors import SalesError
from salescli.streams import encodes_everything, width_of

if TYPE_CHECKING:
    from salescli.energy import Energy

LONGEST_LINE = 400
"""Of a longer line, which quotes something long, the middle is left out."""

_KEPT_AT_THE_END = 100


def error(refusal: SalesError, *, as_json: bool = False) -> None:
    """Tell what happened and the way out."""
    if as_json:
        _error_document(refusal)
        return
    _write(f"error: {_sentence(refusal.message)}")
    if refusal.hint:
        _write("")
        _write(f"hint: {_sentence(refusal.hint)}")
    if kept := getattr(refusal, "kept", ""):
        sys.stderr.write(f"\nkept: {printable(kept)}\n")


def warning(text: str) -> None:
    """Tell what should be known."""
    _write(f"note: {_sentence(text)}")


def _write(text: str) -> None:
    """Write a paragraph; on a terminal its lines break between words."""
    if sys.stderr.isatty():
        from salescli.layout import paragraph

        text = "\n".join(paragraph(text, width_of(sys.stderr)))
    sys.stderr.write(f"{text}\n")


def energy(taken: "Energy", *, as_json: bool = False) -> None:
    """Tell what a command took, after all that it printed."""
    _flush_stdout()
    if as_json:
        import json

        sys.stderr.write(json.dumps({"energy": taken._asdict()}) + "\n")
        return
    joules = "this machine does not tell joules"
    if taken.joules is not None:
        joules = f"{taken.joules:.2f} J by the processors"
    sys.stderr.write(
        f"energy: {taken.cpu_ms:.0f} ms of CPU, {taken.wall_ms:.0f} ms on the clock; {joules}\n"
    )


def _flush_stdout() -> None:
    with suppress(BrokenPipeError):
        sys.stdout.flush()


def _sentence(text: str) -> str:
    """Return what can be told: short lines, and no line that a quoted text has begun.

    Only indented lines are our own: the list of what is wrong with a definition.
    """
    lines = re.sub(r"\n(?!  )", " ", printable(text)).split("\n")
    return "\n".join(_shortened(line) for line in lines)


def _shortened(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[: LONGEST_LINE - _KEPT_AT_THE_END]} … {line[-_KEPT_AT_THE_END:]}"


def _error_document(refusal: SalesError) -> None:
    import json

    choices: Sequence[str] = getattr(refusal, "choices", ())
    details = {
        "code": refusal.code.name.lower(),
        "exit_code": int(refusal.code),
        "message": _sentence(refusal.message),
        "hint": _sentence(refusal.hint),
    }
    if choices:
        details["choices"] = list(choices)
    if kept := getattr(refusal, "kept", ""):
        details["kept"] = kept
    is_ascii = not encodes_everything(sys.stderr)
    sys.stderr.write(escaped(json.dumps({"error": details}, ensure_ascii=is_ascii)) + "\n")
