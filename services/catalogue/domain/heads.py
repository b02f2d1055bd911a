"""The words that offices write above the columns of a table of procedures, for each column.

Diacritics, capitals, signs and what stands in brackets do not count: `Mã TTHC`, `MÃ TTHC (*)` and
`ma tthc` are one. The first word of each is the one by which a missing column is named.
"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "Mã thủ tục",
        "Mã TTHC",
        "Mã số TTHC",
        "Mã số thủ tục",
        "Mã thủ tục hành chính",
        "Mã số thủ tục hành chính",
        "Mã số",
        "Mã",
    ),
    "name_vi": (
        "Tên thủ tục",
        "Tên TTHC",
        "Tên thủ tục hành chính",
        "Thủ tục hành chính",
        "Thủ tục",
        "TTHC",
        "Tên",
    ),
    "field": ("Lĩnh vực", "Tên lĩnh vực", "Ngành, lĩnh vực"),
    "agency": (
        "Cơ quan giải quyết",
        "Cơ quan thực hiện",
        "Cơ quan có thẩm quyền",
        "Cơ quan có thẩm quyền giải quyết",
        "Cơ quan chủ trì",
        "Cơ quan, đơn vị",
        "Cơ quan",
        "Đơn vị thực hiện",
        "Đơn vị giải quyết",
        "Đơn vị",
    ),
    "level": ("Cấp giải quyết", "Cấp thực hiện", "Cấp"),
    "time_value": (
        "Thời hạn giải quyết",
        "Thời gian giải quyết",
        "Thời hạn",
        "Thời gian",
        "Số ngày",
    ),
    "time_unit": (
        "Đơn vị thời hạn",
        "Đơn vị thời gian",
        "Đơn vị tính thời hạn",
        "Đơn vị tính",
    ),
    "time_note": ("Ghi chú thời hạn", "Ghi chú về thời hạn"),
    "counted_from": ("Thời hạn tính từ", "Tính từ"),
    "supplement": ("Khi bổ sung hồ sơ", "Khi bổ sung", "Bổ sung hồ sơ"),
    "fixed": ("Số ngày còn lại sau bổ sung", "Thời hạn sau bổ sung"),
    "holds_others": ("Dừng thời hạn của cơ quan khác",),
    "ask_within": ("Thời hạn yêu cầu bổ sung",),
    "at_counter": ("Giải quyết tại quầy", "Cách giải quyết tại quầy", "Tại quầy"),
    "sessions": ("Buổi tiếp nhận", "Buổi nhận", "Buổi"),
    "sessions_article": ("Căn cứ buổi tiếp nhận", "Căn cứ buổi nhận"),
    "channels": (
        "Cách thức thực hiện",
        "Hình thức nộp",
        "Cách thức nộp",
        "Hình thức tiếp nhận",
        "Kênh nộp",
    ),
    "online_level": (
        "Mức độ trực tuyến",
        "Mức độ dịch vụ công trực tuyến",
        "Mức độ DVC",
        "Mức độ DVCTT",
        "Dịch vụ công trực tuyến",
    ),
    "partial_reason": ("Lý do trực tuyến một phần", "Lý do một phần"),
    "fee_vnd": ("Phí, lệ phí", "Mức phí", "Mức lệ phí", "Mức thu", "Lệ phí", "Phí"),
    "fee_note": ("Ghi chú phí, lệ phí", "Ghi chú phí", "Ghi chú lệ phí"),
    "fee_article": ("Căn cứ thu phí", "Căn cứ thu phí, lệ phí", "Căn cứ thu"),
    "documents": ("Thành phần hồ sơ", "Giấy tờ", "Hồ sơ gồm", "Hồ sơ"),
    "result": ("Kết quả giải quyết", "Kết quả thực hiện", "Kết quả"),
    "legal_basis": ("Căn cứ pháp lý", "Văn bản quy định"),
    "at_centre_since": ("Đưa vào Trung tâm từ ngày", "Ngày đưa vào Trung tâm", "Từ ngày"),
    "at_centre_until": ("Đưa vào Trung tâm đến ngày", "Đến ngày"),
    "illustrative": ("Minh họa", "Ví dụ"),
}
IGNORED = ("STT", "TT", "Số TT", "Số thứ tự", "No.")
"""Heads of columns that only number the rows."""
