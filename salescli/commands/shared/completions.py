"""What the shell may complete: handles, stages, results; read from the store, silent on trouble."""

from collections.abc import Callable, Iterable
from typing import Any

from salescli.context import AppContext
from salescli.errors import SalesError


def sales(incomplete: str) -> list[tuple[str, str]]:
    """Complete the handles of my open sales and activities."""
    return _completed("sales", incomplete)


def activities(incomplete: str) -> list[tuple[str, str]]:
    """Complete the handles of my open activities."""
    return _completed("activities", incomplete)


def stages(incomplete: str) -> list[tuple[str, str]]:
    """Complete the ids of the stages."""
    return _completed("stages", incomplete)


def sales_or_stages(incomplete: str) -> list[tuple[str, str]]:
    """Complete sales, and after them the stage that they go to."""
    return [*stages(incomplete), *sales(incomplete)]


def sales_or_endings(incomplete: str) -> list[tuple[str, str]]:
    """Complete sales, and after them the way they end."""
    words = [(word, f"End as {word}") for word in ENDINGS if word.startswith(incomplete)]
    return [*words, *sales(incomplete)]


def sales_or_users(incomplete: str) -> list[tuple[str, str]]:
    """Complete sales, and after them the login that gets them."""
    return [*records("user")(incomplete), *sales(incomplete)]


def results(ctx: Any, incomplete: str) -> list[tuple[str, str]]:
    """Complete the results of the sale or activity that was named."""
    return _completed("results", incomplete, ctx.params.get("reference") or "")


def processes(incomplete: str) -> list[tuple[str, str]]:
    """Complete the ids of the published processes."""
    return _completed("processes", incomplete)


def views(incomplete: str) -> list[tuple[str, str]]:
    """Complete the names of my saved views."""
    return _completed("views", incomplete)


def documents(incomplete: str) -> list[tuple[str, str]]:
    """Complete the handles of the documents of the knowledge base."""
    return _completed("documents", incomplete)


def rules(incomplete: str) -> list[tuple[str, str]]:
    """Complete the rules that `sales risk` checks."""
    from salescli.domain.risk import RULES

    return [(rule.name, rule.words) for rule in RULES if rule.name.startswith(incomplete)]


def charts(incomplete: str) -> list[tuple[str, str]]:
    """Complete the charts of `sales plan chart`."""
    from salescli.domain.charted import NAMES

    return [(name, "") for name in NAMES if name.startswith(incomplete)]


def findable(incomplete: str) -> list[tuple[str, str]]:
    """Complete the nouns that `sales find` can look for."""
    from salescli.services.finding import NOUNS

    return [(noun, "") for noun in NOUNS if noun.startswith(incomplete)]


def records(noun: str) -> Callable[[str], list[tuple[str, str]]]:
    """Return the completion of the records of one noun."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        return _completed("records", incomplete, noun)

    return complete


ENDINGS = ("won", "lost", "rerouted", "rejected")


def _completed(what: str, incomplete: str, *about: str) -> list[tuple[str, str]]:
    from salescli.services import completion

    try:
        found: Iterable[tuple[str, str]] = getattr(completion, what)(AppContext().unit, *about)
    except SalesError:
        return []
    folded = incomplete.casefold()
    return [(word, help_) for word, help_ in found if word.casefold().startswith(folded)]
