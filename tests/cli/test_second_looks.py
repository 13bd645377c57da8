"""What new users ran into: each rule was once broken."""

import pytest

from tests.shop import Shop, made_once


def test_starting_again_for_a_company_resumes_its_sale(shop: Shop) -> None:
    """P9: the start command repeated for a company goes on with the sale that has begun."""
    shop.do("run-process", "corporate-sale", "--account", "Kilo")
    shop.do("done", "RUN-1", "meet")
    again = shop.do("run-process", "corporate-sale", "--account", "kilo", "--json")
    assert again.document["sale"]["run"] == "RUN-1"
    another = shop.json("run-process", "corporate-sale", "--account", "Kilo", "--new")
    assert another["sale"]["run"] == "RUN-2"


def test_a_reference_given_twice_counts_once(shop: Shop) -> None:
    """A batch names each sale once, however often it is typed."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    shop.do("close", "OPP-1", "OPP-1", "lost", "--reason", "no budget")
    assert shop.json("opportunity", "show", "OPP-1")["stage"] == "closed-lost"


def test_a_copied_definition_is_the_published_one(shop: Shop, tmp_path: object) -> None:
    """`process show --source` gives the file byte for byte, so publishing it is refused."""
    from pathlib import Path

    file = Path(str(tmp_path)) / "copy.toml"
    file.write_text(shop.do("process", "show", "corporate-sale", "--source").out, encoding="utf-8")
    assert shop.run("process", "publish", str(file)).code == 4


def test_a_closed_sale_is_found_by_its_words(shop: Shop) -> None:
    """`reopen` is always given a closed sale, and people call it by its name."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    shop.do("close", "pumps", "lost", "--reason", "no budget")
    found = shop.json("reopen", "pumps", "--reason", "they call again", "--stage", "proposal")
    assert found["sale"]["state"] == "running"


def test_a_result_does_not_save_an_open_form_unseen(shop: Shop) -> None:
    """An answer meant for a later step is refused while a form waits, and changes nothing."""
    shop.do("opportunity", "add", "Pumps", "--stage", "negotiations", "--set", "tactics=slow")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    before = shop.dump()
    assert shop.run("done", "OPP-1", "yes").code == 8
    assert shop.dump() == before


