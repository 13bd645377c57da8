"""What an import knows of other programs: columns, stages, ids, and CSV in every shape."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.domain import csv_text, headers, hierarchy, importing
from salescli.domain.csv_text import Line
from salescli.domain.fields import LEAD_STATUSES, NOUNS
from salescli.domain.text import slug
from salescli.errors import UsageError
from tests.rehearsal import ENDINGS, WORKING

SALESFORCE_STAGES = {
    "Prospecting": "interest-verification",
    "Value Proposition": "presentation",
    "Id. Decision Makers": "decision-makers",
    "Perception Analysis": "decision-makers",
    "Proposal/Price Quote": "proposal",
    "Negotiation/Review": "negotiations",
    "Qualify": "qualification",
    "Meet & Present": "presentation",
    "Propose": "proposal",
    "Negotiate": "negotiations",
}

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
WIDTHS = st.integers(1, 4)


@pytest.mark.parametrize(("theirs", "ours"), SALESFORCE_STAGES.items())
def test_stages_of_salesforce_are_known(theirs: str, ours: str) -> None:
    """Each of Salesforce's stages, older or newer, has one of ours, if it is not called so."""
    assert importing.STAGES[slug(theirs)] == ours


def test_every_known_stage_leads_to_a_stage_of_the_shipped_process() -> None:
    """No stage of another program is taken to a stage that does not exist."""
    assert set(importing.STAGES.values()) <= {*WORKING, *ENDINGS}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Open - Not Contacted", "Open - Not Contacted"),
        ("AWAITING  SALE", "Awaiting sale"),
        ("New", "Open - Not Contacted"),
        ("Nurturing", "Working - Contacted"),
        ("Unqualified", "Closed - Not Converted"),
        ("Converted", "Closed - Converted"),
        ("Lukewarm", None),
    ],
)
def test_statuses_of_leads_are_known(theirs: str, ours: str | None) -> None:
    """A lead's status is one of ours, in any case, or one that has a counterpart."""
    assert importing.lead_status(theirs) == ours


def test_no_status_of_another_program_starts_a_sale() -> None:
    """Only a lead that is called `Awaiting sale` starts one."""
    others = set(importing._STATUSES) - {status.lower() for status in LEAD_STATUSES}
    assert "Awaiting sale" not in {importing.lead_status(text) for text in others}


@pytest.mark.parametrize("noun", importing.ORDER)
def test_our_own_names_and_labels_are_columns(noun: str) -> None:
    """A file with the names or the labels of our fields is understood, with nothing left out."""
    for header in (
        [field.name for field in NOUNS[noun]],
        [field.label for field in NOUNS[noun]],
        [field.name.replace("_", "").upper() for field in NOUNS[noun]],
    ):
        columns = headers.understand(header, "data.csv", noun)
        places = {field.name: place for place, field in enumerate(NOUNS[noun])}
        assert columns == headers.Columns(noun, "", places, len(header), ())


@pytest.mark.parametrize(
    ("header", "noun"),
    [
        ("Name,Industry,Website", "account"),
        ("Account Name,Billing City,Employees", "account"),
        ("Name,ParentId,AnnualRevenue", "account"),
        ("LastName,FirstName,AccountId,Email", "contact"),
        ("name,account,email,phone", "contact"),
        ("LastName,Company,Status,LeadSource", "lead"),
        ("name,email,status", "lead"),
        ("Name,StageName,CloseDate,Amount,AccountId", "opportunity"),
        ("Opportunity Name,Account Name,Stage", "opportunity"),
        ("name,price", "offer"),
        ("login,email,manager", "user"),
        (
            "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
            "account",
        ),
        ("product,series,sales_price", "offer"),
        ("sales_agent,manager,regional_office", "user"),
        (
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
            "opportunity",
        ),
    ],
)
def test_the_header_tells_what_a_file_holds(header: str, noun: str) -> None:
    """The noun with the most columns is the one that the file is of."""
    assert headers.understand(header.split(","), "data.csv").noun == noun


def test_the_name_of_the_file_decides_a_draw() -> None:
    """A file with only names and emails is of contacts if it is called so."""
    assert headers.understand(["name", "email"], "old/contacts 2026.csv").noun == "contact"
    assert headers.understand(["name", "email"], "Leads.CSV").noun == "lead"


