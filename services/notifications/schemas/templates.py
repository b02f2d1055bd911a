"""Templates of messages: rendered in a sandbox, and checked before anybody is written to.

A template has three blocks: `subject`, `mail` and `sms`. Every variable in it must be one that the
event of its kind gives, and it must render with the example of its kind: that is tried when the
service starts and when a template is published, so that no message fails when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, meta, select_autoescape
from jinja2.nodes import Block
from jinja2.sandbox import ImmutableSandboxedEnvironment

from foundation.errors import Invalid
from services.notifications.domain.situation import SITUATIONS, kinds
from services.notifications.domain.template import TemplateParts

FOLDER = Path(__file__).parent.parent / "templates"
PARTS = ("subject", "mail", "sms")
LANGUAGES = ("vi", "en")
COMMON = frozenset(
    "code name word handlers result_due moment money dossier agency".split()  # noqa: SIM905 -- words
)
"""What every kind gives its template."""


@dataclass(frozen=True)
class TemplateFault:
    """What is wrong with one part of a template, in Vietnamese and English."""

    part: str
    vi: str
    en: str


def given(kind: str) -> frozenset[str]:
    """The variables that a template of the kind may use."""
    event = next((each for each, told in SITUATIONS.items() if told.kind == kind), None)
    own = {each.name for each in fields(event)} if event else set[str]()
    return COMMON | own


def variables(kind: str) -> tuple[str, ...]:
    """The same in order, for people to pick from."""
    return tuple(sorted(given(kind)))


def faults(kind: str, parts: TemplateParts) -> list[TemplateFault]:
    """What is wrong with a template: its form, or a variable that its kind does not give."""
    found = []
    for part in PARTS:
        try:
            tree = sandbox().parse(getattr(parts, part))
        except TemplateError as error:
            said = str(error.message)
            found.append(TemplateFault(part, f"Mẫu sai cú pháp: {said}.", f"Syntax: {said}."))
            continue
        odd = sorted(meta.find_undeclared_variables(tree) - given(kind))
        if odd or list[str | None](meta.find_referenced_templates(tree)):
            may = ", ".join(sorted(given(kind)))
            found.append(
                TemplateFault(
                    part,
                    f"Không có dữ liệu cho {', '.join(odd) or 'mẫu khác'}; dùng được: {may}.",
                    f"Nothing is known of {', '.join(odd) or 'other files'}; there are: {may}.",
                )
            )
    return found


def must_be_good(kind: str, parts: TemplateParts) -> None:
    """Hold a template to what its kind gives.

    Raises:
        Invalid: naming each part that is wrong, and what may stand there.
    """
    if wrong := faults(kind, parts):
        raise Invalid(
            "Mẫu tin chưa dùng được; xin xem từng phần.",
            "The template cannot be used; see each part.",
            fields={each.part: [(each.vi, each.en)] for each in wrong},
        )


def check_shipped() -> None:
    """Hold the templates of the code to the same, when the service starts.

    Raises:
        Invalid: one uses what its kind does not give.
    """
    for kind in kinds():
        for language in LANGUAGES:
            must_be_good(kind, shipped(kind, language))


@cache
def shipped(kind: str, language: str) -> TemplateParts:
    """The template of the code: the text of each of its blocks."""
    source = (FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")
    blocks = {each.name for each in sandbox().parse(source).find_all(Block)}
    return TemplateParts(**{each: _block(source, each) if each in blocks else "" for each in PARTS})


def rendered(text: str, known: Mapping[str, Any]) -> str:
    """A text with its variables filled in."""
    return str(_compiled(text).render(known)).strip()


def whole(name: str, known: Mapping[str, Any]) -> str:
    """A whole file of the folder, rendered."""
    return sandbox().get_template(name).render(known)


def block(name: str, part: str, known: Mapping[str, Any]) -> str:
    """One block of a file of the folder, rendered."""
    template = sandbox().get_template(name)
    return "".join(template.blocks[part](template.new_context(dict(known)))).strip()


@cache
def sandbox() -> ImmutableSandboxedEnvironment:
    """Where templates run: no attribute that leads out of what they are given, and no change."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default_for_string=False),  # plain text is left as it is
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=200)
def _compiled(text: str) -> Any:
    return sandbox().from_string(text)


def _block(source: str, name: str) -> str:
    _, _, after = source.partition(f"{{% block {name} %}}\n")
    return after.partition("{% endblock %}")[0]
