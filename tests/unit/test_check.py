"""The checker of definitions: each way to break one, told in plain words on the right line (P113).

Each test replaces a piece of a sound definition; `# here` marks the line that has to be named.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salescli
from salescli.domain.fields import SALE_FIELDS
from salescli.domain.process import spec as specs
from salescli.domain.process.check import compile_definition, vanished
from salescli.domain.process.spec import Way
from salescli.domain.process.table import KeyPath
from salescli.errors import NotFoundError, UsageError
from salescli.services import definitions
from salescli.services.definitions import LocatedProblem, check_text

SOUND = """
format = 1
id = "small-sale"
subject = "opportunity"
drives = "stage"
start = "talk"

[[trigger]]
on = "lead.status"
to = "Awaiting sale"

[activity.demo]
type = "meeting"
start = "meeting_at"
assignee = "opportunity.owner"

[[stage]] # talk
id = "talk"
was = ["chat"]
aliases = ["First talk"]
probability = 10
next = ["show"]
recommend = [
  { if = "result.rich = no or divisions > 1", stage = "show" },
  { stage = "lost" },
]

  [[stage.step]] # call
  id = "call"
  do = "activity"
  type = "call"
  due = "+2 workdays"
  assignee = "division.head"
  minutes = 15
  onstage = false
  on = { reached = "rich", redial-later = "call" }

  [[stage.step]] # rich
  id = "rich"
  do = "ask"
  on = { yes = "order", no = "@end" }

  [[stage.step]] # order
  id = "order"
  do = "form"
  fields = ["account*", "amount"]
  creates = "opportunity"
  on = { saved = "@end" }

[[stage]] # show
id = "show"

  [[stage.step]] # big
  id = "big"
  do = "if"
  if = "amount > 1000 and activity.demo is empty"
  on = { yes = "book", no = "take" }

  [[stage.step]] # take
  id = "take"
  do = "set"
  set = { owner = "me" }
  then = "@end"

  [[stage.step]] # book
  id = "book"
  do = "spawn"
  activity = "demo"
  then = "standby"

  [[stage.step]] # standby
  id = "standby"
  do = "wait"
  for = "demo"
  on = { completed = "@end" }

