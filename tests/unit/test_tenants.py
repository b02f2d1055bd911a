"""What a desk that shares a process is told: its own settings from its own file, or nothing."""

from pathlib import Path

import pytest

from foundation.settings import SettingsError
from foundation.settings.tenants import conflict, read_folder, read_host, read_tenant
from services.intake.settings import IntakeSettings
from services.routing.settings import RoutingSettings

SHARED = {
    "TOKEN_KEYS": "keys.json",
    "MAX_WORKERS": "5",
    # What is an agency's own may stand in the process's environment by mistake.
    "AGENCY": "ubnd-tinh",
    "AMQP_URL": "amqp://routing.ubnd-tinh:secret@broker/",
    "MONGO_URL": "mongodb://ubnd-tinh:secret@database/",
    "HTTP_ADDRESS": "127.0.0.1:8000",
}
OWN = {
    "AMQP_URL": "amqp://routing.so-y-te:hunter2@broker/",
    "MONGO_URL": "mongodb://so-y-te:hunter2@database/",
    "HTTP_ADDRESS": "127.0.0.1:8001",
}


def text(**changed: str) -> str:
    given = {**OWN, **changed}
    return "".join(f"{name}={value}\n" for name, value in given.items() if value)


def test_a_file_says_what_is_the_agencys_own_and_the_environment_the_rest() -> None:
    read = read_tenant(RoutingSettings, "routing", "so-y-te", "# as printed\n\n" + text(), SHARED)
    assert (read.agency, read.queue) == ("so-y-te", "routing.so-y-te")
    assert (read.amqp_url, read.mongo_url) == (OWN["AMQP_URL"], OWN["MONGO_URL"])
    assert (read.http_address, read.max_workers) == ("127.0.0.1:8001", 5)
    assert read.mongo_database == "motcua_routing_so_y_te"


@pytest.mark.parametrize("gap", OWN)
def test_a_gap_is_not_filled_with_what_is_another_agencys(gap: str) -> None:
    with pytest.raises(SettingsError, match=f"{gap} is missing"):
        read_tenant(RoutingSettings, "routing", "so-y-te", text(**{gap: ""}), SHARED)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"AGENCY": "ubnd-tinh"}, "AGENCY must be so-y-te"),
        ({"AMQP_URL": "amqp://routing.ubnd-tinh:hunter2@broker/"}, "user in AMQP_URL must be"),
        ({"AMQP_URL": "amqp://broker/"}, "user in AMQP_URL must be"),
        ({"MONGO_DATABASE": "motcua_routing_ubnd_tinh"}, "MONGO_DATABASE must end in"),
        ({"MONGO_DATABASE": "motcua_intake"}, "MONGO_DATABASE must end in"),
    ],
)
def test_a_desk_that_would_work_as_another_is_refused_and_no_secret_told(
    changed: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        read_tenant(RoutingSettings, "routing", "so-y-te", text(**changed), SHARED)
    assert "hunter2" not in str(refused.value)


def test_what_is_no_setting_is_said_by_its_line_alone() -> None:
    with pytest.raises(SettingsError, match="line 2 is not NAME=VALUE") as refused:
        read_tenant(RoutingSettings, "routing", "so-y-te", "AGENCY=so-y-te\nhunter2\n", SHARED)
    assert "hunter2" not in str(refused.value)


def test_two_desks_cannot_hold_one_address_or_one_database() -> None:
    first = read_tenant(RoutingSettings, "routing", "so-y-te", text(), SHARED)
    again = read_tenant(
        RoutingSettings, "routing", "so-y-te", text(HTTP_ADDRESS="127.0.0.1:8002"), SHARED
    )
    assert conflict(first, first) == "HTTP_ADDRESS is that of so-y-te"
    assert conflict(first, again) == "MONGO_DATABASE is that of so-y-te"


def test_a_folder_holds_files_or_folders_of_settings_and_other_things(tmp_path: Path) -> None:
    (tmp_path / "so-y-te.env").write_text("A=1\n")
    (tmp_path / "so-y-te.new").write_text("half")
    (tmp_path / "ubnd-tinh").mkdir()
    for name in ("AMQP_URL", "MONGO_URL"):
        (tmp_path / "ubnd-tinh" / name).write_text(f"{name.lower()}://x\n")
    (tmp_path / "..data").mkdir()
    (tmp_path / "broken.env").write_bytes(b"\xff\xfe")
    found = read_folder(tmp_path)
    assert list(found) == ["broken", "so-y-te", "ubnd-tinh"]
    assert found["ubnd-tinh"].split() == ["AMQP_URL=amqp_url://x", "MONGO_URL=mongo_url://x"]
    with pytest.raises(SettingsError, match="line 1"):
        read_tenant(RoutingSettings, "routing", "broken", found["broken"], SHARED)
    with pytest.raises(SettingsError, match="no folder"):
        read_folder(tmp_path / "nowhere")


def test_only_desks_are_hosted() -> None:
    assert (
        read_host(RoutingSettings, "routing", {"HOSTED": "desks"}).watch_address == "127.0.0.1:9000"
    )
    with pytest.raises(SettingsError, match="desks of agencies"):
        read_host(IntakeSettings, "intake", {"HOSTED": "desks"})
