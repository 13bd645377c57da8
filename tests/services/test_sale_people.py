"""The people of a sale: its main contact, who attends its meeting, who decides."""

import csv
from typing import Any

import pytest

from salescli.errors import ChangedMeanwhileError
from salescli.services import processes
from salescli.services.answers import Answers
from tests.shop import Shop

CONTACT = ("title", "email", "phone")


def begun(shop: Shop) -> str:
    """Return the handle of a sale that has booked its presentation and has no opportunity yet."""
    shop.do("run-process", "corporate-sale", "--result", "meet")
    shop.do("continue", "RUN-1", "--set", "meeting_at=thu 10")
    return "RUN-1"


def called(shop: Shop) -> str:
    """Return the handle of a sale that stands at its first call."""
    shop.do("run-process", "corporate-sale")
    return "RUN-1"


def agreed(shop: Shop) -> None:
    """Give RUN-1 the opportunity that its call and its first meeting lead to."""
    shop.do("done", "RUN-1", "meet", "--at", "thu 10")
    fill(shop, "RUN-1", "account=Acme")


def opened(shop: Shop, stage: str, *options: str) -> str:
    """Return the handle of a guided opportunity that stands in a stage."""
    shop.do("opportunity", "add", "Power", "--account", "Acme", "--stage", stage, *options)
    shop.do("run-process", "corporate-sale", "--opportunity", "OPP-1")
    return "OPP-1"


def fill(shop: Shop, reference: str, *assignments: str) -> Any:
    """Fill fields of a sale, whichever step it stands on, and return the open step."""
    sets = [word for assignment in assignments for word in ("--set", assignment)]
    return shop.json("continue", reference, *sets)["sale"]["step"]


def values(step: Any) -> dict[str, str]:
    """Return what the form or task of a step shows in each field."""
    return {field["name"]: field["value"] for field in step["fields"]}


def contact(shop: Shop, reference: str) -> dict[str, str]:
    """Return what a contact's own record says."""
    found = shop.json("contact", "show", reference)
    return {name: found[name] for name in CONTACT}


def attendees(shop: Shop) -> list[tuple[str, str]]:
    """Return activity and contact of all participants, from the store itself."""
    return shop.rows(
        "SELECT a.name, c.name FROM participant p JOIN activity a ON a.id = p.activity_id"
        " JOIN contact c ON c.id = p.contact_id ORDER BY a.number, p.id"
    )


# The main contact and the deadline


def test_what_is_said_of_the_contact_lands_on_its_record(shop: Shop) -> None:
    """P57: title, email and phone are the contact's, not a note; the sale reads them from there."""
    sale = opened(shop, "needs-analysis", "--contact", "Mia Ray")
    fill(shop, sale, "contact_title=CFO", "contact_email=mia@acme.example", "contact_phone=555")
    assert {"title": "CFO", "email": "mia@acme.example", "phone": "555"} == contact(shop, "Mia Ray")
    assert [] == shop.rows("SELECT 1 FROM note")
    shop.do("contact", "edit", "Mia Ray", "--title", "Head of finance")
    fields = values(fill(shop, sale))
    assert "Head of finance" == fields["contact_title"]
    assert "mia@acme.example" == fields["contact_email"]
    assert "Head of finance" == shop.json("opportunity", "show", sale)["contact_title"]


def test_it_waits_until_there_is_an_opportunity(shop: Shop) -> None:
    """P57: before, it is kept with the sale, and lands on the contact with the opportunity."""
    sale = called(shop)
    fill(shop, sale, "contact=Mia Ray", "contact_title=CFO", "contact_phone=555")
    assert [] == shop.rows("SELECT 1 FROM contact")
    agreed(shop)
    assert {"title": "CFO", "email": None, "phone": "555"} == contact(shop, "Mia Ray")


@pytest.mark.parametrize("has_opportunity", [True, False], ids=["opportunity", "run"])
def test_without_a_contact_it_is_refused(shop: Shop, has_opportunity: bool) -> None:
    """P57: nothing is lost without a word; with a contact in the same words it is kept."""
    sale = opened(shop, "needs-analysis") if has_opportunity else called(shop)
    before = shop.dump()
    refused = shop.run("continue", sale, "--set", "contact_title=CFO", "--json")
    assert (4, "rule") == (refused.code, refused.refusal["code"])
    assert "`contact_title`" in refused.refusal["message"]
    assert "--set contact=" in refused.refusal["hint"]
    assert before == shop.dump()
    fill(shop, sale, "contact_title=CFO", "contact=Mia Ray")


