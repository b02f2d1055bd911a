"""A line of the log is one line and valid JSON, whatever stands in it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from foundation.observability.logs import _one_line


@given(st.text(st.characters() | st.sampled_from("\n\r\x1b\x85\x9b\u2028\u202e\ud800")))
def test_whatever_is_logged_is_one_line_of_json(text: str) -> None:
    line = _one_line({"event": text}, default=str)
    assert json.loads(line) == {"event": text}
    assert len(line.splitlines()) == 1
    assert line.encode()
    assert not set(line) & set("\x1b\x85\x9b\u202e")


def test_vietnamese_stays_legible() -> None:
    assert _one_line({"event": "Đã tiếp nhận"}) == '{"event": "Đã tiếp nhận"}'
