"""What each screen shows at each size, kept; and the pictures of the guides, made anew.

`SNAPSHOTS=write pytest tests/tui/test_pictures.py` keeps what the screens show now: look at the
difference before it is committed.
"""

import os
from pathlib import Path

import pytest

from salescli.tui.places import PLACES
from tests.shop import Shop
from tests.tui.harness import Driver, at_the_board

KEPT = Path(__file__).with_name("snapshots")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = [(40, 20), (80, 24), (160, 50)]
WRITES = os.environ.get("SNAPSHOTS") == "write"
SALE = "OPP-10"
"""A sale of the demo that stands in the middle of its process."""


@pytest.fixture
def demo(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The store of `sales demo`, with a quota; robin sits at the machine."""
    monkeypatch.setenv("LOGNAME", "robin")
    monkeypatch.setenv("SALES_ME", "robin")
    shop.do("demo", str(tmp_path / "demo"), me="robin")
    found = Shop(tmp_path / "demo", shop.clock, me="robin")
    found.do("plan", "set", "me", "2026-Q4", "90k")
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_screens_are_as_they_are_kept(demo: Shop, size: tuple[int, int]) -> None:
    """Every screen and a sale's page show what was looked at and found good."""
    shown: list[str] = []

    async def steps(board: Driver) -> None:
        for number, place in enumerate(PLACES, start=2):
            await board.press(f"f{number}")
            shown.append(f"{place}\n\n{board.text}")
        board.app.open_sale(SALE)
        await board.settle()
        shown.append(f"sale\n\n{board.text}")
        await board.press("enter")
        shown.append(f"question\n\n{board.text}")

    at_the_board(demo, steps, size)
    compare(KEPT / f"{size[0]}x{size[1]}.txt", f"\n{'=' * size[0]}\n".join(shown) + "\n")


@pytest.mark.parametrize(
    ("name", "key", "size"),
    [
        ("today-80x24", "f2", (80, 24)),
        ("pipeline-160x50", "f3", (160, 50)),
        ("sale-160x50", "", (160, 50)),
    ],
)
def test_the_pictures_of_the_guides(demo: Shop, name: str, key: str, size: tuple[int, int]) -> None:
    """A picture in the guides is what the board draws now."""
    drawn: list[str] = []

    async def steps(board: Driver) -> None:
        if key:
            await board.press(key)
        else:
            board.app.open_sale(SALE)
        await board.settle()
        drawn.append(board.app.export_screenshot(title="sales board"))

    at_the_board(demo, steps, size)
    compare(PICTURES / f"{name}.svg", drawn[0])


def compare(path: Path, text: str) -> None:
    """Compare with what is kept, or keep it."""
    if WRITES:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs; see {__name__}"
