"""The order in which records that stand below one another can be made."""

from collections.abc import Collection, Sequence


def levels(
    names: Sequence[Collection[str]], above: Sequence[str]
) -> tuple[list[list[int]], list[int]]:
    """Return the places of the records level by level, from the top, and those in a circle.

    Args:
        names: what each record is called by.
        above: what each one calls the record above it; a name that none has is at the top.
    """
    place_of = {name: place for place, own in enumerate(names) for name in own}
    below: dict[int, list[int]] = {}
    level: list[int] = []
    for place, name in enumerate(above):
        if name in place_of:
            below.setdefault(place_of[name], []).append(place)
        else:
            level.append(place)
    ordered: list[list[int]] = []
    while level:
        ordered.append(level)
        level = [child for place in level for child in below.get(place, ())]
    reached = {place for level in ordered for place in level}
    return ordered, [place for place in range(len(names)) if place not in reached]
