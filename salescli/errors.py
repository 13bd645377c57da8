"""Every refusal the program can give, and the exit code that goes with it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a finished process tells its caller; `docs/reference/exit-codes.md` explains each."""

    DONE = 0
    FAILURE = 1
    USAGE = 2
    NOT_FOUND = 3
    RULE = 4
    NOT_ALLOWED = 5
    CHANGED_MEANWHILE = 6
    UNREACHABLE = 7
    DECISION_NEEDED = 8
    PARTLY_DONE = 9
    INTERRUPTED = 130


class SalesError(Exception):
    """A refusal in the user's words: what happened, and with `hint` a way out."""

    code = ExitCode.FAILURE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(SalesError):
    """The words of a command, a setting or a definition file cannot be understood."""

    code = ExitCode.USAGE


class NotFoundError(SalesError):
    """No record, stage, result or process carries that name."""

    code = ExitCode.NOT_FOUND


class RuleError(SalesError):
    """A rule of the sale forbids it."""

    code = ExitCode.RULE


OPEN_TO_WRITE = "leave the board, and open it without --read-only"
"""The way out where the store is open only to be read."""


class ChangedMeanwhileError(SalesError):
    """Somebody else changed the record since it was read.

    `kept` is a command that gives once more what was typed, so that nothing of it is lost.
    """

    code = ExitCode.CHANGED_MEANWHILE

    def __init__(self, message: str, *, hint: str = "", kept: str = "") -> None:
        super().__init__(message, hint=hint)
        self.kept = kept


class StoreError(SalesError):
    """The store is locked, full, damaged or newer than the program."""

    code = ExitCode.UNREACHABLE


DAMAGED = "`sales restore` puts a backup back; `sales doctor` tells what is wrong"
"""The way out of damage."""


class DamagedError(StoreError):
    """The store's file is not what the program has written; a backup can take its place."""


class DecisionNeededError(SalesError):
    """A person has to choose, and there is nobody to ask; `choices` are the possible answers."""

    code = ExitCode.DECISION_NEEDED

    def __init__(self, message: str, *, hint: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.choices = choices
