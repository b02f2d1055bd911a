"""Every command of the `motcua` command line with an example of its arguments, and what it needs.

tests/unit/test_commands_when_down.py holds the list to the tree of commands.
"""

import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from cli.__main__ import run
from cli.commands import COMMANDS, command_named
from cli.embedded.database import DATABASE
from cli.embedded.rabbitmq import BROKER
from cli.errors import CliError

WITHIN = 3.0  # seconds


@dataclass(frozen=True)
class Example:
    """A command line, and which servers it cannot do without; `needs` is empty if it needs none.

    `{out}` and `{days}` in it stand for a file that is written and a calendar that is read.
    """

    line: str
    needs: tuple[str, ...] = ()

    def words(self, folder: Path) -> list[str]:
        """The arguments, with files in a folder."""
        days = folder / "days.json"
        days.write_text('{"days": [], "sessions": [["07:30", "11:30"]]}')
        return shlex.split(self.line.format(out=folder / "out", days=days))

    @property
    def path(self) -> str:
        """The command without its arguments: `agency add`."""
        words = self.line.split()
        command, found = command_named(words[0]), words[:1]
        while isinstance(command, click.Group) and words[len(found) :]:
            following = command.commands.get(words[len(found)])
            if following is None:
                break
            command, found = following, words[: len(found) + 1]
        return " ".join(found)


BOTH = (BROKER, DATABASE)
# Of a platform that is down these say so, in one sentence.
NEEDING = (
    Example("top --once", ()),
    Example("status", ()),
    Example("down", ()),
    Example("journey", BOTH),
    Example("catalogue import catalogue-data/procedures.json", (DATABASE,)),
    Example("catalogue coverage", (DATABASE,)),
    Example("register --year 2026 {out}", (DATABASE,)),
    Example("calendar show", (DATABASE,)),
    Example("calendar set {days} --note x", (DATABASE,)),
    Example("calendar add 2027-01-04 --kind off --note x", (DATABASE,)),
    Example("calendar remove 2027-01-04 --note x", (DATABASE,)),
    Example("outage list", (DATABASE,)),
    Example("outage announce 2027-01-04T22:00 2027-01-05T09:00 --note x", (DATABASE,)),
    Example("outage note 2026-01-04T22:00 2026-01-05T09:00 --note x", (DATABASE,)),
    Example("outage end 3 2027-01-05T08:00", (DATABASE,)),
    Example("outage take-back 3", (DATABASE,)),
    Example("calendar national add 2027-02-11 --kind off --note x --decision y", (DATABASE,)),
    Example("calendar national plan 2027 --decision y", (DATABASE,)),
    Example("calendar national remove 2027-02-11", (DATABASE,)),
    Example("catalogue import-codes provinces", (DATABASE,)),
    Example("agency end so-xay-dung --until 2026-12-31", (DATABASE,)),
    Example("ask /dossiers --at intake", (DATABASE,)),
    Example("ask /dossiers --at intake --as clerk", (DATABASE,)),
    Example("ask /search?q=x --at routing.so-xay-dung --as officer:x", (DATABASE,)),
    Example("dead", (BROKER,)),
    Example("dead replay intake", (BROKER,)),
    Example("integrator add so-lieu", (BROKER,)),
    Example("integrator list", (BROKER,)),
    Example("integrator rotate so-lieu", (BROKER,)),
    Example("integrator remove so-lieu", (BROKER,)),
    Example("events list", (DATABASE,)),
    Example("events subscribe https://hook.example.vn --email a@example.vn", (DATABASE,)),
    Example("events show x", (DATABASE,)),
    Example("events pause x", (DATABASE,)),
    Example("events resume x", (DATABASE,)),
    Example("events delete x", (DATABASE,)),
    Example("events rotate x", (DATABASE,)),
    Example("events test x", (DATABASE,)),
    Example("events dead x", (DATABASE,)),
    Example("events redrive x --all", (DATABASE,)),
    Example("events replay x --after 0", (DATABASE,)),
    Example("agency check", (DATABASE,)),
    Example("agency remove so-xay-dung", BOTH),
    Example("renew", BOTH),
    Example("renew tokens", BOTH),
    Example("renew logins", BOTH),
    Example("renew files", BOTH),
    Example("verify", BOTH),
    Example("verify --deep", BOTH),
    Example("verify --json", BOTH),
    Example("documents verify", (DATABASE,)),
    Example("documents verify --anew", (DATABASE,)),
    Example("documents orphans", (DATABASE,)),
    Example("documents orphans --json", (DATABASE,)),
    Example("documents hold d-1 --reason x", (DATABASE,)),
    Example("documents release d-1 --reason x", (DATABASE,)),
    Example("documents held d-1", (DATABASE,)),
    Example("backup {out}", BOTH),
)
# These do their work on a platform that is stopped, but not on one that runs without a server.
STOPPED_WILL_DO = (
    Example("agency add so-thu --name Thử", BOTH),
    Example("agency rotate so-xay-dung", BOTH),
)
WITHOUT_A_PLATFORM = (
    Example("agency list"),
    Example("law show"),
    Example("notify preview accepted --language en"),
    Example("law check"),
    Example("catalogue codes"),
    Example('catalogue place "Bình Dương" --district "TP. Thủ Dầu Một"'),
    Example("clock due 2020-09-15T09:00 --working-days 1"),
    Example("token --as clerk --subject x"),
    Example("vault-key --file {out}"),
    Example("definitions"),
)
# These start the platform, write into this tree, or are told where the servers are.
OTHERS = (
    Example("up"),
    Example("demo"),
    Example("restore FILE"),
    Example("docs"),
    Example("conformance http://127.0.0.1:8080"),
    Example("indexes intake"),
)


def refused(data: Path, example: Example, folder: Path) -> CliError:
    """What the command says, within three seconds; whatever else it raises is a traceback."""
    assert example.path  # imports the command, which is not what is measured
    began = time.monotonic()
    with pytest.raises(CliError) as caught:
        run(["--data", str(data), *example.words(folder)])
    assert time.monotonic() - began < WITHIN
    return caught.value


def is_one_sentence_with_what_to_do(said: CliError) -> None:
    """Fails if it is more than a sentence, is no failure, or does not say what to do."""
    assert said.code != 0
    for text in (said.vi, said.en):
        assert "\n" not in text
        assert "motcua up" in text
        assert "Traceback" not in text
        assert "Errno" not in text


def leaves() -> Iterator[str]:
    """Every command that does something, by its path in the tree."""
    for name in COMMANDS:
        yield from _leaves(command_named(name), name)


def _leaves(command: click.Command, path: str) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield path
        return
    if command.invoke_without_command:
        yield path
    for name, each in command.commands.items():
        yield from _leaves(each, f"{path} {name}")
