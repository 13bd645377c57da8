"""`sales` and `python -m salescli`: run the command, flush, leave quickly."""

import gc
import os
import sys


def main() -> None:
    """Run one command and end the process.

    Collecting garbage during start-up costs more than it frees, and an orderly end of the
    interpreter would checkpoint the store, which the next writer does anyway.
    """
    gc.disable()
    from salescli.streams import settle

    settle()
    code = _board() if sys.argv[1:] == ["board"] else _command()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        code = code or _failed(error)
    os._exit(code)


def _command() -> int:
    from salescli.cli import run

    return run(sys.argv[1:])


def _board() -> int:
    """Open the board without the parser: to import it takes a third of what the board adds."""
    from salescli.commands.shared.opening import open_board
    from salescli.context import AppContext

    try:
        return open_board(AppContext())
    except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 - the last line before the user
        return _failed(failure)


def _failed(failure: BaseException) -> int:
    from salescli.cli import failed

    return failed(failure, sys.argv)


if __name__ == "__main__":
    main()
