"""Every command that writes, as it is killed: a later one joins with one line."""

from typing import NamedTuple

from salescli.cli import load_command
from salescli.commands.shared.catalog import COMMANDS
from tests.durability.scenes import KEPT


class Writer(NamedTuple):
    """A command line that changes the store of a scene; `{files}` is the folder of the files."""

    words: tuple[str, ...]
    scene: str = "team"
    is_repeatable: bool = False
    """Whether the same command changes nothing once it was done."""
    told: str = ""
    """Words of the answer that come once it is done; without, every answer does."""

    @property
    def name(self) -> str:
        """The scene and the command."""
        return f"{self.scene}: {' '.join(self.words)}"


def _writer(line: str, scene: str = "team", *, is_repeatable: bool = False) -> Writer:
    return Writer(tuple(word.replace("_", " ") for word in line.split()), scene, is_repeatable)


WRITERS = (
    _writer("run-process corporate-sale --account Initech --new"),
    _writer("run-process corporate-sale --account Acme --new --result meet --at fri_10"),
    _writer("done RUN-2 meet --at thu_10"),
    _writer("done ACT-6"),
    _writer("continue RUN-3 --set account=Acme --set amount=700"),
    _writer("stage OPP-1 proposal"),
    _writer("stage OPP-1 RUN-2 needs-analysis"),
    _writer("close OPP-1 won"),
    _writer("close RUN-2 rejected --reason budget"),
    _writer("reopen OPP-2 --reason They_called_back --stage proposal"),
    _writer("assign OPP-1 RUN-2 bo"),
    _writer("schedule ACT-2 fri_14:30"),
    _writer("postpone RUN-2 --until 2026-12-09"),
    _writer("cancel ACT-2 --reason The_customer_is_away"),
    _writer("note OPP-1 A_long_talk"),
    _writer("stale snooze OPP-1 --until 2027-02-01 --reason their_budget_round"),
    _writer("stale wake OPP-1"),
    _writer("undo"),
    _writer("undo 3"),
    _writer("redo", "undone"),
    _writer("opportunity add Rebuild --account Umbrella --amount 900"),
    _writer("opportunity edit OPP-1 --amount 7000 --close-date 2027-01-15"),
    _writer("opportunity stakeholder add OPP-1 Tom_Fox --influence 5"),
    _writer("opportunity stakeholder edit OPP-1 Mia_Ray --loyalty 2"),
    _writer("opportunity stakeholder remove OPP-1 Mia_Ray"),
    _writer("kb add https://example.org/cold --kind example --vertical Food_storage"),
    _writer("kb add {files}/edited.toml --kind template"),
    _writer("kb edit Hall --stage presentation --name The_hall"),
    _writer("kb remove Hall"),
    _writer("opportunity attach OPP-1 Hall"),
    _writer("opportunity attach OPP-1 {files}/accounts.csv"),
    _writer("done RUN-2 meet --at thu_10 --attach {files}/accounts.csv --email CON-1"),
    _writer("opportunity detach OPP-1 DOC-2"),
    _writer("opportunity competitor add OPP-1 Nixon"),
    _writer("opportunity competitor edit OPP-1 Rivalon --strengths price"),
    _writer("opportunity competitor remove OPP-1 Rivalon"),
    _writer("opportunity condition add OPP-1 Payment --asked 60_days"),
    _writer("opportunity condition edit OPP-1 Discount --agreed 10_%"),
    _writer("opportunity condition remove OPP-1 Discount"),
    _writer("activity participant add ACT-6 Tom_Fox"),
    _writer("activity participant remove ACT-6 Mia_Ray"),
    _writer("opportunity line add OPP-1 Valve -n 4"),
    _writer("opportunity line edit OPP-1 Pump -n 3"),
    _writer("opportunity line remove OPP-1 Pump"),
    _writer("activity add Call_Mia --opportunity OPP-1 --at 2026-11-30"),
    _writer("activity edit ACT-6 --name Visit_the_other_fair"),
    _writer("account add Umbrella --city Paris"),
    _writer("account edit Acme --phone 555_099"),
    _writer("contact add Tom_Fox --account Globex"),
    _writer("contact edit CON-1 --email mia@acme.example"),
    _writer("lead add Kim_Lee --company Hooli"),
    _writer("lead edit LEAD-1 --phone 555_030"),
    _writer("lead edit LEAD-1 --status Awaiting_sale"),
    _writer("offer add Filter --price 80"),
    _writer("offer edit Pump --price 1300"),
    _writer("user add dee --manager bo"),
    _writer("user edit cy --manager bo"),
    _writer("division add South --head bo"),
    _writer("division edit North --head cy"),
    _writer("division remove Spare"),
    _writer("process publish {files}/edited.toml --yes"),
    _writer("process publish {files}/edited.toml --yes --division North"),
    _writer("process add --name Service_contract"),
    _writer("process copy corporate-sale Key_accounts"),
    _writer("process edit corporate-sale --editor sed_-i_s/Corporate/Company/"),
    _writer("process disable corporate-sale --reason too_old"),
    _writer("process enable spare"),
    _writer("process migrate corporate-sale --now", "edited"),
    _writer("plan set ana 2026-Q4 50k"),
    _writer("plan set ana 2027 90k"),
    _writer("plan remove ana 2026-12"),
    _writer("plan import {files}/quotas.csv"),
    _writer("view save stuck --where age>30"),
    _writer("stage negotiations --where owner=me --yes"),
    _writer("stage --file {files}/stages.csv"),
    _writer("close lost --where owner=me --reason price"),
    _writer("assign bo --where owner=me --on-error continue"),
    _writer("batch {files}/changes.jsonl --yes --batch-id monday", is_repeatable=True),
    _writer("view save mine --where owner=me_and_state=open"),
    _writer("view remove mine"),
    _writer("config hints off"),
    _writer(
        "import {files}/accounts.csv {files}/contacts.csv {files}/deals.csv", is_repeatable=True
    ),
    _writer("account edit Acme --phone 555_098", "yesterday"),
    _writer("backup", "team"),
    _writer(f"restore {KEPT} --yes", "kept")._replace(told="The store is as it was"),
    _writer("doctor --mend", "unwell"),
    _writer("note ACC-1 After_the_update", "first revision"),
    _writer("undo", "first revision"),
    _writer("account add Acme", "nothing"),
    _writer("run-process corporate-sale", "nothing"),
)
"""What is killed. Every command that can change something is here."""


def commands() -> set[str]:
    """Return every command of the tree by its words."""
    return {name for root in COMMANDS for name in _leaves(load_command(root), root)}


def command_of(writer: Writer) -> str:
    """Return which command of the tree a writer calls."""
    known = commands()
    lengths = range(len(writer.words), 0, -1)
    names = (" ".join(writer.words[:length]) for length in lengths)
    return next(name for name in names if name in known)


def _leaves(command: object, name: str) -> list[str]:
    below = getattr(command, "commands", None)
    if not below:
        return [name]
    own = [name] if getattr(command, "invoke_without_command", False) else []
    return [*own, *(leaf for word, one in below.items() for leaf in _leaves(one, f"{name} {word}"))]