def test_another_contact_does_not_inherit_the_title(shop: Shop) -> None:
    """P57: what is known of one person is never told of another."""
    sale = opened(shop, "needs-analysis", "--contact", "Mia Ray")
    fill(shop, sale, "contact_title=CFO")
    shown = fill(shop, sale, "contact=Tom Fox")
    fields = values(shown)
    assert ("Tom Fox", "") == (fields["contact"], fields["contact_title"])
    assert "CFO" == contact(shop, "Mia Ray")["title"]
    assert contact(shop, "Tom Fox")["title"] is None


def test_a_title_that_somebody_else_gave_is_not_overwritten(shop: Shop) -> None:
    """P57: whoever changed the contact's record meanwhile is named."""
    shop.do("user", "add", "bo")
    sale = opened(shop, "needs-analysis", "--contact", "Mia Ray")
    shop.do("contact", "edit", "Mia Ray", "--title", "CFO", me="bo")
    answers = Answers("", ("contact_title=Chair",), shown={"contact_title": ""})
    with pytest.raises(ChangedMeanwhileError) as refusal:
        processes.move_down(shop.unit, sale, answers)
    assert "empty -> CFO, by bo" in str(refusal.value)


def test_the_drafted_title_goes_with_its_contact(shop: Shop) -> None:
    """P57: the same holds while the sale has no opportunity."""
    sale = called(shop)
    fill(shop, sale, "contact=Mia Ray", "contact_title=CFO")
    fill(shop, sale, "contact=Tom Fox")
    agreed(shop)
    assert contact(shop, "Tom Fox")["title"] is None


def test_the_deadline_is_a_column_like_any_other(shop: Shop) -> None:
    """P56: it is added, shown, changed, asked about and imported."""
    shop.do("opportunity", "add", "Power", "--deadline", "2027-03-01")
    assert "2027-03-01" == shop.json("opportunity", "show", "OPP-1")["deadline"]
    shop.do("opportunity", "edit", "OPP-1", "--deadline", "2027-04-01")
    found = shop.json("opportunity", "list", "--where", "deadline >= 2027-04-01")
    assert ["OPP-1"] == [entry["reference"] for entry in found]
    path = shop.home.parent / "deals.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["opportunity", "deadline"], ["Pump", "2027-05-01"]])
    shop.do("import", str(path))
    assert "2027-05-01" == shop.json("opportunity", "show", "Pump")["deadline"]


# Attendees


def test_attendees_take_part_in_the_booked_meeting(shop: Shop) -> None:
    """P67: they are contacts of the account, and participants of `Conduct presentation`."""
    sale = begun(shop)
    fill(shop, sale, "account=Acme")
    told = shop.do("continue", "OPP-1", "--set", "attendees=Mia Ray (CFO), Tom Fox").out
    assert "Conduct presentation is attended by Mia Ray, Tom Fox" in told
    meeting = "Conduct presentation"
    assert [(meeting, "Mia Ray"), (meeting, "Tom Fox")] == attendees(shop)
    accounts = shop.rows("SELECT a.name FROM contact c JOIN account a ON a.id = c.account_id")
    assert [("Acme",)] * 2 == accounts
    assert "CFO" == contact(shop, "Mia Ray")["title"]


def test_attendees_wait_for_a_meeting_that_is_not_booked(shop: Shop) -> None:
    """P67: named while the presentation is prepared, they attend it once it is booked."""
    sale = opened(shop, "presentation")
    shown = fill(shop, sale, "attendees=Mia Ray, Tom Fox")
    fields = values(shown)
    assert "Mia Ray, Tom Fox" == fields["attendees"]
    assert [] == attendees(shop)
    shop.do("done", sale, "prepared")
    assert ["Mia Ray", "Tom Fox"] == [name for _meeting, name in attendees(shop)]
    assert [("{}",)] == shop.rows("SELECT draft FROM process_run")


def test_attendees_named_before_the_opportunity_attend_too(shop: Shop) -> None:
    """P67: the meeting is booked before there is an account that they could belong to."""
    sale = begun(shop)
    fill(shop, sale, "attendees=Mia Ray")
    assert [] == attendees(shop)
    fill(shop, sale, "account=Acme")
    assert [("Conduct presentation", "Mia Ray")] == attendees(shop)


