"""What people call the thing that a reference means, for the title of a question about it."""

from salescli.services import notes, references
from salescli.services.sale import Sale
from salescli.services.standing import describe
from salescli.services.targets import has_ended
from salescli.store import activities
from salescli.store.unit_of_work import UnitOfWork


def of(unit: UnitOfWork, reference: str) -> str:
    """Return the name of a sale, an account, a contact or a lead, with its handle."""
    with unit.reading():
        target = references.target(unit, reference)
        name = notes.called(unit, target)[0].replace("`", "")
        if target.run is None or target.opportunity is not None:
            return name
        return f"{name} {describe(Sale(unit, target.run)).title}"


def open_thing(unit: UnitOfWork, reference: str) -> str:
    """Return the activity or the open step that is meant, and whom it is about.

    Raises:
        RuleError: a sale is meant that has ended.
    """
    with unit.reading():
        target = references.target(unit, reference)
        standing = describe(Sale(unit, target.run)) if target.run is not None else None
        if target.activity is not None:
            activity = activities.load(unit.connection, target.activity)
            return f"{activity.name} · {standing.title if standing else activity.about}"
        if standing is None:
            return reference
        if standing.state != "running":
            raise has_ended(standing.reference)
        return f"{standing.step.name} · {standing.title}" if standing.step else standing.title
