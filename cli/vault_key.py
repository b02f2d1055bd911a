"""`motcua vault-key`: makes a master key for a service that seals, or a newer one before it."""

import json
import os
from pathlib import Path

import click

from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import localized

VAULT_KEYS = "vault-keys.json"
WEBHOOK_VAULT_KEYS = "webhook-vault-keys.json"
"""The master keys of subscriptions: who calls the Internet has none that protects a denouncer."""


def vault_keys_name(service: str) -> str:
    """The name of the file with the master keys of a service."""
    return WEBHOOK_VAULT_KEYS if service == "subscriptions" else VAULT_KEYS


def vault_keys_file(folder: DataFolder, name: str = VAULT_KEYS) -> Path:
    """The file of master keys with that name; created, with one key, if absent."""
    from foundation.vault import new_master_keys  # noqa: PLC0415 -- imports the cryptography

    if not folder.path(name).exists():
        folder.write(name, new_master_keys())
    return folder.path(name)


@click.command("vault-key")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Tệp khác, cho hệ thống chạy nơi khác. / Another file, for a platform elsewhere.",
)
@click.pass_obj
def vault_key(folder: DataFolder, *, file: Path | None) -> None:
    """Tạo khóa chính bảo vệ người tố cáo. / Make the master key that protects denouncers.

    Khóa cũ vẫn mở được dữ liệu cũ. Mất tệp này là mất mọi tố cáo: hãy sao lưu riêng. Khóa chính của
    webhook là một tệp riêng (webhook-vault-keys.json; --file). /
    Older keys go on opening what they sealed. Who loses the file loses every denunciation: keep a
    copy apart. The master keys of webhooks are a file of their own (webhook-vault-keys.json;
    --file).
    """
    if file is None:
        folder.create()
    path = file or folder.path(VAULT_KEYS)
    name = _add(path)
    click.echo(localized(f"Khóa mới {name} trong {path}.", f"New key {name} in {path}."))


def _add(path: Path) -> str:
    """Write the file with a new key before the others; its name."""
    from foundation.vault import new_master_keys, read_master_keys  # noqa: PLC0415 -- as above

    try:
        before = {}
        if path.exists():
            read_master_keys(path)
            before = json.loads(path.read_text(encoding="utf-8"))
        content = new_master_keys(before)
        new = path.with_name(path.name + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(content, out, indent=2)
        new.replace(path)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CliError(
            f"Không ghi được khóa vào {path}: {error}.",
            f"No key can be written to {path}: {error}.",
        ) from error
    return str(content["keys"][0]["id"])
