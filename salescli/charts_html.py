"""A chart as a page of HTML of its own: no script, nothing from elsewhere, the figures beside it.

The drawing is hidden from screen readers, which are given the table.
"""

from collections.abc import Sequence
from html import escape

from salescli.domain.charted import Bars, Chart, Curve, PlanBar

WIDE, HIGH = 1000, 300
"""The size of a curve's drawing in its own units; it is stretched to the page."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #59636e;
  --rule: #d1d9e0; --done: #0a58ca; --track: #eef1f4 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #12161c; --soft: #9aa4af;
  --rule: #3d444d; --done: #6ea8fe; --track: #232a33 } }
* { box-sizing: border-box; print-color-adjust: exact }
h1, p, .bars { overflow-wrap: anywhere }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 60rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif }
h1 { margin: 0; font-size: 1.5rem }
p { margin: 0 0 1.5rem; color: var(--soft) }
figure { margin: 0 0 2rem }
figcaption { margin-top: .75rem }
figcaption, .ends, .mark span { color: var(--soft); font-size: .875rem }
.bars { display: grid; grid-template-columns: minmax(0, auto) minmax(6rem, 1fr) minmax(0, auto);
  gap: .5rem .75rem; align-items: center }
.told { text-align: right; font-variant-numeric: tabular-nums }
.track { position: relative; display: flex; height: 1.25rem; background: var(--track) }
.tall { height: 2.5rem; margin: 2.5rem 0 2rem }
.done { background: var(--done) }
.expected { background: repeating-linear-gradient(135deg, var(--done) 0 4px, transparent 4px 9px) }
.mark { position: absolute; top: -.3rem; bottom: -.3rem; border-left: 3px solid var(--ink) }
.mark span { position: absolute; bottom: 100%; transform: translateX(-50%); white-space: nowrap }
.mark span.below { top: 100%; bottom: auto; transform: translateX(-100%) }
.key { display: inline-block; width: 1.5rem; height: .75rem; margin-right: .375rem }
.key.expected { margin-left: 1rem }
svg { display: block; overflow: visible; width: 100%; height: 18rem;
  border-left: 1px solid var(--rule); border-bottom: 1px solid var(--rule) }
polyline { fill: none; stroke: var(--done); stroke-width: 3; vector-effect: non-scaling-stroke }
.line { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 6 5 }
.ends { display: flex; justify-content: space-between }
.wide { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .375rem .5rem; border-bottom: 1px solid var(--rule); text-align: left }
tbody th { font-weight: inherit }
""".strip()

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: {of}</title>
<style>
{style}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{of}</p>
<figure aria-hidden="true">
{drawing}
</figure>
<div class="wide">
{table}
</div>
{notes}
</main>
</body>
</html>
"""

PLAN = """<div class="track tall">
<span class="done" style="width: {won}"></span>
<span class="expected" style="width: {weighted}"></span>
<span class="mark" style="left: {pace}"><span>where the pace should be</span></span>
<span class="mark" style="left: {quota}"><span class="below">quota</span></span>
</div>
<figcaption><span class="key done"></span>Won
<span class="key expected"></span>Weighted pipeline{beyond}</figcaption>"""

CURVE = """<div class="ends"><span>{highest}</span></div>
<svg viewBox="0 0 {wide} {high}" preserveAspectRatio="none">
<polyline class="line" points="{line}"/>
<polyline points="{done}"/>
</svg>
<div class="ends"><span>{first}</span><span>{last}</span></div>
<figcaption>Solid: {done_told}. Dashed: {line_told}.</figcaption>"""

BAR = """<span>{name}</span>
<span class="track"><span class="done" style="width: {share}"></span></span>
<span class="told">{told}</span>"""


def page(chart: Chart) -> str:
    """Return a chart as a page."""
    return PAGE.format(
        title=escape(chart.title),
        of=escape(chart.of),
        style=STYLE,
        drawing=_drawing(chart.drawing),
        table=_table(chart.heads, chart.told),
        notes="\n".join(f"<p>{escape(note)}</p>" for note in chart.notes),
    )


def _drawing(shown: Bars | PlanBar | Curve) -> str:
    if isinstance(shown, Bars):
        return _bars(shown)
    return _plan(shown) if isinstance(shown, PlanBar) else _curve(shown)


def _bars(shown: Bars) -> str:
    lines = [
        BAR.format(
            name=escape(one.name),
            share=_percent(one.value / shown.most),
            told=" · ".join(escape(text) for text in (one.told, one.beside) if text),
        )
        for one in shown.entries
    ]
    of = [f"<figcaption>Bars: {escape(shown.of.lower())}</figcaption>"] if shown.of else []
    return "\n".join(['<div class="bars">', *lines, "</div>", *of])


def _plan(shown: PlanBar) -> str:
    quota = shown.quota / shown.most
    return PLAN.format(
        won=_percent(shown.won / shown.most),
        weighted=_percent(shown.behind / shown.most),
        pace=_percent(shown.elapsed * quota),
        quota=_percent(quota),
        beyond=", more than there is room for" if shown.goes_beyond else "",
    )


def _curve(shown: Curve) -> str:
    most = max((*shown.done, *shown.line, 1))
    days = max(len(shown.line) - 1, 1)

    def points(sums: Sequence[int]) -> str:
        return " ".join(
            f"{day / days * WIDE:.1f},{HIGH - amount / most * HIGH:.1f}"
            for day, amount in enumerate(sums)
        )

    return CURVE.format(
        wide=WIDE,
        high=HIGH,
        highest=escape(shown.highest),
        line=points(shown.line),
        done=points(shown.done),
        first=escape(shown.first),
        last=escape(shown.last),
        done_told=escape(shown.done_told),
        line_told=escape(shown.line_told),
    )


def _percent(share: float) -> str:
    return f"{share:.2%}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    lines = "".join(f"<tr>{_cells(row)}</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>"


def _cells(row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in others)
    return f'<th scope="row">{escape(first)}</th>{cells}'
