"""Settings are read once; what is missing or wrong is named at once, and secrets are not shown."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from inspect import getmembers

import pytest
from nameko.testing.services import worker_factory

from cli import service_discovery
from cli.generated_docs import Variable, variables_of
from foundation.runtime.run import BAD_SETTINGS, make_container, run
from foundation.settings import (
    Settings,
    SettingsError,
    UrgingSettings,
    read_settings,
    setting,
    settings_type_of,
    variables,
)
from foundation.settings.provider import SettingsProvider
from services.documents.settings import DocumentsSettings
from services.intake.settings import IntakeSettings
from services.routing.settings import RoutingSettings

ENOUGH = {"AMQP_URL": "amqp://u:p@h/", "MONGO_URL": "mongodb://h", "TOKEN_KEYS": "keys.json"}


def test_everything_missing_and_wrong_is_named_in_one_sentence() -> None:
    with pytest.raises(SettingsError) as error:
        read_settings(RoutingSettings, "routing", {"MAX_WORKERS": "0", "RETRY_DELAYS": "1,x"})
    said = str(error.value)
    assert all(name in said for name in ("AGENCY", "AMQP_URL", "MONGO_URL", "TOKEN_KEYS"))
    assert "MAX_WORKERS must be whole numbers above 0, not '0'" in said
    assert "RETRY_DELAYS" in said
    assert "\n" not in said


def test_a_service_is_asked_only_for_what_it_needs() -> None:
    settings = read_settings(
        IntakeSettings, "intake", ENOUGH | {"AGENCY": "x", "S3_URL": "http://s3"}
    )
    assert settings.agency == ""
    assert not hasattr(settings, "s3_url")
    with pytest.raises(SettingsError, match="S3_URL"):
        read_settings(DocumentsSettings, "documents", ENOUGH)


def test_a_process_signs_and_listens_under_its_own_name() -> None:
    intake = read_settings(IntakeSettings, "intake", ENOUGH)
    routing = read_settings(RoutingSettings, "routing", ENOUGH | {"AGENCY": "so-xay-dung"})
    assert (intake.source, intake.queue) == ("motcua:intake", "intake")
    assert (routing.source, routing.queue) == ("motcua:routing:so-xay-dung", "routing.so-xay-dung")
    assert intake.mongo_database == "motcua_intake"
    assert routing.mongo_database == "motcua_routing_so_xay_dung"


def test_an_empty_variable_counts_as_absent_and_defaults_are_read_like_the_rest() -> None:
    settings = read_settings(
        IntakeSettings, "intake", ENOUGH | {"RETRY_DELAYS": "", "MAX_WORKERS": " 7"}
    )
    assert settings.retry_delays == (2, 10, 60, 600)
    assert settings.max_workers == 7


def test_settings_do_not_change() -> None:
    settings = read_settings(IntakeSettings, "intake", ENOUGH)
    with pytest.raises(AttributeError):
        settings.amqp_url = "other"  # type: ignore[misc]


def test_no_default_is_a_secret() -> None:
    secrets = [
        each
        for service in service_discovery.service_classes()
        for each in variables(settings_type_of(service)).values()
        if each.metadata["secret"] and each.metadata["default"] not in {"", "required"}
    ]
    assert not secrets


DAY = "10s@2026-11-24T15:00:00+07:00"


def test_a_process_for_trying_out_may_have_short_days() -> None:
    settings = read_settings(IntakeSettings, "intake", ENOUGH | {"MODE": "embedded", "DAY": DAY})
    since = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert settings.time_scale.at(since) == since
    assert settings.time_scale.at(since + timedelta(seconds=5)) == since + timedelta(hours=12)
    again = read_settings(
        IntakeSettings, "intake", ENOUGH | {"MODE": "embedded", "DAY": str(settings.time_scale)}
    )
    assert again.time_scale == settings.time_scale


def test_without_it_the_law_has_the_time_of_the_world() -> None:
    day = read_settings(IntakeSettings, "intake", ENOUGH).time_scale
    moment = datetime(2026, 11, 24, 8, 0, 1, 123456, tzinfo=UTC)
    assert day.at(moment) == moment


@pytest.mark.parametrize("mode", ["", "production"])
def test_a_production_process_refuses_short_days_in_one_sentence(mode: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings(IntakeSettings, "intake", ENOUGH | {"MODE": mode, "DAY": DAY})
    said = str(error.value)
    assert said == (
        "intake cannot start: DAY makes time run faster, which a production process refuses: "
        "unset it"
    )


@pytest.mark.parametrize(
    "day", ["10", "10s", "0s@2026-11-24T08:00:00Z", "10s@now", "9s@2026-11-24"]
)
def test_a_day_that_is_none_is_named(day: str) -> None:
    with pytest.raises(SettingsError, match="DAY must be seconds"):
        read_settings(IntakeSettings, "intake", ENOUGH | {"MODE": "embedded", "DAY": day})


def test_there_are_two_modes() -> None:
    with pytest.raises(SettingsError, match="MODE must be production or embedded, not 'test'"):
        read_settings(IntakeSettings, "intake", ENOUGH | {"MODE": "test"})


# A new setting of a service is one line in that service.


@dataclass(frozen=True, kw_only=True)
class BellSettings(UrgingSettings):
    """What a sample service must know."""

    rings: int = setting("how often it rings")


class Bell:
    """A sample service; nothing else knows it."""

    name = "bell"
    settings_type = BellSettings
    settings = SettingsProvider(BellSettings)


def test_one_line_in_a_service_is_read_as_its_type_and_handed_to_it() -> None:
    settings = read_settings(settings_type_of(Bell), Bell.name, ENOUGH | {"RINGS": "3"})
    container = make_container(Bell, settings)
    (provider,) = container.dependencies
    assert provider.get_dependency(None) is settings
    bell = worker_factory(Bell, settings=settings)
    rings: int = bell.settings.rings
    assert rings == 3
    assert settings.queue == "bell"


def test_one_line_in_a_service_is_documented_with_who_needs_it() -> None:
    documented = variables_of([*service_discovery.service_classes(), Bell])
    assert Variable("RINGS", "how often it rings", None, "bell", secret=False) in documented
    (urging,) = (each for each in documented if each.name == "URGING")
    assert urging.only == "feedback, intake, routing, bell"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {},
            (
                "bell chưa khởi động được: thiếu RINGS (nghĩa của nó: xem docs/settings.md)\n"
                "bell cannot start: RINGS is missing (how often it rings)\n"
            ),
        ),
        (
            {"RINGS": "no"},
            (
                "bell chưa khởi động được: RINGS phải là số nguyên lớn hơn 0, không phải 'no'\n"
                "bell cannot start: RINGS must be whole numbers above 0, not 'no'\n"
            ),
        ),
    ],
)
def test_one_line_in_a_service_is_refused_when_missing_or_wrong(
    given: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Bell, ENOUGH | given) == BAD_SETTINGS
    assert capsys.readouterr().err == said


def test_a_service_that_names_no_settings_class_has_what_every_process_has() -> None:
    assert settings_type_of(type("Plain", (), {"name": "plain"})) is Settings


def test_every_service_is_handed_the_settings_that_are_read_for_it() -> None:
    handed = {
        each: provider.settings_type
        for each in service_discovery.service_classes()
        for _, provider in getmembers(each)
        if isinstance(provider, SettingsProvider)
    }
    assert handed
    assert handed == {each: settings_type_of(each) for each in handed}
