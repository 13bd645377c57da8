"""The log of records that are gone: found in the history by handle, name, login or slug (F47)."""

import pytest

from salescli.errors import ExitCode
from tests.changes import busy as busy  # noqa: PLC0414 - a fixture
from tests.changes import newest
from tests.changes import prepared_store as prepared_store  # noqa: PLC0414 - a fixture
from tests.shop import Shop


def log(shop: Shop, *words: str) -> list[str]:
    """Return the change sets that the log lists."""
    return [entry["reference"] for entry in shop.json("log", *words)]


@pytest.mark.parametrize(
    ("words", "references"),
    [
        (("account", "add", "Soylent"), ("ACC-{}", "soylent", "Soylent")),
        (("contact", "add", "Tom Fox"), ("CON-{}", "tom fox")),
        (("lead", "add", "Yan Yes"), ("LEAD-{}", "Yan Yes")),
        (("offer", "add", "Service contract"), ("OFF-{}", "Service contract")),
        (("opportunity", "add", "Wayne Tower"), ("OPP-{}", "Wayne Tower")),
        (("activity", "add", "Ring the bell"), ("ACT-{}",)),
        (("user", "add", "di"), ("di", "DI")),
        (("division", "add", "East Side"), ("east-side", "East Side")),
        (("run-process", "corporate-sale", "--account", "Wayne"), ("RUN-{}", "wayne")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_was_added_and_undone_has_a_log(
    busy: Shop, words: tuple[str, ...], references: tuple[str, ...]
) -> None:
    """F47: both change sets are listed, whichever way the record is named."""
    busy.do(*words)
    made = newest(busy)
    table = "process_run" if words[0] == "run-process" else words[0]
    columns = {row[1] for row in busy.rows(f'PRAGMA table_info("{table}")')}
    number = 0
    if "number" in columns:
        ((number,),) = busy.rows(f'SELECT max(number) FROM "{table}"')
    busy.do("undo")
    for reference in references:
        name = reference.format(number)
        assert [f"CS-{made + 1}", f"CS-{made}"] == log(busy, name), name
        assert [f"CS-{made + 1}", f"CS-{made}"] == log(busy, "--record", name)


def newest_run(shop: Shop) -> str:
    """Return the handle of the run that began last."""
    ((number,),) = shop.rows("SELECT max(number) FROM process_run")
    return f"RUN-{number}"


def test_the_details_of_what_is_gone_are_told(busy: Shop) -> None:
    """Each field is told as it was made and as it was taken away."""
    busy.do("division", "remove", "West")
    gone, made = busy.json("log", "west", "--details")
    assert [("deleted", {"old": "West", "new": None}), ("made", {"old": None, "new": "West"})] == [
        (change["operation"], change["fields"]["name"])
        for entry in (gone, made)
        for change in entry["changes"]
    ]


def test_a_sale_that_was_undone_has_all_its_changes(busy: Shop) -> None:
    """Its run and its opportunity lead to the same list: what was done, and what took it back."""
    first = newest(busy) + 1
    busy.do("run-process", "corporate-sale", "--account", "Wayne", "--result", "meet")
    run = newest_run(busy)
    busy.do("continue", run, "--set", "meeting_at=thu 10")
    busy.do("continue", run, "--set", "account=Wayne")
    ((number,),) = busy.rows("SELECT max(number) FROM opportunity")
    busy.do("activity", "add", "Ring the bell", "--opportunity", f"OPP-{number}")
    busy.do("undo", "4")
    listed = [f"CS-{n}" for n in range(newest(busy), first - 1, -1)]
    assert 8 == len(listed)
    assert listed == log(busy, run)
    assert listed == log(busy, f"OPP-{number}")
    assert listed == log(busy, "Wayne")


def test_a_run_that_was_undone_leaves_the_log_of_its_opportunity(busy: Shop) -> None:
    """The opportunity is still there: its run's log is only what the run did."""
    busy.do("run-process", "corporate-sale", "--opportunity", "OPP-3")
    made, run = newest(busy), newest_run(busy)
    busy.do("undo")
    assert [f"CS-{made + 1}", f"CS-{made}"] == log(busy, run)
    assert len(log(busy, "OPP-3")) > 2


def test_what_is_there_comes_first(busy: Shop) -> None:
    """A record that is there is meant by its name, not one that had it and is gone."""
    busy.do("account", "add", "Soylent")
    busy.do("undo")
    busy.do("account", "add", "Soylent")
    assert [f"CS-{newest(busy)}"] == log(busy, "Soylent")


def test_one_that_came_back_is_not_gone(busy: Shop) -> None:
    """Its log goes on."""
    busy.do("account", "add", "Soylent")
    made = newest(busy)
    busy.do("undo")
    busy.do("undo", f"CS-{made + 1}")
    busy.do("undo")
    assert [f"CS-{n}" for n in range(made + 3, made - 1, -1)] == log(busy, "Soylent")


def test_two_of_a_name_are_told_apart(busy: Shop) -> None:
    """Where several had a name, the handles are named; each has its log."""
    for _once in range(2):
        busy.do("offer", "add", "Service contract")
        busy.do("undo")
    answer = busy.run("log", "Service contract")
    assert ExitCode.DECISION_NEEDED == answer.code
    assert "`OFF-2` Service contract, `OFF-3` Service contract" in answer.err
    assert 2 == len(log(busy, "OFF-3"))


@pytest.mark.parametrize("reference", ["ACC-99", "RUN-99", "NOTE-9", "CS-99", "Nobody", "%", ""])
def test_what_never_was_is_not_found(busy: Shop, reference: str) -> None:
    """Nothing is guessed: the name has to be exact."""
    busy.do("account", "add", "Nobody else")
    busy.do("undo")
    answer = busy.run("log", f"--record={reference}" if reference else " ")
    assert (ExitCode.NOT_FOUND, "") == (answer.code, answer.out)


def test_a_removal_is_undone_by_the_name_of_what_is_gone(busy: Shop) -> None:
    """`sales undo west` brings the division back that I have removed."""
    before = busy.dump()
    busy.do("division", "remove", "West")
    busy.do("undo", "west")
    assert before["division"] == busy.dump()["division"]