[[stage]] # lost
id = "lost"
ending = "lost"
fields = ["reason*", "competitor"]
"""

CORPORATE_SALE = Path(salescli.__file__).parent / "processes" / "corporate-sale.toml"


def _compiled(source: str) -> specs.ProcessSpec:
    spec, problems = check_text(source, fields=SALE_FIELDS)
    assert problems == []
    assert spec is not None
    return spec


def _problems(old: str, new: str) -> list[LocatedProblem]:
    """Return the problems of the sound definition in which one piece is replaced."""
    assert SOUND.count(old) == 1, old
    spec, problems = check_text(SOUND.replace(old, new), fields=SALE_FIELDS)
    assert (spec is None) is bool(problems)
    return problems


def _told(old: str, new: str) -> list[str]:
    """Return the messages; one on another line than the marked one begins with that line."""
    lines = SOUND.replace(old, new).splitlines()
    return [
        problem.message
        if "# here" in lines[problem.line - 1]
        else f"{lines[problem.line - 1]}: {problem.message}"
        for problem in _problems(old, new)
    ]


# What is sound


def test_the_shipped_process_has_no_problem() -> None:
    """The corporate sale is sound: eight stages with steps, then four endings (P2)."""
    spec = _compiled(CORPORATE_SALE.read_text(encoding="utf-8"))
    assert [stage.id for stage in spec.stages] == [
        "interest-verification",
        "qualification",
        "needs-analysis",
        "presentation",
        "decision-makers",
        "proposal",
        "negotiations",
        "contracting",
        "closed-won",
        "closed-lost",
        "closed-rerouted",
        "closed-rejected",
    ]
    assert all(stage.steps for stage in spec.working_stages)
    assert [stage.ending for stage in spec.endings] == ["won", "lost", "rerouted", "rejected"]


def test_a_sound_definition_becomes_a_spec() -> None:
    """Every key of a step finds its place, and whatever is not said has a default."""
    spec = _compiled(SOUND)
    assert spec._replace(stages=(), activities=()) == specs.ProcessSpec(
        id="small-sale",
        name="Small sale",
        subject="opportunity",
        drives="stage",
        start="talk",
        stages=(),
        triggers=(specs.TriggerSpec("lead.status", "Awaiting sale"),),
    )
    assert spec.activity("demo") == specs.ActivitySpec(
        "demo", "meeting", "Demo", start="meeting_at"
    )
    assert spec.stage("chat").step("call") == specs.StepSpec(
        id="call",
        do="activity",
        name="Call",
        on={"reached": "rich", "redial-later": "call"},
        type="call",
        due="+2 workdays",
        minutes=15,
        assignee="division.head",
        onstage=False,
    )
    order = spec.stage("talk").step("order")
    assert (order.fields, order.required) == (("account", "amount"), ("account",))
    assert order.creates == "opportunity"
    assert spec.stage("lost").required == ("reason",)


def test_conditions_are_parsed() -> None:
    """The compiled form holds conditions as data, so no run has to parse them."""
    spec = _compiled(SOUND)
    wanted = ("and", (">", "amount", "1000"), ("is empty", "activity.demo"))
    assert spec.stage("show").step("big").condition == wanted
    either = ("or", ("=", "result.rich", "no"), (">", "divisions", "1"))
    assert spec.stage("talk").recommend == (Way(either, "show"), Way(None, "lost"))


def test_then_is_the_one_way_on_of_a_step_without_results() -> None:
    """`then` compiles to the result `done`, which the engine gives such steps."""
    show = _compiled(SOUND).stage("show")
    assert show.step("take").on == {"done": "@end"}
    assert show.step("book").on == {"done": "standby"}
    assert (show.step("book").topic, show.step("standby").topic) == ("demo", "demo")


def test_texts_lose_what_steers_a_terminal() -> None:
    """A definition comes from anybody, so its texts are made safe to show."""
    spec = _compiled(SOUND.replace('start = "talk"', r'start = "talk"' + '\nname = "A\\u001b[2J"'))
    assert spec.name == "A\ufffd[2J"


def test_the_compiled_form_survives_json() -> None:
    """A published definition is read back from JSON as it was written."""
    spec = _compiled(SOUND)
    written = json.dumps(specs.to_compiled(spec))
    again = specs.from_compiled(json.loads(written))
    assert json.dumps(specs.to_compiled(again)) == written


# Keys and their shape


def test_an_unknown_key() -> None:
    """A key that nobody reads is a misspelled one, so the nearest is offered."""
    assert _problems("drives =", "drive =")[0].hint == "did you mean `drives`?"
    assert _told('drives = "stage"', 'drive = "stage" # here') == [
        "the process has an unknown key `drive`"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minutes = 15", "minuts = 15 # here", "the step `call` has an unknown key `minuts`"),
        ("probability = 10", "odds = 10 # here", "the stage `talk` has an unknown key `odds`"),
        ('start = "meeting_at"', 'begin = "x" # here', "the activity `demo` has an unknown key"),
        ('on = "lead.status"', 'on = "lead.status"\nif = "x" # here', "a trigger has an unknown"),
        ('{ stage = "lost" }', '{ stag = 1, stage = "lost" } # here', "a recommendation has an"),
    ],
)
def test_an_unknown_key_anywhere(old: str, new: str, told: str) -> None:
    """Every table knows its keys."""
    [found] = _told(old, new)
    assert found.startswith(told)


def test_a_key_of_another_kind_of_step() -> None:
    """A key that another kind of step has is refused, and the kind is named."""
    old = 'creates = "opportunity"'
    assert _told(old, 'due = "+1 day" # here') == ["`due` does not belong to the step `order`"]
    assert _problems(old, 'due = "+1 day"')[0].hint == "it belongs to a step that does `activity`"


def test_results_of_a_step_that_has_one_way_on() -> None:
    """A step that nobody does has no results, and one that somebody does has no `then`."""
    assert _told('then = "standby"', 'then = "standby"\non = { x = "standby" } # here') == [
        "`on` does not belong to the step `book`"
    ]
    assert _told('for = "demo"', 'for = "demo"\nthen = "@end" # here') == [
        "`then` does not belong to the step `standby`"
    ]


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("format = 1", "format"),
        ('id = "small-sale"', "id"),
        ('subject = "opportunity"', "subject"),
        ('start = "talk"', "start"),
    ],
)
def test_the_process_lacks_a_key(old: str, key: str) -> None:
    """Without these keys there is no process; the first line stands for the whole file."""
    assert _problems(old, "") == [LocatedProblem(1, f"the process lacks `{key}`")]


@pytest.mark.parametrize(
    ("step", "line", "key"),
    [
        ("call", 'type = "call"', "type"),
        ("call", 'on = { reached = "rich", redial-later = "call" }', "on"),
        ("order", 'fields = ["account*", "amount"]', "fields"),
        ("big", 'if = "amount > 1000 and activity.demo is empty"', "if"),
        ("take", 'set = { owner = "me" }', "set"),
        ("standby", 'for = "demo"', "for"),
    ],
)
def test_a_step_lacks_a_key(step: str, line: str, key: str) -> None:
    """Each kind of step needs keys of its own; the header of the step is named."""
    problems = _problems(line, "")
    header = SOUND.splitlines().index(f"  [[stage.step]] # {step}") + 1
    assert problems == [LocatedProblem(header, f"the step `{step}` lacks `{key}`")]


def test_a_stage_lacks_its_id() -> None:
    """A stage has to have an id; what else it lacks or has is told as well."""
    assert "a stage lacks `id`" in _told('[[stage]] # show\nid = "show"', "[[stage]] # here")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "small-sale"', "id = 5 # here", "`id` has to be text, not a number"),
        ('drives = "stage"', "drives = [] # here", "`drives` has to be text, not a list"),
        (
            "probability = 10",
            'probability = "10" # here',
            "`probability` has to be a whole number from 0 to 100, not text",
        ),
        (
            "probability = 10",
            "probability = 101 # here",
            "`probability` has to be a whole number from 0 to 100",
        ),
        (
            "minutes = 15",
            "minutes = 2026-01-01 # here",
            "`minutes` has to be a whole number from 1 to 10080, not a date or a time",
        ),
        (
            "onstage = false",
            "onstage = 0 # here",
            "`onstage` has to be `true` or `false`, not a number",
        ),
        (
            'was = ["chat"]',
            "was = { a = 1 } # here",
            "`was` has to be a list of texts, not a table",
        ),
        ('was = ["chat"]', "was = [\n5, # here\n]", "`was` has to be text, not a number"),
        (
            'set = { owner = "me" }',
            'set = "me" # here',
            '`set` has to be a table such as `{ a = "b" }`, not text',
        ),
        (
            '[[trigger]]\non = "lead.status"\nto = "Awaiting sale"',
            "[trigger] # here",
            "`trigger` has to be a list of tables, each headed `[[trigger]]`, not a table",
        ),
        ('was = ["chat"]', 'was = [""] # here', "`was` is empty"),
        ('set = { owner = "me" }', "set = {} # here", "`set` is empty"),
        ("minutes = 15", 'name = " " # here', "`name` is empty"),
    ],
)
def test_a_value_of_the_wrong_kind(old: str, new: str, told: str) -> None:
    """A value of another kind is told with what is wanted."""
    assert _told(old, new) == [told]


def test_another_format() -> None:
    """A definition of a later format is not guessed at."""
    assert _told("format = 1", "format = 2 # here") == [
        "this program reads definitions of format 1 only"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('do = "ask"', 'do = "aks"', "`do` is `activity`, `ask`, `form`, `if`, `set`"),
        ('type = "call"', 'type = "cal"', "`type` is `call`, `email`, `meeting` or `task`, not"),
        ('ending = "lost"', 'ending = "won!"', "`ending` is `lost`, `rejected`, `rerouted` or"),
        ('drives = "stage"', 'drives = "stages"', "`drives` is `stage`, not `stages`"),
        ('creates = "opportunity"', 'creates = "lead"', "`creates` is `opportunity`, not `lead`"),
    ],
)
def test_a_word_that_is_no_choice(old: str, new: str, told: str) -> None:
    """Where a key has few possible words, all are listed."""
    found = _told(old, f"{new} # here")
    assert len(found) == 1
    assert found[0].startswith(told)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('set = { owner = "me" }', 'set = { "" = "me" } # here'),
        ('{ completed = "@end" }', '{ completed = "@end", "" = "take" } # here'),
    ],
)
def test_an_empty_name(old: str, new: str) -> None:
    """TOML allows a key without letters; nobody could ever type it."""
    assert any(message.endswith("is empty") for message in _told(old, new))


def test_too_many_of_anything() -> None:
    """A process has bounds, so that a hostile file is answered quickly."""
    [told] = _told(
        "[[trigger]]", '[[trigger]] # here\non = "lead.city"\nto = "x"\n' * 100 + "[[trigger]]"
    )
    assert told == "the process has more than 100 entries in `trigger`"


# Names


@pytest.mark.parametrize("word", ["Small Sale", "small_sale", "-small", "@end", "x" * 61])
def test_an_invalid_id(word: str) -> None:
    """Ids are typed in commands, so they are small letters and digits joined by `-`."""
    found = _told('id = "small-sale"', f'id = "{word}" # here')
    assert len(found) == 1
    assert f"`{word[:50]}" in found[0]


def test_an_invalid_id_is_told_with_a_better_one() -> None:
    """The hint spells an id that is near."""
    [problem] = _problems('id = "small-sale"', 'id = "Small Sale"')
    assert (
        problem.message == "`Small Sale` is no id: ids are small letters and digits joined by `-`"
    )
    assert problem.hint == "write it like `small-sale`"


def test_a_result_with_an_invalid_id() -> None:
    """Results are typed in commands as well."""
    assert _told('redial-later = "call" }', '"Redial later" = "call" } # here') == [
        "`Redial later` is no id: ids are small letters and digits joined by `-`"
    ]


def test_two_steps_with_one_id() -> None:
    """Within a stage an id means one step."""
    assert "stage `show` has two steps with the id `standby`" in _told(
        '# standby\n  id = "standby"',
        '\nid = "standby"\ndo = "wait"\nfor = "demo"\non = { completed = "@end" }\n'
        '[[stage.step]]\nid = "standby" # here',
    )


@pytest.mark.parametrize(
    "line", ['was = ["talk"]', 'was = ["chat"]', 'name = "Talk"', 'aliases = ["First talk"]']
)
def test_two_stages_with_one_name(line: str) -> None:
    """Ids, earlier ids, names and aliases tell stages apart."""
    [found] = _told('id = "show"', f'id = "show"\n{line} # here')
    assert found.startswith("another stage is called `")


def test_two_stages_with_one_id() -> None:
    """An id means one stage."""
    told = _told('id = "show"', 'id = "talk" # here')
    assert "another stage is called `talk` already" in told


def test_an_unknown_target() -> None:
    """A result leads to a step of the same stage or to the stage's end."""
    [problem] = _problems('{ yes = "order", no = "@end" }', '{ yes = "oder", no = "@end" }')
    assert problem.hint == "did you mean `order`?"
    assert _told('{ yes = "order", no = "@end" }', '{ yes = "oder", no = "@end" } # here') == [
        "stage `talk` has no step `oder`"
    ]
    assert _told('then = "standby"', 'then = "stand" # here') == [
        "stage `show` has no step `stand`"
    ]


