"""Quotas from a CSV file, a login, a period and an amount on each line; charts into files."""

from pathlib import Path

from salescli.domain import csv_text
from salescli.domain.text import clean, guesses
from salescli.domain.text import key as text_key
from salescli.errors import RuleError, StoreError, UsageError
from salescli.services.batch_files import STDIN, lines_of, name_of

NAMES = {
    "login": ("login", "user", "owner", "who"),
    "period": ("period", "month", "quarter", "year", "when"),
    "amount": ("amount", "quota", "target", "plan"),
    "currency": ("currency",),
}
"""Column -> what its head can be called."""

Rows = list[tuple[int, str, str, str, str]]


def rows_of(path: str) -> Rows:
    """Return line, login, period, amount and currency of each line; the first one has the heads.

    Raises:
        NotFoundError: there is no such file.
        UsageError: it is no CSV in UTF-8, or lacks a column.
    """
    file = name_of(path)
    lines = list(csv_text.records(lines_of(path, file), file))
    if not lines:
        raise UsageError(f"`{file}` is empty", hint="its first line is: login,period,amount")
    heads = [_column(head, file) for head in lines[0].cells]
    missing = [name for name in ("login", "period", "amount") if name not in heads]
    if missing:
        raise UsageError(
            f"`{file}` has no column `{missing[0]}`",
            hint="its first line is: login,period,amount or login,period,amount,currency",
        )
    rows: Rows = []
    for line in lines[1:]:
        cells = dict(zip(heads, (cell.strip() for cell in line.cells), strict=False))
        told = (cells.get(name, "") for name in NAMES)
        login, period, amount, currency = told
        rows.append((line.number, login, period, amount, currency.upper()))
    return rows


def write(path: str, text: str, *, is_rehearsal: bool = False) -> str:
    """Write a text into a new file, and return how the file is called.

    Raises:
        UsageError: no file is named.
        RuleError: there is such a file already.
        StoreError: it cannot be written.
    """
    if path == STDIN:
        raise UsageError("Which file?", hint="name one with --to, or leave it out")
    name, target = clean(path), Path(path)
    try:
        if target.exists():
            raise RuleError(f"There is a file `{name}` already", hint="name another one with --to")
        if not is_rehearsal:
            with target.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreError(
            f"`{name}` cannot be written: {clean(reason)}", hint="name another one with --to"
        ) from None
    return name


def _column(head: str, file: str) -> str:
    wanted = text_key(clean(head))
    for name, spellings in NAMES.items():
        if wanted in spellings:
            return name
    near = guesses(wanted, NAMES)
    raise UsageError(
        f"`{file}` has a column `{clean(head)}`, which a plan does not know",
        hint="did you mean " + ", ".join(f"`{name}`" for name in near) + "?",
    )
