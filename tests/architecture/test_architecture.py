"""The tree keeps the rules of the architecture, and each rule notices a violation."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.calendar_rules import unit_calendar_only
from tests.architecture.definition_rules import definitions
from tests.architecture.import_rules import ADAPTERS, MEASURES_NAMEKO, adapters, imports
from tests.architecture.law_rules import texts_of_law
from tests.architecture.naming_rules import (
    MOST_SAME_NAMES,
    SAME_NAME,
    class_names,
    same_names,
)
from tests.architecture.package_rules import package_cycles
from tests.architecture.pattern_rules import patterns
from tests.architecture.rules import Violation
from tests.architecture.settings_rules import settings

ROOT = Path(__file__).resolve().parents[2]
Rule = Callable[[Path], Iterator[Violation]]
RULES: tuple[Rule, ...] = (
    rules.rooms,
    rules.sentences,
    rules.purity,
    rules.no_try,
    rules.sizes,
    rules.names,
    rules.addresses,
    imports,
    adapters,
    definitions,
    settings,
    class_names,
    package_cycles,
    texts_of_law,
    patterns,
    unit_calendar_only,
)
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)

CLEAN = {
    "contracts/__init__.py": '"""What is said."""\n',
    "contracts/events.py": """
        from dataclasses import dataclass

        @dataclass(frozen=True)
        class Event:
            agency: str
        """,
    "foundation/__init__.py": '"""How it is said."""\n',
    "foundation/errors.py": "class Refused(Exception): pass\n",
    "foundation/outbox/store.py": """
        import re

        import structlog
        from pymongo import MongoClient

        from contracts.events import Event
        from foundation.errors import Refused

        log = structlog.get_logger("motcua")
        CODE = re.compile("[0-9]+")
        KNOWN = frozenset((Event, Refused))

        class Store:
            def client(self):
                return MongoClient()
        """,
    "foundation/settings/environment.py": """
        def setting(meaning):
            return meaning

        class Settings:
            mongo_url: str = setting("where the database is")

            @property
            def near(self):
                return "127.0.0.1" in self.mongo_url
        """,
    "services/__init__.py": "",
    "services/__main__.py": """
        from foundation.runtime.patch import patch

        patch()

        from foundation.runtime.run import main

        if __name__ == "__main__":
            main()
        """,
    "services/intake/__init__.py": '"""Takes in dossiers, e.g. by the web (Đ16.2)."""\n',
    "services/intake/domain.py": """
        import uuid
        from datetime import datetime, timedelta

        from contracts.events import Event
        from foundation.errors import Refused
        from foundation.worktime import add_working_days

        LONGEST = timedelta(days=30)

        def accept(act, now: datetime):
            return uuid.uuid5(uuid.NAMESPACE_URL, str(now)), now.date() < act.now
        """,
    "services/intake/schemas.py": """
        from marshmallow import Schema, fields, validate

        from services.intake import domain

        class Submission(Schema):
            name = fields.String(required=True, validate=validate.Length(max=200))
        """,
    "services/intake/settings.py": """
        from foundation.settings.environment import Settings, setting

        class IntakeSettings(Settings):
            unit: str = setting("code of this unit")
        """,
    "services/intake/store.py": """
        from foundation.outbox import Store

        class Dossiers(Store):
            indexes = (tuple("due"),)
        """,
    "services/intake/outside.py": """
        import minio

        class Scanner:
            pass
        """,
    "services/intake/service.py": """
        from contracts.events import Event
        from foundation.consumer import on
        from services.intake import domain, schemas
        from services.intake.store import Dossiers

        class Intake:
            dossiers = Dossiers()

            @on(Event)
            def learn(self, event):
                return domain.accept(event)
        """,
    "services/intake/pages.py": "from foundation.web.html_pages import page\n",
    "services/intake/templates/page.html": "<p>\n",
    "cli/__init__.py": "",
    "cli/__main__.py": """
        import click
        from pymongo import MongoClient

        from services import intake

        @click.group()
        def main():
            pass

        @main.command()
        @click.option("--day", default=1)
        def up(day):
            pass
        """,
    "bench/__init__.py": "",
    "tests/__init__.py": "",
    "README.md": "see docs/work/ and the folder foundation/home/x/\n",
}

SERVICE = "services/intake"
DOMAIN = f"{SERVICE}/domain.py"
STORE = "foundation/outbox/store.py"
SETTINGS = "foundation/settings/environment.py"
UNIT = "class A:\n    unit: str = setting('code of this unit')"
LONG = "def long():\n" + "    pass\n" * 40

# What is planted, in which file, and which rule must find it there.
PLANTS: tuple[tuple[Rule, str, str], ...] = (
    (rules.rooms, f"{SERVICE}/views.py", "VIEWS = ()"),
    (rules.rooms, f"{SERVICE}/queries/all.py", "ALL = ()"),
    (rules.rooms, "services/shared.py", "SHARED = ()"),
    (rules.rooms, f"{SERVICE}/domain/__init__.py", ""),
    (rules.sentences, f"{SERVICE}/__init__.py", ""),
    (rules.sentences, f"{SERVICE}/__init__.py", '"""Takes in dossiers"""'),
    (rules.sentences, f"{SERVICE}/__init__.py", '"""Takes in. And gives back."""'),
    (rules.sentences, f"{SERVICE}/__init__.py", '"""Takes in dossiers."""\nVERSION = 1'),
    (rules.sentences, "services/desk/__init__.py", ""),
    (rules.purity, DOMAIN, "from datetime import datetime\ndef f(): return datetime.now()"),
    (rules.purity, DOMAIN, "import datetime as d\ndef f(): return d.date.today()"),
    (rules.purity, DOMAIN, "from datetime import datetime\nread_clock = datetime.now"),
    (rules.purity, DOMAIN, "def f(clock): return clock.now()"),
    (rules.purity, DOMAIN, "import uuid\ndef f(): return uuid.uuid4()"),
    (rules.purity, DOMAIN, "from uuid import uuid4"),
    (rules.purity, DOMAIN, "def f(): return open('rules.json')"),
    (rules.purity, DOMAIN, "def f(): print('accepted')"),
    (rules.purity, f"{SERVICE}/domain/clock.py", "def f(day): return day.today()"),
    (rules.no_try, DOMAIN, "def f():\n    try: pass\n    except ValueError: pass"),
    (rules.no_try, f"{SERVICE}/service.py", "def f():\n    try: pass\n    finally: pass"),
    (rules.sizes, STORE, LONG),
    (rules.sizes, STORE, "class Store:\n    async " + LONG.replace("\n", "\n    ")),
    (rules.sizes, "bench/rows.py", "ROWS = 1\n" * 351),
    (rules.names, "foundation/utils.py", ""),
    (rules.names, "services/common/__init__.py", '"""Shared."""'),
    (rules.names, "tests/helpers.py", ""),
    (rules.names, STORE, "class StoreManager: pass"),
    (rules.names, STORE, "class BASEStore: pass"),
    (rules.names, STORE, "def date_helper(): pass"),
    (rules.names, "cli/misc/up.py", ""),
    (rules.addresses, "Makefile", "pip install --index-url https://" + "pypi" + ".org/simple"),
    (rules.addresses, "requirements/lock.txt", "a @ https://files." + "pythonhosted" + ".org/a"),
    (rules.addresses, "docs/guide.md", "it lies in " + "/work" + "/main"),
    (rules.addresses, STORE, "PLACE = '" + "/root" + "/.cache'"),
    (rules.addresses, "tests/unit/test_x.py", "LOG = '" + "/opt" + "/wheels/x'"),
    (imports, "contracts/events.py", "import structlog"),
    (imports, "contracts/events.py", "from foundation.errors import Refused"),
    (imports, STORE, "from services.intake import domain"),
    (imports, STORE, "from cli import up"),
    (imports, STORE, "from contracts.events import DossierAccepted"),
    (imports, STORE, "from tests import fakes"),
    (imports, "services/__main__.py", "import eventlet"),
    (imports, DOMAIN, "import os"),
    (imports, DOMAIN, "import logging"),
    (imports, DOMAIN, "from random import choice"),
    (imports, DOMAIN, "from time import time"),
    (imports, DOMAIN, "def f():\n    import socket"),
    (imports, DOMAIN, "import structlog"),
    (imports, DOMAIN, "from foundation.outbox.store import Store"),
    (imports, DOMAIN, "from services.intake.store import Dossiers"),
    (imports, DOMAIN, "from services.routing import domain"),
    (imports, DOMAIN, "from ..routing import domain"),
    (imports, f"{SERVICE}/domain/x.py", "from foundation import clock"),
    (imports, f"{SERVICE}/schemas.py", "from foundation.outbox.store import Store"),
    (imports, f"{SERVICE}/schemas.py", "import pymongo"),
    (imports, f"{SERVICE}/store.py", "from bson import ObjectId"),
    (imports, f"{SERVICE}/store.py", "from services.intake import service"),
    (imports, f"{SERVICE}/outside.py", "import nameko"),
    (imports, f"{SERVICE}/service.py", "from nameko.rpc import rpc"),
    (imports, f"{SERVICE}/service.py", "from kombu import Queue"),
    (imports, f"{SERVICE}/service.py", "import services.routing.domain"),
    (imports, f"{SERVICE}/service.py", "from cli import up"),
    (imports, f"{SERVICE}/pages.py", "import prometheus_client"),
    (imports, "cli/__main__.py", "import eventlet"),
    (imports, "cli/__main__.py", "import weasyprint"),
    (imports, f"{SERVICE}/service.py", "import segno"),
    (imports, f"{SERVICE}/outside.py", "import pikepdf"),
    (imports, "cli/__main__.py", "from tests import fakes"),
    (imports, "bench/rows.py", "from tests import fakes"),
    (adapters, STORE, "import eventlet"),
    (adapters, STORE, "from eventlet.event import Event"),
    (adapters, STORE, "def f():\n    import greenlet"),
    (adapters, "foundation/injection.py", "from eventlet import sleep"),
    (adapters, STORE, "from nameko.extensions import DependencyProvider"),
    (adapters, STORE, "from nameko.testing.services import worker_factory"),
    (adapters, "foundation/concurrency/green.py", "import nameko.extensions"),
    (adapters, "bench/rows.py", "import eventlet"),
    (adapters, "tests/unit/test_x.py", "import eventlet"),
    (adapters, "tests/unit/test_x.py", "from nameko.containers import ServiceContainer"),
    (imports, f"{SERVICE}/outside.py", "import eventlet"),
    (definitions, STORE, "from pymongo import MongoClient\nclient = MongoClient()"),
    (definitions, STORE, "print('loaded')"),
    (definitions, STORE, "LINES = open('lines').read()"),
    (definitions, STORE, "import time\nSTARTED = time.time()"),
    (definitions, STORE, "from datetime import datetime\nSTARTED: object = datetime.now()"),
    (definitions, STORE, "import os\nos.environ['TZ'] = 'UTC'"),
    (definitions, STORE, "for name in (): pass"),
    (definitions, STORE, "try:\n    import x\nexcept ImportError: pass"),
    (definitions, STORE, "import sys\nif sys.platform: WINDOWS = True"),
    (definitions, STORE, "class Store:\n    print('made')"),
    (definitions, STORE, "import time\ndef f(now=time.time()): pass"),
    (definitions, STORE, "import atexit\n@atexit.register\ndef f(): pass\nf()"),
    (definitions, STORE, "from os import getenv\nclass Store:\n    url = getenv('MONGO_URL')"),
    (definitions, STORE, "def read(): return 1\nTABLE = read()"),
    (definitions, STORE, "from foundation.runtime.patch import patch\npatch()"),
    (definitions, STORE, "with open('x') as file: pass"),
    (imports, f"{SERVICE}/settings.py", "from foundation.outbox.store import Store"),
    (imports, f"{SERVICE}/settings.py", "import structlog"),
    (settings, SETTINGS, "class Settings:\n    mail: str = setting('sender of mail')"),
    (settings, f"{SERVICE}/settings.py", UNIT.replace("unit:", "mongo_url:")),
    (settings, "services/routing/settings.py", UNIT),
    (class_names, f"{SERVICE}/domain.py", "class Store: pass"),
    (class_names, "services/routing/store.py", "class Dossiers: pass"),
    (class_names, "bench/rows.py", "class Row: pass\nclass Rows:\n    class Row: pass"),
    (package_cycles, "foundation/errors.py", "from foundation.outbox.store import Store"),
    (patterns, STORE, "import re\nCODE = re.compile('[a-z]+$')"),
    (patterns, STORE, "import re\ndef f(text): return re.match('^(a|b$)', text)"),
    (
        patterns,
        f"{SERVICE}/schemas.py",
        "from marshmallow import validate\nA = validate.Regexp('a$')",
    ),
    (package_cycles, "foundation/errors.py", "def f():\n    from foundation.outbox import store"),
    (texts_of_law, DOMAIN, 'RULE = "NĐ 61/2018 Đ19"'),
    (texts_of_law, DOMAIN, "def f(day): return f'{day} (theo Nghị định số 118/2025/NĐ-CP)'"),
    (texts_of_law, f"{SERVICE}/schemas.py", "def f(): raise ValueError('as Decree 61/2018 says')"),
    (texts_of_law, "cli/law.py", "TITLE = 'Luật Tố cáo 2018, Đ8'"),
    (texts_of_law, f"{SERVICE}/templates/page.html", "<p>Thông tư 01/2018/TT-VPCP, Điều 16</p>"),
    (texts_of_law, f"{SERVICE}/templates/letter.vi.txt", "Căn cứ QĐ 29/2026"),
    (unit_calendar_only, DOMAIN, "def f(): return Calendar.default()"),
    (unit_calendar_only, DOMAIN, "def f(calendar=worktime.Calendar.default): pass"),
    (unit_calendar_only, f"{SERVICE}/service.py", "def f(): return Calendar(national=True)"),
    (unit_calendar_only, f"{SERVICE}/service.py", "def f(): return read_calendar('{}')"),
)


@every_rule
def test_the_tree_keeps_the_rules(rule: Rule) -> None:
    violations = sorted(rule(ROOT))
    assert not violations, "\n" + "\n".join(str(violation) for violation in violations)


@every_rule
def test_a_clean_tree_passes(rule: Rule, tmp_path: Path) -> None:
    plant(tmp_path, CLEAN)
    assert list(rule(tmp_path)) == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    PLANTS,
    ids=[f"{rule.__name__}-{number}" for number, (rule, _, _) in enumerate(PLANTS)],
)
def test_what_breaks_a_rule_is_found(rule: Rule, path: str, text: str, tmp_path: Path) -> None:
    plant(tmp_path, {**CLEAN, path: text + "\n"})
    places = [violation.place.partition(":")[0] for violation in rule(tmp_path)]
    assert places, f"{rule.__name__} overlooked {text!r} in {path}"
    assert any(path.startswith(place) for place in places)


def test_few_modules_import_eventlet_or_nameko_and_each_listed_one_does() -> None:
    for library, adapter in ADAPTERS.items():
        assert len(adapter.files | MEASURES_NAMEKO) <= adapter.most, library
    for library in ("eventlet", "nameko"):
        for path in ADAPTERS[library].files | MEASURES_NAMEKO:
            text = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"^ *(import|from) {library}\b", text, re.MULTILINE), path


def test_a_name_that_is_allowed_twice_has_a_reason_and_is_needed() -> None:
    twice = same_names(ROOT)
    assert len(SAME_NAME) <= MOST_SAME_NAMES
    assert not {name for name, reason in SAME_NAME.items() if len(reason.split()) < 3}
    assert not SAME_NAME.keys() - twice.keys()


def test_a_name_of_the_allow_list_may_stand_twice(tmp_path: Path) -> None:
    name = next(iter(SAME_NAME))
    plant(tmp_path, {**CLEAN, "foundation/a.py": f"class {name}: pass\nclass {name}Row: pass\n"})
    plant(tmp_path, {"foundation/b.py": f"class {name}: pass\n"})
    assert list(class_names(tmp_path)) == []


def test_nine_functions_in_ten_must_be_short(tmp_path: Path) -> None:
    def of(lines: int, number: int) -> str:
        return f"def f{number}():\n" + "    pass\n" * (lines - 1)

    short, longer = [of(20, n) for n in range(9)], [of(21, n) for n in range(9, 11)]
    plant(tmp_path, {"foundation/few.py": "".join(short + longer[:1])})
    assert list(rules.sizes(tmp_path)) == []
    plant(tmp_path, {"foundation/few.py": "".join(short + longer)})
    assert [violation.place for violation in rules.sizes(tmp_path)] == ["the whole tree"]


def test_a_docstring_does_not_make_a_function_long(tmp_path: Path) -> None:
    said = '    """Why.\n' + "    because\n" * 40 + '    """\n'
    plant(tmp_path, {"foundation/said.py": "def f():\n" + said + "    pass\n"})
    assert list(rules.sizes(tmp_path)) == []


def test_a_flaw_names_file_and_line(tmp_path: Path) -> None:
    plant(tmp_path, {"contracts/x.py": "import json\nimport structlog\n"})
    assert [str(violation) for violation in imports(tmp_path)] == [
        "contracts/x.py:2: may not import structlog"
    ]


def plant(root: Path, files: Mapping[str, str]) -> None:
    """Write the files; a text that begins with a new line loses its indentation."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.split("\n")
        margin = len(lines[1]) - len(lines[1].lstrip()) if text.startswith("\n") else 0
        path.write_text("\n".join(line[margin:] for line in lines), encoding="utf-8")
