"""The tabs on the page of a sale: their titles, and what is added to each and removed from it."""

from collections.abc import Sequence

TABS = {
    "details": ("Details", "Details"),
    "history": ("History", "History"),
    "people": ("Stakeholders", "Stakeh."),
    "offers": ("Offers", "Offers"),
    "rivals": ("Competitors", "Compet."),
    "activities": ("Activities", "Act."),
    "notes": ("Notes", "Notes"),
    "log": ("Log", "Log"),
}
"""The tabs with their titles, whole and shorter; the first letter of each is its key."""

SHORTEST = 3
"""Where there is little room, a title has so many letters."""

PARTS = {
    "people": ("stakeholder", "Stakeholder"),
    "offers": ("line", "Offer"),
    "rivals": ("competitor", "Competitor"),
    "activities": ("activity", "Activity"),
}
"""Tab -> what is added to it: a noun or a kind of part, and what it is called."""

REMOVABLE = {
    **{tab: PARTS[tab] for tab in ("people", "offers", "rivals")},
    "details": ("condition", "Condition"),
}
"""Tab -> the kind of part that is removed from it; on the others it is asked which."""

STAYS = "An activity stays; x cancels the one that is open"


def fitting(titles: Sequence[tuple[str, str]], width: int) -> tuple[list[str], bool]:
    """Return the longest titles of tabs that fit beside each other, and whether they stand close.

    `titles` are pairs, whole and shorter; where neither fits their first letters remain.
    """
    whole, shorter = [one for one, _ in titles], [one for _, one in titles]
    for shown, gap in ((whole, 2), (whole, 1), (shorter, 1)):
        if sum(len(one) + gap for one in shown) <= width:
            return shown, gap == 1
    return [one[:SHORTEST] for one in whole], True
