"""`sales find`: records by words anywhere in them."""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli.commands.shared import completions
from salescli.commands.shared.catalog import MOST

if TYPE_CHECKING:
    from salescli.output import Output
    from salescli.services.finding import Hit, Hits

BEST = 20


def find(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="TEXT...", help="Words; the last may be a beginning")
    ],
    noun: Annotated[
        str,
        typer.Option(
            "--noun",
            metavar="NOUN",
            help="Only such as: account, note, competitor",
            autocompletion=completions.findable,
        ),
    ] = "",
    limit: Annotated[
        int,
        typer.Option("--limit", "-n", min=0, max=MOST, help="List so many of the best; 0 for all"),
    ] = BEST,
    everything: Annotated[bool, typer.Option("--all", "-a", help="List all, as -n 0 does")] = False,
) -> None:
    """Find records by words anywhere in them, the best first

    Examples: sales find acme pump; sales find "listen first" --noun opportunity

    Everything that people write is searched, of everybody and in closed sales too; upper case and
    accents make no difference. A name that nobody has is read as the nearest one.
    """
    from salescli.commands.shared import lists
    from salescli.services import finding

    found = finding.find(
        context.obj.unit,
        " ".join(words),
        noun=noun,
        limit=0 if everything else limit,
        announce=_announce,
    )
    output = context.obj.output
    if output.as_json:
        output.document(finding.as_document(found))
    else:
        _remark(found)
        _show(output, found)
    if found.is_ranked:
        lists.tell_rest(len(found.hits), found.total)
    else:
        _tell_many(found)


def _announce(rows: int) -> None:
    from salescli.diagnostics import warning

    warning(f"{rows:,} records are read for the first search; later ones are quick")


def _tell_many(found: "Hits") -> None:
    from salescli.diagnostics import warning

    warning(
        f"More than {found.total - 1:,} records have that, too many to rank: names are shown first;"
        " give another word, or `--noun`"
    )


def _remark(found: "Hits") -> None:
    """Tell in which way the hits are not what was asked for."""
    from salescli.diagnostics import warning

    for word, others in found.instead.items() if found.hits else ():
        named = " or ".join(f"`{other}`" for other in others)
        done = f"shown for {named}" if named else "it was left out"
        warning(f"Nothing has `{word}`; {done}")
    if found.hits and not found.has_all:
        warning("Nothing has all the words; what has some of them is shown")
    if found.is_cut:
        warning("The query has too many words; the first ones were looked for")


def _show(output: "Output", found: "Hits") -> None:
    if not output.is_terminal:
        output.table((), [_row(hit) for hit in found.hits])
    if not found.hits:
        _say_nothing(output, found)
    elif output.is_terminal:
        for hit in found.hits:
            _show_hit(output, hit)
        output.line()
        output.line(f"Next: {found.hits[0].next_command}")


def _show_hit(output: "Output", hit: "Hit") -> None:
    head = f"{hit.reference} "
    shift = len(head)
    spans = [(start + shift, end + shift) for start, end in hit.name.spans]
    output.marked(f"{head}{hit.name.text} · {hit.noun}", spans)
    for field, (text, marks) in hit.matches:
        label = f"  {field.replace('_', ' ')}: "
        shift = len(label)
        output.marked(label + text, [(start + shift, end + shift) for start, end in marks])


def _row(hit: "Hit") -> tuple[object, ...]:
    first = hit.matches[0] if hit.matches else None
    field, text = (first.field, first.excerpt.text) if first else ("", "")
    return hit.reference, hit.noun, hit.name.text, field, text, hit.next_command


def _say_nothing(output: "Output", found: "Hits") -> None:
    """Say that nothing was found; in a pipe, where rows are expected, on stderr."""
    sentence = f"Nothing has `{found.query}`"
    if output.is_terminal:
        output.line(f"{sentence}. Try fewer words, or the beginning of one.")
        return
    from salescli.diagnostics import warning

    warning(sentence)
