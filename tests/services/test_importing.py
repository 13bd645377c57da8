"""Imports: what comes in, what is refused and why, and that a second run adds nothing."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.domain.fields import NOUNS
from salescli.domain.importing import ORDER
from salescli.errors import NotFoundError, SalesError, UsageError
from salescli.services import history
from salescli.services.importing import Imported, import_files, import_salesforce_tree
from salescli.store import records
from salescli.store.records import Record
from tests.rehearsal import SHIPPED
from tests.shop import Shop

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE_FILES = sorted(EXAMPLES.glob("*.csv"))
NAME_OF = {stage["id"]: stage["name"] for stage in SHIPPED["stage"]}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of rows, or of a text, and return its path."""

    def written(name: str, content: str | bytes | Sequence[Sequence[str]]) -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_bytes(content.encode())
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(content)
        return path

    return written


def named(shop: Shop, noun: str) -> dict[str, Record]:
    """Return every record of a noun by its name."""
    return {record.name: record for record in records.select(shop.unit.connection, noun)}


def reasons(imported: Imported) -> list[tuple[str, int, str]]:
    """Return file name, line and field of each problem."""
    return [(Path(p.file).name, p.line, p.field) for p in imported.problems]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, as Python's own reader sees them."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.realdata
def test_the_crm_data_set_of_maven_comes_in(shop: Shop, shared_data: Path) -> None:
    """Accounts, offers, agents and opportunities come in, each in the stage of its own name."""
    folder = shared_data / "maven-crm"
    paths = [folder / f"{n}.csv" for n in ("sales_pipeline", "accounts", "products", "sales_teams")]
    pipeline, accounts, products, teams = map(rows_of, paths)
    imported = import_files(shop.unit, paths)
    assert imported.problems == ()
    stages = Counter(row["deal_stage"] for row in pipeline)
    assert stages == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    found = dict(shop.rows("SELECT stage, count(*) FROM opportunity GROUP BY stage"))
    assert found == {
        "closed-won": stages["Won"],
        "closed-lost": stages["Lost"],
        "needs-analysis": stages["Engaging"],
        "interest-verification": stages["Prospecting"],
    }
    people = {row[name] for row in teams for name in ("sales_agent", "manager")}
    assert imported.added == {
        "division": len({row["regional_office"] for row in teams}),
        "user": len(people),
        "offer": len(products),
        "account": len(accounts),
        "opportunity": len(pipeline),
    }
    assert len(accounts) == 85
    worth = sum(Decimal(row["close_value"] or 0) for row in pipeline)
    assert imported.sums == {"USD": int(worth * 100)}
    closed = shop.rows("SELECT count(*) FROM opportunity WHERE closed_at IS NOT NULL")
    assert closed == [(stages["Won"] + stages["Lost"],)]


@pytest.mark.realdata
def test_an_opportunity_of_maven_is_complete(shop: Shop, shared_data: Path) -> None:
    """It has account and product as its name, its agent as owner, its days and its offer."""
    folder = shared_data / "maven-crm"
    import_files(shop.unit, sorted(folder.glob("[aps]*.csv")))
    found = shop.rows(
        "SELECT o.name, a.name, u.login, m.name, d.name, o.amount, o.currency, o.close_date,"
        " o.closed_at, o.created_at, f.name, l.quantity"
        " FROM opportunity o JOIN account a ON a.id = o.account_id"
        ' JOIN "user" u ON u.id = o.owner_id JOIN "user" m ON m.id = u.manager_id'
        " JOIN division d ON d.id = u.division_id"
        " JOIN opportunity_line l ON l.opportunity_id = o.id JOIN offer f ON f.id = l.offer_id"
        " WHERE o.external_id = 'maven:Z063OYW0'"
    )
    assert found == [
        (
            *("Isdom GTXPro", "Isdom", "darcel-schlecht", "Melvin Marxen", "Central"),
            *(451400, "USD", "2017-03-11"),
            *("2017-03-11 09:00:00.000000", "2016-10-25 09:00:00.000000", "GTX Pro", 1),
        )
    ]
    acme = named(shop, "account")["Acme Corporation"]
    assert (acme.values["annual_revenue"], acme.currency) == (1100_040_000_00, "USD")
    assert named(shop, "account")["Codehow"].values["parent"] == "Acme Corporation"


