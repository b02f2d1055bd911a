"""The secret code by which a denouncer without an account follows their denunciation.

It is shown once and kept nowhere: what is kept is its SHA-256. Twenty signs of thirty are 98 bits,
so that nobody finds the code by trying, neither at the door nor with the database in hand.
"""

from hashlib import sha256

from services.feedback.domain.visit import ALPHABET, spelled

LENGTH, GROUP = 20, 4


def made(mark: str) -> str:
    """The code that a mark of the vault (hexadecimal) stands for: the same mark has the same."""
    number, signs = int(mark, 16), []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


def shown(code: str) -> str:
    """The code as people write it down: `ABCD-2345-…`."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def print_of(code: str) -> str:
    """What is kept of a code, however it was typed."""
    return sha256(spelled(code).encode()).hexdigest()