def test_an_unclear_header_is_refused_with_the_ways_out() -> None:
    """Where a file could be of two nouns, the refusal names both; --as says which."""
    with pytest.raises(UsageError) as refused:
        headers.understand(["name", "email"], "people.csv")
    assert "several kinds" in refused.value.message
    assert "`--as contact` or `--as lead`" in refused.value.hint
    assert headers.understand(["name", "email"], "people.csv", "lead").noun == "lead"


@pytest.mark.parametrize(
    ("header", "noun"),
    [(["a", "b", "c"], ""), (["industry", "phone"], "account"), (["email"], "lead"), ([""], "")],
)
def test_a_file_without_a_naming_column_is_refused(header: list[str], noun: str) -> None:
    """A header that names no record is none, whatever the file is said to hold."""
    with pytest.raises(UsageError):
        headers.understand(header, "data.csv", noun)


def test_a_known_column_that_comes_twice_is_refused() -> None:
    """Nobody can say which of two equal columns is meant; unknown ones do not matter."""
    with pytest.raises(UsageError, match="`Phone` twice"):
        headers.understand(["name", "phone", "Phone"], "data.csv", "account")
    columns = headers.understand(["name", "Fax", "Fax"], "data.csv", "account")
    assert columns.left_out == ("Fax", "Fax")


def test_of_two_columns_for_one_field_the_second_is_left_out() -> None:
    """`City` and `BillingCity` both fill the city: the first one does, the other one is named."""
    columns = headers.understand(["Name", "City", "BillingCity"], "data.csv", "account")
    assert columns.places == {"name": 0, "city": 1}
    assert columns.left_out == ("BillingCity",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0060S000006FFuEQAW", "salesforce:0060S000006FFuE"),
        ("0060S000006FFuE", "salesforce:0060S000006FFuE"),
        ("ref0060S000006FFuEQAW", "salesforce:0060S000006FFuE"),
        ("@ref0010S00000C1t21QAB", "salesforce:0010S00000C1t21"),
        ("AccountRef1", ""),
        ("OpportunityRef1", ""),
        ("17", ""),
        ("", ""),
    ],
)
def test_ids_of_salesforce_are_one_in_each_form(text: str, expected: str) -> None:
    """With its checksum, without it or behind `ref`, an id is one; a file's counter is none."""
    assert importing.salesforce_id(text) == expected


@pytest.mark.parametrize(
    ("noun", "values", "expected"),
    [
        ("account", {"name": "ACME  Ltd"}, "name:acme ltd"),
        ("account", {"name": "Acme", "id": "0010S00000C1t21QAB"}, "salesforce:0010S00000C1t21"),
        ("account", {"name": "Acme", "id": "17"}, "name:acme|#17"),
        (
            "contact",
            {"name": "Mia Ray", "email": "MIA@acme.example"},
            "name:mia ray||mia@acme.example",
        ),
        ("lead", {"name": "Mia Ray", "company": "Acme"}, "name:mia ray|acme"),
        (
            "opportunity",
            {"name": "Pumps", "account": "Acme", "close_date": "2027-01-31"},
            "name:pumps|acme|2027-01-31",
        ),
        (
            "opportunity",
            {"name": "Pumps", "account_id": "@AccountRef1"},
            "name:pumps|@accountref1",
        ),
        ("user", {"login": "ana", "name": "Ana Lopez"}, "name:ana"),
    ],
)
def test_a_record_is_known_again(noun: str, values: dict[str, str], expected: str) -> None:
    """A record is known by its Salesforce id, else by what names it, and its number beside that."""
    assert importing.identity(noun, "", values) == expected


def test_an_opportunity_of_maven_is_known_by_its_id() -> None:
    """Maven has many opportunities of one account, product and day; each has an id."""
    values = {"id": "1C1I7A6R", "name": "Cancity GTX Basic"}
    assert importing.identity("opportunity", "maven", values) == "maven:1C1I7A6R"


@given(
    st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "P"])), max_size=4),
    st.lists(st.text(st.characters(codec="ascii", categories=["L", "N", "P"])), max_size=4),
)
def test_two_records_never_share_what_they_are_known_by(one: list[str], two: list[str]) -> None:
    """Whatever stands in the names, other parts give another id, unless both end in nothing."""

    def stripped(parts: list[str]) -> list[str]:
        return stripped(parts[:-1]) if parts and not parts[-1].strip("|") else parts

    same = importing.named(*one) == importing.named(*two)
    if stripped(one) == one and stripped(two) == two:
        assert same == (one == two)


def test_a_long_name_is_known_by_its_digest() -> None:
    """What a record is known by stays short, and two long names still differ."""
    long, other = importing.named("x" * 5000), importing.named("x" * 5001)
    assert len(long) < 60
    assert long != other


