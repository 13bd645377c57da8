"""The pages are true: they show what is printed, name what exists, link to what is there."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salescli.cli import GLOBAL_FLAGS, load_command
from salescli.commands.shared.catalog import COMMANDS, NOUN_SPELLINGS
from salescli.errors import ExitCode
from scripts.docs.capabilities import ROOT, capabilities, named_rows
from scripts.docs.commands import every_command
from scripts.docs.main import GENERATED, fresh, pages
from scripts.docs.reference import EXIT_CODES, shipped

PAGES = [path.relative_to(ROOT).as_posix() for path in pages()]
WRITTEN = [name for name in PAGES if name not in GENERATED]
CAPABILITIES = "docs/reference/capabilities.md"
HOW_TO = "stale: run scripts/reference"
REFERENCE = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")


def text_of(name: str) -> str:
    """Return the text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


# What is shown


@pytest.mark.parametrize("name", [name for name in PAGES if name != CAPABILITIES])
def test_a_page_shows_what_the_program_says_now(name: str) -> None:
    """Every transcript is run again, and every generated page is made again."""
    assert text_of(name) == fresh(ROOT / name), HOW_TO


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_nothing_of_the_machine_that_made_it(name: str) -> None:
    """No absolute path of a home, a temporary or a working folder."""
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|Users)/", text_of(name))


def test_each_job_of_the_week_takes_one_command() -> None:
    """The guide's ten headings have one command each, and the process is never in the way."""
    jobs = text_of("docs/guides/a-week.md").split("\n## ")[1:]
    commands = [re.findall(r"^\$ (sales.*)$", job, re.MULTILINE) for job in jobs]
    assert [len(found) for found in commands] == [1] * 10


def test_the_readme_sells_to_the_end() -> None:
    """P3: the transcript of a whole sale goes from `run-process` to Closed won."""
    readme = text_of("README.md")
    sale = readme.split("## A whole sale")[1].split("</details>")[0]
    assert sale.count("\n$ sales ") == 15
    assert sale.rstrip().endswith("Next: sales opportunity show OPP-2\n```")
    assert "Closed won" in sale


# What is named


def test_every_command_is_documented_with_an_example() -> None:
    """Each command has its heading, a help and an example to copy."""
    page = text_of("docs/reference/commands.md")
    for name, command in every_command():
        assert f"# {name}\n" in page, name
        assert "Example" in (command.help or ""), f"{name} shows no example"


def test_every_argument_and_option_is_explained() -> None:
    """No option is left without a word on what it means."""
    for name, command in every_command():
        for parameter in command.params:
            assert getattr(parameter, "help", ""), f"{name}: {parameter.name}"


def test_every_exit_code_has_a_meaning_and_a_way_out() -> None:
    """The page of exit codes lists each one."""
    page = text_of("docs/reference/exit-codes.md")
    assert set(EXIT_CODES) == set(ExitCode)
    for code in ExitCode:
        assert f"\n| {int(code)} | `{code.name.lower()}` |" in page


def test_every_stage_and_step_is_on_the_page_of_the_processes() -> None:
    """P2: the shipped stages and steps are documented."""
    page = text_of("docs/reference/processes.md")
    for spec in shipped():
        for stage in spec.stages:
            assert f"### {stage.name}\n" in page
            for step in stage.steps:
                assert f"| `{step.id}` | {step.type or step.do} |" in page


def test_capabilities_are_described_wherever_a_test_names_one() -> None:
    """The first part is described in full, and no test names a row that is not described."""
    known = capabilities()
    assert {f"P{number}" for number in range(1, 48)} <= set(known)
    assert not set(named_rows()) - set(known), "add it to docs/reference/capabilities.toml"


