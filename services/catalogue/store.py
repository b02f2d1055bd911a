"""Stores of the procedures, each with all its versions, of their listings, and of codes."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from foundation.outbox import Store
from foundation.persistence import Index, TtlCache
from services.catalogue.domain.code_entry import CodeEntry, entry_id
from services.catalogue.domain.code_tables import PROVINCES, Code
from services.catalogue.domain.listing import PLACES, Listed, Listing, number_of
from services.catalogue.domain.procedure import Procedure, VersionState

MOST_LISTED, MOST_DRAFTS = 10_000, 100
# Codes stand close at the beginning of each group (1.…, 2.…, 3.…), and then none for long.
FIRST_WINDOW, WIDER, LAST_NUMBER = 500, 8, 10 * PLACES
MOST_LEADING, MOST_PROVINCES, MOST_WITHIN = 1000, 200, 1000
FRESH = 5.0  # seconds


class Procedures(Store[Procedure]):
    """Store of procedures: one document for each code."""

    entity = Procedure
    collection = "procedures"
    indexes = (
        Index(name="words", keys=(("words", 1),)),
        Index(name="number", keys=(("listing.number", 1),)),
        Index(name="agency", keys=(("listing.agency", 1),)),
        Index(name="field", keys=(("listing.field_key", 1),)),
        Index(name="drafts", keys=(("versions.state", 1),)),
    )

    def drafted(self) -> list[Procedure]:
        """Those whose newest version is a draft, by their code (index `drafts`)."""
        found = self.find({"versions.state": VersionState.DRAFT.value}, limit=MOST_DRAFTS)
        return sorted(found, key=lambda each: each.id)

    def known(self, code: str) -> Procedure | None:
        """The procedure in any state, if the code was ever written down."""
        return self.find_one({"_id": code})


class Listings(Store[Listed]):
    """Read-only store of listings: of the same documents it reads the brief alone."""

    entity = Listed
    collection = Procedures.collection
    indexes = Procedures.indexes

    def setup(self) -> None:
        """Begin with an empty cache; no relay, since nothing is written here."""
        self._lately = TtlCache[list[Listing]](FRESH)

    def saying(self, words: tuple[str, ...], *, agency: str = "", field: str = "") -> list[Listing]:
        """Procedures in force with all of the folded words (index `words`), in no order.

        `agency` is a code and `field` a key, each with its index; one of the three must be given.
        """
        query: dict[str, Any] = {"words": {"$all": list(words)}} if words else {}
        if len(words) == 1:  # a code, mostly; the embedded database has no index for $all
            query = {"words": words[0]}
        query |= {"listing.agency": agency} if agency else {}
        query |= {"listing.field_key": field} if field else {}
        return self._brief(query | {"public": True})

    def following(self, after: str, limit: int, *, handled: date | None = None) -> list[Listing]:
        """The `limit` procedures in force that come next behind a code, or a few more.

        With `handled`, only those handled at the centre on that day. By the index `number`, in
        windows that widen until the page is full, since a sort gathers every match first.
        """
        found: list[Listing] = []
        number, span = max(number_of(after), PLACES - 1), FIRST_WINDOW
        while number < LAST_NUMBER and len(found) < limit:
            group_end = (number // PLACES + 1) * PLACES
            end = min(number + span, group_end)
            listed = self._brief({"listing.number": {"$gt": number, "$lte": end}, "public": True})
            listed.sort(key=lambda each: each.number)
            found += [each for each in listed if handled is None or each.handled(handled)]
            number, span = end, FIRST_WINDOW if end == group_end else WIDER * span
        return found

    def listed(self) -> list[Listing]:
        """All that were ever in force (index `number`), as they were within the last seconds."""
        return self._lately.get("", partial(self._brief, {"listing.number": {"$gt": 0}}))

    def _brief(self, query: Mapping[str, Any]) -> list[Listing]:
        found = self.find(query, limit=MOST_LISTED, only=("listing",))
        return [each.listing for each in found if each.listing]


class Codes(Store[CodeEntry]):
    """Store of the code tables: one document for each code of a table."""

    entity = CodeEntry
    collection = "codes"
    indexes = (
        Index(name="key", keys=(("key", 1),)),
        Index(name="leads_to", keys=(("leads_to", 1),)),
        Index(name="within", keys=(("within", 1),)),
    )

    def known(self, table: str, code: str) -> CodeEntry:
        """The entry of a code, an empty one if it was never written down."""
        identity = entry_id(table, code)
        empty = CodeEntry(id=identity, table=table, code=code)
        return self.find_one({"_id": identity}) or empty

    def rows(self, ids: Sequence[str]) -> list[Code]:
        """All rows of some entries, by their ids (index `_id_`)."""
        found = self.find({"_id": {"$in": list(ids)}}, limit=len(ids)) if ids else []
        return [row for each in found for row in each.rows]

    def provinces(self) -> list[Code]:
        """All provinces, those of before too (index `key`)."""
        return [row for each in self.following(PROVINCES, "", MOST_PROVINCES) for row in each.rows]

    def within(self, table: str, parent: str) -> list[Code]:
        """The rows of a table with this parent (index `within`)."""
        found = self.find({"within": entry_id(table, parent)}, limit=MOST_WITHIN)
        return [row for each in found for row in each.rows if row.parent == parent]

    def coded(self, table: str, code: str) -> Sequence[Code]:
        """All rows of a code."""
        return self.known(table, code).rows

    def leading_to(self, identity: str) -> list[CodeEntry]:
        """The entries that have this one among their successors (index `leads_to`)."""
        return self.find({"leads_to": identity}, limit=MOST_LEADING)

    def following(self, table: str, after: str, limit: int) -> list[CodeEntry]:
        """The entries of a table that come next behind a code, by their codes (index `key`)."""
        behind = {"$gt": entry_id(table, after), "$lt": f"{table};"}  # ";" comes behind ":"
        return self.find({"key": behind}, sort=(("key", 1),), limit=limit)
