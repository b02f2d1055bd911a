"""The chart as helm sees it: linted, rendered, packaged; and what a test asks of the result."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "deploy" / "helm" / "motcua"
CASES = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").iterdir())
PODDED = ("Deployment", "Job")

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Helm:
    """The program, and what it made of each case so far."""

    program: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command line; both outputs as text."""
        command = [str(self.program), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def template(self, case: str, *words: str, chart: Path = CHART) -> list[Manifest]:
        """The manifests of a case; `words` are further options, like `--set`."""
        values = CHART / "ci" / f"{case}-values.yaml"
        ended = self.run("template", "motcua", str(chart), "--values", str(values), *words)
        assert ended.returncode == 0, ended.stderr
        return [each for each in yaml.load_all(ended.stdout, yaml.CSafeLoader) if each]

    def refusal(self, *words: str, chart: Path = CHART) -> str:
        """What helm says against the smallest case with these options."""
        values = CHART / "ci" / "minimal-values.yaml"
        ended = self.run("template", "motcua", str(chart), "--values", str(values), *words)
        assert ended.returncode != 0, f"helm took {words}"
        return ended.stderr


@cache
def defaults() -> Mapping[str, Any]:
    """values.yaml as a tree."""
    found: Mapping[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    return found


@cache
def schema() -> Mapping[str, Any]:
    """values.schema.json as a tree."""
    text = (CHART / "values.schema.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """Those of these kinds."""
    return [each for each in manifests if each["kind"] in kinds]


def named(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    """The one of this kind and name."""
    (found,) = (each for each in of_kind(manifests, kind) if each["metadata"]["name"] == name)
    return found


def pod(manifest: Manifest) -> Mapping[str, Any]:
    """The pod that a Deployment or a Job starts."""
    found: Mapping[str, Any] = manifest["spec"]["template"]["spec"]
    return found


def labels(manifest: Manifest) -> Mapping[str, str]:
    """The labels of the pods that a Deployment or a Job starts."""
    found: Mapping[str, str] = manifest["spec"]["template"]["metadata"]["labels"]
    return found


def container(manifest: Manifest) -> Mapping[str, Any]:
    """The one container of such a pod."""
    (found,) = pod(manifest)["containers"]
    assert isinstance(found, dict)
    return found


def environment(manifest: Manifest) -> dict[str, str]:
    """Its variables: the text, or for what a Secret holds `SECRET/KEY`, with a `?` if optional."""
    return dict(_variables(container(manifest)))


def _variables(running: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in running["env"]:
        if "value" in each:
            yield each["name"], each["value"]
        else:
            secret = each["valueFrom"]["secretKeyRef"]
            optional = "?" if secret.get("optional") else ""
            yield each["name"], f"{secret['name']}/{secret['key']}{optional}"