def test_who_attended_can_be_said_after_the_meeting(shop: Shop) -> None:
    """P76: the form after the meeting adds to the one that was held, not to the next one."""
    sale = opened(shop, "presentation")
    shop.do("done", sale, "prepared", "--set", "attendees=Mia Ray")
    held = fill(shop, sale)["activity"]
    shop.do("done", held)
    form = fill(shop, sale)
    assert ("form", "Mia Ray") == (form["kind"], values(form)["attendees"])
    given = ("stakeholders=Mia Ray", "new_influential_contacts=no", "offers=Pump")
    fill(shop, sale, "attendees=Ann Lee", *given)
    people = shop.json("activity", "show", held)["participants"]
    assert ["Mia Ray", "Ann Lee"] == [one["name"] for one in people]
    shop.do("stage", sale, "presentation")
    fill(shop, sale, "attendees=Bo Li")
    assert 2 == len(attendees(shop))
    shop.do("done", sale, "prepared")
    assert "Bo Li" == attendees(shop)[-1][1]
    assert ["Mia Ray", "Ann Lee"] == [
        one["name"] for one in shop.json("activity", "show", held)["participants"]
    ]


def test_a_title_in_brackets_fills_only_an_empty_one(shop: Shop) -> None:
    """P67: what the record says already is not overwritten by the way."""
    shop.do("account", "add", "Acme")
    shop.do("contact", "add", "Mia Ray", "--account", "Acme", "--title", "Chair")
    sale = opened(shop, "presentation")
    shop.do("done", sale, "prepared", "--set", "attendees=Mia Ray (CFO)")
    assert "Chair" == contact(shop, "CON-1")["title"]
    assert 1 == len(shop.rows("SELECT 1 FROM contact"))


def test_an_activity_lists_who_takes_part(shop: Shop) -> None:
    """P67, P83: they are listed with the activity, added, and taken out; undo has them back."""
    shop.do("account", "add", "Acme")
    shop.do("activity", "add", "Lunch", "--account", "Acme", "--kind", "meeting")
    shop.do("activity", "participant", "add", "ACT-1", "Mia Ray (CFO)", "Tom Fox")
    assert "With:  Mia Ray (CFO), Tom Fox" in shop.do("activity", "show", "ACT-1").out
    people = shop.json("activity", "participant", "list", "ACT-1")
    assert people == shop.json("activity", "show", "ACT-1")["participants"]
    assert {"contact": "CON-1", "name": "Mia Ray", "title": "CFO"} == people[0]
    shop.do("activity", "participant", "add", "ACT-1", "CON-1")
    assert 2 == len(shop.json("activity", "participant", "list", "ACT-1"))
    shop.do("activity", "participant", "remove", "ACT-1", "mia ray")
    assert ["Tom Fox"] == [p["name"] for p in shop.json("activity", "participant", "list", "ACT-1")]
    (change,) = shop.json("log", "ACT-1", "--details")[0]["changes"]
    assert ("participant", "deleted") == (change["table"], change["operation"])
    shop.do("undo", "ACT-1")
    assert 2 == len(shop.json("activity", "participant", "list", "ACT-1"))


BOOKS_AT_ONCE = """
  [[stage.step]]
  id       = "book"
  do       = "spawn"
  name     = "Book the presentation"
  activity = "conduct-presentation"
  then     = "clarify"

"""


def test_attendees_are_seated_by_a_batch_too(shop: Shop) -> None:
    """P67: a meeting that many sales book at once is attended by those who waited for it."""
    sale = opened(shop, "presentation")
    fill(shop, sale, "attendees=Mia Ray")
    source = shop.do("process", "show", "corporate-sale", "--source").out
    head, tail = source.split('id          = "negotiations"')
    place = tail.index("  [[stage.step]]")
    path = shop.home.parent / "mine.toml"
    path.write_text(
        f'{head}id          = "negotiations"{tail[:place]}{BOOKS_AT_ONCE}{tail[place:]}', "utf-8"
    )
    shop.do("process", "publish", str(path), "--yes")
    shop.do("stage", "negotiations", "--where", "stage = presentation")
    assert [("Conduct presentation", "Mia Ray")] == attendees(shop)


def test_an_undo_takes_attendees_back(shop: Shop) -> None:
    """P67: with the contacts that they became, and back into the draft that they came from."""
    sale = opened(shop, "presentation")
    fill(shop, sale, "attendees=Mia Ray")
    before = shop.dump()
    shop.do("done", sale, "prepared")
    shop.do("undo", sale)
    assert before == shop.dump()


# Stakeholders


def added(shop: Shop, name: str, **given: str) -> None:
    """Add a stakeholder to OPP-1."""
    options = [word for option, text in given.items() for word in (f"--{option}", text)]
    shop.do("opportunity", "stakeholder", "add", "OPP-1", name, *options)


