import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.settings.agency_list import AgencyList, ConnectedAgencies

CONNECTED = {"so-xay-dung": "Sở Xây dựng", "ubnd-xa": "Ủy ban nhân dân xã"}
KNOWN = AgencyList(connected=CONNECTED, named={"UBND cấp xã": "ubnd-xa", "Sở Y tế": "so-y-te"})
codes = st.sampled_from(("so-xay-dung", "ubnd-xa", "so-y-te", "so-xay-dun", "x", ""))


@pytest.mark.parametrize(
    ("wrong", "close"),
    [
        ("so-xay-dun", "so-xay-dung (Sở Xây dựng)"),
        ("uy-ban-nhan-dan-xa", "ubnd-xa (Ủy ban nhân dân xã)"),
        ("ubnd-cap-xa", "ubnd-xa (Ủy ban nhân dân xã)"),
    ],
)
def test_a_code_that_is_nearly_one_is_told_which(wrong: str, close: str) -> None:
    with pytest.raises(Invalid) as caught:
        KNOWN.must_be_connected(wrong, place="to")
    assert close in caught.value.vi
    assert close in caught.value.en
    assert caught.value.fields == {"to": [wrong]}


def test_what_takes_no_messages_exists_all_the_same() -> None:
    KNOWN.must_exist("so-y-te", "so-xay-dung")
    with pytest.raises(Invalid, match=r"so-y-te\."):
        KNOWN.must_be_connected("so-y-te")


@given(st.lists(codes, max_size=5))
def test_codes_pass_exactly_if_each_is_connected_or_none(asked: list[str]) -> None:
    strange = {each for each in asked if each and each not in CONNECTED}
    if not strange:
        return KNOWN.must_be_connected(*asked)
    with pytest.raises(Invalid) as caught:
        KNOWN.must_be_connected(*asked)
    assert set(caught.value.fields["agency"]) == strange
    return AgencyList().must_be_connected(*asked)


def test_a_file_that_changes_is_read_again_and_who_was_removed_takes_nothing(
    tmp_path: Path,
) -> None:
    file, names = tmp_path / "agencies.json", tmp_path / "names.json"
    entry = {"code": "so-xay-dung", "name_vi": "Sở Xây dựng"}
    file.write_text(json.dumps([entry]))
    names.write_text("{}")
    known = ConnectedAgencies()
    settings = SimpleNamespace(agencies=str(file), agency_names=str(names))
    known.container = SimpleNamespace(config={"settings": settings})
    known.setup()
    known.now().must_be_connected("so-xay-dung")
    file.write_text(json.dumps([entry | {"removed": True}, entry | {"code": "ubnd-xa"}]))
    os.utime(file, (1, 1))
    with pytest.raises(Invalid):
        known.now().must_be_connected("so-xay-dung")
    file.write_text("broken")
    os.utime(file, (2, 2))
    known.now().must_be_connected("ubnd-xa")


def test_an_agency_is_called_by_its_name_or_by_its_code() -> None:
    known = AgencyList(connected={"a": "Sở A"}, named={"Sở B": "b", "Sở Bê": "b", "A cũ": "a"})
    assert [known.name(each) for each in ("a", "b", "c")] == ["Sở A", "Sở B", "c"]
