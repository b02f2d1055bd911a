"""Secrets of persons, each sealed under a key of its own that a master key wraps.

A text is encrypted with AES-256-GCM under a data key made for it alone. The data key is kept beside
it, wrapped by the master key, which stands in a file that no database and no queue ever holds, or
in a key management system. Who deletes the wrapped key deletes the text, wherever a copy of the
ciphertext may be.
"""

from foundation.vault.key_wrapper import FileKeys, KeyWrapper, new_master_keys, read_master_keys
from foundation.vault.sealing import Sealed, open_sealed, seal_text

__all__ = [
    "FileKeys",
    "KeyWrapper",
    "Sealed",
    "new_master_keys",
    "open_sealed",
    "read_master_keys",
    "seal_text",
]
