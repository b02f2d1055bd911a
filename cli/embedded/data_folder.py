"""The data folder: everything the embedded platform keeps, and the secrets it made for itself."""

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
    """One folder per platform; two platforms on a machine need two folders and two port bases."""

    root: Path

    def create(self) -> None:
        """Make it, readable by its owner only, since it holds secrets.

        Raises:
            CliError: nothing can be written there.
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
        """A place inside the folder."""
        return self.root.joinpath(*parts)

    def log(self, name: str) -> Path:
        """The log of one program."""
        return self.path("logs", f"{name}.log")

    def secret(self, name: str) -> str:
        """A secret of that name, made the first time it is asked for."""
        known = self.read("secrets.json")
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            self.write("secrets.json", known)
        return str(known[name])

    def forget_secret(self, name: str) -> None:
        """Drop a secret: the next one asked for by that name is another."""
        known = self.read("secrets.json")
        if known.pop(name, None):
            self.write("secrets.json", known)

    def read(self, name: str) -> dict[str, Any]:
        """A JSON object of ours; empty when there is none yet."""
        try:
            content: dict[str, Any] = json.loads(self.path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return content

    def write(self, name: str, content: Mapping[str, Any] | list[Any]) -> None:
        """Replace a JSON file whole, so that a crash leaves the old one or the new one."""
        self.write_text(name, json.dumps(content, ensure_ascii=False, indent=2) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """The same of any text."""
        self.create()
        fresh = self.path(name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        fresh.replace(self.path(name))
