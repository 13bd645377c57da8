"""What a batch is made of: rows that each say what is done to which record, and what came of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from salescli.domain.csv_text import Line
from salescli.domain.text import clean, guesses, key
from salescli.errors import ExitCode, UsageError

DONE, FAILED = "done", "failed"

STOP, CONTINUE = "stop", "continue"

ASKS_ABOVE = 10
"""A batch of more rows is done after a question only."""

LONGEST_VERSION = 9
YES, NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off"})
YES_NO = ("no_decision", "confirmed", "flag_account")
"""Keys that are said with yes or no."""

_SEEN = ("version", "if_step")


class Action(NamedTuple):
    """What a row can do: the keys that it needs, those that it may have, and its fields.

    `value` is the key that stands on the command line, beside a file or a condition.
    """

    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    has_fields: bool = False
    value: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key beside `do` and `ref`."""
        fields = ("set",) if self.has_fields else ()
        return (*self.needs, *self.takes, *fields, *_SEEN)


ACTIONS: Mapping[str, Action] = {
    "stage": Action(("stage",), has_fields=True, value="stage"),
    "close": Action(
        ("ending",),
        ("reason", "competitor", "no_decision", "confirmed", "flag_account", "stage"),
        has_fields=True,
        value="ending",
    ),
    "reopen": Action(("reason",), ("stage",)),
    "assign": Action(("owner",), value="owner"),
    "done": Action((), ("result", "text", "next", "at"), has_fields=True),
    "set": Action(has_fields=True),
    "note": Action(("text",)),
    "schedule": Action(("at",)),
    "postpone": Action(("until",)),
    "cancel": Action((), ("reason",)),
}
"""Every action, with the keys of the command of the same name."""


class Row(NamedTuple):
    """One row: where it stands in its file (0 outside one), what it does, to what, and with what.

    Values are texts, but for `set`, which is field -> text. A row that cannot be read has a
    `problem`, and is refused with it; one that has nothing to do says so in its `remark`.
    """

    line: int
    do: str
    ref: str
    given: Mapping[str, Any]
    problem: UsageError | None = None
    remark: str = ""
    is_csv: bool = False

    def text(self, name: str) -> str:
        """Return what is given under a key, or an empty text."""
        return str(self.given.get(name, ""))

    def is_told(self, name: str) -> bool:
        """Whether a key says yes."""
        return key(self.text(name)) in YES

    @property
    def assignments(self) -> tuple[str, ...]:
        """The fields as `name=value`."""
        return tuple(f"{name}={text}" for name, text in self.given.get("set", {}).items())

    @property
    def version(self) -> int | None:
        """The version that was seen of the record."""
        text = self.text("version").strip()
        return int(text) if text else None

    @property
    def has_odd_version(self) -> bool:
        """Whether what is given as the version is no number."""
        text = self.text("version").strip()
        is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION
        return bool(text) and not is_number

    def over(self, usual: Mapping[str, Any]) -> "Row":
        """Return the row with what is given for every row, where it says nothing else itself."""
        sets = {**usual.get("set", {}), **self.given.get("set", {})}
        return self._replace(given={**usual, **self.given, **({"set": sets} if sets else {})})


class Result(NamedTuple):
    """What came of a row: done or failed, in a sentence, and then the way out."""

    line: int
    do: str
    ref: str
    outcome: str
    message: str
    hint: str = ""
    code: int = ExitCode.DONE


class Report(NamedTuple):
    """What came of a batch; `repeats` is the change set that did it before, perhaps in part."""

    results: tuple[Result, ...]
    repeats: str = ""
    is_part: bool = False

    @property
    def code(self) -> int:
        """The exit code: of a success, of the first refusal, or of a batch that is done in part."""
        if self.is_part:
            return ExitCode.PARTLY_DONE
        failed = [result for result in self.results if result.outcome == FAILED]
        if not failed:
            return ExitCode.DONE
        return failed[0].code if len(failed) == len(self.results) else ExitCode.PARTLY_DONE


