"""Reads a page as a browser or a screen reader would, and names what is wrong with it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(("br", "circle", "hr", "img", "input", "link", "meta", "path", "rect"))
HEADINGS = ("h1", "h2", "h3", "h4")
OUTSIDE = re.compile(r"(?:https?:)?//")
Attributes = dict[str, str | None]


class Markup(HTMLParser):
    """The elements of a page in order, its visible text, and tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, Attributes]] = []
        self.open: list[str] = []
        self.flaws: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        self.flaws += [f"<{name}> is never closed" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.flaws.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        """What is read, with single blanks."""
        return " ".join("".join(self.words).split())

    def all(self, *names: str) -> list[Attributes]:
        """The attributes of every element of these names."""
        return [attributes for name, attributes in self.elements if name in names]


def flaws(html: str) -> list[str]:
    """What keeps a page from being valid, safe and usable by everybody."""
    page = Markup(html)
    return [*page.flaws, *_frame(page), *_controls(page), *_order(page), *_safety(page)]


def _frame(page: Markup) -> Iterator[str]:
    if page.all("html")[0].get("lang") not in {"vi", "en"}:
        yield "the page has no language"
    if len(page.all("title")) != 1 or len(page.all("main")) != 1 or len(page.all("h1")) != 1:
        yield "there must be one title, one main and one h1"
    first = page.all("a")[0]
    if first.get("href") != "#main" or page.all("main")[0].get("id") != "main":
        yield "the first link does not lead past the header"
    if not any("width=device-width" in (each.get("content") or "") for each in page.all("meta")):
        yield "a phone is not told to use its own width"


def _controls(page: Markup) -> Iterator[str]:
    named = {each.get("for") for each in page.all("label")}
    ids = [str(each["id"]) for _, each in page.elements if each.get("id")]
    for name, each in page.elements:
        seen = name in {"input", "progress"} and each.get("type") != "hidden"
        if seen and each.get("id") not in named:
            yield f"{name} {each} has no label"
        for pointer in ("aria-describedby", "aria-labelledby"):
            for wanted in (each.get(pointer) or "").split():
                if wanted not in ids:
                    yield f"{pointer} points to {wanted}, which is not there"
    if len(ids) != len(set(ids)):
        yield f"an id stands twice: {sorted(ids)}"
    if not named <= set(ids):
        yield "a label belongs to nothing"


def _order(page: Markup) -> Iterator[str]:
    levels = [HEADINGS.index(name) + 1 for name, _ in page.elements if name in HEADINGS]
    for before, after in zip([0, *levels], levels, strict=False):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def _safety(page: Markup) -> Iterator[str]:
    for name, each in page.elements:
        if name in {"script", "img", "link", "object", "embed"}:
            yield f"there is a <{name}>"
        if name == "iframe" and set(each) - {"name", "title"}:
            yield "there is an <iframe> that loads something by itself"
        for attribute, value in each.items():
            if attribute.startswith("on") or attribute == "style":
                yield f"<{name}> has {attribute}="
            if attribute in {"href", "src", "action"} and OUTSIDE.match(value or ""):
                yield f"<{name}> leads outside: {value}"


def contrast(first: str, second: str) -> float:
    """The contrast of two colours like `#0a5a5a`, 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