def listed(shop: Shop) -> list[dict[str, Any]]:
    """Return the stakeholders of OPP-1."""
    found: list[dict[str, Any]] = shop.json("opportunity", "stakeholder", "list", "OPP-1")[
        "stakeholders"
    ]
    return found


def test_a_role_belongs_to_one_opportunity(shop: Shop) -> None:
    """P82: the same contact has another role in another opportunity."""
    shop.do("opportunity", "add", "Power", "--account", "Acme")
    shop.do("opportunity", "add", "Water", "--account", "Acme")
    added(shop, "Mia Ray", role="decision-maker")
    shop.do("opportunity", "stakeholder", "add", "OPP-2", "Mia Ray", "--role", "user")
    roles = shop.rows(
        "SELECT c.number, s.role FROM stakeholder s JOIN contact c ON c.id = contact_id"
    )
    assert [(1, "decision-maker"), (1, "user")] == roles


def test_stakeholders_are_sorted_by_what_they_weigh(shop: Shop) -> None:
    """P85: by influence x loyalty, helpers first; whose weight is unknown comes last."""
    opened(shop, "decision-makers")
    weights = {"Ann": (5, -2), "Bo": (2, 2), "Cy": (5, 1), "Di": (3, 0)}
    for name, (influence, loyalty) in weights.items():
        added(shop, name, influence=str(influence), loyalty=str(loyalty))
    added(shop, "Eve", influence="5")
    expected = sorted(weights, key=lambda name: -weights[name][0] * weights[name][1])
    assert [*expected, "Eve"] == [entry["name"] for entry in listed(shop)]
    shown = shop.json("opportunity", "show", "OPP-1")["stakeholders"]
    assert [5, 4, 0, -10, None] == [entry["weight"] for entry in shown]


@pytest.mark.parametrize(
    ("option", "text"),
    [("influence", "6"), ("influence", "0"), ("loyalty", "3"), ("loyalty", "so")],
)
def test_the_scales_are_checked(shop: Shop, option: str, text: str) -> None:
    """P84, P85: a value out of range is refused by the command and by the form, alike."""
    opened(shop, "decision-makers")
    before = shop.dump()
    typed = ("opportunity", "stakeholder", "add", "OPP-1", "Tom", f"--{option}", text)
    by_form = ("continue", "OPP-1", "--set", f"stakeholders=Tom ({option} {text})")
    for words in (typed, by_form):
        refused = shop.run(*words, "--json")
        assert (2, "usage") == (refused.code, refused.refusal["code"])
        assert "out of range" in refused.refusal["message"]
        assert refused.refusal["hint"]
    assert before == shop.dump()


def test_loyalty_words_and_empty_texts(shop: Shop) -> None:
    """P85: a word stands for a number, and an empty text takes what was known away."""
    opened(shop, "decision-makers")
    added(shop, "Mia", loyalty="Supporter", role="user", influence="3")
    assert 2 == listed(shop)[0]["loyalty"]
    shop.do("opportunity", "stakeholder", "edit", "OPP-1", "Mia", "--role", "", "--loyalty", "")
    entry = listed(shop)[0]
    assert (None, None, 3) == (entry["role"], entry["loyalty"], entry["influence"])


def test_motivation_has_several_values(shop: Shop) -> None:
    """P86: the option is repeated, each motive is kept, and each is found."""
    opened(shop, "decision-makers")
    shop.do(
        *("opportunity", "stakeholder", "add", "OPP-1", "Mia Ray"),
        *("--motivation", "less downtime", "--motivation", "a lower price"),
    )
    assert ["less downtime", "a lower price"] == listed(shop)[0]["motives"]
    assert "Mia Ray" in shop.do("find", "downtime").out


def test_nobody_who_decides_is_a_red_flag(shop: Shop) -> None:
    """P81: in the list, on the opportunity and when the form is saved; a decision maker ends it."""
    sale = opened(shop, "decision-makers")
    saved = shop.run(
        "continue", sale, "--set", "stakeholders=Tom Fox (user), Ann Lee (not a decider)"
    )
    assert 0 == saved.code
    assert "is a decision maker" in saved.err
    assert "is a decision maker" in shop.do("opportunity", "stakeholder", "list", sale).err
    assert "Red flag" in shop.do("opportunity", "show", sale).out
    (flag,) = shop.json("opportunity", "show", sale)["red_flags"]
    command = flag.split("`")[-2]
    assert command.startswith(f"sales opportunity stakeholder add {sale}")
    added(shop, "Mia Ray", role="decision maker")
    assert [] == shop.json("opportunity", "show", sale)["red_flags"]
    assert [] == shop.json("opportunity", "stakeholder", "list", sale)["red_flags"]
    assert "Red flag" not in shop.do("opportunity", "show", sale).out


