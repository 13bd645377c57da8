"""`python -m bench`: measure the commands and print them beside their goals."""

import sys

from bench.commands import main

sys.exit(main(sys.argv[1:]))
