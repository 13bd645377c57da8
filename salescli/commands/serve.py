"""`sales serve`: the board in a browser."""

import sys
from typing import Annotated

import typer

MOST = 65_535


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one", min=0, max=MOST)] = 0,
    beyond_loopback: Annotated[
        bool,
        typer.Option("--beyond-loopback", help="Let other machines reach it, without encryption"),
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Let nothing on it change the store")
    ] = False,
) -> None:
    """Show the board in a browser, at an address that works once

    Example: sales serve

    It listens on this machine only. The first browser that opens the printed address is the only
    one that is let in; Ctrl-C ends it.
    """
    from salescli.errors import RuleError, UsageError
    from salescli.tui import browser

    if context.obj.dry_run:
        raise RuleError("There is nothing to rehearse", hint="leave out --dry-run")
    if host in browser.EVERY_ADDRESS:
        raise UsageError(
            f"`{host}` is no address that a browser could open",
            hint="give the one by which others reach this machine",
        )
    if host not in browser.LOOPBACK and not beyond_loopback:
        raise RuleError(
            f"`{host}` can be reached from other machines, and nothing is encrypted: who listens on"
            " the way sees your sales",
            hint="if you want that, add --beyond-loopback; better: ssh -L to this machine",
        )
    output = context.obj.output

    def say(address: str) -> None:
        if output.as_json:
            output.document({"address": address})
        else:
            output.line(f"Open {address}")
            output.line("It works once, for the first browser. Ctrl-C ends it.")
        # Whoever reads a pipe waits for the address, and the program goes on.
        sys.stdout.flush()

    browser.serve(context.obj.home, host, port, say, is_read_only=read_only)
