"""What people are told, sealed while it is stored: the database alone reads nobody's letters."""

from collections.abc import Callable
from dataclasses import replace

from foundation.injection import Provider
from foundation.persistence.text_cipher import TextCipher
from services.notifications.domain.applicant import Word
from services.notifications.domain.notice import Notice, NoticeText


class LetterSeal(Provider):
    """`letters = LetterSeal()`, then `self.letters.sealed(notice)` and `self.letters.opened(…)`."""

    def setup(self) -> None:
        """Take the keys of the setting."""
        self._cipher = TextCipher(str(self.container.config["settings"].letter_key))

    def sealed(self, notice: Notice) -> Notice:
        """As it is stored."""
        return replace(notice, letter=_each(notice.letter, self._cipher.sealed))

    def opened(self, notice: Notice) -> Notice:
        """As a provider is given it.

        Raises:
            Unreadable: it was sealed with a key that is not in the setting any more.
        """
        return replace(notice, letter=_each(notice.letter, self._cipher.opened))

    def sealed_word(self, word: Word) -> Word:
        """Words for an applicant, as they are stored until their event comes."""
        return replace(word, text=self._cipher.sealed(word.text))

    def opened_word(self, word: Word) -> Word:
        """Words for an applicant, as they were said."""
        return replace(word, text=self._cipher.opened(word.text))

    def sealed_text(self, text: str) -> str:
        """A secret of ours, as it is stored."""
        return self._cipher.sealed(text)

    def opened_text(self, stored: str) -> str:
        """A secret of ours, as it was given to us; Unreadable as for a notice."""
        return self._cipher.opened(stored)


def _each(letter: NoticeText, change: Callable[[str], str]) -> NoticeText:
    parameters = {name: change(value) for name, value in letter.parameters.items()}
    return replace(
        letter, subject=change(letter.subject), text=change(letter.text), parameters=parameters
    )