def test_a_target_that_is_a_stage() -> None:
    """Stages are joined only at their ends, and the hint says how."""
    [problem] = _problems('{ yes = "order", no = "@end" }', '{ yes = "order", no = "show" }')
    assert problem.message == "stage `talk` has no step `show`"
    assert problem.hint == "lead to `@end`, and name the stage in `next` or `recommend`"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('start = "talk"', 'start = "tolk" # here'),
        ('next = ["show"]', 'next = ["show", "tolk"] # here'),
        ('{ stage = "lost" }', '{ stage = "tolk" } # here'),
    ],
)
def test_an_unknown_stage(old: str, new: str) -> None:
    """The start, the next stages and the recommended ones exist."""
    assert _told(old, new) == ["there is no stage `tolk`"]
    assert _problems(old, new)[0].hint == "did you mean `talk`?"


def test_a_start_at_an_ending() -> None:
    """A sale that begins at its end has no steps."""
    assert _told('start = "talk"', 'start = "lost" # here') == [
        "the process cannot start at its ending `lost`"
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('  activity = "demo"', '  activity = "demos" # here'),
        ('for = "demo"', 'for = "demos" # here'),
    ],
)
def test_an_unknown_activity(old: str, new: str) -> None:
    """What is spawned and what is waited for are activities of the process."""
    assert "there is no activity `demos`" in _told(old, new)
    assert _problems(old, new)[0].hint == "did you mean `demo`?"


