"""The embedded virus scanner where the machine has none, or does not let it read our folder."""

from pathlib import Path

import pytest

from cli.embedded import clamav
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import Ports
from cli.embedded.servers import EmbeddedServers


def daemon(folder: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clamd that answers a look at its configuration with this exit code."""
    path = folder / "clamd"
    path.write_text(f'#!/bin/sh\ntest -r "$2" && exit {code}\n')
    path.chmod(0o755)
    monkeypatch.setattr(clamav, "installed", lambda: str(path))


@pytest.mark.parametrize(("code", "scans"), [(0, True), (1, False)])
def test_a_daemon_that_may_not_read_our_folder_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, *, scans: bool
) -> None:
    daemon(tmp_path, code, monkeypatch)
    servers = EmbeddedServers(DataFolder(tmp_path / "data"), Ports(), {})
    servers.folder.create()
    started = [program.name for wave in servers.waves() for program in wave]
    assert servers.scans is scans
    assert (clamav.SCANNER in started) is scans
    assert bool(servers.addresses().scanner_url) is scans


def test_asking_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon(tmp_path, 0, monkeypatch)
    assert clamav.usable(DataFolder(tmp_path / "data"), Ports())
    assert not (tmp_path / "data").exists()


def test_why_there_is_none_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DataFolder(tmp_path)
    monkeypatch.setattr(clamav, "installed", lambda: "")
    assert not clamav.usable(folder, Ports())
    assert "clamav-daemon" in clamav.why_absent(folder)[1]
    daemon(tmp_path, 1, monkeypatch)
    vi, en = clamav.why_absent(folder)
    assert f"{tmp_path}/clamd/** rwk," in vi
    assert "apparmor" in en


def test_the_real_daemon_reads_what_we_write(tmp_path: Path) -> None:
    if not clamav.installed():
        pytest.fail("no clamd on this machine: run .ci/prepare scanner")
    folder = DataFolder(tmp_path)
    assert clamav.usable(folder, Ports())
    assert not clamav.reads(folder.path("none.conf"))
