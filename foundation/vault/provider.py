"""Hands a service its vault.

Not handed on by the package: it needs nameko, which the command `motcua` does without.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from foundation.errors import Refused
from foundation.injection import Provider
from foundation.observability.logs import log
from foundation.persistence.idempotency import RequestIdempotency
from foundation.settings.watched_file import WatchedFile
from foundation.vault.key_wrapper import FileKeys, KeyWrapper, read_master_keys
from foundation.vault.sealing import Sealed, open_sealed, seal_text

NO_KEYS = FileKeys({})
SEALED = "sealed"


class Vault(Provider):
    """`vault = Vault()`, then `self.vault.seal(text, about)`; without a master key it is closed.

    A key management system takes the file's place by a subclass with another `wrapper`.
    """

    def __init__(self, wrapper: KeyWrapper | None = None) -> None:
        """`wrapper` instead of the file that the settings name."""
        self._fixed = wrapper
        self._file: WatchedFile[FileKeys] | None = None

    def setup(self) -> None:
        """Learn where the file of master keys is; says so at start when there is none."""
        path = "" if self._fixed else self.container.config["settings"].vault_keys
        if path:
            self._file = WatchedFile(
                Path(path),
                read_master_keys,
                at_first=NO_KEYS,
                complaint="the master keys of the vault cannot be read",
            )
        if not self.is_open():
            log.warning("the_vault_is_closed", setting="VAULT_KEYS")

    def is_open(self) -> bool:
        """Whether there is a master key to seal with."""
        return self.wrapper() is not NO_KEYS

    def wrapper(self) -> KeyWrapper:
        """What wraps data keys now; a changed file is read again."""
        if self._fixed is not None:
            return self._fixed
        return self._file.value() if self._file else NO_KEYS

    def must_be_open(self) -> None:
        """Stop before anything is taken in that could not be protected.

        Raises:
            Refused: there is no master key; says what to do.
        """
        if not self.is_open():
            raise Refused(
                "Hệ thống chưa có khóa để bảo vệ người tố cáo nên không nhận; nội dung vừa gửi "
                "không được lưu lại. Xin nộp trực tiếp hoặc gửi qua bưu chính; người quản trị "
                "hãy đặt VAULT_KEYS.",
                "No denunciation is taken here, for there is no key to protect its giver; nothing "
                "of what you sent was kept. Hand it in or post it; the operator should set "
                "VAULT_KEYS.",
            )

    def seal(self, text: str, about: str) -> Sealed:
        """The text, sealed under a data key of its own."""
        return seal_text(text, about, self.wrapper())

    def open(self, sealed: Sealed, about: str) -> str:
        """The text again; raises as `open_sealed` does."""
        return open_sealed(sealed, about, self.wrapper())

    def mark(self, text: str) -> str:
        """A name for the text that nobody without the master key can try out."""
        return self.wrapper().mark(text)

    def seal_answer(self, once: RequestIdempotency, about: str) -> RequestIdempotency:
        """The record of a request whose answer holds a secret: it is stored sealed.

        An answer that was stored before there was a vault is said again as it is.
        """

        def to_stored(body: Mapping[str, Any]) -> dict[str, Any]:
            return {SEALED: asdict(self.seal(json.dumps(dict(body)), about))}

        def from_stored(body: Mapping[str, Any]) -> dict[str, Any]:
            sealed = body.get(SEALED)
            return dict(json.loads(self.open(Sealed(**sealed), about)) if sealed else body)

        return replace(once, to_stored=to_stored, from_stored=from_stored)

    def hide(self, once: RequestIdempotency) -> RequestIdempotency:
        """The record of a request by which nobody can try out who sent it, or what."""
        return replace(once, key=self.mark(once.key), fingerprint=self.mark(once.fingerprint))