def test_a_wait_for_what_nothing_spawns() -> None:
    """A sale never waits for an activity that nobody creates."""
    other = '[activity.call-back]\ntype = "call"\n[activity.demo]'
    source = SOUND.replace("[activity.demo]", other).replace('for = "demo"', 'for = "call-back"')
    _, [problem] = check_text(source, fields=SALE_FIELDS)
    assert source.splitlines()[problem.line - 1].strip() == 'for = "call-back"'
    assert problem.message == "no step spawns `call-back`, so nobody can wait for it"
    assert problem.hint == 'add a step with `do = "spawn"` and `activity = "call-back"`'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["account*", "amount"]', '["account*",\n"amont", # here\n]'),
        ('["reason*", "competitor"]', '["reason*", "amont*"] # here'),
        ('set = { owner = "me" }', 'set = { amont = "me" } # here'),
        ('start = "meeting_at"', 'start = "amont" # here'),
        ('due = "+2 workdays"', 'due = "amont" # here'),
    ],
)
def test_an_unknown_field(old: str, new: str) -> None:
    """Forms, endings, set steps and times use fields that a sale has."""
    assert _told(old, new) == ["there is no field `amont`"]
    assert "`amount`" in _problems(old, new)[0].hint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('if = "amount > 1000', 'if = "amont > 1000'),
        ("or divisions > 1", "or amont > 1"),
    ],
)
def test_an_unknown_field_in_a_condition(old: str, new: str) -> None:
    """A condition asks only for what is known."""
    problems = _problems(old, new)
    assert [p.message for p in problems] == ["the condition asks for `amont`, which is not known"]
    assert new in SOUND.replace(old, new).splitlines()[problems[0].line - 1]


