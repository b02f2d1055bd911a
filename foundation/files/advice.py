"""What to do about a file that cannot be used, for who holds a phone or stands at a scanner."""

from collections.abc import Mapping
from types import MappingProxyType

from foundation.errors import Invalid
from foundation.files import office, signatures

CUT_OFF = "cut off"
LOCKED = "locked"
TOO_MANY_PIXELS = "too many pixels"

_LOCKED = (
    (
        "Tệp có mật khẩu nên không ai mở được; hãy bỏ mật khẩu (mở tệp, in hoặc lưu lại thành PDF "
        "không mật khẩu) rồi gửi lại."
    ),
    (
        "The file is locked by a password, so nobody could open it; remove the password (open it, "
        "print or save it as a PDF without one) and send it again."
    ),
)
_PICTURE = (
    "Ảnh này không phải JPEG, PNG hay TIFF; hãy mở ảnh, lưu lại thành JPEG rồi gửi lại.",
    "This picture is no JPEG, PNG or TIFF; open it, save it as JPEG and send it again.",
)
_TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        CUT_OFF: (
            (
                "Tệp bị cắt cụt: thiếu phần cuối. Hãy mở thử tệp trên máy của mình, sao chép hoặc "
                "quét lại rồi gửi lại."
            ),
            (
                "The file is cut off: its end is missing. Try to open it yourself, copy or scan it "
                "again, and send it again."
            ),
        ),
        LOCKED: _LOCKED,
        TOO_MANY_PIXELS: (
            "Ảnh có hơn 80 triệu điểm ảnh; hãy quét hoặc chụp lại ở 300 dpi.",
            "The picture has more than 80 million pixels; scan or take it again at 300 dpi.",
        ),
        office.BOMB: (
            (
                "Tệp giải nén ra quá lớn nên không nhận; hãy lưu lại bằng Word hoặc Excel, hoặc "
                "xuất thành PDF."
            ),
            (
                "The file unpacks to far too much and is not taken; save it anew in Word or Excel, "
                "or export it as PDF."
            ),
        ),
        office.LOCKED_OFFICE: _LOCKED,
        office.DAMAGED_OFFICE: (
            "Tệp bị hỏng hoặc bị cắt cụt; hãy mở tệp bằng Word hoặc Excel, lưu lại rồi gửi lại.",
            "The file is damaged or cut off; open it in Word or Excel, save it and send it again.",
        ),
        office.MACROS: (
            "Không nhận tệp có macro; hãy lưu lại thành DOCX, XLSX hoặc PDF rồi gửi lại.",
            "Files with macros are not taken; save it as DOCX, XLSX or PDF and send it again.",
        ),
        office.OTHER_OFFICE: (
            "Không nhận loại tệp văn phòng này; hãy xuất thành PDF rồi gửi lại.",
            "This kind of office file is not taken; export it as PDF and send it again.",
        ),
        signatures.OLE: (
            (
                "Tệp Word hoặc Excel kiểu cũ (.doc, .xls) không được nhận; hãy lưu lại thành DOCX, "
                "XLSX hoặc PDF rồi gửi lại."
            ),
            (
                "Old Word and Excel files (.doc, .xls) are not taken; save it as DOCX, XLSX or PDF "
                "and send it again."
            ),
        ),
        signatures.HEIC: (
            (
                "Ảnh HEIC của điện thoại nhiều máy tính không mở được; hãy chụp lại hoặc lưu thành "
                "JPEG. iPhone: Cài đặt > Camera > Định dạng > Tương thích nhất. Samsung: Camera > "
                "Cài đặt > Tùy chọn hình ảnh nâng cao > tắt Ảnh hiệu quả cao (HEIF)."
            ),
            (
                "HEIC pictures of phones do not open on many computers; take it again or save it "
                "as JPEG. iPhone: Settings > Camera > Formats > Most Compatible. Samsung: Camera > "
                "Settings > Advanced picture options > turn off High efficiency pictures (HEIF)."
            ),
        ),
        signatures.AVIF: _PICTURE,
        signatures.OTHER_PICTURE: _PICTURE,
        signatures.VIDEO: (
            "Đây là tệp video hoặc âm thanh; hãy gửi ảnh (JPEG) hoặc bản quét (PDF).",
            "This is a film or a sound; send a picture (JPEG) or a scan (PDF).",
        ),
        signatures.ARCHIVE: (
            "Không nhận tệp nén; hãy giải nén và gửi từng tệp một.",
            "Archives are not taken; unpack it and send each file by itself.",
        ),
        signatures.PROGRAM: (
            "Đây là chương trình, không phải giấy tờ; không nhận.",
            "This is a program and no paper; it is not taken.",
        ),
        signatures.WEB_PAGE: (
            "Đây là trang web; hãy in thành PDF rồi gửi lại.",
            "This is a web page; print it as PDF and send that.",
        ),
        signatures.FORM_DATA: (
            (
                "Nội dung gửi đến là biểu mẫu (multipart); hãy gửi chính các byte của tệp, tên tệp "
                "trong X-Filename hoặc Content-Disposition."
            ),
            (
                "The body is a form (multipart); send the bytes of the file itself, its name in "
                "X-Filename or Content-Disposition."
            ),
        ),
        signatures.TIFF: _PICTURE,
    }
)
_OTHER = (
    (
        "Chỉ nhận tệp PDF, JPEG, PNG, TIFF, DOCX hoặc XLSX, xét theo nội dung chứ không theo tên; "
        "hãy lưu hoặc quét lại thành PDF hoặc JPEG. Máy quét: chọn định dạng PDF."
    ),
    (
        "Only PDF, JPEG, PNG, TIFF, DOCX or XLSX files are taken, told by content and not by name; "
        "save or scan it as PDF or JPEG. On a scanner, choose the format PDF."
    ),
)


def refusal(trouble: str) -> Invalid:
    """The refusal for a media type that is not taken, or for CUT_OFF or LOCKED."""
    return Invalid(*_TEXTS.get(trouble, _OTHER))
