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
    from salescli.cli import run, unwritten
    from salescli.streams import settle

    settle()
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        code = code or unwritten(error)
    os._exit(code)


if __name__ == "__main__":
    main()
