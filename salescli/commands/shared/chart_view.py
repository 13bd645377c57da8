"""How charts are shown, and written into files."""

import json
from pathlib import Path
from typing import Any

from salescli import charts
from salescli.context import AppContext
from salescli.domain.charted import Chart
from salescli.domain.text import clean, printable
from salescli.errors import UsageError
from salescli.output import Output

FORMATS = TEXT, CSV, JSON, HTML = ("text", "csv", "json", "html")
WIDEST = 78
"""No chart is drawn wider, in terminal or file."""


def draw(output: Output, chart: Chart) -> None:
    """Draw a chart as wide as there is room."""
    for line in _drawn(chart, output):
        output.line(line)


def show(context: AppContext, chart: Chart, given: str, to: str) -> None:
    """Show a chart in a format, or write it into a file whose name tells the format."""
    output = context.output
    how = _format(context, given, to)
    if to:
        _write(context, _text(chart, how, output), to)
    elif how == JSON:
        output.document(_document(chart))
    elif output.is_terminal and how in {"", TEXT}:
        _show(output, chart)
    elif how:
        output.source(_text(chart, how, output))
    else:
        output.table((), chart.rows)


def _show(output: Output, chart: Chart) -> None:
    output.line(chart.title, style="bold")
    output.line(chart.of)
    output.line()
    draw(output, chart)
    for note in chart.notes:
        output.line(note)


def _format(context: AppContext, given: str, to: str) -> str:
    """Return the format that is meant; nothing where it is what the reader needs."""
    if given and given not in FORMATS:
        known = ", ".join(f"`{one}`" for one in FORMATS)
        raise UsageError(f"`{clean(given, limit=40)}` is no format", hint=f"they are {known}")
    if to:
        ending = Path(to).suffix.lstrip(".").lower()
        return given or (ending if ending in FORMATS else TEXT)
    if context.as_json and given not in {"", JSON}:
        raise UsageError("--json is a format already", hint=f"leave out --format {given}")
    return JSON if context.as_json else given


def _text(chart: Chart, how: str, output: Output) -> str:
    if how == HTML:
        from salescli.charts_html import page

        return page(chart)
    if how == CSV:
        from salescli.domain.csv_text import written

        return written([chart.keys, *chart.rows])
    if how == JSON:
        return json.dumps(_document(chart), indent=2) + "\n"
    lines = [chart.title, chart.of, "", *_drawn(chart, output), *chart.notes]
    return "".join(f"{line}\n" for line in lines)


def _drawn(chart: Chart, output: Output) -> list[str]:
    width = min(output.width, WIDEST)
    return charts.drawn(chart.drawing, width, ascii_only=output.is_ascii)


def _document(chart: Chart) -> dict[str, Any]:
    return {
        "chart": chart.name,
        "title": chart.title,
        "of": chart.of,
        "rows": [dict(zip(chart.keys, row, strict=True)) for row in chart.rows],
        "notes": list(chart.notes),
    }


def _write(context: AppContext, text: str, to: str) -> None:
    from salescli.services.plan_files import write

    output = context.output
    name = write(to, printable(text), is_rehearsal=context.dry_run)
    if output.as_json:
        output.document({"written": name})
    else:
        output.line(f"Wrote `{name}`")
