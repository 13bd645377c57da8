"""What the board needs until somebody sees it."""

import os
import subprocess
import sys

from tests.shop import MONDAY, Shop

LOOK = """
import asyncio, sys
from salescli.commands.shared.catalog import is_reading
from salescli.context import AppContext
from salescli.services import day
from salescli.tui.app import SalesBoard
from salescli.tui.desk import Desk

async def look():
    desk = Desk(AppContext())
    app = SalesBoard(desk, desk.look_ahead(day.read), (), is_reading)
    async with app.run_test(size=(80, 24)) as pilot:
        text = ""
        while "Quit" not in text or "Today (" not in text:
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            text = "\\n".join(strip.text for strip in strips)
        print(*sorted(sys.modules))
        app.exit(0)

asyncio.run(look())
"""
"""Draws the day and the keys of it, and tells what was loaded until then."""

PATIENCE = 120
"""Seconds after which the board is given up."""

FORMS = {"salescli.tui.flows.asking", "salescli.tui.widgets.form", "textual.widgets._text_area"}
"""What asks somebody, which nobody needs before a key is pressed."""


def test_today_is_drawn_before_any_form_is_loaded(team: Shop) -> None:
    """B56: the day and the line of its keys load none of what the keys lead to."""
    given = {"SALES_HOME": str(team.home), "SALES_NOW": MONDAY.isoformat(), "SALES_ME": "ana"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert 0 == done.returncode, done.stderr
    loaded = set(done.stdout.split())
    assert "salescli.tui.screens.today" in loaded
    assert loaded.isdisjoint(FORMS)
    assert not any(one.startswith("salescli.domain.process.engine") for one in loaded)
