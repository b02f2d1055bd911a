"""Whether the electronic forms of a procedure's papers can be shown, filled in and printed."""

from functools import partial

from contracts.procedure import MOST_LARGEST, USUAL_LARGEST
from foundation.errors import Refused, refusal_of
from foundation.fillable import must_fit
from services.catalogue.domain.content import Content

MOST_FORMS = 5
"""As many papers of one procedure may have a form: a dossier carries all that is filled in."""


def must_be_fillable(content: Content) -> None:
    """Hold the forms of a procedure to the subset of JSON Schema that pages can show.

    Raises:
        Refused: names the paper, the place in its form, and what has to be changed there.
    """
    papers = [each for each in content.papers if each.form]
    if len({each.form for each in papers}) > MOST_FORMS:
        raise Refused(
            f"Nhiều nhất {MOST_FORMS} giấy tờ có biểu mẫu điện tử: hãy bỏ bớt.",
            f"At most {MOST_FORMS} papers may have an electronic form: take some out.",
        )
    for paper in papers:
        if any(each.name == paper.name and each.form != paper.form for each in content.papers):
            raise Refused(
                f"Giấy tờ {paper.name!r} có mặt ở nhiều trường hợp với biểu mẫu khác nhau: hãy "
                "dùng cùng một biểu mẫu hoặc đặt tên khác.",
                f"The paper {paper.name!r} stands in several cases with different forms: give it "
                "the same form, or other names.",
            )
        wrong = refusal_of(partial(must_fit, paper.form))
        if wrong is not None:
            raise Refused(
                f"Giấy tờ {paper.name!r}: {wrong.vi}", f"The paper {paper.name!r}: {wrong.en}"
            )


def must_be_signable(content: Content) -> None:
    """Hold the demand of a digital signature to papers that are brought as files, in every case.

    Raises:
        Refused: names a paper that is filled in on a page, or that is demanded in one case only.
    """
    signed = [each for each in content.papers if each.signed]
    for paper in (each for each in signed if each.form):
        raise Refused(
            f"Giấy tờ {paper.name!r} được điền trên trang nên không có tệp để ký số: hãy bỏ "
            "signed hoặc bỏ biểu mẫu (form).",
            f"The paper {paper.name!r} is filled in on a page, so that there is no file to sign: "
            "take out signed, or the form.",
        )
    for paper in signed:
        if any(each.name == paper.name and not each.signed for each in content.papers):
            raise Refused(
                f"Giấy tờ {paper.name!r} có mặt ở nhiều trường hợp, nơi cần ký số, nơi không: hãy "
                "ghi signed như nhau hoặc đặt tên khác.",
                f"The paper {paper.name!r} stands in several cases, with and without signed: "
                "write the same in all of them, or give it other names.",
            )


def must_be_uploadable(content: Content) -> None:
    """Hold the sizes that files may have to what is more than usual, and the same in every case.

    Raises:
        Refused: names a paper that allows less, is filled in on a page, or stands with two sizes.
    """
    larger = [each for each in content.papers if each.largest]
    for paper in larger:
        if paper.form or not USUAL_LARGEST < paper.largest <= MOST_LARGEST:
            raise Refused(
                f"Giấy tờ {paper.name!r}: largest là số MB của một tệp tải lên, trên "
                f"{USUAL_LARGEST} đến {MOST_LARGEST}; bình thường ({USUAL_LARGEST} MB) hoặc điền "
                "trên trang thì bỏ largest.",
                f"The paper {paper.name!r}: largest is the MB of a file that is uploaded, more "
                f"than {USUAL_LARGEST} and up to {MOST_LARGEST}; take it out where the usual "
                f"{USUAL_LARGEST} MB will do, or where the paper is filled in on a page.",
            )
        if any(
            each.name == paper.name and each.largest != paper.largest for each in content.papers
        ):
            raise Refused(
                f"Giấy tờ {paper.name!r} có mặt ở nhiều trường hợp với largest khác nhau: hãy ghi "
                "như nhau hoặc đặt tên khác.",
                f"The paper {paper.name!r} stands in several cases with different sizes (largest): "
                "write the same in all of them, or give it other names.",
            )
