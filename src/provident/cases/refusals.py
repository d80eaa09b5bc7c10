"""What this room refuses. The codes of those the database decides are its functions' own.

Refusal
├── NotFound        cases.not_found
├── Closed          cases.closed
├── TakenByAnother  cases.taken_by_another
├── SameEyes        cases.same_eyes
├── OwnLook         cases.own_look
├── OwnRequest      cases.own_request
├── NoSuchLook      cases.no_such_look
├── AlreadyAsked    cases.already_asked
├── TooManyOpen     cases.too_many_open
├── WordsMissing    cases.words_missing
├── UnknownGround   cases.unknown_ground
└── NotOpened       cases.not_opened
"""

from provident.access.refusals import of_code as refusal_of_access
from provident.kernel.refusal import Refusal


class NotFound(Refusal):
    """No such request, or not this account's; the two answer alike."""

    code = "cases.not_found"
    en = "There is no such request, or it is not open to this account."
    zh = "没有该申请，或该账户无权打开。"
    remedy_en = "Check the receipt number, and go in through your own list."
    remedy_zh = "请核对受理编号，并从您自己的列表进入。"


class Closed(Refusal):
    """The request was answered or taken back in the meantime."""

    code = "cases.closed"
    en = "This request is closed: it was answered or taken back."
    zh = "该申请已答复或已撤回，不能再办理。"
    remedy_en = "Open it to see how it ended; the same matter can be raised again in a new request."
    remedy_zh = "请打开查看结果；同一事项可以重新提出申请。"


class TakenByAnother(Refusal):
    """A colleague has it in hand."""

    code = "cases.taken_by_another"
    en = "A colleague has taken on this request in the meantime."
    zh = "该申请已由其他经办人员受理。"
    remedy_en = "Take on another one; a supervisor can put it back if it was taken by mistake."
    remedy_zh = "请受理其他申请；误受理的，可由主管退回待办。"


class SameEyes(Refusal):
    """Whoever wrote an answer wants to check it."""

    code = "cases.same_eyes"
    en = "An answer is checked by somebody else than wrote it."
    zh = "答复须由拟稿人以外的人员复核。"
    remedy_en = "Leave it to another supervisor."
    remedy_zh = "请由其他主管复核。"


class OwnLook(Refusal):
    """Whoever looked wants to answer the question about it."""

    code = "cases.own_look"
    en = "A question about a look is answered by somebody else than looked."
    zh = "对查询的疑问，须由查询人以外的人员答复。"
    remedy_en = "Leave it to another supervisor."
    remedy_zh = "请由其他主管办理。"


class OwnRequest(Refusal):
    """Whoever made a request for somebody else wants to handle it in office."""

    code = "cases.own_request"
    en = "A request is handled by somebody else than made it."
    zh = "申请须由提出人以外的人员办理。"
    remedy_en = "Leave it to a colleague."
    remedy_zh = "请由其他经办人员办理。"


class NoSuchLook(Refusal):
    """The look is not in the person's list."""

    code = "cases.no_such_look"
    en = "Your list of looks holds no such line."
    zh = "您的查询记录中没有这一条。"
    remedy_en = "Open the list and ask from the line itself."
    remedy_zh = "请打开查询记录，从相应条目提出。"


class AlreadyAsked(Refusal):
    """The same was asked and is still open."""

    code = "cases.already_asked"
    en = "This was asked already, and the answer is still to come."
    zh = "同一事项已提出申请，尚待答复。"
    remedy_en = "Wait for the answer. To say it differently, take it back and ask again."
    remedy_zh = "请等待答复。如需更改内容，请先撤回再重新提出。"


class TooManyOpen(Refusal):
    """As many open as one person may have at a time."""

    code = "cases.too_many_open"
    en = "As many requests are open as can be taken in from one person at a time."
    zh = "未办结的申请已达上限。"
    remedy_en = "Wait for an answer, take one back, or go to a counter with all of them."
    remedy_zh = "请等待答复、撤回其中一件，或到窗口一并办理。"


class WordsMissing(Refusal):
    """Nothing was said, or more than can be kept."""

    code = "cases.words_missing"
    en = "Say in your own words what this is about, in 1 to {longest} characters."
    zh = "请说明情况，字数为 1 至 {longest} 个字符。"
    remedy_en = "Write a sentence or two; bring papers to a counter if there are any."
    remedy_zh = "请写一两句话；如有证明材料，可到窗口提交。"


class UnknownGround(Refusal):
    """A ground, an outcome or a field that the catalogue does not know."""

    code = "cases.unknown_ground"
    en = "That choice does not exist for this kind of request."
    zh = "此类申请没有这一选项。"
    remedy_en = "Choose one of those on the page."
    remedy_zh = "请选择页面所列的选项。"


class NotOpened(Refusal):
    """The look did not ask for what happened to the person."""

    code = "cases.not_opened"
    en = "This look does not cover the person's requests."
    zh = "此次查询不包括本人的申请。"
    remedy_en = "Open the record with the field `events`."
    remedy_zh = "请在打开记录时加上 `events` 一项。"


_BY_CODE = {
    kind.code: kind
    for kind in (
        NotFound, Closed, TakenByAnother, SameEyes, OwnLook, OwnRequest, NoSuchLook, AlreadyAsked,
        TooManyOpen,
    )
}  # fmt: skip


def of_code(code: str) -> Refusal:
    """Return the refusal a database function answered with."""
    kind = _BY_CODE.get(code)
    return kind() if kind else refusal_of_access(code)
