"""The number that a manager asks for: count, sum and weighted sum of each stage."""

from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from salescli.services import process_texts
from tests.shop import Shop

SALES = (
    ("Pumps", "needs-analysis", "1000.00", 25, ""),
    ("Valves", "needs-analysis", "333.33", 25, ""),
    ("Pipes", "contracting", "80000", 90, ""),
    ("Tanks", "contracting", "10.01", 33, "33"),
    ("Old", "closed-won", "5000", 0, ""),
)
"""Name, stage, amount, the probability that counts (of the stage, or given), and the given one."""


def test_the_pipeline_sums_open_opportunities_by_stage(shop: Shop) -> None:
    """Expected revenue is amount x probability: the opportunity's own, else the stage's."""
    for name, stage, amount, _counts, given in SALES:
        own = ("--probability", given) if given else ()
        shop.do("opportunity", "add", name, "--stage", stage, "--amount", amount, *own)
    found = {entry["stage"]: entry for entry in shop.json("pipeline")["stages"]}
    for stage in ("needs-analysis", "contracting"):
        sales = [sale for sale in SALES if sale[1] == stage]
        shares = (Decimal(amount) * counts / 100 for _n, _s, amount, counts, _g in sales)
        expected = sum(shares, Decimal())
        assert found[stage]["count"] == len(sales)
        assert Decimal(found[stage]["amount"]) == sum(Decimal(sale[2]) for sale in sales)
        cents = expected.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        assert abs(Decimal(found[stage]["weighted"]) - cents) <= Decimal("0.01")
    assert found["proposal"]["count"] == 0


def test_closed_opportunities_are_in_no_pipeline(shop: Shop) -> None:
    """What is won is no pipeline any more."""
    shop.do("opportunity", "add", "Old", "--stage", "closed-won", "--amount", "5000")
    assert shop.json("pipeline")["totals"][0]["count"] == 0


def test_each_currency_has_its_own_sum(shop: Shop) -> None:
    """Amounts of different currencies are never added."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal", "--amount", "100")
    shop.do("opportunity", "add", "Pompes", "--stage", "proposal", "--amount", "100")
    connection = shop.unit
    with connection:
        connection.connection.execute("UPDATE opportunity SET currency = 'CHF' WHERE number = 2")
    totals = {entry["currency"]: entry["amount"] for entry in shop.json("pipeline")["totals"]}
    assert totals == {"EUR": "100.00", "CHF": "100.00"}


def test_mine_leaves_out_other_owners(shop: Shop) -> None:
    """`--mine` counts only the opportunities of the user who asks."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Pumps", "--amount", "100")
    shop.do("opportunity", "add", "Pipes", "--amount", "100", "--owner", "bo")
    assert shop.json("pipeline")["totals"][0]["count"] == 2
    assert shop.json("pipeline", "--mine")["totals"][0]["count"] == 1


def test_sales_of_every_process_are_in_the_pipeline(shop: Shop, tmp_path: Path) -> None:
    """B49: a stage that only another process has follows those of the usual one, while in use."""
    file = tmp_path / "renewal.toml"
    file.write_text(process_texts.skeleton("Renewal"), encoding="utf-8")
    shop.do("process", "add", str(file))
    usual = [entry["stage"] for entry in shop.json("pipeline")["stages"]]
    assert "first-talk" not in usual
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal", "--amount", "100")
    shop.do("run-process", "renewal", "--account", "Acme", "--result", "interested")
    shop.do("continue", "RUN-1", "--set", "amount=50")
    answer = shop.do("pipeline", "--json")
    document = answer.document
    assert [*usual, "first-talk"] == [entry["stage"] for entry in document["stages"]]
    assert ("50.00", 2) == (document["stages"][-1]["amount"], document["totals"][0]["count"])
    assert "" == answer.err


def test_a_divisions_sales_are_weighted_by_its_own_version(shop: Shop, tmp_path: Path) -> None:
    """B49, P113: the stage's probability is that of the version that the sale's owner goes by."""
    text = shop.do("process", "show", "corporate-sale", "--source").out
    file = tmp_path / "west.toml"
    assert "probability = 60" in text
    file.write_text(text.replace("probability = 60", "probability = 10"), encoding="utf-8")
    shop.do("user", "add", "ana")
    shop.do("division", "add", "West")
    shop.do("user", "add", "wes", "--division", "West")
    shop.do("process", "publish", str(file), "--division", "west")
    for owner, amount in (("ana", "1000"), ("wes", "100")):
        words = ("--amount", amount, "--owner", owner)
        shop.do("opportunity", "add", f"Sale of {owner}", "--stage", "proposal", *words)
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-2", me="wes")
    expected = {"": Decimal(1000) * 60 / 100 + Decimal(100) * 10 / 100, "ana": 600, "wes": 10}
    for me, weighted in expected.items():
        (total,) = shop.json("pipeline", *(["--mine"] if me else []), me=me)["totals"]
        assert weighted == Decimal(total["weighted"])
