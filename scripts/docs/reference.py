"""The other pages that follow from the program: exit codes, fields, the shipped processes."""

from collections.abc import Iterator, Mapping

from salescli.domain.fields import NOUNS, REFERENCES, SALE_FIELDS, Field
from salescli.domain.process.condition import unparse
from salescli.domain.process.spec import END, ProcessSpec, StageSpec, StepSpec
from salescli.errors import ExitCode
from salescli.services.publishing import checked
from salescli.services.shipped import PROCESSES
from scripts.docs.markdown import code, codes, page, table

EXIT_CODES = {
    ExitCode.DONE: ("done", "none is needed"),
    ExitCode.FAILURE: (
        "a failure inside the program, or a bug",
        "nothing was changed; run it again with `--debug` and report what it prints",
    ),
    ExitCode.USAGE: (
        "the words, a setting or a definition file cannot be understood",
        "read the hint, or `sales COMMAND --help`; `sales process check FILE` names the lines",
    ),
    ExitCode.NOT_FOUND: (
        "no record, stage, result, process or file has that name",
        "the hint offers the nearest names; `sales NOUN list --all` shows all",
    ),
    ExitCode.RULE: (
        "a rule of the sale forbids it, such as work on a closed sale",
        "the hint names the command that is allowed instead",
    ),
    ExitCode.NOT_ALLOWED: (
        "you may not see or do that; nothing ends so before access rights are built",
        "ask the owner or the division's head",
    ),
    ExitCode.CHANGED_MEANWHILE: (
        "somebody else has completed or changed it since",
        "look at it again (`sales opportunity show`), then decide anew",
    ),
    ExitCode.UNREACHABLE: (
        "the store cannot be used: busy, full, damaged, or written by a newer version",
        "name another folder with `--home`, free the disk, or update the program",
    ),
    ExitCode.DECISION_NEEDED: (
        "an answer is missing and there is nobody to ask; nothing was changed",
        "give one of the choices listed, such as `--next STAGE` or `--set FIELD=VALUE`",
    ),
    ExitCode.PARTLY_DONE: (
        "it was done in part: rows of an import could not be used",
        "mend the rows that are listed and run it again; what came in is not added twice",
    ),
    ExitCode.INTERRUPTED: (
        "you interrupted it",
        "run it again; what you typed into a form is kept",
    ),
}
"""What each code means, and the way out."""

KINDS = {
    "text": "one line",
    "long text": "text, several lines if you like",
    "money": "an amount: `42000`, `42,000.50`, `42k`",
    "integer": "a whole number",
    "percent": "a whole number from 0 to 100",
    "day": "a day: `2026-12-01`, `1 dec`, `tue`, `+2 weeks`",
    "moment": "a day with a time: `tue 10`, `2026-12-01 14:30`",
    "choice": "one of the words listed",
    "yes-no": "`yes` or `no`",
    "names": "names with commas between them",
}


def exit_codes_page() -> str:
    """Return the page of the exit codes."""
    return page(
        "Exit codes",
        "What a command tells the shell. The words are on stderr: `error:` says what happened,"
        " `hint:` the way out. With `--json` the same goes to stderr as"
        ' `{"error": {"code", "exit_code", "message", "hint"}}`, with `choices` where a decision'
        " is needed. `kept:` (`kept` in JSON) is a command that gives once more what was typed to"
        " something that has changed meanwhile.",
        table(
            ("code", "name", "meaning", "way out"),
            [
                (str(int(exit_code)), code(exit_code.name.lower()), *EXIT_CODES[exit_code])
                for exit_code in ExitCode
            ],
        ),
    )


