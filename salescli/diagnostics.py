"""Everything on stderr: errors, hints, warnings, notes."""

import sys
from collections.abc import Sequence

from salescli.domain.text import printable
from salescli.errors import SalesError

ISSUES = "the issue tracker of the project"


def error(refusal: SalesError, *, as_json: bool = False) -> None:
    """Tell what happened and the way out."""
    if as_json:
        _error_document(refusal)
        return
    sys.stderr.write(f"error: {printable(refusal.message)}\n")
    if refusal.hint:
        sys.stderr.write(f"\nhint: {printable(refusal.hint)}\n")


def warning(text: str) -> None:
    """Tell what should be known."""
    sys.stderr.write(f"note: {printable(text)}\n")


def _error_document(refusal: SalesError) -> None:
    import json

    choices: Sequence[str] = getattr(refusal, "choices", ())
    details = {
        "code": refusal.code.name.lower(),
        "exit_code": int(refusal.code),
        "message": refusal.message,
        "hint": refusal.hint,
    }
    if choices:
        details["choices"] = list(choices)
    sys.stderr.write(json.dumps({"error": details}, ensure_ascii=False) + "\n")
