"""The procedures of Đắk Lắk at the turn of 2019 to 2020: `python -m tests.dak_lak > FILE`.

True are the totals (Đại Đoàn Kết, 31/12/2019): 956 of 1,275 procedures and 15 of 21 agencies
when the centre opened on 31/12/2019; in 2020 five fields with 278 procedures, the police's 8 and
the remaining 33. So are the names of the agencies, and the 9 procedures of social insurance.
Everything else is an example: codes, names, times, how the totals are shared out among the
agencies, and the days in 2020.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

FILE = Path(__file__).parents[1] / "catalogue-data" / "examples" / "dak-lak.csv"
OPENING = "2019-12-31"
FIVE_FIELDS, POLICE, REMAINING = "2020-03-02", "2020-06-01", "2020-09-01"

# field, agency, how many since the opening, how many of the remaining
SINCE_THE_OPENING = (
    ("Giao thông vận tải", "Sở Giao thông vận tải", 90, 3),
    ("Kế hoạch và Đầu tư", "Sở Kế hoạch và Đầu tư", 110, 3),
    ("Nông nghiệp và Phát triển nông thôn", "Sở Nông nghiệp và Phát triển nông thôn", 98, 3),
    ("Lao động, Thương binh và Xã hội", "Sở Lao động - Thương binh và Xã hội", 96, 3),
    ("Y tế", "Sở Y tế", 112, 3),
    ("Công Thương", "Sở Công Thương", 101, 3),
    ("Xây dựng", "Sở Xây dựng", 45, 2),
    ("Văn hóa, Thể thao và Du lịch", "Sở Văn hóa, Thể thao và Du lịch", 99, 3),
    ("Tài nguyên và Môi trường", "Sở Tài nguyên và Môi trường", 78, 3),
    ("Ngoại vụ", "Sở Ngoại vụ", 11, 1),
    ("Thông tin và Truyền thông", "Sở Thông tin và Truyền thông", 38, 2),
    ("Khoa học và Công nghệ", "Sở Khoa học và Công nghệ", 42, 2),
    ("Ban Quản lý các khu công nghiệp", "Ban Quản lý các khu công nghiệp", 25, 1),
    ("Dân tộc", "Ban Dân tộc", 2, 1),
    ("Bảo hiểm xã hội", "Bảo hiểm xã hội tỉnh", 9, 0),
)
THE_FIVE_FIELDS = (
    ("Nội vụ", "Sở Nội vụ", 84),
    ("Giáo dục và Đào tạo", "Sở Giáo dục và Đào tạo", 62),
    ("Tư pháp", "Sở Tư pháp", 95),
    ("Thanh tra", "Thanh tra tỉnh", 9),
    ("Tài chính", "Sở Tài chính", 28),
)
THE_POLICE = ("Công an", "Công an tỉnh", 8)
COLUMNS = (
    *("code", "name_vi", "field", "agency", "time_value", "time_unit"),
    *("at_centre_since", "illustrative"),
)


def groups() -> Iterator[tuple[str, str, int, str]]:
    """Field, agency, number of procedures, since when they are handled at the centre."""
    for field, agency, opening, remaining in SINCE_THE_OPENING:
        yield field, agency, opening, OPENING
        yield field, agency, remaining, REMAINING
    for field, agency, count in THE_FIVE_FIELDS:
        yield field, agency, count, FIVE_FIELDS
    yield *THE_POLICE, POLICE


def write(file: TextIO) -> None:
    """The table of all 1,275; codes of group 9, which the national database does not have."""
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    number = 0
    for field, agency, count, since in groups():
        for _ in range(count):
            number += 1
            name = f"Thủ tục minh họa số {number} ({field})"
            row = (f"9.{number:06}", name, field, agency, "5", "ngày làm việc", since, "có")
            table.writerow(row)


if __name__ == "__main__":
    write(sys.stdout)
