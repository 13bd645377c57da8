"""What `sales undo` takes for an order to undo something, and what it refuses."""

import pytest

from salescli.errors import ExitCode
from tests.shop import Shop


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_text_undoes_nothing(shop: Shop, empty: str) -> None:
    """A variable that is not set is a slip, and no order to take the last change back."""
    shop.do("account", "add", "Weg")
    before = shop.dump()
    answer = shop.run("undo", empty)
    assert (ExitCode.USAGE, "") == (answer.code, answer.out)
    assert "leave it out: `sales undo`" in answer.err
    assert before == shop.dump()


def test_fewer_changes_than_asked_for_are_counted(shop: Shop) -> None:
    """All that there are go back, and the command says how many that were."""
    shop.do("user", "add", "bo")
    before = shop.dump()
    shop.do("account", "add", "Weg", me="bo")
    shop.do("account", "add", "Acme", me="bo")
    assert "note: You had only 2 changes to undo\n" == shop.do("undo", "999", me="bo").err
    assert before == shop.dump()
    shop.do("account", "add", "Weg", me="bo")
    assert "note: You had only 1 change to undo\n" == shop.do("undo", "2", me="bo").err
    shop.do("account", "add", "Weg", me="bo")
    assert "" == shop.do("undo", "1", me="bo").err


@pytest.mark.parametrize("is_used", [False, True], ids=["a new store", "a used store"])
def test_the_first_use_is_refused_for_good(shop: Shop, is_used: bool) -> None:
    """What made the store is nobody's change; no later one stands in the way of undoing it."""
    if is_used:
        shop.do("run-process", "corporate-sale")
    before = shop.dump()
    answer = shop.run("undo", "CS-1")
    assert ExitCode.RULE == answer.code
    assert "`CS-1` made the store, and cannot be undone" in answer.err
    assert "later" not in answer.err
    assert before == shop.dump()
