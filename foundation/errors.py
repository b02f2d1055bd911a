"""The error tree: what each error means over HTTP, on pages and on the bus.

    Error         HTTP   on the bus
      Invalid      422   buried at once: it will never be right
      Refused      409   the law or the state forbids it: buried
        NotYet     409   what it needs may be on its way; HTTP gets Retry-After
        Gone       410   it was there and is kept no longer
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

FieldWord = str | tuple[str, str]
"""What is said of a field: data as it is, or words in Vietnamese and English."""

NO_SUCH_THING = "Không tìm thấy.", "There is no such thing, or it is not yours to see."
"""Said of what does not exist and of what the asker may not see: nobody learns which it was."""


@dataclass(frozen=True)
class StoredResponse:
    """The response to a request; stored, so that a repeated request gets the same one."""

    status: int
    body: Mapping[str, object]


class Error(Exception):
    """The root; raise one of its children."""

    status: ClassVar[int] = 500
    name: ClassVar[str] = "error"
    denied = ""
    """Why access was denied, for the audit; "" if the error is of another kind."""

    def __init__(
        self,
        vi: str,
        en: str,
        *,
        article: str = "",
        fields: Mapping[str, Sequence[FieldWord]] | None = None,
    ) -> None:
        """`article` is the rule of law that was applied; `fields` says what is wrong with each.

        A word of `fields` is data (a paper's name), "tiếng Việt / English" where neither half
        holds data, or a pair of the two.
        """
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


class NotYet(Refused):
    """What it needs is not here yet and may be on its way; HTTP gets Retry-After."""

    name = "not-yet"


class Gone(Refused):
    """It was there and is kept no longer."""

    status = 410
    name = "gone"


class NotFound(Error):
    """There is no such thing, or not yet, or not for you."""

    status = 404
    name = "not-found"


class Hidden(NotFound):
    """It is there and not for them: they read what they would read of what does not exist.

    `thing` says what they were kept from; it goes into the record, never into an answer.
    """

    denied = "not theirs"

    def __init__(self, vi: str, en: str, *, thing: str = "") -> None:
        """`vi` and `en` must be the words for what does not exist."""
        super().__init__(vi, en)
        self.thing = thing


class Duplicate(Error):
    """It was done before; `answer` is what was said then, if it was an HTTP request."""

    status = 409
    name = "duplicate"

    def __init__(self, vi: str, en: str, *, answer: StoredResponse | None = None) -> None:
        """`answer` is the stored response to repeat."""
        super().__init__(vi, en)
        self.answer = answer


class Stale(Error):
    """Someone else changed the thing between our reading and our writing."""

    status = 409
    name = "stale"


class Unknown(Error):
    """The caller is not authenticated: no token, or one that cannot be trusted."""

    status = 401
    name = "unknown"
    denied = "not signed in"


class Forbidden(Error):
    """The caller is known and may not do this."""

    status = 403
    name = "forbidden"
    denied = "no right"


class Unavailable(Error):
    """A neighbour (database, object store, broker) is away for the moment."""

    status = 503
    name = "unavailable"


def unless_missing(decide: Callable[[], T]) -> T | None:
    """What `decide` returns, or None if what it is about is not here and never was."""
    try:
        return decide()
    except NotFound:
        return None


def refusal_of(attempt: Callable[[], object]) -> Refused | Invalid | None:
    """Why a rule that is tried refuses, or None if it does not; what it returns is dropped."""
    try:
        attempt()
    except (Refused, Invalid) as error:
        return error
    return None


def why_not(act: Callable[[], object]) -> Error | None:
    """Why one act of several was not done, or None if it was, now or when it was sent before.

    The others go on. What concerns all of them alike is raised: nobody signed in, a neighbour away.
    """
    try:
        act()
    except Duplicate as error:
        return None if error.answer else error
    except (Invalid, Refused, NotFound, Stale, Forbidden) as error:
        return error
    return None


def unless_refused(decide: Callable[[], T], refused: Callable[[Refused | Invalid], T]) -> T:
    """What `decide` returns or, if it refuses, what `refused` makes of the refusal.

    For messages: unlike a caller over HTTP, their sender has to be told by another message.
    """
    try:
        return decide()
    except (Refused, Invalid) as error:
        return refused(error)
