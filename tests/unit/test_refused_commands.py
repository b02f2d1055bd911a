"""A command that the database refuses is said in the log, by its code and without its words."""

import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from structlog.testing import capture_logs

from foundation.errors import Unavailable
from foundation.persistence.mongo import translate_errors


def test_whoever_runs_it_learns_why_and_nothing_of_the_data() -> None:
    refused = OperationFailure(
        "invalid key: Nguyễn Thị Hoa", 2, {"codeName": "BadValue", "errmsg": "Nguyễn Thị Hoa"}
    )
    with capture_logs() as lines, pytest.raises(Unavailable), translate_errors():
        raise refused
    (line,) = lines
    assert (line["code"], line["refusal"]) == (2, "BadValue")
    assert "Hoa" not in str(line)


def test_a_database_that_is_away_is_no_refusal() -> None:
    with capture_logs() as lines, pytest.raises(Unavailable), translate_errors():
        raise AutoReconnect("gone")
    assert lines == []
