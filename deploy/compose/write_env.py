"""`make env`: a random value in .env for each secret that docker-compose.yml asks for.

A value that is there is never changed; what a new version asks for is added. Needs nothing but
Python, so that a server with Docker needs no environment of ours.
"""  # noqa: INP001 -- a script of `make env`, no part of a package

import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r"\$\{([A-Z0-9_]+):\?")
KNOWN = re.compile(r"^([A-Z0-9_]+)=.", re.MULTILINE)
BEGIN = """\
# Made by `make env`, which keeps what stands here and adds what is missing. Keep it secret.
# Everything else that docker-compose.yml reads may be set here too, such as
#SMTP_URL=smtp://mail.example.vn:25
#SMS_URL=http://sms.example.vn:8080
"""


def main(arguments: list[str]) -> int:
    """Write the file (by default .env beside docker-compose.yml); says what it did."""
    place = Path(arguments[0]) if arguments else ROOT / ".env"
    asked = ASKED.findall((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    before = place.read_text(encoding="utf-8") if place.exists() else BEGIN
    known = set(KNOWN.findall(before))
    fresh = [name for name in dict.fromkeys(asked) if name not in known]
    if fresh:
        # Hexadecimal: it needs no quoting in an address, and MongoDB takes no other key.
        lines = [f"{name}={secrets.token_hex(24)}\n" for name in fresh]
        write(place, before.removesuffix("\n") + "\n" + "".join(lines))
    place.chmod(0o600)
    localized(
        f"{place}: thêm {len(fresh)} giá trị, giữ nguyên phần còn lại.",
        f"{place}: {len(fresh)} values added, the rest kept.",
    )
    return 0


def write(place: Path, text: str) -> None:
    """Replace it whole; nobody but its owner can read it at any moment."""
    fresh = place.with_name(place.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(place)


def localized(vi: str, en: str) -> None:
    """In the language of LANG, as cli/language.py has it."""
    sys.stdout.write((en if os.environ.get("LANG", "").startswith("en") else vi) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
