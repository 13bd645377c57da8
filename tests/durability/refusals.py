"""What every refusal of a store has to be: one sentence, a way out, exit code 7."""

from salescli.errors import ExitCode
from tests.shop import Answer


def assert_refused(answer: Answer, *words: str) -> None:
    """Assert that a command was refused in plain words that name `words`, and answered nothing."""
    assert (ExitCode.UNREACHABLE, "") == (answer.code, answer.out), answer
    sentence, blank, hint = answer.err.rstrip("\n").split("\n")
    assert sentence.startswith("error: "), answer
    assert "" == blank
    assert hint.startswith("hint: "), answer
    assert "Traceback" not in answer.err
    assert [] == [word for word in words if word not in answer.err], answer
