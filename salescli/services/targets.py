"""The sale that a reference means, and whether it can be worked on."""

from salescli.domain.process.spec import ProcessSpec, StageSpec
from salescli.domain.reference import handle
from salescli.domain.text import clean, nearest, slug
from salescli.errors import NotFoundError, RuleError
from salescli.services.references import Target
from salescli.services.sale import Sale
from salescli.services.sessions import setting
from salescli.store import records
from salescli.store.unit_of_work import UnitOfWork


def sale_of(unit: UnitOfWork, target: Target) -> Sale:
    """Return the sale of a target.

    Raises:
        RuleError: the opportunity is not guided by a process, or it is no sale at all.
    """
    if target.run is not None:
        return Sale(unit, target.run)
    if target.opportunity is not None:
        name = records.load(unit.connection, "opportunity", target.opportunity).reference
        process = setting(unit, "process")
        raise RuleError(
            f"`{name}` is not guided by a process yet",
            hint=f"start it: `sales run-process {process} --opportunity {name}`",
        )
    raise RuleError(
        "That is not a sale", hint="give an opportunity, a run or one of its activities"
    )


def require_running(sale: Sale) -> None:
    """Refuse a sale that has ended."""
    if sale.stored.run.state != "running":
        raise has_ended(reference_of(sale))


def has_ended(reference: str) -> RuleError:
    """Return the refusal of whatever only a running sale can do."""
    return RuleError(
        f"`{reference}` has ended",
        hint=f"take it up again with `sales reopen {reference} --reason ...`",
    )


def reference_of(sale: Sale) -> str:
    """Return the handle that people call a sale by: its opportunity's, or its run's."""
    if sale.stored.opportunity is None:
        return handle("run", sale.stored.number)
    return sale.fields.reference


def find_stage(spec: ProcessSpec, text: str) -> StageSpec:
    """Return the stage that an id, a name or one of its other names means.

    Raises:
        NotFoundError: the process has no such stage.
    """
    wanted = slug(text)
    for stage in spec.stages:
        if wanted in map(slug, stage.names):
            return stage
    raise NotFoundError(
        f"The `{spec.id}` process has no stage `{clean(text)}`",
        hint=nearest_hint(wanted, [stage.id for stage in spec.stages], "its stages are "),
    )


def nearest_hint(wanted: str, names: list[str], told: str) -> str:
    """Return the names that were probably meant, those that begin so first; and then all."""
    near = nearest(wanted, names)
    meant = "did you mean " + " or ".join(f"`{name}`" for name in near) + "? " if near else ""
    return meant + told + ", ".join(f"`{name}`" for name in names)
