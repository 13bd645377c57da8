"""The names of all commands, the module that holds each, and its line in the help."""

from collections.abc import Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """Where a command lives and what the help says of it."""

    module: str
    attribute: str
    help: str
    panel: str


EPILOG = (
    "Every command also takes --json, --dry-run, --no-input, -q/--quiet, --no-color, --energy and"
    " --home DIR."
)

MOST = 1_000_000_000
"""No number of entries or of a version that is given is larger."""

_SALE, _DAY, _RECORDS, _TEAM = "A sale", "The day", "Records", "Team, process and store"

COMMANDS = {
    "run-process": Entry("run_process", "run_process", "Start or resume a guided process", _SALE),
    "done": Entry("daily", "done", "Complete a step or an activity with its result", _SALE),
    "continue": Entry("daily", "go_on", "Go on with a sale: fill its open form", _SALE),
    "stage": Entry("moves", "stage", "Move sales to a stage", _SALE),
    "close": Entry("moves", "close", "End sales: won, lost, rerouted, rejected", _SALE),
    "reopen": Entry("moves", "reopen", "Take a closed sale up again", _SALE),
    "assign": Entry("moves", "assign", "Give sales to another owner", _SALE),
    "batch": Entry("batch", "batch", "Do many changes from a file at once", _SALE),
    "hint": Entry("daily", "hint", "Show the hint of the open step", _SALE),
    "next": Entry("daily", "next_thing", "Show the one thing to do now", _DAY),
    "schedule": Entry("daily", "schedule", "Give an activity its time", _DAY),
    "postpone": Entry("daily", "postpone", "Put a step or an activity off", _DAY),
    "cancel": Entry("daily", "cancel", "Cancel a step or an activity", _DAY),
    "find": Entry("find", "find", "Find records by words anywhere in them", _DAY),
    "note": Entry("daily", "note", "Write a note on a record", _DAY),
    "undo": Entry("history", "undo", "Take the last change back", _DAY),
    "redo": Entry("history", "redo", "Do again what was undone last", _DAY),
    "log": Entry("history", "log", "Show who changed what", _DAY),
    "board": Entry("board", "board", "Open the interactive board", _DAY),
    "serve": Entry("serve", "serve", "Show the board in a browser", _DAY),
    "plan": Entry("plan", "app", "Set quotas, show performance", _DAY),
    "pipeline": Entry("pipeline", "pipeline", "Show the stages with count and sums", _DAY),
    "risk": Entry("risk", "risk", "List open sales that break a rule", _DAY),
    "stale": Entry("stale", "app", "List stale sales, or leave one alone for a while", _DAY),
    "opportunity": Entry("opportunity", "app", "List, show, add and edit opportunities", _RECORDS),
    "activity": Entry("activity", "app", "List, show, add and edit activities", _RECORDS),
    "account": Entry("account", "app", "List, show, add and edit accounts", _RECORDS),
    "contact": Entry("contact", "app", "List, show, add and edit contacts", _RECORDS),
    "lead": Entry("lead", "app", "List, show, add and edit leads", _RECORDS),
    "offer": Entry("offer", "app", "List, show, add and edit offers", _RECORDS),
    "view": Entry("view", "app", "Save lists under a name and run them", _RECORDS),
    "kb": Entry("kb", "app", "The knowledge base: documents that help to sell", _RECORDS),
    "user": Entry("user", "app", "List, show, add and edit users", _TEAM),
    "division": Entry("division", "app", "List, show, add, edit and remove divisions", _TEAM),
    "org": Entry("org", "app", "Show who reports to whom", _TEAM),
    "process": Entry("process", "app", "Show, change, check and publish processes", _TEAM),
    "config": Entry("config", "config", "Show or set a setting", _TEAM),
    "import": Entry("importing", "import_files", "Import CSV files or a Salesforce tree", _TEAM),
    "backup": Entry("backup", "backup", "Copy the store", _TEAM),
    "restore": Entry("backup", "restore", "Go back to a backup", _TEAM),
    "doctor": Entry("doctor", "doctor", "Check the store", _TEAM),
    "demo": Entry("demo", "demo", "Make a store with a made-up team to try things with", _TEAM),
    "completion": Entry(
        "completion", "completion", "Print the completion script of a shell", _TEAM
    ),
}
"""Every command, in the order of the help."""

NOUN_SPELLINGS = {
    "opp": "opportunity",
    "opportunities": "opportunity",
    "act": "activity",
    "activities": "activity",
    "acc": "account",
    "accounts": "account",
    "contacts": "contact",
    "leads": "lead",
    "offers": "offer",
    "users": "user",
    "divisions": "division",
    "processes": "process",
    "move-down": "continue",
}
"""Other spellings that are understood."""

READERS = frozenset(
    {
        *("hint", "next", "find", "log", "pipeline", "risk", "stale", "org tree"),
        *("completion", "demo", "board", "serve", "plan show", "plan chart"),
        *("opportunity list", "opportunity show", "opportunity history", "view list", "view run"),
        *("opportunity tactics", "opportunity stakeholder list", "opportunity competitor list"),
        *("opportunity attachments", "kb list", "kb show", "kb path", "kb suggest"),
        *(
            "opportunity condition list",
            "opportunity condition log",
            "opportunity line list",
            "activity participant list",
        ),
        *("activity list", "activity show", "activity results"),
        *("process list", "process show", "process check", "process diff"),
        "process log",
        *(
            f"{noun} {verb}"
            for noun in ("account", "contact", "lead", "offer", "user", "division")
            for verb in ("list", "show")
        ),
    }
)
"""The commands that only look; `tests/durability/test_kills.py` compares them with the tree."""


def is_reading(words: Sequence[str]) -> bool:
    """Whether the words of a line belong to a command that only looks, or ask for its help."""
    plain = [word for word in words if not word.startswith("-")]
    plain[:1] = [NOUN_SPELLINGS.get(word, word) for word in plain[:1]]
    names = {" ".join(plain[:length]) for length in range(1, 4)}
    return bool(names & READERS) or bool({"-h", "--help"} & {*words})
