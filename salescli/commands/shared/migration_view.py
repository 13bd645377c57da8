"""How the migration of running sales is shown: the sums, and each sale."""

from collections import Counter
from collections.abc import Sequence

from salescli.commands.shared import lists
from salescli.context import AppContext
from salescli.domain.text import shell_word
from salescli.services.migration import Migration, counts

ORDER = ("refused", "restarted", "moved", "current")
"""What needs a look comes first."""


def show(
    context: AppContext,
    lines: Sequence[Migration],
    *,
    most: int,
    is_done: bool = False,
    name: str = "",
) -> None:
    """Show each sale with where it stands and where it goes; on a terminal at most so many."""
    output = context.output
    if output.as_json:
        output.document([line._asdict() for line in lines])
        return
    ordered = sorted(lines, key=lambda line: ORDER.index(line.outcome))
    if output.is_terminal and most and len(lines) > most:
        _show_groups(context, ordered)
        output.line("Each sale: `sales process migrate` with `-n 0`")
    else:
        _show_each(context, ordered[:most] if most else ordered)
        lists.tell_rest(min(len(lines), most or len(lines)), len(lines))
    if output.is_terminal:
        output.line(sums(lines, is_done=is_done))
    if name and not is_done and any(line.is_change for line in lines) and output.is_terminal:
        output.line(f"Next: sales process migrate {shell_word(name)} --now")


def _show_groups(context: AppContext, lines: Sequence[Migration]) -> None:
    """Show how many sales go from one place to another."""
    groups = Counter((_from(line), _to(line), line.outcome, line.why) for line in lines)
    context.output.table(
        ("Sales", "From", "To", "What", "Why"),
        [(count, *group) for group, count in groups.items()],
    )


def _show_each(context: AppContext, lines: Sequence[Migration]) -> None:
    context.output.table(
        ("Sale", "", "Owner", "From", "To", "What", "Why"),
        [
            (
                line.sale,
                line.title,
                line.owner,
                _from(line),
                _to(line),
                line.outcome,
                line.why,
            )
            for line in lines
        ],
        titles=("Sale", ""),
    )


def _from(line: Migration) -> str:
    return f"{line.from_version} {line.from_stage} {line.from_step}".rstrip()


def _to(line: Migration) -> str:
    return f"{line.to_version} {line.to_stage} {line.to_step}".rstrip()


def sums(lines: Sequence[Migration], *, is_done: bool) -> str:
    """Return how many sales there are of each outcome, in a sentence."""
    if all(line.outcome == "current" for line in lines):
        return "Every running sale has its newest version already"
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts(lines).items() if count)
    return f"{'Migrated' if is_done else 'Would be'}: {told}"