def commands_in(name: str) -> Iterator[list[str]]:
    """Yield the words of each `sales` command that a page shows or mentions."""
    text = text_of(name)
    for block in re.findall(r"^```[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in re.findall(r"^(?:\$ )?(sales .*)$", block, re.MULTILINE):
            yield line_words(line)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for line in re.findall(r"`(sales [^`]+)`", prose):
        yield line_words(line)


def line_words(line: str) -> list[str]:
    """Split a line as the shell does, without its comment."""
    return shlex.split(line, comments=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_only_commands_and_options_that_exist(name: str) -> None:
    """A command that was renamed may not live on in a page."""
    for words in commands_in(name):
        if words[1].isupper() or words[1].startswith("-") or "..." in words[1]:
            continue
        command = found_command(words[1:])
        options = {option for p in command.params for option in p.opts}
        given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert given <= options | GLOBAL_FLAGS | {"--help", "--home"}, words


def test_every_example_of_the_help_can_be_parsed() -> None:
    """An example has all the arguments that its command needs, and no other ones."""
    examples = re.findall(r"For example:\n\n```\n(.*?)\n```", REFERENCE, re.DOTALL)
    written = [line for block in examples for line in block.splitlines()]
    lines = [re.sub(r'^.*"\$\((sales .*)\)"$', r"\1", line) for line in written]
    assert len(lines) > 50
    for line in lines:
        words = [
            word
            for word in line_words(re.sub(r" >>? [\w.~/-]+$", "", line))[1:]
            if word not in GLOBAL_FLAGS | {"..."}
        ]
        name = NOUN_SPELLINGS.get(words[0], words[0])
        command, rest = load_command(name), words[1:]
        while children := getattr(command, "commands", None):
            if command.invoke_without_command and (not rest or rest[0].startswith("-")):
                break
            command, rest = children[rest[0]], rest[1:]
        if rest and rest[-1].startswith("--") and "..." in line:
            rest.append("x")
        command.make_context(line, rest)


def found_command(words: list[str]) -> Any:
    """Return the parser's object that words lead to; fail when there is none."""
    name = NOUN_SPELLINGS.get(words[0], words[0])
    assert name in COMMANDS, words
    command = load_command(name)
    for word in words[1:]:
        children = getattr(command, "commands", None)
        if not children or word.isupper() or word in {"...", "list|show|add|edit"}:
            break
        if word.startswith("-") and command.invoke_without_command:
            break
        assert word in children, words
        command = children[word]
    return command


def test_the_readme_needs_two_commands_to_set_up() -> None:
    """`make run` and `make test` are targets, and nothing else has to be typed before them."""
    setup = text_of("README.md").split("## Install and run")[1].split("```")[1]
    targets = re.findall(r"^make (\w+)", setup, re.MULTILINE)
    assert targets == ["run", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_links_resolve(name: str) -> None:
    """A link to a file leads to one, and a link into a page to one of its headings."""
    for target in re.findall(r"\]\(([^)]+)\)", text_of(name)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        path = ((ROOT / name).parent / file).resolve() if file else ROOT / name
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/decisions.md"])
def test_names_of_code_exist(name: str) -> None:
    """Each dotted name and each path in backticks is there, so the tour can be followed."""
    for word in re.findall(r"`([\w./-]+)`", text_of(name)):
        if re.fullmatch(r"salescli(\.\w+)+", word):
            resolve(word)
        elif "/" in word and not word.startswith(("/", "http")):
            assert (ROOT / word).exists(), word


def resolve(name: str) -> object:
    """Return what a dotted name means; fail when there is nothing of that name."""
    module = name
    attributes: list[str] = []
    while True:
        try:
            found: object = importlib.import_module(module)
            break
        except ModuleNotFoundError:
            module, _, attribute = module.rpartition(".")
            attributes.insert(0, attribute)
    for attribute in attributes:
        assert hasattr(found, attribute), name
        found = getattr(found, attribute)
    return found


def test_the_tree_of_the_architecture_is_the_tree() -> None:
    """Every file and folder in the drawing exists."""
    tree = text_of("docs/architecture.md").split("```")[1]
    place: list[str] = []
    for line in tree.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        word = line.split()[0]
        place = [*place[:depth], word]
        assert (ROOT / "/".join(part.rstrip("/") for part in place)).exists(), line