@pytest.mark.realdata
@pytest.mark.parametrize("source", ["maven-crm", "salesforce-tree"])
def test_a_second_run_adds_nothing_and_undo_takes_all_of_it_back(
    shop: Shop, shared_data: Path, source: str
) -> None:
    """The store is the same after the second run, and after `undo` it is as it was before."""

    def run() -> Imported:
        if source == "maven-crm":
            paths = sorted((shared_data / source).glob("[aps]*.csv"))
            return import_files(shop.unit, paths)
        return import_salesforce_tree(shop.unit, shared_data / source)

    before = shop.dump()
    run()
    first = shop.dump()
    again = run()
    assert (again.added, again.sums) == ({}, {})
    assert first == shop.dump()
    assert shop.rows("SELECT count(*) FROM change_set") == [(2,)]
    (undone,) = history.undo(shop.unit)
    assert (undone.kept, undone.failed) == ((), ())
    assert before == shop.dump()


@pytest.mark.realdata
def test_the_salesforce_tree_comes_in(shop: Shop, shared_data: Path) -> None:
    """Ten accounts, contacts and leads, nine opportunities, worth what the files say."""
    folder = shared_data / "salesforce-tree"
    content = {
        name: json.loads((folder / f"{name}.json").read_text("utf-8"))["records"]
        for name in ("Account", "Contact", "Lead", "Opportunity")
    }
    imported = import_salesforce_tree(shop.unit, folder)
    counts = {name.lower(): len(found) for name, found in content.items()}
    assert counts == {"account": 10, "contact": 10, "lead": 10, "opportunity": 9}
    assert imported.added == counts
    worth = sum(record["Amount"] for record in content["Opportunity"])
    assert worth == 1_760_000
    assert imported.sums == {"EUR": worth * 100}
    assert imported.problems == ()
    remarks = [(remark.file, remark.text) for remark in imported.remarks]
    assert ("Opportunity.json", "says 10 records and holds 9") in remarks
    assert ("Case.json", "left out 5 records of `Case`") in remarks


@pytest.mark.realdata
def test_records_of_the_tree_keep_what_they_refer_to(shop: Shop, shared_data: Path) -> None:
    """References become accounts; Perception Analysis is our stage of the decision makers."""
    import_salesforce_tree(shop.unit, shared_data / "salesforce-tree")
    sla = named(shop, "opportunity")["Express Logistics SLA"].values
    assert (sla["account"], sla["stage"]) == ("Express Logistics and Transport", "decision-makers")
    assert (sla["probability"], sla["close_date"].isoformat()) == (70, "2018-06-26")
    rose = named(shop, "contact")["Rose Gonzalez"].values
    assert (rose["account"], rose["mobile"]) == ("Edge Communications", "(512) 757-9340")
    edge = named(shop, "account")["Edge Communications"].values
    assert edge["street"] == "312 Constitution Place Austin, TX 78767 USA"
    assert edge["history"].startswith("Edge, founded in 1998")
    assert named(shop, "lead")["Bertha Boxer"].values["status"] == "Working - Contacted"


def test_the_examples_come_in_whole(shop: Shop) -> None:
    """Every row of our own data is imported: each working stage twice, each ending once."""
    imported = import_files(shop.unit, EXAMPLE_FILES)
    assert (imported.problems, imported.remarks) == ((), ())
    counts = {path.stem: len(rows_of(path)) for path in EXAMPLE_FILES}
    assert counts == {"accounts": 12, "contacts": 15, "leads": 10, "opportunities": 20}
    assert {noun: imported.added[noun] for noun in ("account", "contact", "lead")} == {
        noun: counts[f"{noun}s"] for noun in ("account", "contact", "lead")
    }
    found = Counter(row[0] for row in shop.rows("SELECT stage FROM opportunity"))
    found["needs-analysis"] -= 1  # of the lead that awaits a sale
    endings = {stage["id"] for stage in SHIPPED["stage"] if "ending" in stage}
    assert found == {stage: 1 if stage in endings else 2 for stage in NAME_OF}


