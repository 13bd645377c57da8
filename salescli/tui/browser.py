"""The board in a browser: textual-serve on loopback, behind an address that is good for once."""

import os
import secrets
import shlex
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

from salescli.domain.text import clean
from salescli.errors import UsageError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - these are refused
"""Names that mean all addresses of a machine, and none that a browser could open."""
COOKIE = "sales"
TOKEN_BYTES = 24

REFUSED = (
    "This address has been used, or is not the one that `sales serve` printed.\n"
    "Stop `sales serve`, start it again, and open the new address.\n"
)


class Gate:
    """Lets in the browser that comes first with the token, and from then on nobody else."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self._hosts = hosts
        self._session = ""

    def answer_to(self, request: web.Request) -> web.StreamResponse | None:
        """Return what a request gets instead of an answer; None lets it through.

        The token is exchanged for a cookie, so that it stands in no history and works only once.
        """
        if request.host not in self._hosts or not self._is_from_here(request):
            return web.Response(status=403, text=REFUSED)
        known = request.cookies.get(COOKIE, "")
        if self._session and secrets.compare_digest(known, self._session):
            return None
        given = request.query.get("token", "")
        if self._session or not secrets.compare_digest(given, self.token):
            return web.Response(status=403, text=REFUSED)
        self._session = secrets.token_urlsafe(TOKEN_BYTES)
        response = web.HTTPFound("/")
        response.set_cookie(COOKIE, self._session, httponly=True, samesite="Strict", path="/")
        return response

    def _is_from_here(self, request: web.Request) -> bool:
        """Whether a page of this server asks; browsers say so, others need not."""
        origin = request.headers.get("Origin", "")
        return not origin or origin.split("://", 1)[-1] in self._hosts


class GatedServer(Server):
    """Serves the board to one browser."""

    def __init__(self, command: str, host: str, port: int, say: Callable[[str], None]) -> None:
        shown = f"[{host}]" if ":" in host else host
        super().__init__(
            command, host=host, port=port, title="sales", public_url=f"http://{shown}:{port}"
        )
        names = (shown, "localhost") if host in LOOPBACK else (shown,)
        self.gate = Gate(frozenset(f"{name}:{port}" for name in names))
        self._say = say

    @property
    def address(self) -> str:
        """The address to open, once."""
        return f"{self.public_url}/?token={self.gate.token}"

    def serve_on(self, ear: socket.socket) -> None:
        """Answer on a socket that listens already, until Ctrl-C."""
        web.run_app(self._make_app(), sock=ear, print=None, access_log=None)

    def initialize_logging(self) -> None:
        """Log nothing: an address with its token belongs on no disk."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard())
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say where the board is."""
        self._say(self.address)

    def _guard(self) -> Middleware:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            refusal = self.gate.answer_to(request)
            if refusal is not None:
                return refusal
            response = await handler(request)
            if not response.prepared:
                response.headers.update(self._headers())
            return response

        return guard

    def _headers(self) -> dict[str, str]:
        """Return what keeps the page from asking anybody but this server for anything."""
        stream = self.public_url.replace("http", "ws", 1)
        own = "'self' 'unsafe-inline'"
        return {
            "Content-Security-Policy": (
                f"default-src 'self'; script-src {own}; style-src {own}; img-src 'self' data:;"
                f" font-src 'self' data:; connect-src 'self' {stream}; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine; 0 is any free one.

    Raises:
        UsageError: the address is none of this machine, or somebody else listens on the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(
            f"Nothing can listen on `{clean(host)}`, port {port}: {error.strerror or error}",
            hint="leave out --host and --port to listen on a free port of this machine only",
        ) from None


def serve(
    home: Path, host: str, port: int, say: Callable[[str], None], *, is_read_only: bool = False
) -> None:
    """Serve the board of a store until Ctrl-C; `say` gets the address when it can be opened.

    Raises:
        UsageError: nothing can listen there.
    """
    os.environ["SALES_HOME"] = str(home)
    flags = ["--read-only"] if is_read_only else []
    command = shlex.join([sys.executable, "-m", "salescli", "board", *flags])
    with listening(host, port) as ear:
        server = GatedServer(command, host, ear.getsockname()[1], say)
        server.serve_on(ear)