def test_an_offer_named_in_a_form_keeps_its_line(shop: Shop) -> None:
    """Quantity and price that were typed once are not reset by naming the offer again."""
    shop.do("opportunity", "add", "Pumps", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("opportunity", "line", "add", "OPP-1", "Pump", "--quantity", "3", "--price", "1000")
    shop.do("continue", "OPP-1", "--set", "offers=Pump, Hose")
    lines = shop.json("opportunity", "show", "OPP-1")["lines"]
    assert [(line["name"], line["quantity"]) for line in lines] == [("Pump", 3), ("Hose", 1)]
    assert lines[0]["price"] == "1000.00"


def test_clearing_a_date_leaves_the_meeting_where_it_is(shop: Shop) -> None:
    """A meeting without a time would vanish from every list."""
    shop.do("run-process", "corporate-sale", "--account", "Kilo")
    shop.do("done", "RUN-1", "meet", "--at", "tue 10")
    before = shop.json("activity", "show", "ACT-2")["due"]
    shop.do("continue", "RUN-1", "--set", "meeting_at=")
    assert shop.json("activity", "show", "ACT-2")["due"] == before


@pytest.mark.parametrize("noun", ["account", "lead"])
def test_a_note_is_shown_with_its_record(shop: Shop, noun: str) -> None:
    """What was noted can be read where the command says so."""
    shop.do(noun, "add", "Kilo")
    reference = {"account": "ACC-1", "lead": "LEAD-1"}[noun]
    shop.do("note", reference, "They moved to Oslo")
    assert "They moved to Oslo" in shop.do(noun, "show", reference).out
    assert shop.json(noun, "show", reference)["notes"][0]["text"] == "They moved to Oslo"


def test_amounts_are_read_in_the_currency_of_the_record(shop: Shop) -> None:
    """An amount typed for a record in yen is yen, whatever new records get."""
    shop.do("opportunity", "add", "Pumps", "--amount", "500")
    unit = shop.unit
    with unit:
        unit.connection.execute("UPDATE opportunity SET currency = 'JPY', amount = 500000")
    shop.do("opportunity", "edit", "OPP-1", "--amount", "1000000")
    assert shop.json("opportunity", "show", "OPP-1")["amount"] == "1000000"


def test_open_activities_follow_their_sale_to_another_account(shop: Shop) -> None:
    """A call for a sale of another company would be made to the wrong one."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal", "--account", "Acme")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("opportunity", "edit", "OPP-1", "--account", "Globex")
    assert shop.json("activity", "show", "ACT-1")["account"] == "Globex"


def test_fields_given_with_a_stage_count_for_its_rules(shop: Shop) -> None:
    """P30: the stage field and the reason can be saved together, as on a page with both."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    shop.do("opportunity", "edit", "OPP-1", "--stage", "closed-lost", "--reason", "no budget")
    assert shop.json("opportunity", "show", "OPP-1")["stage"] == "closed-lost"


def test_what_a_process_keeps_in_step_is_not_edited_around_it(shop: Shop) -> None:
    """The time of a process's meeting is also the sale's; editing one alone is refused."""
    shop.do("run-process", "corporate-sale", "--account", "Kilo")
    before = shop.dump()
    assert shop.run("activity", "edit", "ACT-1", "--due", "wed 11").code == 4
    assert shop.dump() == before


def test_a_closed_activity_is_not_edited(shop: Shop) -> None:
    """What was done stays as it was done."""
    shop.do("activity", "add", "Send a card")
    shop.do("done", "ACT-1")
    assert shop.run("activity", "edit", "ACT-1", "--name", "Send two").code == 6


def test_the_owner_of_a_closed_sale_is_still_the_owner_when_it_is_reopened(shop: Shop) -> None:
    """A sale belongs to one user, wherever it is asked for."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("close", "OPP-1", "lost", "--reason", "no budget")
    shop.do("assign", "OPP-1", "bo")
    shop.do("reopen", "OPP-1", "--reason", "again")
    runs = shop.json("process", "log", "--all")
    assert [run["owner"] for run in runs] == ["bo"]


def test_an_opportunity_tells_its_open_step_and_the_next_command(shop: Shop) -> None:
    """P9: the page of an opportunity says where its process stands and how to go on."""
    shop.do("opportunity", "add", "Pumps", "--stage", "needs-analysis")
    assert (
        "sales run-process corporate-sale --opportunity OPP-1"
        in shop.do("opportunity", "show", "OPP-1").out
    )
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shown = shop.do("opportunity", "show", "OPP-1").out
    assert "ACT-1 Collect customer information" in shown
    assert "Next: sales done OPP-1" in shown


def test_an_unknown_stage_names_the_one_that_begins_so(shop: Shop) -> None:
    """A word cut short is refused, and the stage that it begins is named first."""
    shop.do("opportunity", "add", "Pumps")
    answer = shop.run("stage", "OPP-1", "prop")
    assert answer.code == 3
    assert "did you mean `proposal`?" in answer.err


def test_many_matches_are_counted(shop: Shop) -> None:
    """A refusal names five records and says how many others there are."""
    for number in range(7):
        shop.do("opportunity", "add", f"Pumps {number}", "--account", "Acme")
    answer = shop.run("stage", "acme", "proposal")
    assert answer.code == 8
    assert "and 2 more" in answer.err


def test_a_lead_keeps_its_person_however_its_sale_starts(shop: Shop) -> None:
    """P10: who asked first becomes the contact, also when the sale is started by hand."""
    shop.do("lead", "add", "Rose Hill", "--company", "Kilo", "--email", "rose@kilo.example")
    shop.do("run-process", "corporate-sale", "--lead", "LEAD-1")
    shop.do("stage", "RUN-1", "proposal")
    assert shop.json("contact", "show", "Rose Hill")["email"] == "rose@kilo.example"
    assert shop.json("opportunity", "show", "OPP-1")["contact"] == "Rose Hill"


def test_a_lead_whose_sale_ended_can_be_sold_to_anew(shop: Shop) -> None:
    """What was disqualified once is not closed for ever; `--new` says so."""
    shop.do("lead", "add", "Rose Hill", "--company", "Kilo")
    shop.do("run-process", "corporate-sale", "--lead", "LEAD-1")
    shop.do("close", "RUN-1", "lost", "--reason", "no budget")
    assert shop.run("run-process", "corporate-sale", "--lead", "LEAD-1").code == 4
    again = shop.json("run-process", "corporate-sale", "--lead", "LEAD-1", "--new")
    assert again["sale"]["run"] == "RUN-2"


def test_a_draft_outlives_the_records_that_it_names(shop: Shop) -> None:
    """A contact or a division that is taken back leaves its sale in working order."""
    shop.do("run-process", "corporate-sale", "--account", "Kilo")
    shop.do("contact", "add", "Mia Ray")
    shop.do("continue", "RUN-1", "--set", "contact=Mia Ray")
    shop.do("division", "add", "West")
    shop.do("continue", "RUN-1", "--set", "division=west")
    unit = shop.unit
    with unit:
        unit.connection.execute("DELETE FROM contact")
        unit.connection.execute("DELETE FROM division")
    shop.do("continue", "RUN-1")
    shop.do("stage", "RUN-1", "proposal")
    assert shop.json("opportunity", "show", "OPP-1")["contact"] == "Mia Ray"
    assert shop.json("opportunity", "show", "OPP-1")["division"] is None


def test_the_next_command_names_the_process_of_this_store(shop: Shop, tmp_path: object) -> None:
    """A team with a process of its own is never sent to the shipped one."""
    from pathlib import Path

    source = shop.do("process", "show", "corporate-sale", "--source").out
    file = Path(str(tmp_path)) / "team-sale.toml"
    own = source.replace('"corporate-sale"', '"team-sale"').replace('"Corporate sale"', '"Ours"')
    file.write_text(own, encoding="utf-8")
    shop.do("process", "publish", str(file))
    shop.do("config", "process", "team-sale")
    for words in (("next",), (), ("lead", "add", "Rose"), ("opportunity", "add", "Pumps")):
        assert "sales run-process team-sale" in shop.do(*words).out


def test_editing_a_line_changes_only_what_is_given(shop: Shop) -> None:
    """A new quantity leaves the price alone, and a new price the quantity."""
    shop.do("opportunity", "add", "Pumps")
    shop.do("opportunity", "line", "add", "OPP-1", "Pump", "--quantity", "3", "--price", "1000")
    shop.do("opportunity", "line", "edit", "OPP-1", "Pump", "--quantity", "4")
    shop.do("opportunity", "line", "edit", "OPP-1", "Pump", "--price", "900")
    (line,) = shop.json("opportunity", "show", "OPP-1")["lines"]
    assert (line["quantity"], line["price"]) == (4, "900.00")


def test_resuming_a_run_never_starts_another(shop: Shop) -> None:
    """P9: `--run` names something that runs; an opportunity without a run is refused."""
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    before = shop.dump()
    assert shop.run("run-process", "corporate-sale", "--run", "OPP-1").code == 4
    assert shop.dump() == before


def test_what_is_given_when_a_sale_is_resumed_counts(shop: Shop) -> None:
    """P44: an owner named on the start command is the owner, also of a sale that runs already."""
    shop.do("user", "add", "bo")
    shop.do("opportunity", "add", "Pumps", "--stage", "proposal")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1", "--owner", "bo")
    assert shop.json("opportunity", "show", "OPP-1")["owner"] == "bo"
    assert shop.json("activity", "show", "ACT-1")["owner"] == "bo"


def test_an_ending_reads_amounts_in_the_currency_of_its_sale(shop: Shop) -> None:
    """What was signed in yen is not read as euros because new records are in euros."""
    shop.do("opportunity", "add", "Pumps", "--stage", "contracting", "--amount", "500")
    unit = shop.unit
    with unit:
        unit.connection.execute("UPDATE opportunity SET currency = 'JPY', amount = 500000")
    shop.do("close", "OPP-1", "won", "--set", "amount=600000")
    assert shop.json("opportunity", "show", "OPP-1")["amount"] == "600000"


@made_once
def two_sales(shop: Shop) -> Shop:
    """A shop with two sales, of which the second was worked on last."""
    for name in ("Acme", "Kilo"):
        shop.do("opportunity", "add", f"{name} pumps", "--account", name, "--stage", "proposal")
        shop.do("run-process", "corporate-sale", "--opportunity", f"{name} pumps")
    shop.do("note", "acme", "They moved to Oslo")
    shop.do("done", "kilo", "prepared")
    return shop


def test_the_log_of_a_sale_has_its_changes_alone(two_sales: Shop) -> None:
    """`sales log REF` tells who changed this sale, with what hangs on it, and nothing else."""
    everything = [entry["reference"] for entry in two_sales.json("log", "-n", "50")]
    acme, kilo = ([e["reference"] for e in two_sales.json("log", n)] for n in ("acme", "kilo"))
    # The first five commands were: add and start Acme's, add and start Kilo's, the note.
    newest_first = everything[:6]
    assert acme == [newest_first[1], newest_first[4], newest_first[5]]
    assert kilo == [newest_first[0], newest_first[2], newest_first[3]]


def test_undo_of_a_sale_takes_its_last_change_back(two_sales: Shop) -> None:
    """`sales undo REF` leaves later changes of other sales alone."""
    kilo = two_sales.json("process", "log", "RUN-2")
    two_sales.do("undo", "acme")
    assert "notes" not in two_sales.json("opportunity", "show", "OPP-1")
    assert two_sales.json("process", "log", "RUN-2") == kilo
    two_sales.do("undo", "acme")
    assert two_sales.run("process", "log", "RUN-1").code == 3


def test_nothing_of_mine_to_undo_in_a_sale_is_said(two_sales: Shop) -> None:
    """Another user's changes of a sale are not taken back by a bare reference."""
    before = two_sales.dump()
    answer = two_sales.run("undo", "OPP-1", me="bo")
    assert (answer.code, answer.out) == (4, "")
    assert two_sales.dump() == before


def test_next_of_a_sale_is_its_own_next_thing(two_sales: Shop) -> None:
    """`sales next REF` answers for one sale: its activity, its form, or its choice."""
    assert two_sales.json("next", "acme")["reference"] == "ACT-1"
    found = two_sales.json("next", "kilo")
    assert (found["reference"], found["why"]) == ("OPP-2", "it waits for your answer")
    two_sales.do("close", "kilo", "lost", "--reason", "no budget")
    assert two_sales.run("next", "kilo").code == 4


def test_an_absurd_number_of_undos_is_refused(shop: Shop) -> None:
    """A number of thousands of digits is a slip of the hand, and no reason to fail."""
    assert shop.run("undo", "9" * 5000).code == 2


def test_a_process_that_is_not_published_is_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong `SALES_PROCESS` is a setting to mend, not a failure of the program."""
    monkeypatch.setenv("SALES_PROCESS", "nonsense")
    answer = shop.run("pipeline")
    assert (answer.code, answer.out) == (2, "")
    assert "sales process list" in answer.err
    assert shop.run("opportunity", "add", "Pumps").code == 2


def test_the_hint_of_a_closed_activity_is_that_of_its_own_step(
    shop: Shop, tmp_path: object
) -> None:
    """P27: the hint comes from the version that made the activity, whatever its name is now."""
    from pathlib import Path

    shop.do("opportunity", "add", "Pumps", "--stage", "needs-analysis")
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    before = shop.json("hint", "ACT-1")
    source = shop.do("process", "show", "corporate-sale", "--source").out
    file = Path(str(tmp_path)) / "changed.toml"
    file.write_text(source.replace("Collect customer information", "Ask"), encoding="utf-8")
    shop.do("process", "publish", str(file))
    shop.do("stage", "OPP-1", "proposal")
    assert shop.json("hint", "ACT-1") == before
