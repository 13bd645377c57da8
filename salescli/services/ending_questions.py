"""What a person is asked before a sale ends: what its ending needs, and what is not up to date."""

from collections.abc import Sequence
from typing import NamedTuple

from salescli.domain.process.spec import StageSpec
from salescli.services import references
from salescli.services.freshness import Stale, stale_fields
from salescli.services.sale import Sale
from salescli.services.standing import FieldView, field_views
from salescli.services.targets import find_stage
from salescli.store.unit_of_work import UnitOfWork


class Questions(NamedTuple):
    """What nobody has said yet of sales that are about to end.

    `fields` are asked for by name. `stale` is to be confirmed, or mended by filling `mendable`, the
    same fields of a single sale. `competitors` are who may have won, with their sides. `successor`
    is the name that the opportunity gets which takes the place of a rerouted one, unless another is
    given.
    """

    fields: tuple[FieldView, ...] = ()
    stale: tuple[Stale, ...] = ()
    mendable: tuple[FieldView, ...] = ()
    competitors: tuple[str, ...] = ()
    successor: str = ""

    def are_mended_by(self, assignments: Sequence[str]) -> bool:
        """Whether nothing is unset any more once it was gone through with these answers."""
        given = {one.partition("=")[0] for one in assignments}
        is_whole = all(field.value or field.name in given for field in self.mendable)
        return is_whole and len(self.mendable) == len(self.stale)


def before_ending(
    unit: UnitOfWork, typed: Sequence[str], ending: str, given: Sequence[str]
) -> Questions:
    """Return what to ask before sales end so; `given` are the fields that were said already.

    Of several sales only what each of them needs is asked for, once.
    """
    with unit.reading():
        targets = [references.target(unit, text) for text in dict.fromkeys(typed)]
        found = [
            _of_one(Sale(unit, target.run), ending, given)
            for target in targets
            if target.run is not None
        ]
    if len(targets) == 1 and found:
        return found[0]
    needed = {f.name: f for one in found for f in one.fields if f.is_required}
    stale = tuple(stale for one in found for stale in one.stale)
    return Questions(tuple(needed.values()), stale)


def _of_one(sale: Sale, ending: str, given: Sequence[str]) -> Questions:
    stage = find_stage(sale.newest.spec, ending)
    if not stage.ending or sale.stored.run.state != "running":
        return Questions()
    if sale.stored.opportunity is None:
        is_needed = stage.ending != "won" and "reason" not in given
        needed = ("reason",) if is_needed else ()
        return Questions(tuple(f for f in field_views(sale, needed, needed) if not f.value))
    fields = _fields(sale, stage, given)
    asks_winner = any(field.name == "competitor" for field in fields)
    is_named = not stage.carry or "name" in given
    stale = tuple(stale for stale in stale_fields(sale, stage) if stale.field not in given)
    return Questions(
        fields,
        stale,
        field_views(sale, tuple(one.field for one in stale), ()),
        tuple(sale.values.get("competitors") or ()) if asks_winner else (),
        "" if is_named else str(sale.values["name"]),
    )


def _fields(sale: Sale, stage: StageSpec, given: Sequence[str]) -> tuple[FieldView, ...]:
    """Return the fields of an ending that are empty; what is to be fresh is asked about as such."""
    views = field_views(sale, stage.fields, stage.required)
    return tuple(
        view
        for view in views
        if not view.value
        and view.name not in given
        and (view.is_required or view.name not in stage.fresh)
    )
