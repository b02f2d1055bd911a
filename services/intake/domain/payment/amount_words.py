"""An amount of money in words, as receipts spell it: `Một trăm năm mươi nghìn đồng`."""

from collections.abc import Iterator

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")
_BILLION = "tỷ"
_ONE, _FIVE, _TEN = 1, 5, 10


def in_words(amount: int) -> str:
    """The amount in Vietnamese words, beginning with a capital."""
    words = " ".join(_spelt(amount)) if amount else _DIGITS[0]
    return f"{words[0].upper()}{words[1:]} đồng"


def _spelt(number: int, *, whole: bool = False) -> Iterator[str]:
    """The words of a number; `whole` spells its hundreds though they are none."""
    billions, rest = divmod(number, 10**9)
    if billions:
        yield from _spelt(billions, whole=whole)
        yield _BILLION
    led = whole or billions > 0
    for power in (2, 1, 0):
        group, rest = divmod(rest, 1000**power)
        if group:
            yield from _group(group, whole=led)
            yield from filter(None, (_GROUPS[power],))
            led = True


def _group(number: int, *, whole: bool) -> Iterator[str]:
    """Three digits, as they are read within a number."""
    hundreds, rest = divmod(number, 100)
    if hundreds or whole:
        yield f"{_DIGITS[hundreds]} trăm"
    tens, ones = divmod(rest, _TEN)
    if tens > _ONE:
        yield f"{_DIGITS[tens]} mươi"
    elif tens == _ONE:
        yield "mười"
    elif ones and (hundreds or whole):
        yield "linh"
    if ones:
        yield _last(tens, ones)


def _last(tens: int, ones: int) -> str:
    if ones == _ONE and tens > _ONE:
        return "mốt"
    return "lăm" if ones == _FIVE and tens else _DIGITS[ones]
