"""`scripts/reference`: writes the pages that follow from the program, or says which are stale."""

import difflib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.docs.capabilities import ROOT, capabilities_page
from scripts.docs.commands import commands_page
from scripts.docs.reference import exit_codes_page, fields_page, processes_page
from scripts.docs.transcripts import render

GENERATED: dict[str, Callable[[], str]] = {
    "docs/reference/capabilities.md": capabilities_page,
    "docs/reference/commands.md": commands_page,
    "docs/reference/exit-codes.md": exit_codes_page,
    "docs/reference/fields.md": fields_page,
    "docs/reference/processes.md": processes_page,
}
"""Pages that are generated as a whole; of all others only the transcripts are."""


def main(arguments: Sequence[str]) -> int:
    """Write every page, or with `--check` say which ones are out of date."""
    if set(arguments) - {"--check"}:
        sys.stderr.write("usage: scripts/reference [--check]\n")
        return 2
    is_check = "--check" in arguments
    stale = [path for path in pages() if _update(path, is_check=is_check)]
    if stale and is_check:
        sys.stderr.write("out of date; run scripts/reference\n")
    return int(bool(stale and is_check))


def pages() -> list[Path]:
    """Return every page that may be out of date."""
    apart = ("README.md", "CONTRIBUTING.md", "examples/README.md")
    written = {*(ROOT / name for name in apart), *(ROOT / "docs").rglob("*.md")}
    return sorted({path for path in written if path.exists()} | {ROOT / name for name in GENERATED})


def fresh(path: Path) -> str:
    """Return what a page has to say."""
    generate = GENERATED.get(path.relative_to(ROOT).as_posix())
    return generate() if generate else render(path.read_text(encoding="utf-8"))


def _update(path: Path, *, is_check: bool) -> bool:
    """Return whether a page was out of date; write it unless it is only checked."""
    name = path.relative_to(ROOT).as_posix()
    now = path.read_text(encoding="utf-8") if path.exists() else ""
    new = fresh(path)
    if new == now:
        return False
    if is_check:
        lines = difflib.unified_diff(now.splitlines(), new.splitlines(), name, name, lineterm="")
        sys.stdout.write("\n".join([*lines, ""]))
    else:
        path.write_text(new, encoding="utf-8")
        sys.stdout.write(f"wrote {name}\n")
    return True