def test_a_result_of_another_stage_in_a_condition() -> None:
    """A condition knows the results of its own stage only."""
    assert _told('"amount > 1000 and activity.demo is empty"', '"result.rich = yes" # here') == [
        "the condition asks for `result.rich`, which is not known"
    ]


def test_a_result_that_its_step_never_has() -> None:
    """A condition that waits for a misspelled result would never hold."""
    [problem] = _problems("result.rich = no", "result.rich in (no, never)")
    assert problem.message == "step `rich` never has the result `never`"
    assert problem.hint == "its results are `yes` or `no`"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('assignee = "division.head"', 'assignee = "divison.head" # here'),
        ('assignee = "opportunity.owner"', 'assignee = "divison.head" # here'),
        ('set = { owner = "me" }', 'set = { owner = "divison.head" } # here'),
    ],
)
def test_an_unknown_fact(old: str, new: str) -> None:
    """A name with a dot is looked up when the step opens, so it has to be known."""
    assert _told(old, new) == ["there is no field or fact `divison.head`"]
    assert _problems(old, new)[0].hint.startswith("did you mean `division.head`")


def test_an_unknown_field_in_a_trigger() -> None:
    """A trigger watches a field of a record, and a value that the field can have."""
    assert _told('on = "lead.status"', 'on = "lead.state" # here') == [
        "there is no field `lead.state` to watch"
    ]
    assert _told('to = "Awaiting sale"', 'to = "Awaiting sales" # here') == [
        "`lead.status` is never `Awaiting sales`"
    ]


def test_a_condition_that_cannot_be_read() -> None:
    """The column of the mistake is told, because a condition is one line of text."""
    condition = '"amount > 1000 and activity.demo is empty"'
    [told] = _told(condition, '"amount >" # here')
    assert told == "the condition breaks at column 9: expected a value, found the end"
    [told] = _told('"result.rich = no or divisions > 1", stage', '"(" , stage')
    assert "the condition breaks at column 2" in told


@pytest.mark.parametrize("due", ["+2 fortnights", "+", "+two days"])
def test_an_invalid_due_rule(due: str) -> None:
    """A due rule is an offset that can be reckoned."""
    assert _told('due = "+2 workdays"', f'due = "{due}" # here') == [
        f"`{due}` is not a rule for a due date"
    ]


def test_a_field_listed_twice() -> None:
    """A form asks for a field once."""
    assert _told('"amount"]', '"amount*",\n"amount", # here\n]') == [
        "the field `amount` is listed twice"
    ]


