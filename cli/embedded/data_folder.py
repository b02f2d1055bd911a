"""The data folder of a local platform: its data, logs, settings and generated secrets."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.errors import CliError

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DataFolder:
    """The data folder of one platform; a second one needs a folder and base port of its own."""

    root: Path

    def create(self) -> None:
        """Create the folder, readable by its owner only, since it holds secrets.

        Raises:
            CliError: the folder cannot be written to.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path("logs").mkdir(exist_ok=True)
        except OSError as error:
            raise CliError(
                f"Không ghi được vào thư mục dữ liệu {self.root} ({error.strerror}): "
                "hãy chọn thư mục khác bằng --data.",
                f"The data folder {self.root} cannot be written to ({error.strerror}): "
                "choose another one with --data.",
            ) from error

    def path(self, *parts: str) -> Path:
        """A path inside the folder."""
        return self.root.joinpath(*parts)

    def log(self, name: str) -> Path:
        """The log file of one program."""
        return self.path("logs", f"{name}.log")

    def secret(self, name: str) -> str:
        """The secret of this name; generated the first time it is asked for."""
        known = self.read("secrets.json")
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            self.write("secrets.json", known)
        return str(known[name])

    def forget_secret(self, name: str) -> None:
        """Delete a secret; `secret` then generates another one under this name."""
        known = self.read("secrets.json")
        if known.pop(name, None):
            self.write("secrets.json", known)

    def read(self, name: str) -> dict[str, Any]:
        """The JSON object in a file of the folder; empty if there is no such file."""
        try:
            content: dict[str, Any] = json.loads(self.path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return content

    def write(self, name: str, content: Mapping[str, Any] | list[Any]) -> None:
        """Replace a JSON file atomically: a crash leaves the old content or the new."""
        self.write_text(name, json.dumps(content, ensure_ascii=False, indent=2) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Replace a text file atomically, readable by its owner only."""
        self.create()
        fresh = self.path(name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        fresh.replace(self.path(name))
