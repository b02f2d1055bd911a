"""Everything that can go wrong, in one tree read by HTTP, pages and the bus.

    Error         HTTP   on the bus
      Invalid      422   buried at once: it will never be right
      Refused      409   the law or the state forbids it: buried
      NotFound     404   tried again, soon and then later: its event may still be on the way
      Duplicate    409   dropped: it was done before
      Stale        409   tried again at once: someone else wrote in between
      Unknown      401   nobody we know; never on the bus
      Forbidden    403   buried, counted
      Unavailable  503   pauses the subscription; HTTP gets Retry-After
    anything else  500   a bug: tried again, then buried

Each says what happened, and what to do next, in Vietnamese and in English.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

T = TypeVar("T")

NO_SUCH_THING = "Không tìm thấy.", "There is no such thing, or it is not yours to see."
"""Said of what does not exist and of what the asker may not see: nobody learns which it was."""


@dataclass(frozen=True)
class Answer:
    """What a door said to a request; stored so that the same request gets the same answer."""

    status: int
    body: Mapping[str, object]


class Error(Exception):
    """The root; raise one of its children."""

    status: ClassVar[int] = 500
    name: ClassVar[str] = "error"
    turned_away = ""
    """Why somebody was kept from what is not theirs, for the record; "" if that is not the case."""

    def __init__(
        self,
        vi: str,
        en: str,
        *,
        article: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`article` is the rule of law that was applied; `fields` says what is wrong with each."""
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.article = article
        self.fields = dict(fields or {})


class Invalid(Error):
    """The input is wrong and will stay wrong."""

    status = 422
    name = "invalid"


class Refused(Error):
    """The law, or the state of the thing, forbids it."""

    status = 409
    name = "refused"


class NotFound(Error):
    """There is no such thing, or not yet, or not for you."""

    status = 404
    name = "not-found"


class Hidden(NotFound):
    """It is there and not for them: they read what they would read of what does not exist.

    `thing` says what they were kept from; it goes into the record, never into an answer.
    """

    turned_away = "not theirs"

    def __init__(self, vi: str, en: str, *, thing: str = "") -> None:
        """`vi` and `en` must be the words for what does not exist."""
        super().__init__(vi, en)
        self.thing = thing


class Duplicate(Error):
    """It was done before; `answer` is what was said then, if it was an HTTP request."""

    status = 409
    name = "duplicate"

    def __init__(self, vi: str, en: str, *, answer: Answer | None = None) -> None:
        """`answer` lets the web door repeat itself word for word."""
        super().__init__(vi, en)
        self.answer = answer


class Stale(Error):
    """Someone else changed the thing between our reading and our writing."""

    status = 409
    name = "stale"


class Unknown(Error):
    """The caller has not said who they are, or it cannot be believed."""

    status = 401
    name = "unknown"
    turned_away = "not signed in"


class Forbidden(Error):
    """The caller is known and may not do this."""

    status = 403
    name = "forbidden"
    turned_away = "no right"


class Unavailable(Error):
    """A neighbour (database, object store, broker) is away for the moment."""

    status = 503
    name = "unavailable"


def unless_refused(decide: Callable[[], T], refused: Callable[[Refused | Invalid], T]) -> T:
    """What is decided or, where the law, the state or the input forbids it, what is said of that.

    For who cannot be answered at once, as a caller over HTTP is, and must be told all the same.
    """
    try:
        return decide()
    except (Refused, Invalid) as error:
        return refused(error)