# Results


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('{ yes = "order", no = "@end" }', '{ yes = "order" }', "step `rich` needs at least two"),
        ('{ saved = "@end" }', '{ done = "@end" }', "step `order` needs the result `saved`"),
        ('{ yes = "book", no = "take" }', '{ yes = "book" }', "step `big` needs the result `no`"),
        ('{ completed = "@end" }', '{ canceled = "@end" }', "step `standby` needs the result"),
        (
            '{ reached = "rich", redial-later = "call" }',
            '{ canceled = "rich", postponed = "call" }',
            "step `call` needs at least a result",
        ),
    ],
)
def test_a_missing_result(old: str, new: str, told: str) -> None:
    """Each kind of step has the results that it needs; canceling is always possible."""
    assert any(message.startswith(told) for message in _told(old, f"{new} # here"))


def test_a_result_that_cannot_happen() -> None:
    """A condition is answered with yes or no, and a wait ends completed or canceled."""
    assert _told('no = "take" }', 'no = "take", maybe = "take" } # here') == [
        "step `big` never has the result `maybe`"
    ]
    assert _told('{ completed = "@end" }', '{ completed = "@end", late = "take" } # here') == [
        "step `standby` never has the result `late`"
    ]


def test_no_result_at_all() -> None:
    """A step without any way on would hold the sale for ever."""
    told = _told('{ reached = "rich", redial-later = "call" }', "{} # here")
    assert "`on` is empty" in told


# Ways


def test_an_unreachable_step() -> None:
    """Every step is reached from the first step of its stage."""
    assert _told(
        '[[stage.step]] # order\n  id = "order"\n  do = "form"',
        '[[stage.step]] # here\nid = "extra"\ndo = "form"\nfields = ["amount"]\n'
        'on = { saved = "order" }\n[[stage.step]]\n  id = "order"\n  do = "form"',
    ) == ["no step leads to `extra`"]


def test_a_step_without_a_way_to_the_end() -> None:
    """From every step the stage's end can be reached, so nobody is led into a corner."""
    old = '[[stage.step]] # order\n  id = "order"\n  do = "form"'
    new = (
        '[[stage.step]] # here\nid = "corner"\ndo = "form"\nfields = ["amount"]\n'
        f'on = {{ saved = "corner" }}\n{old}'
    )
    source = SOUND.replace(old, new).replace("redial-later", 'never = "corner", redial-later')
    _, [problem] = check_text(source, fields=SALE_FIELDS)
    assert "# here" in source.splitlines()[problem.line - 1]
    assert problem.message == "no way leads from step `corner` to `@end`"


def test_a_circle_of_automatic_steps() -> None:
    """Steps that nobody does never lead only to one another."""
    header = '[[stage.step]] # big\n  id = "big"'
    source = SOUND.replace(header, '[[stage.step]] # here\n  id = "big"').replace(
        '  set = { owner = "me" }\n  then = "@end"', '  set = { owner = "me" }\n  then = "big"'
    )
    _, [problem] = check_text(source, fields=SALE_FIELDS)
    assert "# here" in source.splitlines()[problem.line - 1]
    assert problem.message == "the automatic steps `big`, `take` go in a circle"


def test_a_circle_through_a_wait_is_no_mistake() -> None:
    """A sale may stand on a wait, so a circle through one can be left."""
    assert _problems('{ completed = "@end" }', '{ completed = "big", canceled = "@end" }') == []


def test_a_repeated_call_is_no_mistake() -> None:
    """A step that somebody does may lead to itself: `redial later`."""
    assert 'redial-later = "call"' in SOUND
    assert _compiled(SOUND).stage("talk").step("call").on["redial-later"] == "call"


def test_one_mistake_is_one_problem() -> None:
    """While a target is unknown nothing is said about the ways, which would repeat it."""
    assert len(_problems('{ yes = "order", no = "@end" }', '{ yes = "x", no = "y" }')) == 2


# Stages


def test_a_stage_without_steps() -> None:
    """A stage either has steps or is an ending."""
    assert _told("[[stage]] # lost", '[[stage]] # here\nid = "idle"\n[[stage]]') == [
        "the stage `idle` has neither steps nor an ending"
    ]


