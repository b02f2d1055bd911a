"""What a file is by its content, whatever its name and sender say, and whether it is whole."""

from foundation.files.content import media_type_of

__all__ = ["media_type_of"]
