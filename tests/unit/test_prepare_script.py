"""What installs the system's packages: .ci/prepare looks for programs, never for itself."""

import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "prepare"
TEXT = SCRIPT.read_text("utf-8")
LOOKED_FOR = sorted(set(re.findall(r"command -v ([a-z][a-z-]+)", TEXT)))


def test_no_function_hides_the_program_that_is_looked_for() -> None:
    """`command -v chromium` finds a function of that name, and nothing is ever installed."""
    functions = set(re.findall(r"^([a-z_]+)\(\) \{", TEXT, re.MULTILINE))
    assert {"chromium", "promtool", "bearerbox"} <= set(LOOKED_FOR)
    assert functions.isdisjoint(LOOKED_FOR)


@pytest.mark.parametrize("part", ["chromium", "prometheus", "phones", "scanner", "proxy"])
def test_what_is_missing_is_installed(part: str, tmp_path: Path) -> None:
    """With nothing to be found but the shell's own, apt-get is asked for the package."""
    for name in ("dirname", "id", "env", "rm", "tee", "chmod"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    asked = tmp_path / "asked"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    apt.chmod(0o755)
    script = re.sub(r"-x /usr\S+", "-x /nowhere", TEXT).replace("/usr/sbin/policy-rc.d", f"{asked}")
    copy = tmp_path / "ci" / "prepare"
    copy.parent.mkdir()
    copy.write_text(script)
    asked.touch()  # there is a policy already: none is written
    subprocess.run(
        ["/bin/sh", str(copy), part], env={"PATH": str(tmp_path)}, capture_output=True, check=False
    )
    assert "install -y" in asked.read_text()


def _python(place: Path, asked: Path, kind: str) -> None:
    """A Python of a kind, which notes that it is to make an environment, and fails at it."""
    place.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *"-m venv"*) echo "{place.name}" >> {asked}; exit 1 ;; esac\n'
        f'case "$*" in {REFUSED[kind]}) exit 1 ;; esac\n'
    )
    place.chmod(0o755)


# What each kind of Python fails at, as patterns of its arguments.
REFUSED = {
    "fit": "nothing",
    "bare": '*"; import ensurepip"*',
    "untried": '*"< (3, 14)"*',
    "old": '*">= (3, 11)"*',
}


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"system/python3": "fit", "python3.11": "fit"}, "python3"),
        ({"system/python3.11": "fit", "system/python3": "fit"}, "python3.11"),
        ({"system/python3": "bare", "python3.11": "fit"}, "python3.11"),
        ({"system/python3": "bare", "python3.11": "old"}, "python3"),
        ({"system/python3": "untried", "python3.11": "fit"}, "python3.11"),
        ({"system/python3": "untried", "python3.11": "old"}, "python3"),
        ({"system/python3": "old", "python": "fit"}, "python"),
    ],
)
def test_the_systems_own_python_comes_first(
    pythons: dict[str, str], chosen: str, tmp_path: Path
) -> None:
    """If we try its version and it can make environments; else any other that is new enough."""
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    (tmp_path / "system").mkdir()
    (tmp_path / "ci").mkdir()
    asked = tmp_path / "asked"
    for place, kind in pythons.items():
        _python(tmp_path / place, asked, kind)
    copy = tmp_path / "ci" / "prepare"
    copy.write_text(TEXT.replace("/usr/bin/python", f"{tmp_path}/system/python"))
    subprocess.run(
        ["/bin/sh", str(copy), "environment"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert asked.read_text().split() == [chosen]