def test_an_ending_with_steps() -> None:
    """At an ending the sale is over, so nothing is done or follows there."""
    assert _told('ending = "lost"', 'ending = "lost"\nnext = ["talk"] # here') == [
        "`next` does not belong to the stage `lost`"
    ]


def test_fields_of_a_stage_that_is_no_ending() -> None:
    """A stage asks for fields with forms; only an ending asks by itself."""
    assert _told("probability = 10", 'fields = ["amount"] # here') == [
        "`fields` does not belong to the stage `talk`"
    ]


def test_no_ending() -> None:
    """Every process ends somewhere; the first stage stands for all of them."""
    lost = SOUND[SOUND.index("[[stage]] # lost") :]
    source = SOUND.replace(lost, "").replace('{ stage = "lost" }', '{ stage = "talk" }')
    _, [problem] = check_text(source, fields=SALE_FIELDS)
    assert source.splitlines()[problem.line - 1] == "[[stage]] # talk"
    assert problem.message == "the process has no ending"


def test_no_stage() -> None:
    """A process has stages."""
    head = SOUND[: SOUND.index("[[trigger]]")]
    _, problems = check_text(f"{head}stage = []", fields=SALE_FIELDS)
    last_line = head.count("\n") + 1
    assert problems[-1] == LocatedProblem(last_line, "the process has no stage")


def test_a_recommendation_that_never_holds() -> None:
    """What follows a recommendation without `if` is never read."""
    assert _told('{ stage = "lost" },', '{ stage = "lost" }, # here\n{ stage = "show" },') == [
        "a recommendation without `if` always holds, so those after it never do"
    ]


# All of them


def test_every_problem_is_told_in_the_order_of_lines() -> None:
    """The checker never stops at the first problem."""
    source = (
        SOUND.replace('drives = "stage"', 'drives = "x"')
        .replace('next = ["show"]', 'next = ["x"]')
        .replace('due = "+2 workdays"', 'due = "x"')
        .replace('ending = "lost"', 'ending = "x"')
    )
    _, problems = check_text(source, fields=SALE_FIELDS)
    lines = source.splitlines()
    expected = [number for number, line in enumerate(lines, 1) if '"x"' in line]
    assert [problem.line for problem in problems] == expected


