"""The command speaks two languages, says what is missing, and signs tokens that are believed."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import agency_registry, secret_rotation, tokens
from cli.__main__ import run
from cli.commands import COMMANDS, in_language
from cli.embedded.data_folder import ROOT, DataFolder
from cli.embedded.ports import Ports
from cli.embedded.rabbitmq import LocalRabbitMQ
from cli.embedded.servers import EmbeddedServers
from cli.errors import CliError
from cli.language import set_language
from cli.local_platform import DESKS, LocalPlatform
from foundation.errors import Unknown
from foundation.settings.tenants import read_folder, read_tenant
from foundation.web.auth import KeyFile, TokenVerifier
from services.routing.settings import RoutingSettings


@pytest.fixture(autouse=True)
def language_of_this_machine() -> Iterator[None]:
    yield
    set_language("")


@pytest.mark.parametrize(
    ("language", "words"),
    [("vi", ["Cách dùng:", "Khởi động hệ thống."]), ("en", ["Usage:", "Start the platform."])],
)
def test_help_is_in_the_language_that_was_asked_for(
    capsys: pytest.CaptureFixture[str], language: str, words: list[str]
) -> None:
    assert run(["--lang", language, "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)
    assert " / " not in shown


def test_every_command_says_what_it_does_in_both_languages() -> None:
    assert [name for name, (_, text) in COMMANDS.items() if " / " not in text] == []


def test_each_paragraph_of_a_help_text_is_chosen_by_itself() -> None:
    set_language("en")
    assert in_language("Một / One\n\nHai /\nTwo") == "One\n\nTwo"
    set_language("vi")
    assert in_language("Một / One\n\nHai /\nTwo") == "Một\n\nHai"


def test_a_wrong_command_line_is_said_in_one_sentence() -> None:
    with pytest.raises(CliError, match=r"^This command line is not right .*frobnicate.*--help`\.$"):
        run(["frobnicate"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("frobnicate", "không có lệnh 'frobnicate'."),
        ("verify --deeep", "không có tùy chọn '--deeep'."),
        ("verify x", "thừa tham số (x)"),
        ("calendar add 2027-01-04 --kind x --note x", "giá trị của '--kind' không hợp lệ"),
        ("calendar add 2027-01-04 --kind off", "thiếu tùy chọn '--note'"),
        ("register", "thiếu"),
        ("register --year x f", "'x' không phải số nguyên trong khoảng"),
        ("register --year 1 f", "1 không nằm trong khoảng"),
        ("restore /no/such/file", "không có '/no/such/file'."),
        ("agency check --on x", "'x' không đúng dạng"),
        ("token --as", "tùy chọn '--as' cần một giá trị."),
        ("verify --deep=1", "tùy chọn '--deep' không nhận giá trị."),
        ("top --every x", "'x' không phải số"),
        ("renew x", "'x' không thuộc"),
        ("dead replay", "thiếu tham số 'QUEUE'"),
    ],
)
def test_a_wrong_command_line_is_said_in_vietnamese(line: str, said: str) -> None:
    with pytest.raises(CliError) as caught:
        run(line.split())
    text = caught.value.vi
    assert said in text
    assert "\n" not in text
    english = (
        r"(?i)\b(no such|missing|invalid|is not|does|option|argument|value|requires|got|mean)\b"
    )
    assert not re.search(english, text.replace("motcua --help", "")), text


def test_trouble_goes_to_stderr_with_exit_code_1(tmp_path: Path) -> None:
    options = ["--lang", "en", "--data", str(tmp_path / "no")]
    command = [sys.executable, "-m", "cli", *options, "status"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"There is no platform in {tmp_path / 'no'}: run `motcua up`.\n"


def test_verify_on_a_platform_that_is_down_says_so_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "--lang", "en", "--data", str(tmp_path), "verify"]
    began = time.monotonic()
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "The platform is not running: `motcua up`, then try again.\n"
    assert time.monotonic() - began < 30, "the client's own patience, on a busy machine"


def test_a_data_folder_that_cannot_be_written_is_said_in_one_sentence() -> None:
    # Not even root can make a folder there; a container's read-only root is as stubborn.
    with pytest.raises(CliError, match=r"/proc/nowhere cannot be written to .*--data"):
        run(["--data", "/proc/nowhere", "token", "--as", "clerk", "--subject", "hanh"])


def test_an_officers_token_is_believed_by_the_services_it_is_for(tmp_path: Path) -> None:
    signed = tokens.sign_token(DataFolder(tmp_path), "officer", "ha", agency="so-xay-dung")
    keys = KeyFile(str(tmp_path / "token-keys.json"))
    for service in ("routing", "documents"):
        who = TokenVerifier(keys, service).authorize(f"Bearer {signed}", "desk")
        assert (who.subject, who.agency) == ("ha", "so-xay-dung")
    with pytest.raises(Unknown):
        TokenVerifier(keys, "intake").identify(f"Bearer {signed}")


def test_the_private_key_is_not_in_the_file_services_read(tmp_path: Path) -> None:
    public = tokens.public_keys_file(DataFolder(tmp_path))
    assert all("d" not in key for key in json.loads(public.read_text())["keys"])
    assert (tmp_path / "token-key.json").stat().st_mode & 0o777 == 0o600


def test_the_agencies_of_the_journey_are_there() -> None:
    codes = [agency.code for agency in agency_registry.read_agencies()]
    assert {"so-ke-hoach-dau-tu", "so-xay-dung", "ubnd-tinh"} <= set(codes)
    assert len(codes) == len(set(codes))


def test_a_broken_list_of_agencies_is_named(tmp_path: Path) -> None:
    (tmp_path / "agencies.json").write_text('[{"code": 1}]')
    with pytest.raises(CliError, match="mend this file"):
        agency_registry.read_agencies(tmp_path / "agencies.json")


def test_servers_that_somebody_else_runs_are_not_started(tmp_path: Path) -> None:
    outside = {
        "MONGO_URL": "mongodb://db.example",
        "S3_URL": "http://s3.example",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
        "SCANNER_URL": "tcp://clamd.example:3310",
    }
    servers = EmbeddedServers(DataFolder(tmp_path), Ports(), outside)
    started = [program.name for wave in servers.waves() for program in wave]
    assert started == ["rabbitmq-names", "rabbitmq", "standins"]
    assert servers.addresses().mongo_url == "mongodb://db.example"
    assert servers.addresses().s3_secret_key == outside["S3_SECRET_KEY"]
    assert servers.addresses().scanner_url == outside["SCANNER_URL"]


def test_an_external_object_store_needs_its_keys(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="S3_ACCESS_KEY and S3_SECRET_KEY"):
        EmbeddedServers(DataFolder(tmp_path), Ports(), {"S3_URL": "http://s3.example"})


def test_desks_that_share_a_process_keep_addresses_and_logins_of_their_own(tmp_path: Path) -> None:
    hosted = ("so-xay-dung", "ubnd-xa")
    agency_registry.set_hosted(DataFolder(tmp_path), hosted)
    platform = LocalPlatform(tmp_path, 30000)
    platform.write_settings()
    desks = [platform.instance("routing", agency) for agency in hosted]
    assert {each.process_name for each in desks} == {DESKS}
    assert len({each.watch for each in desks}) == 1
    assert len({each.http for each in desks}) == 2
    (program,) = (each for each in platform.start_order()[-1] if each.name == DESKS)
    assert program.environment["HOSTED"] == str(tmp_path / DESKS)
    assert not {"AGENCY", "AMQP_URL", "MONGO_URL", "HTTP_ADDRESS"} & program.environment.keys()
    read = {
        agency: read_tenant(RoutingSettings, "routing", agency, text, program.environment)
        for agency, text in read_folder(tmp_path / DESKS).items()
    }
    assert sorted(read) == sorted(hosted)
    assert all(f"routing.{agency}:" in each.amqp_url for agency, each in read.items())
    apart = [each.name for each in platform.start_order()[-1]]
    assert "routing.cong-an-tinh" in apart
    assert not {f"routing.{agency}" for agency in hosted} & set(apart)
    assert oct((tmp_path / DESKS / "ubnd-xa.env").stat().st_mode)[-3:] == "600"


def test_every_process_has_ports_and_a_database_of_its_own(tmp_path: Path) -> None:
    platform = LocalPlatform(tmp_path, 30000)
    ports = [port for instance in platform.instances for port in (instance.http, instance.watch)]
    assert len(ports) == len(set(ports))
    desk = platform.environment("routing", "so-xay-dung")
    assert desk["AMQP_URL"].startswith("amqp://routing.so-xay-dung:")
    assert (desk["AGENCY"], desk["MONGO_DATABASE"]) == ("so-xay-dung", "")
    names = json.loads(Path(desk["AGENCIES"]).read_text(encoding="utf-8"))
    assert "so-xay-dung" in [each["code"] for each in names]


def test_days_get_shorter_once_and_never_longer_again(tmp_path: Path) -> None:
    platform = LocalPlatform(tmp_path, 30000)
    platform.shorten_day(10)
    scale = platform.time_scale
    assert scale.day == 10
    platform.shorten_day(10)
    assert platform.time_scale == scale
    with pytest.raises(CliError, match="A day lasts 10 seconds here already"):
        platform.shorten_day(86400)
    told = platform.environment("intake")
    assert (told["MODE"], told["DAY"]) == ("embedded", str(scale))


@pytest.mark.parametrize("day", ["10", "0s", "86401s", "-1s", "1.5s", "ten"])
def test_a_day_that_is_none_is_named(tmp_path: Path, day: str) -> None:
    with pytest.raises(CliError, match="--day must be seconds") as trouble:
        run(["--data", str(tmp_path), "up", "--day", day])
    assert trouble.value.code == 2
    assert not list(tmp_path.iterdir())


def test_new_passwords_reach_desks_that_share_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency_registry.set_hosted(DataFolder(tmp_path), {"so-xay-dung", "ubnd-xa"})
    restarted: list[str] = []
    monkeypatch.setattr(LocalPlatform, "definitions", lambda _platform: [])
    monkeypatch.setattr(secret_rotation, "must_run_whole", lambda each: LocalPlatform(each.root))
    monkeypatch.setattr(LocalRabbitMQ, "load_definitions", lambda *_broker, **_password: None)
    monkeypatch.setattr(LocalPlatform, "restart", lambda _platform, *names: restarted.extend(names))
    assert run(["--data", str(tmp_path), "renew", "logins"]) == 0
    assert set(restarted) == set(LocalPlatform(tmp_path).services)
    assert DESKS in restarted
