"""What docs/ says of settings and messages is what the code says."""

import pytest

from cli import service_discovery
from cli.embedded.data_folder import ROOT
from cli.generated_docs import pages
from contracts.orders import ContactGiven
from foundation.settings import read_settings, settings_type_of, variables
from tests.contract.golden import declared

MADE = {str(path): text for path, text in pages().items()}


@pytest.mark.parametrize("page", MADE)
def test_a_page_made_from_code_is_current(page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == MADE[page], "run `motcua docs`"


def test_every_kind_of_message_is_described() -> None:
    events = MADE["docs/events.md"]
    assert [kind.TYPE for kind in declared() if f"### `{kind.TYPE}`\n" not in events] == []


def test_a_message_shows_who_tells_it_who_hears_it_and_what_it_carries() -> None:
    _, _, section = MADE["docs/events.md"].partition(f"### `{ContactGiven.TYPE}`\n")
    said = section.partition("###")[0]
    assert "Routing key `contact.given.AGENCY` · may be told by feedback, intake" in said
    assert "heard by documents, feedback, notifications" in said
    assert "| `language` | text | `vi` |" in said


def test_a_parts_own_fields_are_described_where_messages_point_to() -> None:
    events = MADE["docs/events.md"]
    assert "| `papers` | list of [Paper](#paper) | never absent |" in events
    assert "### Paper\n" in events


def test_the_example_sets_what_a_service_cannot_do_without_and_no_secret() -> None:
    lines = MADE[".env.example"].splitlines()
    example = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    assert not any(example.values())
    filled = dict.fromkeys(example, "x")
    for service in ("intake", "routing", "documents", "notifications"):
        kind = settings_type_of(service_discovery.service_class(service))
        assert read_settings(kind, service, filled).service == service


def test_every_setting_has_its_line() -> None:
    settings = MADE["docs/settings.md"]
    names = set().union(
        *(variables(settings_type_of(each)) for each in service_discovery.service_classes())
    )
    assert {name for name in names if f"| `{name}` |" in settings} == names