KEYS = st.sampled_from(
    [
        *("format", "id", "name", "subject", "drives", "start", "stage", "step", "trigger"),
        *("activity", "on", "to", "do", "if", "set", "then", "for", "fields", "was", "aliases"),
        *("next", "recommend", "ending", "probability", "minutes", "due", "assignee", "hint"),
        *("creates", "onstage", "type", "expect_days", "goal", "", "x", "a.b"),
    ]
)
WORDS = st.sampled_from(
    [
        *("", "*", "x", "@end", "stage", "activity", "form", "ask", "if", "set", "spawn", "wait"),
        *("won", "amount*", "me", "a.b", "+2 days", "+", "amount > 1", "opportunity", "yes"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=30,
)


@given(st.dictionaries(KEYS, DOCUMENTS, max_size=10))
def test_no_document_is_too_strange(document: dict[str, Any]) -> None:
    """Whatever its shape, a document is answered with a spec or with problems, never a crash."""
    spec, problems = compile_definition(document, fields=["amount"])
    assert (spec is None) is bool(problems)
    assert all(problem.message for problem in problems)


def _paths(value: Any, path: KeyPath = ()) -> list[KeyPath]:
    if isinstance(value, dict):
        inner = [found for key in value for found in _paths(value[key], (*path, key))]
    elif isinstance(value, list):
        inner = [found for n, item in enumerate(value) for found in _paths(item, (*path, n))]
    else:
        inner = []
    return [path, *inner]


PLACES = [path for path in _paths(tomllib.loads(SOUND)) if path]


@given(st.sampled_from(PLACES), DOCUMENTS)
def test_a_sound_definition_with_anything_in_one_place(path: Any, value: Any) -> None:
    """A sound document in which one value is replaced is compiled or told apart, never a crash."""
    document = tomllib.loads(SOUND)
    around = document
    for part in path[:-1]:
        around = around[part]
    around[path[-1]] = value
    spec, problems = compile_definition(document, fields=SALE_FIELDS)
    assert (spec is None) is bool(problems)


@given(st.sampled_from(PLACES))
def test_a_sound_definition_without_one_place(path: Any) -> None:
    """A sound document that lacks one thing is compiled or told apart, never a crash."""
    document = tomllib.loads(SOUND)
    around = document
    for part in path[:-1]:
        around = around[part]
    del around[path[-1]]
    spec, problems = compile_definition(document, fields=SALE_FIELDS)
    assert (spec is None) is bool(problems)


# A new version


def test_a_vanished_step_in_use() -> None:
    """A step on which sales stand may not vanish."""
    old = _compiled(SOUND)
    new = _compiled(SOUND.replace("order", "ask-order"))
    assert [(p.message, p.path) for p in vanished(old, new, [("talk", "order"), ("talk", "")])] == [
        ("sales stand on step `order` of stage `Talk`, which is gone", ("stage", 0))
    ]
    assert vanished(old, new, [("talk", "call"), ("show", "big"), ("lost", "")]) == []


def test_a_vanished_stage_in_use() -> None:
    """A stage in which sales stand may be renamed, if it says which one it was."""
    old = _compiled(SOUND)
    bare = _compiled(SOUND.replace('"show"', '"present"'))
    renamed = _compiled(SOUND.replace('"show"', '"present"').replace("# show", "\nwas = ['show']"))
    in_use = [("show", "big"), ("show", "standby")]
    [problem] = vanished(old, bare, in_use)
    assert problem.message == "sales stand in stage `Show`, which is gone"
    assert problem.hint == 'write `was = ["show"]` in the stage that takes its place'
    assert vanished(old, renamed, in_use) == []
    assert vanished(old, bare, [("chat", "call")]) == []


# Files


def test_a_sound_file(tmp_path: Path) -> None:
    """Reading gives the text as it is and the document in it; a byte order mark is no part."""
    path = tmp_path / "small.toml"
    path.write_text(SOUND, encoding="utf-8-sig")
    assert definitions.read(path) == (SOUND, tomllib.loads(SOUND))


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is not found, which is another exit code than a broken one."""
    with pytest.raises(NotFoundError, match="There is no file"):
        definitions.read(tmp_path / "none.toml")


def test_a_folder(tmp_path: Path) -> None:
    """What is no file cannot be read."""
    with pytest.raises(UsageError, match="cannot be read"):
        definitions.read(tmp_path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """A file beyond the limit is no definition, whatever it holds."""
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(UsageError, match=r"`large\.toml` is larger than 1 MB"):
        definitions.read(path)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    """The line of the first byte that is not UTF-8 is named."""
    path = tmp_path / "latin.toml"
    path.write_bytes('format = 1\nname = "Größe"'.encode("latin-1"))
    with pytest.raises(UsageError) as refused:
        definitions.read(path)
    assert refused.value.message == "line 2 of `latin.toml` is not UTF-8"


@pytest.mark.parametrize(
    ("source", "line", "told"),
    [
        ('id = "x"\nname = First', 2, "the text is not TOML at column 8: invalid value"),
        ("id = 1\nid = 2\n", 2, "the text is not TOML at column 7: cannot overwrite a value"),
        ("id = 1\nwas = [", 2, "the text is not TOML: invalid value"),
        ("id = " + "[" * 5000, 1, "brackets are nested too deeply"),
        ("id = " + "9" * 5000, 1, "a number is too long"),
    ],
)
def test_malformed_toml(source: str, line: int, told: str, tmp_path: Path) -> None:
    """A text that is no TOML is told with the line and column where it breaks (P113)."""
    assert check_text(source, fields=SALE_FIELDS)[1][0][:2] == (line, told)
    path = tmp_path / "broken.toml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        definitions.read(path)
    assert refused.value.message == f"line {line} of `broken.toml`: {told}"


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ('set = { amount = "lots" } # here', "`lots` is no money"),
        ('set = { close_date = "soon" } # here', "`soon` is no day"),
        ('set = { owner = "bo" } # here', "`bo` is no user"),
        ('set = { probability = "me" } # here', "`me` is no percent"),
    ],
)
def test_a_value_is_of_the_kind_of_its_field(new: str, told: str) -> None:
    """A definition that would set an amount to a word is refused before a sale meets it."""
    source = SOUND.replace('set = { owner = "me" }', new)
    _, [problem] = check_text(source, fields=SALE_FIELDS)
    assert told == problem.message
    assert source[: source.index("# here")].count("\n") + 1 == problem.line
