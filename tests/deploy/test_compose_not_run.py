"""Where no engine can be started, the run says so instead of looking green."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.embedded.data_folder import ROOT
from tests.deploy.engine import NOT_RUN


def compose_test(path: str, wish: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "tests/deploy/test_compose_up.py"]
    environ = {"PATH": path, "MOTCUA_COMPOSE_TEST": wish, "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=100
    )


@pytest.mark.parametrize(
    ("wish", "code", "said"),
    [
        ("", 0, NOT_RUN + "no engine can be started here (debootstrap, docker, dockerd not"),
        ("no", 0, NOT_RUN + "MOTCUA_COMPOSE_TEST=no"),
        ("must", 1, "NoEngine: debootstrap, docker, dockerd not installed"),
    ],
)
def test_a_machine_without_docker_is_told(wish: str, code: int, said: str, tmp_path: Path) -> None:
    run = compose_test(str(tmp_path), wish)
    assert run.returncode == code, run.stdout[-2000:]
    lines = [line for line in run.stdout.splitlines() if said in line]
    assert lines, run.stdout[-2000:]
    assert wish == "must" or any(line.startswith(NOT_RUN) for line in lines)
    assert " passed" not in run.stdout
