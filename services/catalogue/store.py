"""Where the procedures are kept, each with all its versions."""

from typing import Any

from foundation.store import Index, Store
from services.catalogue.domain.procedure import Procedure

MOST_RANKED = 200


class Procedures(Store[Procedure]):
    """One document per procedure code."""

    thing = Procedure
    collection = "procedures"
    indexes = (
        Index(name="words", keys=(("words", 1),)),
        Index(name="public", keys=(("public", 1),)),
    )

    def known(self, code: str) -> Procedure | None:
        """The procedure in any state, if the code was ever written down."""
        return self.find_one({"_id": code})

    def saying(self, words: tuple[str, ...]) -> list[Procedure]:
        """Procedures in force that have all of the folded words (index `words`).

        Without words: all in force (index `public`). At most MOST_RANKED, in no order.
        """
        query: dict[str, Any] = {"words": {"$all": list(words)}} if words else {"public": True}
        if len(words) == 1:  # a code, mostly; the embedded database has no index for $all
            query = {"words": words[0]}
        return self.find(query, limit=MOST_RANKED)
