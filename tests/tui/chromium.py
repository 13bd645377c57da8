"""Chromium without a screen: opens pages, presses keys, reads the terminal that a page shows."""

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import ClientSession, ClientWebSocketResponse

DEADLINE = 60.0
"""Seconds after which whatever is waited for is given up."""

OPTIONS = (
    *("--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-breakpad"),
    *("--no-first-run", "--remote-debugging-port=0"),
)
LISTENS = re.compile(r"(\d+)\n(/devtools/browser/[\w-]+)")

LOOK = """
Object.defineProperty(Object.prototype, "terminal", {
    configurable: true,
    set(made) {
        Object.defineProperty(this, "terminal", {value: made, writable: true});
        window.shownTerminal = made;
    },
});
window.shownText = () => {
    const lines = window.shownTerminal?.buffer.active;
    return lines === undefined ? document.body?.innerText ?? "" : Array.from(
        {length: lines.length}, (_, row) => lines.getLine(row).translateToString(true)
    ).join("\\n");
};
window.whenShown = text => new Promise(resolve => {
    const look = () => window.shownText().includes(text) ? resolve() : setTimeout(look, 50);
    look();
});
"""
"""Keeps the terminal (xterm.js) that a page makes, so that its text can be read."""


class RefusedError(AssertionError):
    """What Chromium answered instead of doing what it was asked."""


class Chromium:
    """A running Chromium; `asked` are the addresses that its pages were let ask for something."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.asked: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def do(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Have a command of the DevTools protocol done, and return its result."""
        number = next(self._numbers)
        whose = {"sessionId": session} if session else {}
        await self.socket.send_json({"id": number, "method": method, "params": parameters, **whose})
        async with asyncio.timeout(DEADLINE):
            while (message := await self.socket.receive_json()).get("id") != number:
                self._note(message.get("method", ""), message.get("params", {}))
        if "error" in message:
            raise RefusedError(f"{method}: {message['error']}")
        return dict(message["result"])

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.asked[told["requestId"]] = told["request"]["url"]
        elif event == "Network.loadingFailed" and told.get("blockedReason"):
            self.asked.pop(told["requestId"], None)

    async def open(self, address: str) -> "Page":
        """Open an address in a window that shares no cookies with others."""
        own = await self.do("Target.createBrowserContext")
        target = await self.do("Target.createTarget", url="about:blank", **own)
        session = await self.do("Target.attachToTarget", flatten=True, **target)
        page = Page(self, session["sessionId"])
        await page.do("Page.enable")
        await page.do("Network.enable")
        await page.do("Page.addScriptToEvaluateOnNewDocument", source=LOOK)
        await page.do("Page.navigate", url=address)
        return page


class Page(NamedTuple):
    """A page that is open."""

    chromium: Chromium
    session: str

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have a command done for this page."""
        return await self.chromium.do(method, self.session, **parameters)

    async def value(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to; a promise is waited for."""
        found = await self.do(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise RefusedError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    async def text(self) -> str:
        """What the terminal of the page shows, or the page where it has none."""
        return str(await self.value("shownText()"))

    async def wait_for(self, text: str) -> None:
        """Wait until a text is shown."""
        try:
            await self.value(f"whenShown({json.dumps(text)})")
        except TimeoutError:
            raise AssertionError(f"{text} is not shown:\n{await self.text()}") from None

    async def press(self, key: str) -> None:
        """Press the key that types a character, as somebody does who has clicked into the page."""
        await self.value("shownTerminal.focus()")
        name = "Enter" if key == "\r" else key
        what = {"key": name, "windowsVirtualKeyCode": ord(key.upper())}
        await self.do("Input.dispatchKeyEvent", type="keyDown", text=key, **what)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **what)


@asynccontextmanager
async def chromium(home: Path) -> AsyncIterator[Chromium]:
    """Run Chromium with an empty profile under a folder; with its end nothing of it runs on."""
    with _process(home) as address:
        async with (
            ClientSession() as session,
            session.ws_connect(address, max_msg_size=0) as socket,
        ):
            running = Chromium(socket)
            yield running
            await running.do("Browser.close")


@contextmanager
def _process(home: Path) -> Iterator[str]:
    """Start Chromium, and tell where it listens; its processes are a group that ends with it."""
    profile = home / "profile"
    profile.mkdir()
    with (home / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            ["chromium", *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
    try:
        yield _address(process, profile / "DevToolsActivePort")
        process.wait(DEADLINE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(DEADLINE)


def _address(process: "subprocess.Popen[bytes]", told: Path) -> str:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        found = LISTENS.match(told.read_text()) if told.exists() else None
        if found:
            return f"ws://127.0.0.1:{found[1]}{found[2]}"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
    raise AssertionError((told.parent.parent / "stderr").read_text(errors="replace"))
