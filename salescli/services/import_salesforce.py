"""Reads the folder of a Salesforce export, as `sf data export tree` writes it, into tables.

A record names another one by its reference, `"AccountId": "@AccountRef1"`, or hangs below it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from salescli.domain.csv_text import Line
from salescli.domain.headers import understand
from salescli.domain.importing import SALESFORCE
from salescli.domain.text import clean
from salescli.errors import NotFoundError, UsageError
from salescli.services.import_tables import Remark, Table, left_out, not_utf8

OBJECTS = {
    "Account": "account",
    "Contact": "contact",
    "Lead": "lead",
    "Opportunity": "opportunity",
}
"""The objects of Salesforce that are imported, and our noun for each."""

_EXPORT = "`sf data export tree --plan --query ...`"
_AGAIN = f"export it once more with {_EXPORT}"
_LONGEST_NUMBER = 40


def salesforce_tables(directory: Path) -> tuple[list[Table], list[Remark]]:
    """Return the tables in the folder, and what should be known of it.

    Raises:
        NotFoundError: there is no such folder.
        UsageError: it holds no export, or a file of it is no JSON in UTF-8.
    """
    where = clean(str(directory))
    if not directory.is_dir():
        raise NotFoundError(
            f"There is no folder `{where}`", hint="name the one that the export was written to"
        )
    tables: list[Table] = []
    remarks: list[Remark] = []
    for path in sorted(directory.glob("*.json")):
        file = clean(path.name)
        document = _parsed(path, file)
        if isinstance(document, list):
            remarks += _missing_files(directory, file, document)
            continue
        content = document.get("records") if isinstance(document, dict) else None
        if not isinstance(content, list):
            remarks.append(Remark(file, "left out: it has no list of records"))
            continue
        told = document.get("totalSize")
        if isinstance(told, int) and told != len(content):
            remarks.append(Remark(file, f"says {told} records and holds {len(content)}"))
        _sort_into(tables, remarks, file, content)
    if not tables:
        raise UsageError(
            f"`{where}` holds no Salesforce export",
            hint=f"make one with {_EXPORT}",
        )
    return tables, remarks


def _parsed(path: Path, file: str) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise not_utf8(path, file) from None
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno} of `{file}` is not JSON: {error.msg}"
        raise UsageError(problem, hint=_AGAIN) from None
    except (RecursionError, ValueError):
        raise UsageError(f"`{file}` is no JSON that can be read", hint=_AGAIN) from None
    except OSError as error:
        raise UsageError(
            f"`{file}` cannot be read: {error.strerror}", hint="name a folder that you may read"
        ) from None


def _missing_files(directory: Path, file: str, plan: Sequence[Any]) -> list[Remark]:
    """Return the files that a plan names and the folder does not have."""
    steps = [step.get("files") for step in plan if isinstance(step, dict)]
    named = [str(name) for files in steps if isinstance(files, list) for name in files]
    return [
        Remark(file, f"names `{clean(name)}`, which is missing")
        for name in named
        if not (directory / name).is_file()
    ]


def _sort_into(
    tables: list[Table], remarks: list[Remark], file: str, content: Sequence[Any]
) -> None:
    """Make one table of each object among the records of a file."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for name, record in _flattened(content):
        found.setdefault(name, []).append(record)
    for name, records in found.items():
        if name not in OBJECTS:
            count = "1 record" if len(records) == 1 else f"{len(records)} records"
            of = f"of `{clean(name)}`" if name else "without a type"
            remarks.append(Remark(file, f"left out {count} {of}"))
            continue
        table = _table(file, OBJECTS[name], records)
        tables.append(table)
        remarks += left_out(file, table.columns)


def _flattened(
    content: Sequence[Any], above: str = "", reference: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (object, record) for each record, and for those that hang below it."""
    for record in content:
        if not isinstance(record, dict):
            yield "", {}
            continue
        attributes = record.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        name, own = str(attributes.get("type", "")), str(attributes.get("referenceId", ""))
        below = {
            field: value["records"]
            for field, value in record.items()
            if isinstance(value, dict) and isinstance(value.get("records"), list)
        }
        aside = {"attributes", *below}
        flat = {"Id": own} if own else {}
        flat |= {f"{above}Id": f"@{reference}"} if above else {}
        yield name, flat | {field: v for field, v in record.items() if field not in aside}
        for children in below.values():
            yield from _flattened(children, name, own)


def _table(file: str, noun: str, records: Sequence[Mapping[str, Any]]) -> Table:
    header = list(dict.fromkeys(field for record in records for field in record))
    columns = understand(header, file, noun)._replace(source=SALESFORCE)
    lines = (
        Line(number, [_text(record.get(field)) for field in header])
        for number, record in enumerate(records, start=1)
    )
    return Table(file, columns, lines)


def _text(value: Any) -> str:
    """Return a value of JSON as a file of text would have it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return _number(value)
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _number(value: Decimal) -> str:
    """Return a number with two decimals or more, so that no point can be read as a grouping."""
    if not value.is_finite() or value.adjusted() > _LONGEST_NUMBER:
        return str(value)
    exponent = value.as_tuple().exponent
    decimals = max(2, -exponent if isinstance(exponent, int) else 0)
    if decimals > _LONGEST_NUMBER:
        return str(value)
    return format(value, f".{decimals + (decimals == 3)}f")
