"""What is missing or taken is said in one sentence, with what to do about it."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli.embedded.data_folder import ROOT
from cli.embedded.ports import HOST, free_ports

LANGUAGES = ("vi", "en")
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def ended(
    *command: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], **(environment or {})}
    return subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def the_sentence(said: subprocess.CompletedProcess[str]) -> str:
    """All that was said, if it is one line on stderr and the command failed."""
    assert said.returncode == 1
    assert said.stdout == ""
    lines = [line for line in said.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, said.stderr
    return lines[0]


def motcua(data: Path, language: str, *words: str, **environment: str) -> str:
    command = (sys.executable, "-m", "cli", "--lang", language, "--data", str(data), *words)
    return the_sentence(ended(*command, environment=environment))


@in_each_language
def test_a_taken_port_is_named_with_whom_it_was_for(tmp_path: Path, language: str) -> None:
    ports = free_ports()
    with socket.create_server((HOST, ports.database)):
        sentence = motcua(tmp_path, language, "up", "--base-port", str(ports.base))
    assert str(ports.database) in sentence
    assert "--base-port" in sentence
    assert {"vi": "Cổng", "en": "Port"}[language] in sentence


@in_each_language
def test_a_machine_without_rabbitmq_is_told_what_to_install(tmp_path: Path, language: str) -> None:
    # RabbitMQ's runtime, and the broker itself, are looked for on PATH.
    sentence = motcua(tmp_path / "data", language, "up", PATH=str(tmp_path))
    assert "RabbitMQ" in sentence
    assert "apt-get install rabbitmq-server" in sentence


@in_each_language
def test_an_environment_without_the_libraries_is_told_to_be_made(language: str) -> None:
    lang = {"vi": "vi_VN.UTF-8", "en": "en_GB.UTF-8"}[language]
    # -S leaves out what is installed.
    said = ended(sys.executable, "-S", "-m", "cli", "up", environment={"LANG": lang})
    assert "make setup" in the_sentence(said)


@in_each_language
def test_a_python_that_is_too_old_is_named_with_what_to_install(
    tmp_path: Path, language: str
) -> None:
    old = program(tmp_path / "python3", "exit 1 # as an older one answers to our question")
    said = prepare("environment", language, PYTHON=str(old))
    assert {"vi": "Cần Python 3.11", "en": "Python 3.11 or newer"}[language] in said
    assert "python3.11" in said


def test_a_machine_without_apt_is_told_to_install_the_broker(tmp_path: Path) -> None:
    said = prepare("broker", "en", PATH=str(few_programs(tmp_path)))
    assert "rabbitmq-server is missing: install it" in said


def test_somebody_without_rights_is_told_whom_to_ask(tmp_path: Path) -> None:
    few = few_programs(tmp_path)
    program(few / "apt-get", "exit 1")
    program(few / "id", "echo 1000")
    assert "have someone run `apt-get install rabbitmq-server`" in prepare(
        "broker", "en", PATH=str(few)
    )


def prepare(part: str, language: str, **environment: str) -> str:
    return the_sentence(
        ended(
            "/bin/sh", str(ROOT / ".ci/prepare"), part, environment={"LANG": language} | environment
        )
    )


def few_programs(folder: Path) -> Path:
    """A PATH with nothing of a broker on it, and nothing that could install one."""
    program(folder / "dirname", 'echo "${1%/*}"')
    return folder


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
