"""How servers of MongoDB's protocol differ in what an index does for them, by what they say.

Each answers the same questions with the same documents; what differs is how much it reads for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENGINE_OF_MONGODB = "mozjs"
"""Of JavaScript, in `buildInfo`; other servers of the protocol have none."""


@dataclass(frozen=True, kw_only=True)
class ServerKind:
    """What a server does with its indexes."""

    true_plans: bool
    """The plan that it tells is what it does. SecantusDB tells of an index and a limit, and reads
    all that the index leads to; to explain, it may look through the whole collection."""
    parts_lists: bool
    """Of an index over a field with many values and one more it reads a range of the second.
    SecantusDB in Rust reads all that have the value, so that each window costs as much as all."""


def server_kind(build: Mapping[str, Any]) -> ServerKind:
    """The kind of a server, by its answer to `buildInfo`."""
    in_rust = "secantusVersion" in build and build.get("buildEnvironment", {}).get("cc") == "rustc"
    return ServerKind(
        true_plans=build.get("javascriptEngine") == ENGINE_OF_MONGODB, parts_lists=not in_rust
    )
