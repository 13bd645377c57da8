"""The board in a browser: who is let in, and that it is the same board."""

import asyncio
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType

from tests.shop import Shop
from tests.tui.chromium import chromium

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d+)/\?token=(\S+)")
DEADLINE = 60


class Served(str):
    """The address that was printed, with its token."""

    @property
    def base(self) -> str:
        """The address without its token."""
        return self.partition("/?")[0]


@pytest.fixture
def served(team: Shop, request: pytest.FixtureRequest) -> Iterator[Served]:
    """`sales serve` on the team's store, with options or none; it is ended by its process id."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment = plain | {
        "SALES_HOME": str(team.home),
        "SALES_ME": "ana",
        "SALES_NOW": team.clock().isoformat(),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "salescli", "serve", *getattr(request, "param", ())],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    is_told = select.select([process.stdout], [], [], DEADLINE)[0]
    line = process.stdout.readline() if is_told else ""
    found = ADDRESS.search(line)
    assert found, line
    yield Served(found[0])
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=DEADLINE)


def asked(steps: Any) -> Any:
    """Run steps of a browser."""

    async def run() -> Any:
        # An address without a name is no site to a strict jar.
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
            return await asyncio.wait_for(steps(browser), DEADLINE)

    return asyncio.run(run())


def test_the_address_works_once(served: Served) -> None:
    """The token lets the first browser in and nobody after it; without it nothing is shown."""

    async def first(browser: ClientSession) -> list[int]:
        without = await status(browser, served.base)
        async with browser.get(served) as page:
            assert "token" not in str(page.url)
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
            script = await status(browser, f"{served.base}/static/js/textual.js")
            return [without, page.status, script]

    async def second(browser: ClientSession) -> list[int]:
        return [await status(browser, served), await status(browser, f"{served.base}/ws")]

    assert [403, 200, 200] == asked(first)
    assert [403, 403] == asked(second)


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_another_site_gets_nothing(served: Served, headers: dict[str, str]) -> None:
    """A page of another site, or a name that was bent to this machine, is refused."""

    async def steps(browser: ClientSession) -> list[int]:
        return [await status(browser, served, headers=headers), await status(browser, served)]

    assert [403, 200] == asked(steps)


def test_it_is_the_same_board(team: Shop, served: Served) -> None:
    """B28: what the browser is sent shows the day; a thing completed there is in the store."""

    async def steps(browser: ClientSession) -> None:
        await status(browser, served)
        async with browser.ws_connect(f"{served.base}/ws?width=100&height=30") as socket:
            await seen(socket, "Send the brochure")
            await socket.send_json(["stdin", "\r"])
            await seen(socket, "Completed")
            await socket.send_json(["stdin", "1"])
            await seen(socket, "What was said")
            await socket.send_json(["stdin", "\r"])
            await seen(socket, "Completed")

    asked(steps)
    assert [("done",)] == team.rows("SELECT state FROM activity WHERE name = 'Send the brochure'")


@pytest.mark.parametrize("served", [("--read-only",)], indirect=True)
def test_a_served_board_can_be_read_only(team: Shop, served: Served) -> None:
    """What the browser is sent says so, and its keys change nothing."""
    before = team.dump()

    async def steps(browser: ClientSession) -> None:
        await status(browser, served)
        async with browser.ws_connect(f"{served.base}/ws?width=100&height=30") as socket:
            await seen(socket, "Send the brochure")
            await socket.send_json(["stdin", "\r"])
            await seen(socket, "The board is read-only")

    asked(steps)
    assert before == team.dump()


def test_a_day_in_chromium(team: Shop, served: Served, tmp_path: Path) -> None:
    """B28: Chromium shows the board, completes a thing by its keys, and asks no other machine.

    A second browser, without the cookie of the first, is refused at the same address.
    """

    async def steps() -> None:
        async with chromium(tmp_path) as browser:
            page = await browser.open(served)
            await page.wait_for("Send the brochure")
            assert "token" not in await page.value("location.href")
            await page.press("\r")
            await page.wait_for("Completed")
            await page.press("1")
            await page.wait_for("What was said")
            await page.press("\r")
            await page.wait_for("Completed")
            second = await browser.open(served)
            await second.wait_for("This address has been used")
            places = {urlsplit(address).netloc for address in browser.asked.values()}
            assert {urlsplit(served).netloc} == places

    asyncio.run(steps())
    wanted = ("--all", "--where", "name = 'Send the brochure'")
    (activity,) = team.json("activity", "list", *wanted)
    assert "done" == activity["state"]


async def status(browser: ClientSession, address: str, **given: Any) -> int:
    """Return how a request is answered."""
    async with browser.get(address, **given) as response:
        return response.status


async def seen(socket: Any, text: str) -> None:
    """Wait until a text has been sent."""
    got = b""
    async for message in socket:
        if message.type == WSMsgType.BINARY:
            got += message.data
        if text.encode() in got:
            return
    pytest.fail(f"{text} was not sent")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_loopback_needs_a_word(team: Shop, host: str) -> None:
    """An address that others reach is refused with what it would mean."""
    answer = team.run("serve", "--host", host)
    assert answer.code in {2, 4}
    assert "hint" in answer.err
