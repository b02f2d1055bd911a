"""The commands of the documents, one by one, and what each must print.

A command whose answer is an empty list found nothing, and fails, unless its page says that it may
be empty. tests/e2e/test_doors.py types them, tests/unit/test_readme.py holds the list complete.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
INDENTED = re.compile(r"(?:^    \S.*\n)+", re.MULTILINE)
UUID = r"\A[0-9a-f]{8}-[0-9a-f-]{27}\Z"
CODE = r'"code": "000\.00\.00\.H41-\d{6}-\d{4}"'


@dataclass(frozen=True)
class Expected:
    """What a command of a page prints: words, as a pattern; `empty` if the page says it may be."""

    command: str
    prints: str
    empty: bool = False

    def fits(self, command: str) -> bool:
        """Whether this is about that command: it begins so."""
        return command.startswith(self.command)

    def flaw(self, printed: str) -> str:
        """What is wrong with what was printed; "" if nothing is."""
        if not re.search(self.prints, printed.strip()):
            return f"does not print {self.prints!r}"
        return "" if self.empty or not found_nothing(printed) else "finds nothing"


DOORS: Mapping[str, tuple[Expected, ...]] = {
    "office": (
        Expected("motcua clock due", r"→ Due .*2020"),
        Expected("motcua law show", r"(?s)NĐ 118/2025 \(sđ.*309/2026\)"),
        Expected("motcua law check", r"(?s)one-stop.*NĐ 118/2025.*channels"),
        Expected("motcua catalogue import", r"\b0 bad"),
        Expected("motcua catalogue coverage --by field", r"(?s)procedures.*Đầu tư.* of "),
        Expected("motcua catalogue coverage --file", r"956 of 1,275 \(74\.98 %\)"),
        Expected("name=", r"\w{3}"),
        Expected("paper=", UUID),
        Expected("dossier=", UUID),
        Expected("motcua ask /dossiers/$dossier/accept", rf'(?s){CODE}.*"state": "accepted"'),
        Expected("motcua ask /dossiers/$dossier ", r"Time limit: 10 calendar days"),
        Expected('motcua ask "/dossiers/search', rf"(?s){CODE}.*Trần Thị Bình"),
        Expected("motcua calendar add", r"(?s)Edition \d+ is in force\..*Done"),
        Expected("motcua calendar show", r"2027-12-31 .*Nghỉ bù"),
        Expected("motcua calendar remove", r"(?s)Edition \d+ is in force\..*Done"),
        Expected("motcua ask /late", r'"late": \[', empty=True),
        Expected("motcua register", r"register-2026\.pdf is written \(\d{4,} bytes\)"),
    ),
    "agency": (
        Expected("motcua agency add", r"AMQP_URL=amqp://routing\.so-cong-thuong:"),
        Expected("motcua agency list", r"so-cong-thuong .*runs"),
        Expected("motcua ask /officers/hanh", r'"hanh"'),
        Expected("motcua ask /officers/minh", r'"minh"'),
        Expected("motcua ask /desks/quay-5", r'"quay-5"'),
        Expected("motcua agency check", r"\d+ agencies, [1-9]\d* desks, \d+ officers: 0 gaps"),
        Expected("motcua journey", r"✓ .*Histories are whole"),
        Expected("motcua ask /lists/overdue", r'"steps": \[', empty=True),
        Expected('motcua ask "/search', r'"procedure_name": "Thủ tục chấp thuận chủ trương'),
        Expected("motcua agency rotate", r"AMQP_URL=amqp://routing\.so-cong-thuong:"),
        Expected("motcua agency end", r"so-cong-thuong.*2030-12-31"),
        Expected("motcua agency remove", r"so-cong-thuong has no rights any more"),
    ),
    "integrator": (
        Expected("motcua journey", r"✓ .*Every event was handled once"),
        Expected('motcua ask "/events', r'"specversion": "1\.0"'),
        Expected("export MOTCUA_TOKEN=", r"\AeyJ[\w.-]{100,}\Z"),
        Expected("export MOTCUA_FEED=", r"\Ahttp://127\.0\.0\.1:\d+\Z"),
        Expected("python", r"(?m)^dossier\.submitted [0-9a-f-]{36} \{"),
        Expected('motcua ask "/procedures', r'"code": "\d\.\d{6}"'),
        Expected('motcua ask "/dossiers', CODE),
    ),
    "sre": (
        Expected("motcua status", r"(?m)^intake +ready"),
        Expected("motcua top", r"(?m)^.*intake .*\d"),
        Expected("motcua journey", r"✓ .*Histories are whole"),
        Expected("motcua dead", r"Dead letters: \d+"),
        Expected("motcua verify --deep", r"✓ .*Every file is there and whole"),
        Expected("motcua backup", r"\b[1-9]\d* documents and [1-9]\d* files copied"),
        Expected("motcua renew tokens", r"tokens renewed"),
        Expected("motcua definitions", r'"bindings"'),
        Expected("motcua indexes --help", r"Usage: motcua indexes"),
    ),
}

# Blocks of the other pages. Those that need Docker, Kubernetes or the machine of a developer are
# typed elsewhere: what by is said beside each.
PAGES: Mapping[str, tuple[Expected, ...]] = {
    "docs/catalogue.md": (
        Expected(
            "motcua catalogue codes provinces --at 2025-06-30", r"(?m)^  H01 .*(\n  H\d\d .*){62}$"
        ),
        Expected("motcua catalogue codes provinces --ever", r"until 2025-06-30 → H05"),
        Expected("motcua catalogue codes provinces", r"(?m)^  H01 .*(\n  H\d\d .*){33}$"),
        Expected("motcua catalogue place", r"(?s)Hồ Chí Minh.*Phường Thủ Dầu Một"),
        Expected("motcua catalogue coverage --file", r"956 of 1,275 \(74\.98 %\)"),
        Expected("motcua law show --on 2026-08-05", r"(?s)NĐ 118/2025 \(sđ.*309/2026\)"),
        Expected("motcua law check", r"(?s)one-stop.*NĐ 118/2025.*channels"),
    ),
    "docs/webhooks.md": (
        Expected("motcua integrator add", r"(?m)^AMQP_URL=amqp://integrator\.so-lieu:\S+@"),
    ),
    "docs/operating.md": (
        Expected("motcua definitions", r'"bindings"'),
        Expected("motcua calendar national add", r"Edition \d+ is in force"),
        Expected("motcua calendar national plan", r"Edition \d+ is in force|the same as before"),
        Expected("motcua outage announce", r"(?m)^\d+ .*22:00 – .*09:00 .*New servers$"),
        Expected("motcua outage list", r"(?m)^\d+ .*22:00 – .*09:00"),
        Expected("motcua dead replay intake --id", r"There is no message ID"),
        Expected("motcua dead replay intake", r"Sent again: \d+"),
        Expected("motcua dead", r"Dead letters: \d+"),
    ),
}
TYPED_ELSEWHERE: Mapping[str, str] = {
    "make demo": "tests/e2e/test_journey.py, with both languages",
    "make test": "runs this",
    "make env": "make compose-test",
    "make image": "make compose-test",
    "docker compose": "make compose-test",
    "DOCKER_BUILDKIT=1 docker build": "make compose-test",
    "echo COMPOSE_FILE=": "make compose-test",
    "kubectl": "tests/deploy/chart, which renders what it is for",
    "helm": "tests/deploy/chart",
    "rabbitmqctl import_definitions": "tests/integration/test_before_an_upgrade.py, by the API",
    "python -m bench cost": "tests/integration/test_cost.py, by what it calls",
    "python -m bench all": "tests/unit/test_bench_page.py",
    "python -m bench arrival": "by hand: it measures, and fails if it cannot",
    "python -m bench lifecycle": "by hand, as above",
    "python -m bench burst": "by hand: it measures, and fails if it cannot",
    "python -m bench webhooks": "by hand: it measures, and fails if it cannot",
    "python -m bench feed": "by hand, as above",
    "python -m bench bus": "by hand, as above",
    "python -m bench intake": "by hand, as above",
    "python -m bench journey": "by hand, as above",
    "python -m bench files": "by hand, as above",
    "python -m bench page": "tests/unit/test_bench_page.py",
    "motcua conformance": "tests/unit/test_conformance.py",
    "motcua agency add kho-bac-nha-nuoc": "tests/e2e/short/test_elsewhere.py",
}


def commands_of(page: Path) -> list[str]:
    """The commands of a page's shell blocks in order, each whole; a Python block is one."""
    found: list[str] = []
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        found += statements(text) if language == "sh" else [f"python - <<'PROGRAM'\n{text}PROGRAM"]
    return found


