"""`python -m bench`: measure what the program takes, and print it beside the goals."""

import sys

from bench.main import main

sys.exit(main(sys.argv[1:]))