def fields_page() -> str:
    """Return the page of the fields."""
    nouns = [
        f"## {noun.capitalize()}\n\n" + table(_COLUMNS, map(_field, fields))
        for noun, fields in NOUNS.items()
    ]
    own = [field for field in SALE_FIELDS.values() if field not in NOUNS["opportunity"]]
    return page(
        "Fields",
        "The names that forms, `--set FIELD=VALUE`, `add`, `edit`, import and conditions share."
        " A star marks what a record cannot be without.",
        "## Kinds\n\n" + table(("kind", "what you write"), KINDS.items()),
        "A kind that is a noun means a record of it: its login, name or handle.",
        "## In a sale\n\nThe forms of a sale can ask for every field of the opportunity but"
        " `stage`, and for these. What lands in `run` belongs to the sale alone and is seen in its"
        " forms.\n\n" + table((*_COLUMNS, "lands in"), [(*_field(f), _landing(f)) for f in own]),
        *nouns,
    )


_COLUMNS = ("field", "label", "kind")


def _field(field: Field) -> tuple[str, str, str]:
    star = " *" if field.is_required else ""
    options = f": {codes(field.options)}" if field.options else ""
    kind = code(field.kind) if field.kind in REFERENCES else field.kind
    return f"{code(field.name)}{star}", field.label, f"{kind}{options}"


def _landing(field: Field) -> str:
    places: Mapping[str, str] = {
        "account": f"the account's `{field.stored_as}`",
        "run": "the run",
        "opportunity_line": "lines of the opportunity, one an offer",
    }
    return places.get(field.record, f"{field.record}s of the opportunity, one a name")


def processes_page() -> str:
    """Return the page of the shipped processes."""
    return page(
        "Shipped processes",
        "What `sales process show NAME` prints, as tables. A result leads to another step of the"
        " same stage or ends the stage; then the next stage is chosen, and every other stage stays"
        " reachable. How to change a process: [the process file](../guides/process-file.md).",
        *(_process(spec) for spec in shipped()),
    )


def shipped() -> list[ProcessSpec]:
    """Return every process that comes with the program."""
    return [
        checked(path.read_text(encoding="utf-8"), path.name)
        for path in sorted(PROCESSES.glob("*.toml"))
    ]


def _process(spec: ProcessSpec) -> str:
    stages = table(
        ("stage", "id", "probability", "expected", "goal"),
        [
            (
                stage.name,
                code(stage.id),
                f"{stage.probability} %",
                f"{stage.expect_days} days" if stage.expect_days else "",
                stage.goal,
            )
            for stage in spec.stages
        ],
    )
    begins = f"It begins at `{spec.start}`."
    triggers = [f"It also begins when `{t.on}` becomes `{t.to}`." for t in spec.triggers]
    parts = [f"## {spec.name}", " ".join([begins, *triggers]), stages]
    return "\n\n".join([*parts, *(part for stage in spec.stages for part in _stage(spec, stage))])


def _stage(spec: ProcessSpec, stage: StageSpec) -> Iterator[str]:
    yield f"### {stage.name}"
    if stage.aliases:
        yield f"Also called {', '.join(stage.aliases)}."
    if stage.ending:
        yield f"Ends the sale as {stage.ending}; asks for {codes(_starred(stage))}."
        return
    yield table(("step", "kind", "what", "result", "leads to"), _rows(spec, stage))
    yield " ".join(_advice(stage)) or f"Next: {codes(stage.next)}."


def _rows(spec: ProcessSpec, stage: StageSpec) -> Iterator[tuple[str, ...]]:
    for step in stage.steps:
        head = (code(step.id), step.type or step.do, _what(spec, step))
        for result, target in step.on.items():
            yield (*head, code(result), "the end of the stage" if target == END else code(target))
            head = ("", "", "")


def _what(spec: ProcessSpec, step: StepSpec) -> str:
    asked = f" Asks for {codes(_starred(step))}." if step.fields else ""
    topic = f" ({spec.activity(step.topic).name})" if step.topic else ""
    return f"{step.name}{topic}{asked}"


def _starred(spec: StageSpec | StepSpec) -> list[str]:
    return [field + ("*" if field in spec.required else "") for field in spec.fields]


def _advice(stage: StageSpec) -> Iterator[str]:
    for way in stage.recommend:
        when = f"if `{unparse(way.test)}`" if way.test else "otherwise"
        because = f": {way.because}" if way.because else ""
        yield f"Recommends `{way.stage}` {when}{because}."