def indented_commands_of(page: Path) -> list[str]:
    """The commands that stand indented on a page, without their comments."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line.strip() for block in INDENTED.findall(text) for line in block.splitlines()]
    return [line.partition(" #")[0].strip() for line in lines]


def statements(text: str) -> Iterator[str]:
    """The statements of a shell block: a line, with those that it goes on to."""
    whole = ""
    for line in text.splitlines():
        whole += line
        if whole.endswith("\\") or whole.count("(") > whole.count(")"):
            whole += "\n"
        elif whole.strip():
            yield whole.partition(" # ")[0].strip() if "\n" not in whole else whole
            whole = ""


def shown(command: str) -> str:
    """Shell that types a command, and shows what an assignment or a file holds then."""
    assigned = re.match(r"(?:export )?(\w+)=", command)
    if assigned:
        return f'{command}\necho "${assigned[1]}"'
    written = re.search(r"> (\S+)$", command)
    return f"{command}\nhead -c 300 {written[1]}" if written else command


def found_nothing(printed: str) -> bool:
    """Whether an answer is JSON all of whose lists are empty, and no single thing with an id."""
    try:
        answer = json.loads(printed)
    except ValueError:
        return False
    if not answer or not isinstance(answer, dict):
        return answer in ([], {})
    lists = [each for each in answer.values() if isinstance(each, list)]
    return "id" not in answer and bool(lists) and not any(lists)
