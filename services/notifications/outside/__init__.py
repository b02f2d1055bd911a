"""Clients of those who carry messages to people: a class for each kind of provider.

Every wait is bounded, and each send ends in one of four outcomes. docs/channels.md shows how one is
added.
"""

from services.notifications.outside.letter_seal import LetterSeal
from services.notifications.outside.providers import MessageProviders
from services.notifications.outside.reported import reported

__all__ = ["LetterSeal", "MessageProviders", "reported"]
