"""How the migration of running sales is shown: the sums, and each sale."""

from collections.abc import Sequence

from salescli.commands.shared import lists
from salescli.context import AppContext
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
    shown = ordered[:most] if most else ordered
    output.table(
        ("Sale", "", "Owner", "From", "To", "What", "Why"),
        [
            (
                line.sale,
                line.title,
                line.owner,
                f"{line.from_version} {line.from_stage} {line.from_step}".rstrip(),
                f"{line.to_version} {line.to_stage} {line.to_step}".rstrip(),
                line.outcome,
                line.why,
            )
            for line in shown
        ],
        titles=("Sale", ""),
    )
    if output.is_terminal:
        output.line(_sums(lines, is_done=is_done))
    if name and not is_done and any(line.is_change for line in lines) and output.is_terminal:
        output.line(f"Next: sales process migrate {name} --now")
    lists.tell_rest(len(shown), len(lines))


def _sums(lines: Sequence[Migration], *, is_done: bool) -> str:
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts(lines).items() if count)
    return f"{'Migrated' if is_done else 'Would be'}: {told}"