def test_our_own_tree_comes_in_whole(shop: Shop) -> None:
    """The example in the form of `sf data export tree` names a parent and has odd cents."""
    imported = import_salesforce_tree(shop.unit, EXAMPLES / "salesforce-tree")
    assert (imported.problems, imported.remarks) == ((), ())
    assert imported.added == {"account": 4, "contact": 5, "lead": 3, "opportunity": 10}
    assert imported.sums == {"EUR": 643_500_50}
    shipyard = named(shop, "account")["Bay & Harbour Shipyard"].values
    assert shipyard["parent"] == "Bay & Harbour Ferries plc"


def test_the_examples_can_be_imported_twice_and_undone(shop: Shop) -> None:
    """A plain clone shows it: a second run adds nothing, undo takes the sale of the lead too."""
    before = shop.dump()
    import_files(shop.unit, EXAMPLE_FILES)
    first = shop.dump()
    assert import_files(shop.unit, EXAMPLE_FILES[::-1]).added == {}
    assert first == shop.dump()
    assert history.undo(shop.unit)[0].failed == ()
    assert before == shop.dump()


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        *(("Prospecting", "interest-verification"), ("Qualification", "qualification")),
        *(("Needs Analysis", "needs-analysis"), ("Value Proposition", "presentation")),
        ("Id. Decision Makers", "decision-makers"),
        ("Perception Analysis", "decision-makers"),
        ("Proposal/Price Quote", "proposal"),
        ("Negotiation/Review", "negotiations"),
        *(("Closed Won", "closed-won"), ("Closed Lost", "closed-lost"), ("won", "closed-won")),
        *(("Engaging", "needs-analysis"), ("contracting", "contracting")),
        ("PROPOSAL SUBMISSION", "proposal"),
        ("", "interest-verification"),
    ],
)
def test_stage_names_are_understood(shop: Shop, write: Write, theirs: str, ours: str) -> None:
    """Our names, their aliases, and those of Salesforce and Maven; no name is the first stage."""
    path = write("sales.csv", [("name", "stage", "close date"), ("Pumps", theirs, "2026-02-03")])
    assert import_files(shop.unit, [path]).problems == ()
    assert named(shop, "opportunity")["Pumps"].values["stage"] == ours