def read(text: str) -> list[Line]:
    """Return the records of a text."""
    return list(csv_text.records(io.StringIO(text, newline=""), "data.csv"))


@given(
    WIDTHS.flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width))),
    st.sampled_from(csv_text.DELIMITERS),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[list[str]], delimiter: str, ending: str
) -> None:
    """Quotation marks, delimiters and line breaks inside cells are read as they were written."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    header = ["Opportunity Name", "Stage", "Amount", "Close Date"][: len(rows[0]) if rows else 4]
    writer.writerows([["Account Name", *header], *([["x", *row] for row in rows])])
    found = [line.cells for line in read(file.getvalue())]
    assert found[0] == ["Account Name", *header]
    assert found[1:] == [["x", *map(csv_text.unguarded, row)] for row in rows]


PLAIN_CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"))).filter(
    lambda one: one[:1] != "'"
)


@given(st.lists(st.lists(PLAIN_CELL, min_size=1, max_size=4).filter(any), min_size=1, max_size=4))
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    """What we write as CSV we read again, and no cell of it begins as a formula."""
    text = csv_text.written([["name", "city"], *rows])
    assert [["name", "city"], *rows] == [line.cells for line in read(text)]
    plain = csv.reader(io.StringIO(text, newline=""))
    assert not [cell for row in plain for cell in row if cell[:1] in {"=", "+", "-", "@"}]


@pytest.mark.parametrize("delimiter", csv_text.DELIMITERS)
def test_the_delimiter_is_found(delimiter: str) -> None:
    """Commas, semicolons and tabs are told apart by the columns that they make."""
    text = delimiter.join(["name", '"a, b; c\td"', "phone"]) + "\n" + delimiter.join("123") + "\n"
    assert [line.cells for line in read(text)] == [["name", "a, b; c\td", "phone"], ["1", "2", "3"]]


def test_a_record_is_named_by_the_line_where_it_begins() -> None:
    """Line breaks in cells and blank lines count, as an editor counts them."""
    text = 'name,history\r\n\r\nAcme,"one\r\ntwo"\r\n,\r\nBeta,\r\n'
    assert [(line.number, line.cells[0]) for line in read(text)] == [
        (1, "name"),
        (3, "Acme"),
        (6, "Beta"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('name,phone\nAcme,"1\nBeta,2\n', 2, "never closed"),
        ('name,phone\nAcme,1\n"Be"ta,2\n', 3, "not CSV"),
        ("name,phone\nAcme,1\nBeta," + "9" * 200_000, 3, "over 131,072 characters"),
    ],
)
def test_broken_csv_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    """Nothing can be said of the rest of a file after a quotation mark in the wrong place."""
    with pytest.raises(UsageError) as refused:
        read(text)
    assert f"line {line} of `data.csv`" in refused.value.message
    assert reason in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'+49 30", "+49 30"),
        ("'@acme", "@acme"),
        ("'tis", "'tis"),
        ("'", "'"),
        ("=1+1", "=1+1"),
        ("", ""),
    ],
)
def test_the_guard_of_an_export_is_taken_away(cell: str, expected: str) -> None:
    """An apostrophe goes where it guards a formula, and stays where it belongs to a word."""
    assert csv_text.unguarded(cell) == expected


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name",
    [
        *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines"),
        *("newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
    ],
)
def test_the_acid_tests_of_csv_spectrum_are_read_right(name: str, shared_data: Path) -> None:
    """Each file of csv-spectrum gives the records that come with it as JSON."""
    folder = shared_data / "csv-abuse" / "csv-spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text("utf-8"))
    with (folder / "csvs" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = [line.cells for line in csv_text.records(file, name)]
    assert [dict(zip(header, cells, strict=True)) for cells in lines] == expected


@given(st.lists(st.integers(0, 12), max_size=12))
def test_records_come_after_those_above_them(above: list[int]) -> None:
    """Everything that is not in or below a circle is placed once, in a level below its superior."""
    names = [{str(place)} for place in range(len(above))]
    ordered, circular = hierarchy.levels(names, [str(place) for place in above])
    level_of = {place: depth for depth, level in enumerate(ordered) for place in level}
    assert sorted([*level_of, *circular]) == list(range(len(above)))
    for place, depth in level_of.items():
        superior = above[place]
        assert depth == (level_of[superior] + 1 if superior < len(above) else 0)
    for place in circular:
        assert above[place] in circular
