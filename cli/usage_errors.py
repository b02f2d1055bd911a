"""What click says of a wrong command line, in Vietnamese: it has no words of its own for that."""

import re
from typing import Final

# In the order in which they are looked for: a longer sentence before one that is a part of it.
_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"No such command (\S+?)\.", r"không có lệnh \1."),
    (r"No such option:? (\S+?)\.", r"không có tùy chọn \1."),
    (r"No such option:? (\S+)", r"không có tùy chọn \1"),
    (r"Did you mean one of: (.+?)\?", r"Ý bạn có phải một trong: \1?"),
    (r"Did you mean (.+?)\?", r"Ý bạn có phải \1?"),
    (r"\(Possible (?:options|commands): (.+?)\)", r"(Có thể là: \1)"),
    (r"Missing command\.", "thiếu tên lệnh."),
    (r"Missing argument", "thiếu tham số"),
    (r"Missing option", "thiếu tùy chọn"),
    (r"Missing parameter", "thiếu tham số"),
    (r"Choose from:\s*", "Hãy chọn trong: "),
    (r"Invalid value for (.+?): ", r"giá trị của \1 không hợp lệ: "),
    (r"Invalid value: ", "giá trị không hợp lệ: "),
    (r"is not one of (.+?)\.?$", r"không thuộc \1."),
    (r"is not a valid integer range", "không phải số nguyên trong khoảng"),
    (r"is not a valid integer", "không phải số nguyên"),
    (r"is not a valid float range", "không phải số trong khoảng"),
    (r"is not a valid float", "không phải số"),
    (r"is not a valid boolean\. Recognized values: ", "không phải đúng hay sai; hãy dùng: "),
    (r"is not a valid (\w+)", r"không phải \1"),
    (r"is not in the range (.+?)\.", r"không nằm trong khoảng \1."),
    (r"does not match the formats? (.+?)\.?$", r"không đúng dạng \1."),
    (r"\b(?:File|Path|Directory) (\S+) does not exist\.", r"không có \1."),
    (r"\b(?:File|Path|Directory) (\S+) is a (?:file|directory)\.", r"\1 không đúng loại."),
    (r"\b(?:File|Path|Directory) (\S+) is not (?:\w+)\.", r"không đọc hoặc ghi được \1."),
    (r"Got unexpected extra arguments? \((.+?)\)", r"thừa tham số (\1)"),
    (r"Option (\S+) requires an? (?:argument|value)\.?", r"tùy chọn \1 cần một giá trị."),
    (r"Option (\S+) requires (\d+) (?:arguments|values)\.?", r"tùy chọn \1 cần \2 giá trị."),
    (r"Option (\S+) does not take a value\.?", r"tùy chọn \1 không nhận giá trị."),
    (r"Argument (\S+) takes (\d+) values\.?", r"tham số \1 cần \2 giá trị."),
    (r"Takes (\d+) values? but (\d+) (?:was|were) given\.?", r"cần \1 giá trị, có \2."),
    (r"Could not open file (.+?): ", r"không mở được tệp \1: "),
)


def in_vietnamese(message: str) -> str:
    """The message of a click exception in Vietnamese, on one line; names and values stay."""
    said = " ".join(message.split())
    for english, vietnamese in _WORDS:
        said = re.sub(english, vietnamese, said)
    return said
