"""Whoever has a login gets its rights, and nobody else's are touched."""

import json
from pathlib import Path

import pytest

from cli.__main__ import run
from cli.broker.definitions import definitions_for_logins
from cli.broker.logins import read_logins
from cli.errors import CliError

SECRET = "p@ss/wörd"  # noqa: S105 -- no secret but a shape that addresses must spell
SPELLED = "p%40ss%2Fw%C3%B6rd"


def put(folder: Path, **addresses: str) -> Path:
    for name, text in addresses.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_login_is_read_from_any_address_of_it(tmp_path: Path) -> None:
    (tmp_path / "..data").mkdir()
    put(
        tmp_path,
        intake=f"amqp://intake:{SPELLED}@rabbit:5672/\n",
        watch="http://watch:look@rabbit:15672",
        again="http://watch:look@rabbit:15672",
    )
    assert read_logins(tmp_path) == {"intake": SECRET, "watch": "look"}


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ({}, "no address in"),
        ({"intake": "amqp://rabbit:5672/"}, "intake holds no address"),
        ({"intake": "amqp://intake@rabbit:5672/"}, "intake holds no address"),
        ({"intake": "amqp://[::1/" + SECRET}, "intake holds no address"),
        ({"a": "amqp://watch:x@h/", "b": "http://watch:y@h/"}, "b gives the user watch another"),
    ],
)
def test_a_folder_that_is_not_right_is_named_without_its_secrets(
    tmp_path: Path, addresses: dict[str, str], said: str
) -> None:
    with pytest.raises(CliError) as caught:
        read_logins(put(tmp_path, **addresses))
    assert said in caught.value.en
    assert SECRET not in caught.value.en + caught.value.vi


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="cannot be read"):
        read_logins(tmp_path / "no")


def test_one_agencys_logins_bring_its_queue_and_leave_other_users_alone() -> None:
    made = definitions_for_logins({"routing.so-xay-dung": SECRET})
    assert [each["name"] for each in made["users"]] == ["routing.so-xay-dung"]
    assert {each["user"] for each in made["permissions"]} == {"routing.so-xay-dung"}
    assert {each["user"] for each in made["topic_permissions"]} == {"routing.so-xay-dung"}
    queues = {each["name"] for each in made["queues"]}
    assert {"intake", "routing.so-xay-dung", "routing.so-xay-dung.dead"} <= queues
    assert not any(name.startswith("routing.") and "so-xay-dung" not in name for name in queues)


def test_every_user_that_is_made_gets_rights_in_the_same_import() -> None:
    logins = dict.fromkeys(["intake", "watch", "operator", "routing.ubnd-xa"], SECRET)
    made = definitions_for_logins(logins)
    assert {each["user"] for each in made["permissions"]} == set(logins)


@pytest.mark.parametrize("stranger", ["guest", "routing.", "routing", "routing.Sở", "routing.a.b"])
def test_a_user_of_nothing_is_refused(stranger: str) -> None:
    with pytest.raises(CliError, match=r"Nothing works as|Wrong code"):
        definitions_for_logins({"intake": SECRET, stranger: SECRET})


def test_the_command_prints_what_the_logins_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, desk=f"amqp://routing.ubnd-xa:{SPELLED}@h:5672/")
    assert run(["definitions", "--logins", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert [each["name"] for each in json.loads(printed)["users"]] == ["routing.ubnd-xa"]
    assert SECRET not in printed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--agency", "ubnd-xa"], "leave --agency out"),
        (["--load"], "set MOTCUA_OPERATOR_API_URL"),
    ],
)
def test_what_the_command_cannot_do_it_says(tmp_path: Path, words: list[str], said: str) -> None:
    put(tmp_path, desk="amqp://routing.ubnd-xa:x@h:5672/")
    with pytest.raises(CliError, match=said):
        run(["definitions", "--logins", str(tmp_path), *words])


def test_indexes_of_nothing_are_refused() -> None:
    with pytest.raises(CliError, match="There is no service nothing: choose one of catalogue"):
        run(["indexes", "nothing"])


def test_indexes_need_what_the_service_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONGO_URL", "AMQP_URL", "TOKEN_KEYS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CliError, match="MONGO_URL is missing"):
        run(["indexes", "intake"])