def test_a_form_with_a_decision_maker_warns_of_nothing(shop: Shop) -> None:
    """P81: neither when it is saved alone nor on the way to the next stage."""
    sale = opened(shop, "decision-makers")
    words = ("--set", "stakeholders=Mia Ray (decision maker)", "--next", "proposal")
    assert "" == shop.do("continue", sale, *words).err


def test_a_closed_opportunity_has_no_red_flag(shop: Shop) -> None:
    """P81: what is over needs nobody who decides."""
    sale = opened(shop, "decision-makers")
    shop.do("close", sale, "lost", "--reason", "price")
    assert "red_flags" not in shop.json("opportunity", "show", sale)


def test_a_removed_stakeholder_stays_in_the_history(shop: Shop) -> None:
    """P83: the log tells who was removed, with the role; undo brings the stakeholder back."""
    sale = opened(shop, "decision-makers")
    added(shop, "Mia Ray", role="buyer")
    before = shop.dump()
    shop.do("opportunity", "stakeholder", "edit", sale, "Mia Ray", "--influence", "4")
    shop.do("undo", sale)
    shop.do("opportunity", "stakeholder", "remove", sale, "Mia Ray")
    newest = shop.json("log", sale, "--details")[0]
    (change,) = newest["changes"]
    assert ("stakeholder", "deleted", "Mia Ray") == (
        change["table"],
        change["operation"],
        change["name"],
    )
    assert {"old": "buyer", "new": None} == change["fields"]["role"]
    shop.do("undo", sale)
    assert before == shop.dump()


def test_a_contact_is_named_by_its_handle(shop: Shop) -> None:
    """P82: a handle never becomes a name, and one that nobody has is refused."""
    sale = opened(shop, "decision-makers")
    shop.do("contact", "add", "Mia Ray")
    added(shop, "CON-1", role="user")
    assert ["Mia Ray"] == [entry["name"] for entry in listed(shop)]
    shop.do("opportunity", "stakeholder", "edit", sale, "con-1", "--influence", "2")
    refused = shop.run("continue", sale, "--set", "stakeholders=CON-9")
    assert 3 == refused.code
    assert "CON-9" in refused.err


def roles(shop: Shop) -> list[tuple[int, str]]:
    """Return the number and role of each stakeholder's contact."""
    return shop.rows(
        "SELECT c.number, s.role FROM stakeholder s JOIN contact c ON c.id = s.contact_id"
        " ORDER BY c.number"
    )


def test_two_stakeholders_of_one_name_are_told_apart(shop: Shop) -> None:
    """A handle means its contact; a name that two stakeholders have is refused."""
    shop.do("account", "add", "Globex")
    shop.do("opportunity", "add", "Pump", "--account", "Acme")
    for number, role in ((1, "user"), (2, "buyer")):
        shop.do("contact", "add", "Mia Ray", "--account", "Acme" if number == 1 else "Globex")
        shop.do("opportunity", "stakeholder", "add", "OPP-1", f"CON-{number}", "--role", role)
    before = shop.dump()
    for verb in ("edit", "remove"):
        answer = shop.run("opportunity", "stakeholder", verb, "OPP-1", "Mia Ray")
        assert (4, "") == (answer.code, answer.out)
        assert "CON-" in answer.err
    assert before == shop.dump()
    shop.do("opportunity", "stakeholder", "remove", "OPP-1", "CON-2")
    assert [(1, "user")] == roles(shop)


def test_a_stakeholder_of_another_account_is_not_doubled(shop: Shop) -> None:
    """A name means who takes part in the sale already, of whichever account, before anybody new."""
    shop.do("account", "add", "Globex")
    shop.do("account", "add", "Newco")
    shop.do("opportunity", "add", "Pump", "--account", "Acme")
    shop.do("contact", "add", "Tom Fox", "--account", "Globex")
    shop.do("opportunity", "stakeholder", "add", "OPP-1", "CON-1", "--role", "user")
    shop.do("opportunity", "stakeholder", "edit", "OPP-1", "Tom Fox", "--role", "buyer")
    assert [(1, "buyer")] == roles(shop)
    shop.do("opportunity", "edit", "OPP-1", "--account", "Newco")
    shop.do("stage", "OPP-1", "needs-analysis")
    shop.do("continue", "OPP-1", "--set", "stakeholders=Tom Fox (decision maker)")
    assert [(1, "decision maker")] == roles(shop)
