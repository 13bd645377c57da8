"""Whole sales through the command line, for tests that need one to look at."""

from tests.shop import Shop

WHOLE_SALE: dict[str, tuple[tuple[str, ...], ...]] = {
    "interest-verification": (
        ("done", "RUN-1", "meet", "--at", "tue 10"),
        ("continue", "RUN-1", "--set", "account=Acme", "--set", "amount=5000"),
    ),
    "qualification": (),
    "needs-analysis": (
        ("done", "OPP-1", "collected"),
        ("done", "OPP-1", "presentation-agreed"),
        ("continue", "OPP-1", "--set", "meeting_at=wed 10"),
    ),
    "presentation": (
        ("done", "OPP-1", "prepared"),
        ("done", "ACT-2"),
        (
            *("continue", "OPP-1", "--set", "stakeholders=Mia Ray"),
            *("--set", "new_influential_contacts=yes", "--set", "offers=Pump"),
        ),
    ),
    "decision-makers": (("continue", "OPP-1", "--set", "stakeholders=Tom Fox"),),
    "proposal": (
        ("done", "OPP-1", "prepared"),
        ("continue", "OPP-1", "--set", "tactics=Begin with the need"),
        ("done", "OPP-1", "wants-to-discuss"),
    ),
    "negotiations": (
        ("continue", "OPP-1", "--set", "tactics=Give nothing for nothing"),
        ("done", "OPP-1", "no"),
        ("done", "OPP-1", "agreed"),
    ),
    "contracting": (
        ("done", "OPP-1", "prepared"),
        ("done", "OPP-1", "sent"),
        ("done", "OPP-1", "signed"),
    ),
}
"""Stage -> the commands that do its steps, as the source tells them; ACT-2 is the presentation."""


def sell(shop: Shop, until: str = "") -> None:
    """Drive RUN-1 stage by stage, as far as the end of the stage `until`, or until it is won."""
    shop.do("run-process", "corporate-sale")
    for stage, commands in WHOLE_SALE.items():
        if stage != "interest-verification":
            shop.do("stage", "OPP-1", stage)
        for command in commands:
            shop.clock.advance(minutes=5)
            shop.do(*command)
        if stage == until:
            return
    shop.do("close", "OPP-1", "won")
