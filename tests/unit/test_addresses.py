"""An address of before 1/7/2025 finds where it lies today, and one of today stays what it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.catalogue import code_tables
from services.catalogue.domain.addresses import Place, PlaceToday, today
from services.catalogue.domain.code_tables import COMMUNES, DISTRICTS, PROVINCES, Code

PLACES = code_tables.places()
NOW = date(2026, 11, 29)
BEFORE = date(2025, 6, 30)


def found(province: str, district: str = "", commune: str = "", *, day: date = NOW) -> PlaceToday:
    return today(PLACES, Place(province=province, district=district, commune=commune), day)


def names(place: PlaceToday) -> tuple[str, list[str]]:
    return place.province.vi if place.province else "", [each.vi for each in place.communes]


@pytest.mark.parametrize(
    ("old", "province", "communes"),
    [
        (("Tỉnh Bình Dương", "Thành phố Thủ Dầu Một", "Phường Phú Cường"), "Hồ Chí Minh", 1),
        (("Bình Dương", "TP. Thủ Dầu Một", "P. Phú Cường"), "Hồ Chí Minh", 1),
        (("binh duong", "thu dau mot", "phu cuong"), "Hồ Chí Minh", 1),
        (("74", "718", "25747"), "Hồ Chí Minh", 1),
        (("TP.HCM", "Q.3", "P.04"), "Hồ Chí Minh", 2),
        (("Hà Nội", "Ba Đình", "Phúc Xá"), "Hà Nội", 1),
        (("Nghệ An", "Vinh", "Hưng Bình"), "Nghệ An", 1),
        (("Thừa Thiên Huế", "Hương Trà"), "Huế", 3),
        (("Hải Phòng", "Bạch Long Vĩ"), "Hải Phòng", 1),
        (("Phú Yên",), "Đắk Lắk", 0),
        (("Nghệ An", "Huyện không có", "Xã không có"), "Nghệ An", 0),
        (("Không có",), "", 0),
    ],
)
def test_an_old_address_finds_its_province_and_its_commune(
    old: tuple[str, ...], province: str, communes: int
) -> None:
    place = found(*old)
    assert place.province is None or place.province.holds(NOW)
    assert (names(place)[0], len(place.communes)) == (province, communes)
    assert place.certain is (communes == 1)


def test_a_ward_that_was_divided_names_every_part() -> None:
    assert names(found("Hồ Chí Minh", "Quận 3", "Phường 4")) == (
        "Hồ Chí Minh",
        ["Phường Bàn Cờ", "Phường Xuân Hòa"],
    )


def test_a_word_for_the_kind_tells_two_of_one_name_apart() -> None:
    town = found("Nghệ An", "Đô Lương", "Thị trấn Đô Lương").known
    assert [each.vi for each in town] == ["Thị trấn Đô Lương"]


def test_an_address_of_today_is_itself() -> None:
    place = found("Hà Nội", "", "Phường Ba Đình")
    assert names(place) == ("Hà Nội", ["Phường Ba Đình"])
    assert place.known == place.communes


def test_an_old_address_asked_for_a_day_of_before_is_as_it_was() -> None:
    place = found("Bình Dương", "Thủ Dầu Một", "Phú Cường", day=BEFORE)
    assert names(place) == ("Bình Dương", ["Phường Phú Cường"])


OLD = [row for row in code_tables.table(COMMUNES) if row.until]
DISTRICT = {row.code: row for row in code_tables.table(DISTRICTS)}
PROVINCE = {row.code: row for row in code_tables.table(PROVINCES) if row.holds(BEFORE)}


@pytest.mark.parametrize("by_name", [True, False])
@given(old=st.sampled_from(OLD))
def test_every_commune_of_before_leads_to_communes_of_one_province(
    old: Code, *, by_name: bool
) -> None:
    district = DISTRICT[old.parent]
    province = PROVINCE[district.parent]
    place = (
        found(province.vi, district.vi, old.vi)
        if by_name
        else found(province.code, district.code, old.code)
    )
    assert place.province is not None
    assert place.province.holds(NOW)
    assert {each.parent for each in place.communes} == {place.province.code}
    assert {each.code for each in place.communes} >= set(old.successors)


NEW = [row for row in code_tables.table(COMMUNES) if row.holds(NOW)]
TODAY = {row.code: row for row in code_tables.table(PROVINCES) if row.holds(NOW)}


@given(st.sampled_from(NEW))
def test_every_commune_of_today_is_found_as_itself(new: Code) -> None:
    place = found(TODAY[new.parent].vi, "", new.vi)
    assert new in place.communes
    assert place.province == TODAY[new.parent]


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_asked_something_comes_back(province: str, district: str, commune: str) -> None:
    place = found(province, district, commune)
    assert place.province is None or place.province.holds(NOW)
