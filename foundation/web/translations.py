"""Texts of the HTTP server in Vietnamese and English, and the choice between them."""

import re
from typing import Final, Literal

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from foundation.errors import FieldWord

Language = Literal["vi", "en"]

_LONGEST_HEADER = 500
# How an article of law is cited in both languages: NĐ 61/2018 Đ17.1.
_LAW = re.compile(r"\b(?:NĐ|QĐ|Đ(?=\d))")

TITLES: Final[dict[str, tuple[str, str]]] = {
    "error": ("Lỗi hệ thống", "Something broke on our side"),
    "invalid": ("Dữ liệu chưa hợp lệ", "The request is not valid"),
    "refused": ("Không được phép theo quy định", "The rules do not allow it"),
    "not-yet": ("Chưa đủ điều kiện lúc này", "Not possible yet"),
    "gone": ("Không còn lưu", "No longer kept"),
    "not-found": ("Không tìm thấy", "Not found"),
    "duplicate": ("Đã thực hiện trước đó", "Done before"),
    "stale": ("Dữ liệu vừa thay đổi", "Changed in the meantime"),
    "unknown": ("Chưa đăng nhập", "Not signed in"),
    "forbidden": ("Không có quyền", "No right to do that"),
    "unavailable": ("Tạm thời gián đoạn", "Not available for the moment"),
    "too-many": ("Quá nhiều lượt tra cứu", "Too many requests"),
    "malformed": ("Yêu cầu HTTP không hợp lệ", "Malformed HTTP request"),
    "wrong-method": ("Sai phương thức", "Wrong method"),
    "too-slow": ("Gửi dữ liệu quá chậm", "Sent too slowly"),
    "too-large": ("Dữ liệu quá lớn", "Too large"),
    "wrong-media-type": ("Sai kiểu nội dung", "Wrong content type"),
    "range": ("Phần tệp không có", "No such part of the file"),
}

# What marshmallow says by itself, and the same in Vietnamese.
_FIELD_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"Missing data for required field\.", "Thiếu thông tin bắt buộc."),
    (r"Field may not be null\.", "Không được để trống."),
    (r"Unknown field\.", "Không có trường này."),
    (r"Invalid (?:value|input|type|input type)\.", "Giá trị không hợp lệ."),
    (r"Not a valid (?:utf-8 )?string\.", "Phải là văn bản."),
    (r"Not a valid integer\.", "Phải là số nguyên."),
    (r"Not a valid number\.", "Phải là số."),
    (r"Number too large\.", "Số quá lớn."),
    (r"Special numeric values \(nan or infinity\) are not permitted\.", "Phải là số hữu hạn."),
    (r"Not a valid boolean\.", "Phải là đúng hoặc sai (true, false)."),
    (r"Not a valid (?:list|tuple)\.", "Phải là danh sách."),
    (r"Not a valid mapping type\.", "Phải là đối tượng JSON."),
    (r"Not a valid UUID\.", "Không phải mã UUID."),
    (r"Not a valid URL\.", "Không phải địa chỉ web."),
    (r"Not a valid (?:IPv4 |IPv6 |IP )(?:address|interface)\.", "Không phải địa chỉ mạng (IP)."),
    (r"Not a valid email address\.", "Không phải địa chỉ thư điện tử."),
    (r"Not a valid date\.", "Không phải ngày (YYYY-MM-DD)."),
    (r"Not a valid period of time\.", "Không phải khoảng thời gian."),
    (r"Not a valid (?:aware |naive )?(?:datetime|time)\.", "Không phải thời điểm theo RFC 3339."),
    (r"(.+) cannot be formatted as a \w+\.", r"Không ghi được \1."),
    (r"Must be one of: (.+)\.", r"Phải là một trong: \1."),
    (r"One or more of the choices you made was not in: (.+)\.", r"Chỉ được chọn trong: \1."),
    (r"One or more of the choices you made was in: (.+)\.", r"Không được chọn: \1."),
    (r"Must be equal to (.+)\.", r"Phải bằng \1."),
    (
        r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
        r"Phải từ \1 đến \2.",
    ),
    (r"Must be greater than or equal to (\S+) and less than (\S+)\.", r"Phải từ \1 đến dưới \2."),
    (
        r"Must be greater than (\S+) and less than or equal to (\S+)\.",
        r"Phải lớn hơn \1 và không quá \2.",
    ),
    (r"Must be greater than (\S+) and less than (\S+)\.", r"Phải lớn hơn \1 và nhỏ hơn \2."),
    (r"Must be greater than or equal to (\S+)\.", r"Phải từ \1 trở lên."),
    (r"Must be less than or equal to (\S+)\.", r"Không được quá \1."),
    (r"Must be greater than (\S+)\.", r"Phải lớn hơn \1."),
    (r"Must be less than (\S+)\.", r"Phải nhỏ hơn \1."),
    (r"Shorter than minimum length (\S+)\.", r"Phải có ít nhất \1 (ký tự hoặc mục)."),
    (r"Longer than maximum length (\S+)\.", r"Chỉ được có nhiều nhất \1 (ký tự hoặc mục)."),
    (r"Length must be between (\S+) and (\S+)\.", r"Phải có từ \1 đến \2 (ký tự hoặc mục)."),
    (r"Length must be (\S+)\.", r"Phải có đúng \1 (ký tự hoặc mục)."),
    (r"String does not match expected pattern\.", "Không đúng dạng quy định."),
)


def language(accept_language: str) -> Language:
    """The language to answer in, by an `Accept-Language` header (RFC 9110, 12.5.4)."""
    # werkzeug's own best_match prefers an exact `vi;q=0.1` to an `en-GB;q=1`.
    for tag, quality in parse_accept_header(accept_language[:_LONGEST_HEADER], LanguageAccept):
        spoken = tag.partition("-")[0].lower()
        if quality > 0 and spoken in {"vi", "en"}:
            return "en" if spoken == "en" else "vi"
    return "vi"


def field_words(text: FieldWord, spoken: Language) -> str:
    """A message about a field in the caller's language.

    A schema's own words are Vietnamese, " / ", and the same in English; or a pair of the two.
    """
    if isinstance(text, tuple):
        return text[spoken == "en"]
    for cut in re.finditer(" / (?=[A-Za-z])", text):
        vietnamese, english = text[: cut.start()], text[cut.end() :]
        if _LAW.sub("", english).isascii() and not vietnamese.isascii():
            return english if spoken == "en" else vietnamese
    if spoken == "en":
        return text
    for english, vietnamese in _FIELD_WORDS:
        match = re.fullmatch(english, text)
        if match:
            return match.expand(vietnamese)
    return text