def json_rows(lines: Iterable[str], file: str) -> list[Row]:
    """Return the rows of a file with a JSON object on each line.

    A line that is no such object, or has a key or a value that its action lacks, has a `problem`.
    """
    return [
        _json_row(number, line, f"line {number} of `{file}`")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _json_row(number: int, line: str, where: str) -> Row:
    row = Row(number, "", "", {})
    try:
        given = _given(line, where)
        do, ref = (str(given.pop(name, "")).strip() for name in ("do", "ref"))
        row = Row(number, do, ref, given)
        _check(row, where)
    except UsageError as problem:
        return row._replace(problem=problem)
    return row


def _given(line: str, where: str) -> dict[str, Any]:
    example = 'write it like {"do": "stage", "ref": "OPP-1", "stage": "proposal"}'
    try:
        read = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        reason = str(error)
        if isinstance(error, json.JSONDecodeError):
            reason = f"{error.msg} at column {error.colno}"
        raise UsageError(f"{where} is no JSON: {clean(reason)}", hint=example) from None
    if not isinstance(read, dict):
        raise UsageError(f"{where} is no JSON object", hint=example)
    return {name: _plain(name, value, where) for name, value in read.items()}


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose keys stand there once; ValueError otherwise."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _plain(name: str, value: Any, where: str) -> Any:
    """Return a value as text; of fields, each one."""
    if name == "set" and isinstance(value, dict | None):
        return {field: _plain(field, one, where) for field, one in (value or {}).items()}
    if isinstance(value, bool) and name != "set":
        return "yes" if value else "no"
    if value is None:
        return ""
    if name != "set" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if name == "set" or not isinstance(value, str | int | float):
        raise UsageError(
            f"{where} gives `{clean(name)}` a value that is no text",
            hint='fields are given as "set": {"amount": "5000"}, everything else as text',
        )
    return str(value)


def _check(row: Row, where: str) -> None:
    """Refuse a row that lacks what its action needs, or has anything else."""
    if row.do not in ACTIONS:
        near = guesses(row.do, ACTIONS)
        raise UsageError(
            f"{where} does `{clean(row.do)}`, which is no action",
            hint="did you mean " + ", ".join(f"`{name}`" for name in near) + "?",
        )
    action = ACTIONS[row.do]
    for name in row.given:
        if name not in action.keys:
            near = guesses(name, action.keys)
            raise UsageError(
                f"{where} has `{clean(name)}`, which `{row.do}` does not take",
                hint="it takes " + ", ".join(f"`{one}`" for one in near),
            )
    _check_values(row, where)
    missing = [name for name in action.needs if not row.text(name).strip()]
    missing += [] if row.ref else ["ref"]
    if row.do == "set" and not row.given.get("set"):
        missing.append("set")
    if missing:
        raise UsageError(
            f"{where} lacks `{missing[0]}`", hint=f"`{row.do}` needs it to know what is meant"
        )


def _check_values(row: Row, where: str) -> None:
    for name in YES_NO:
        if row.text(name) and key(row.text(name)) not in YES | NO:
            raise UsageError(
                f"{where} says `{clean(row.text(name))}` to `{name}`", hint="say `yes` or `no`"
            )
    if row.has_odd_version:
        raise UsageError(
            f"{where} has a version that is no number", hint="give the number that --json tells"
        )


_REFERENCE = frozenset({"reference", "ref", "opportunity", "sale", "handle"})


def csv_rows(
    do: str,
    lines: Iterable[Line],
    file: str,
    fields: Iterable[str],
    usual: Mapping[str, Any],
) -> list[Row]:
    """Return the rows of a CSV file, each doing the same; its first line names the columns.

    A row that says too little or too much has a `problem`.

    Args:
        do: the action.
        lines: the records of the file, its header first.
        file: what the file is called.
        fields: names of the fields that a column can fill.
        usual: what the command line says for every row.

    Raises:
        UsageError: the header names no reference or an unknown column.
    """
    iterator = iter(lines)
    header = next(iterator, None)
    if header is None:
        raise UsageError(f"`{file}` is empty", hint="its first line has to name the columns")
    columns = [_column(do, cell, file, fields) for cell in header.cells]
    _require_columns(do, columns, file, str(usual.get(ACTIONS[do].value, "")))
    return [_csv_row(do, columns, line, file, usual) for line in iterator]


def _column(do: str, cell: str, file: str, fields: Iterable[str]) -> str:
    name = "_".join(key(clean(cell)).replace("-", " ").split())
    action = ACTIONS[do]
    if name in _REFERENCE:
        return "ref"
    if name in action.keys and name != "set":
        return name
    known = {*fields} if action.has_fields else set()
    if name in known:
        return f"set.{name}"
    names = ["reference", *(one for one in action.keys if one != "set"), *sorted(known)]
    near = guesses(name, names)
    raise UsageError(
        f"`{file}` has a column `{clean(cell)}`, which `sales {do}` does not know",
        hint="did you mean " + ", ".join(f"`{one}`" for one in near) + "?",
    )


def _require_columns(do: str, columns: Sequence[str], file: str, value: str) -> None:
    twice = next((name for name in columns if columns.count(name) > 1), "")
    if twice:
        named = "reference" if twice == "ref" else twice.removeprefix("set.")
        raise UsageError(f"`{file}` has the column `{named}` twice", hint="leave one out")
    if "ref" not in columns:
        raise UsageError(
            f"The header of `{file}` names no column `reference`",
            hint="its first line has to name the columns, such as: reference,stage",
        )
    wanted = ACTIONS[do].value
    if value and wanted in columns:
        raise UsageError(
            f"The {wanted} is said twice: `{clean(value)}`, and in `{file}`",
            hint=f"leave out the one on the command line, or the column `{wanted}`",
        )


def _csv_row(
    do: str, columns: Sequence[str], line: Line, file: str, usual: Mapping[str, Any]
) -> Row:
    given: dict[str, Any] = {}
    sets: dict[str, str] = {}
    ref = ""
    for name, cell in zip(columns, line.cells, strict=False):
        if name == "ref":
            ref = cell.strip()
        elif cell.strip():
            (sets if name.startswith("set.") else given)[name.removeprefix("set.")] = cell
    row = Row(line.number, do, ref, given | ({"set": sets} if sets else {}), is_csv=True)
    row = row.over(usual)
    where = f"line {line.number} of `{file}`"
    try:
        _require_width(line, len(columns), where)
        _check(row, where)
    except UsageError as problem:
        return row._replace(problem=problem)
    return row


def _require_width(line: Line, columns: int, where: str) -> None:
    if len(line.cells) > columns:
        raise UsageError(
            f"{where} has {len(line.cells)} cells, and the header names {columns} columns",
            hint='a cell that holds the delimiter is written between quotation marks: `"a, b"`',
        )