@pytest.mark.parametrize(
    ("column", "text", "field", "reason"),
    [
        ("stage", "Nedds", "stage", "no stage `Nedds`"),
        ("amount", "many", "amount", "not an amount"),
        ("amount", "-5", "amount", "negative"),
        ("amount", "10 CHF", "amount", "another currency"),
        ("probability", "101", "probability", "more than 100"),
        ("close date", "3/4/2027", "close_date", "two days"),
        ("close date", "2027-02-30", "close_date", ""),
        ("close date", "tomorrow", "close_date", "no date with a year"),
        ("close date", "0099-01-01", "close_date", "year 99"),
        ("currency", "XXX", "currency", "not an ISO 4217"),
        ("owner", "!!!", "owner", "neither letters nor digits"),
        ("need", "x" * 10_001, "need", "more than 10,000 characters"),
        ("name", "", "name", "is missing"),
        ("AccountId", "0010S00000C1t21QAB", "account_id", "there is no account"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed(
    shop: Shop, write: Write, column: str, text: str, field: str, reason: str
) -> None:
    """It is skipped whole, with its line, the field and the reason; all others come in."""
    name = "opportunity name" if column == "name" else "name"
    header = [name, "stage", "type"] if column == "stage" else [name, "stage", column]
    bad = ["Valves", text, ""] if column == "stage" else ["Valves", "proposal", text]
    if column == "name":
        header, bad = ["name", "stage", "source"], ["", "proposal", ""]
    path = write("sales.csv", [header, ["Pumps", "", ""], bad, ["Pipes", "", ""]])
    imported = import_files(shop.unit, [path])
    assert reasons(imported) == [("sales.csv", 3, field)]
    assert reason in imported.problems[0].reason
    assert imported.skipped == {"opportunity": 1}
    assert set(named(shop, "opportunity")) == {"Pumps", "Pipes"}


def test_everything_that_is_wrong_with_a_row_is_named(shop: Shop, write: Write) -> None:
    """A row with two mistakes is told once for each, and counted once."""
    path = write("s.csv", [("name", "stage", "amount"), ("Pumps", "Nedds", "many")])
    imported = import_files(shop.unit, [path])
    assert reasons(imported) == [("s.csv", 2, "stage"), ("s.csv", 2, "amount")]
    assert imported.skipped == {"opportunity": 1}


def test_a_mended_file_adds_only_what_was_missing(shop: Shop, write: Write) -> None:
    """After the mistake is mended, the same file is imported once more."""
    header = ("name", "stage")
    import_files(shop.unit, [write("s.csv", [header, ("Pumps", "proposal"), ("Pipes", "Nedds")])])
    again = write("s.csv", [header, ("Pumps", "proposal"), ("Pipes", "Needs analysis")])
    imported = import_files(shop.unit, [again])
    assert (imported.added, imported.known) == ({"opportunity": 1}, {"opportunity": 1})


@pytest.mark.parametrize("cells", [["Pumps"], ["Pumps", "proposal", "1", "2"]])
def test_a_ragged_row_is_named(shop: Shop, write: Write, cells: list[str]) -> None:
    """A row with more or fewer cells than the header is shifted somewhere: it is not guessed at."""
    path = write("s.csv", [("name", "stage", "amount"), cells, ("Pipes", "", "")])
    imported = import_files(shop.unit, [path])
    told = f"has {len(cells)} cells where the header has 3"
    assert [(p.line, p.field, p.reason) for p in imported.problems] == [(2, "", told)]
    assert imported.added == {"opportunity": 1}


def test_the_same_record_twice_in_a_file_is_named(shop: Shop, write: Write) -> None:
    """The second one does not come in, and is not passed over in silence."""
    path = write("a.csv", [("account name", "phone"), ("Acme Ltd", "1"), ("ACME  ltd", "2")])
    imported = import_files(shop.unit, [path], "account")
    assert imported.added == {"account": 1}
    assert [(p.line, p.reason) for p in imported.problems] == [
        (3, "an earlier line is the same record")
    ]


def test_what_is_there_already_is_left_as_it_is(shop: Shop, write: Write) -> None:
    """An account of that name that somebody typed is known, and an import changes nothing of it."""
    shop.do("account", "add", "Acme Ltd", "--city", "Riga")
    before = shop.dump()
    path = write("a.csv", [("account name", "city"), ("acme ltd", "Oslo")])
    imported = import_files(shop.unit, [path])
    assert (imported.added, imported.known) == ({}, {"account": 1})
    assert before == shop.dump()


def test_a_record_that_was_renamed_since_is_known_again(shop: Shop, write: Write) -> None:
    """What has been imported keeps what it was known by, whatever people change of it."""
    accounts = write("a.csv", [("account name", "city"), ("Acme Ltd", "Riga")])
    sales = write("s.csv", [("name", "account", "stage"), ("Pumps", "Acme Ltd", "proposal")])
    import_files(shop.unit, [accounts, sales])
    shop.do("account", "edit", "ACC-1", "--name", "Acme AG")
    shop.do("opportunity", "edit", "OPP-1", "--name", "Better pumps", "--amount", "5")
    before = shop.dump()
    assert import_files(shop.unit, [accounts, sales]).added == {}
    assert before == shop.dump()
    more = write("t.csv", [("name", "account", "stage"), ("Valves", "Acme Ltd", "")])
    import_files(shop.unit, [more])
    assert named(shop, "opportunity")["Valves"].values["account"] == "Acme AG"


def test_named_records_that_are_missing_are_made(shop: Shop, write: Write) -> None:
    """An account, contact, owner, division or offer that a row names and nobody knows is made."""
    header = ("name", "account", "contact", "owner", "division", "offers", "stage")
    rows = [
        ("Pumps", "Acme Ltd", "Mia Ray", "Bo Lee", "West", "Pump; Hose", "proposal"),
        ("Pipes", "acme ltd", "mia ray", "bo-lee", "WEST", "hose", "proposal"),
    ]
    imported = import_files(shop.unit, [write("s.csv", [header, *rows])])
    made = {"division": 1, "user": 1, "offer": 2, "account": 1, "contact": 1}
    assert imported.made == made
    assert imported.added == made | {"opportunity": 2}
    pumps, pipes = (named(shop, "opportunity")[name].values for name in ("Pumps", "Pipes"))
    for field in ("account", "contact", "owner", "division"):
        assert pumps[field].key == pipes[field].key
    assert named(shop, "contact")["Mia Ray"].values["account"] == "Acme Ltd"
    lines = shop.rows(
        "SELECT o.name, f.name FROM opportunity_line l JOIN opportunity o ON o.id ="
        " l.opportunity_id JOIN offer f ON f.id = l.offer_id ORDER BY l.id"
    )
    assert lines == [("Pumps", "Pump"), ("Pumps", "Hose"), ("Pipes", "Hose")]


def test_nothing_is_made_for_a_row_that_is_skipped(shop: Shop, write: Write) -> None:
    """A row goes in with everything that it names, or not at all."""
    path = write("s.csv", [("name", "account", "stage"), ("Pumps", "Acme Ltd", "Nedds")])
    assert import_files(shop.unit, [path]).added == {}
    assert named(shop, "account") == {}


def test_records_belong_to_whoever_imports_them(shop: Shop, write: Write) -> None:
    """Without an owner in the file, or with `me`, the importer is the owner."""
    path = write(
        "s.csv",
        [("name", "owner", "stage"), ("Pumps", "", ""), ("Pipes", "me", ""), ("Tap", "bo", "")],
    )
    import_files(shop.unit, [path])
    owners = {name: record.values["owner"] for name, record in named(shop, "opportunity").items()}
    assert owners == {"Pumps": "ana", "Pipes": "ana", "Tap": "bo"}


def test_superiors_come_in_before_those_below_them(shop: Shop, write: Write) -> None:
    """The order of the lines does not matter, neither for parents of accounts nor for managers."""
    accounts = [("account name", "parent"), ("C", "B"), ("B", "A"), ("A", ""), ("D", "Elsewhere")]
    users = [
        ("name", "login", "manager"),
        ("Cy", "cy", "Bo"),
        ("Bo", "bo", "Di Dee"),
        ("Al", "al", ""),
    ]
    before = shop.dump()
    imported = import_files(shop.unit, [write("a.csv", accounts), write("u.csv", users)])
    assert imported.problems == ()
    assert imported.made == {"user": 1, "account": 1}
    found = named(shop, "account")
    assert [found[name].values["parent"] for name in "CBAD"] == ["B", "A", None, "Elsewhere"]
    managers = dict(
        shop.rows('SELECT u.login, m.login FROM "user" u LEFT JOIN "user" m ON m.id = u.manager_id')
    )
    assert managers == {"cy": "bo", "bo": "di-dee", "di-dee": None, "al": None, "ana": None}
    assert history.undo(shop.unit)[0].failed == ()
    assert before == shop.dump()


def test_accounts_in_a_circle_are_named(shop: Shop, write: Write) -> None:
    """Nobody stands above themselves, not even through others; those below them wait as well."""
    rows = [("account name", "parent"), ("A", "B"), ("B", "A"), ("C", "A"), ("D", "D"), ("E", "")]
    imported = import_files(shop.unit, [write("a.csv", rows)])
    assert reasons(imported) == [("a.csv", line, "parent") for line in (2, 3, 4, 5)]
    assert set(named(shop, "account")) == {"E"}


@pytest.mark.parametrize(
    ("close_date", "closed_at"),
    [
        ("2026-05-29", "2026-05-29 09:00:00.000000"),
        ("2027-05-29", "2026-11-23 09:00:00.000000"),
        ("", "2026-11-23 09:00:00.000000"),
    ],
)
def test_a_closed_opportunity_was_closed_on_its_close_date(
    shop: Shop, write: Write, close_date: str, closed_at: str
) -> None:
    """That is the day in the past that the file names, or else now; no process guides it."""
    header = ("name", "stage", "close_date", "created")
    path = write("s.csv", [header, ("Pumps", "Closed Won", close_date, "2026-08-01")])
    import_files(shop.unit, [path])
    found = shop.rows("SELECT closed_at, stage_since, created_at <= closed_at FROM opportunity")
    assert found == [(closed_at, closed_at, 1)]
    assert shop.rows("SELECT count(*) FROM process_run") == [(0,)]


def test_amounts_have_the_currency_of_their_row(shop: Shop, write: Write) -> None:
    """A column `currency` says it; without one it is the currency of new amounts."""
    header = ("name", "stage", "amount", "currency")
    rows = [("A", "", "1.250,50", ""), ("B", "", "$12.5k", "USD"), ("C", "", "1250", "JPY")]
    imported = import_files(shop.unit, [write("s.csv", [header, *rows])])
    assert imported.sums == {"EUR": 125050, "JPY": 1250, "USD": 1250000}


def test_an_import_is_one_change_set(shop: Shop, write: Write) -> None:
    """However many files there are, one undo takes all of it back."""
    import_files(shop.unit, EXAMPLE_FILES)
    assert shop.rows("SELECT count(*) FROM change_set WHERE command = 'test'") == [(1,)]


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"", UsageError, "is empty"),
        (b"\n\n", UsageError, "is empty"),
        ("name,stage\nMünchen,\n".encode("latin-1"), UsageError, "line 2 of"),
        ("name,stage\nPumps,\n".encode("utf-16"), UsageError, "UTF-16"),
        ("name,stage\nPumps,\n".encode("utf-16-le"), UsageError, "NUL bytes"),
        (b'name,stage\nPumps,\nPipes,"', UsageError, "line 3 of"),
        (b"a,b,c\n1,2,3\n", UsageError, "none of the columns"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(
    shop: Shop, write: Write, content: bytes, kind: type[SalesError], told: str
) -> None:
    """The refusal says what is wrong and nothing has come in, not even from the other files."""
    before = shop.dump()
    good = write("good.csv", "name,stage\nValves,\n")
    with pytest.raises(kind, match=told):
        import_files(shop.unit, [good, write("bad.csv", content)])
    assert before == shop.dump()


def test_files_that_cannot_be_opened_are_refused(shop: Shop, tmp_path: Path) -> None:
    """A missing file is not found; a folder is refused with the command that takes it."""
    with pytest.raises(NotFoundError):
        import_files(shop.unit, [tmp_path / "none.csv"])
    with pytest.raises(UsageError) as refused:
        import_files(shop.unit, [tmp_path])
    assert "salesforce-tree" in refused.value.hint
    with pytest.raises(UsageError):
        import_files(shop.unit, EXAMPLE_FILES, "deal")


def test_a_header_alone_adds_nothing(shop: Shop, write: Write) -> None:
    """A file without records is no mistake."""
    imported = import_files(shop.unit, [write("s.csv", "name,stage\n")])
    assert (imported.added, imported.problems) == ({}, ())
    assert shop.rows("SELECT count(*) FROM change_set") == [(1,)]


def test_a_byte_order_mark_and_semicolons_are_understood(shop: Shop, write: Write) -> None:
    """As a spreadsheet program writes CSV in many countries."""
    text = "\ufeffname;stage;amount\r\nBücher;Angebot;1\r\nHüte;Proposal;1.250,50\r\n"
    imported = import_files(shop.unit, [write("s.csv", text.encode())])
    assert reasons(imported) == [("s.csv", 2, "stage")]
    assert imported.sums == {"EUR": 125050}


def test_what_steers_a_terminal_does_not_come_in(shop: Shop, write: Write) -> None:
    """Control characters, NUL and turned-around text become a visible replacement character."""
    rows = [("account name", "phone"), ("Ac\x1b[31mme", "1\x00\u202e2"), ("\u009d0;t", "3")]
    import_files(shop.unit, [write("a.csv", rows)])
    found = {name: record.values["phone"] for name, record in named(shop, "account").items()}
    assert found == {"Ac\ufffd[31mme": "1\ufffd\ufffd2", "\ufffd0;t": "3"}


def test_formulas_come_back_as_they_were(shop: Shop, write: Write) -> None:
    """The apostrophe with which an export disarms a formula is taken away again."""
    rows = [("account name", "phone"), ("'=cmd|x", "'+49 30 1"), ("'tis Ltd", "5")]
    import_files(shop.unit, [write("a.csv", rows)])
    found = {name: record.values["phone"] for name, record in named(shop, "account").items()}
    assert found == {"=cmd|x": "+49 30 1", "'tis Ltd": "5"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noun=st.sampled_from(ORDER), text=st.text(st.characters(codec="utf-8")), tail=st.binary())
def test_no_file_makes_an_import_fail(
    shop: Shop, write: Write, noun: str, text: str, tail: bytes
) -> None:
    """Whatever stands below a header, it comes in, is listed, or the file is refused."""
    header = ("name", *(field.name for field in NOUNS[noun] if field.name != "name"))
    cells = [text, *(text for _ in header[1:])]
    path = write("any.csv", [header, cells, (*cells[:-1], ""), ("Acme", *("" for _ in header[1:]))])
    imported = import_files(shop.rehearsal, [path], noun)
    assert imported.added[noun] + imported.skipped.get(noun, 0) >= 1
    path.write_bytes(path.read_bytes() + tail)
    with suppress(UsageError):
        import_files(shop.rehearsal, [path], noun)


@pytest.mark.realdata
def test_the_big_list_of_naughty_strings_comes_in(
    shop: Shop, write: Write, shared_data: Path
) -> None:
    """Each string is an account, or it is listed: as a double, or as no name at all."""
    path = shared_data / "csv-abuse" / "blns" / "blns.json"
    strings: list[str] = json.loads(path.read_text("utf-8"))
    rows = [("account name", "phone"), *((text, "x") for text in strings)]
    imported = import_files(shop.unit, [write("a.csv", rows)])
    assert imported.added["account"] + imported.skipped["account"] == len(strings)
    kinds = {problem.reason for problem in imported.problems}
    assert kinds <= {"is missing", "an earlier line is the same record"}
    for name in named(shop, "account"):
        assert not any(char in "\x1b\x9b\x07\x00\n\u202e\u2028" for char in name)
    assert import_files(shop.unit, [tmp := write("a.csv", rows)]).added == {}, tmp


def test_a_dry_run_tells_all_and_changes_nothing(shop: Shop) -> None:
    """It says what the import would do, and the store stays as it is."""
    before = shop.dump()
    told = import_files(shop.rehearsal, EXAMPLE_FILES)
    assert before == shop.dump()
    assert shop.rows("SELECT count(*) FROM change_set") == [(1,)]
    assert import_files(shop.unit, EXAMPLE_FILES) == told


LEAD = (("name", "company", "status", "need"), ("Zoe Zed", "Zed Co", "Awaiting sale", "Pumps"))


def test_a_lead_that_awaits_a_sale_starts_it(shop: Shop, write: Write) -> None:
    """P10: importing it starts one run, linked to the lead, with the opportunity made from it."""
    path = write("leads.csv", LEAD)
    imported = import_files(shop.unit, [path])
    assert any("Added opportunity `OPP-1` Zed Co" in sentence for sentence in imported.started)
    found = shop.rows(
        "SELECT l.name, o.name, o.stage, o.need, r.started_by FROM process_run r"
        " JOIN lead l ON l.id = r.lead_id JOIN opportunity o ON o.id = r.opportunity_id"
    )
    assert found == [("Zoe Zed", "Zed Co", "needs-analysis", "Pumps", "lead")]
    import_files(shop.unit, [path])
    assert shop.rows("SELECT count(*) FROM process_run") == [(1,)]


def test_the_trigger_of_leads_can_be_switched_off(shop: Shop, write: Write) -> None:
    """P10: with `lead-trigger` off, an imported lead starts nothing."""
    shop.do("config", "lead-trigger", "off")
    assert import_files(shop.unit, [write("leads.csv", LEAD)]).started == ()
    assert shop.rows("SELECT count(*) FROM process_run") == [(0,)]


def tree(folder: Path, **files: Any) -> Path:
    """Write the files of a Salesforce export and return their folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, "utf-8")
    return folder


def record(kind: str, reference: str = "", **fields: Any) -> dict[str, Any]:
    """Return a record as it stands in a Salesforce export."""
    return {"attributes": {"type": kind, "referenceId": reference}} | fields


def test_records_below_an_account_come_in(shop: Shop, tmp_path: Path) -> None:
    """An export without a plan has contacts and opportunities inside their account."""
    below = [record("Contact", "ContactRef1", LastName="Ray", FirstName="Mia")]
    sales = [record("Opportunity", Name="Pumps", StageName="Propose", Amount=1.5e3)]
    acme = record(
        "Account",
        "AccountRef1",
        Name="Acme Ltd",
        Contacts={"records": below},
        Opportunities={"records": sales},
    )
    imported = import_salesforce_tree(shop.unit, tree(tmp_path / "t", All={"records": [acme]}))
    assert imported.problems == ()
    assert named(shop, "contact")["Mia Ray"].values["account"] == "Acme Ltd"
    pumps = named(shop, "opportunity")["Pumps"].values
    assert (pumps["account"], pumps["amount"], pumps["stage"]) == ("Acme Ltd", 150000, "proposal")


def test_two_exports_count_their_references_alike(shop: Shop, tmp_path: Path) -> None:
    """`AccountRef1` of another export is another account."""
    for name in ("Acme Ltd", "Beta Ltd"):
        content = {
            "Account": {"records": [record("Account", "AccountRef1", Name=name)]},
            "Contact": {
                "records": [
                    record("Contact", "ContactRef1", AccountId="@AccountRef1", LastName="Ray")
                ]
            },
        }
        imported = import_salesforce_tree(shop.unit, tree(tmp_path / name, **content))
        assert imported.added == {"account": 1, "contact": 1}
    accounts = shop.rows("SELECT a.name FROM contact c JOIN account a ON a.id = c.account_id")
    assert sorted(accounts) == [("Acme Ltd",), ("Beta Ltd",)]


def test_an_unknown_reference_is_named(shop: Shop, tmp_path: Path) -> None:
    """A record whose account is in no file is skipped, and named by its number in the file."""
    content = {"records": [record("Contact", LastName="Ray", AccountId="@AccountRef9")]}
    imported = import_salesforce_tree(shop.unit, tree(tmp_path / "t", Contact=content))
    assert reasons(imported) == [("Contact.json", 1, "account_id")]
    assert imported.problems[0].reason == "there is no account `@AccountRef9`"


def test_an_account_is_found_by_its_salesforce_id_in_a_later_import(
    shop: Shop, write: Write
) -> None:
    """Ids hold from file to file and from run to run, in either length."""
    accounts = write("a.csv", [("Id", "Name", "Website"), ("0010S00000C1t21QAB", "Acme Ltd", "")])
    import_files(shop.unit, [accounts])
    contacts = write("c.csv", [("LastName", "Email", "AccountId"), ("Ray", "", "0010S00000C1t21")])
    assert import_files(shop.unit, [contacts]).problems == ()
    assert named(shop, "contact")["Ray"].values["account"] == "Acme Ltd"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"records": [', "line 1 of `Account.json` is not JSON"),
        ("[" * 100_000, "no JSON that can be read"),
        ('{"records": 5}', "holds no Salesforce export"),
        ("[]", "holds no Salesforce export"),
        ('{"records": ["x", {"attributes": 5}]}', "holds no Salesforce export"),
    ],
)
def test_a_folder_without_an_export_is_refused(
    shop: Shop, tmp_path: Path, text: str, told: str
) -> None:
    """The refusal names the file, or says how an export is made."""
    with pytest.raises(UsageError, match=told):
        import_salesforce_tree(shop.unit, tree(tmp_path / "t", Account=text))
    with pytest.raises(NotFoundError):
        import_salesforce_tree(shop.unit, tmp_path / "none")


def test_odd_values_of_json_are_listed_or_left_out(shop: Shop, tmp_path: Path) -> None:
    """Numbers without end, lists and truth values are no reason to fail."""
    content = [
        record("Account", Name="Acme Ltd", NumberOfEmployees=12.0, AnnualRevenue=1.234),
        record("Account", Name="Beta Ltd", AnnualRevenue=float("nan")),
        record("Account", Name="Ceta Ltd", AnnualRevenue=1e300),
        record("Account", Name="Deta Ltd", Phone=["1"], Website=True, AnnualRevenue=12345.5),
        record("Account", Name=None),
    ]
    imported = import_salesforce_tree(shop.unit, tree(tmp_path / "t", Account={"records": content}))
    assert reasons(imported) == [
        ("Account.json", 1, "annual_revenue"),
        ("Account.json", 2, "annual_revenue"),
        ("Account.json", 3, "annual_revenue"),
        ("Account.json", 5, "name"),
    ]
    assert named(shop, "account")["Deta Ltd"].values["annual_revenue"] == 1234550


def test_a_plan_that_names_a_missing_file_is_told(shop: Shop, tmp_path: Path) -> None:
    """What the plan promises and the folder does not hold is no silent loss."""
    plan = [{"sobject": "Contact", "files": ["Contact.json"]}]
    accounts = {"records": [record("Account", Name="Acme Ltd")]}
    folder = tree(tmp_path / "t", plan=plan, Account=accounts)
    remarks = import_salesforce_tree(shop.unit, folder).remarks
    assert [(r.file, r.text) for r in remarks] == [
        ("plan.json", "names `Contact.json`, which is missing")
    ]
