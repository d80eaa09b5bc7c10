"""What the door and the giving of grants refuse. The codes are the database functions' own.

Refusal
├── LookRefused           access.look_refused
│   ├── UnknownAccount        access.unknown_account
│   ├── UnknownPurpose        access.unknown_purpose
│   ├── FieldsBeyondPurpose   access.fields_beyond_purpose
│   ├── RoleMissing           access.role_missing
│   ├── UnknownPerson         access.unknown_person
│   ├── NotOwnRecord          access.not_own_record
│   ├── OwnRecord             access.own_record
│   ├── NoGrant               access.no_grant
│   ├── GuardedRecord         access.guarded_record
│   └── CeilingReached        access.ceiling_reached
├── LogNotOpened          access.log_not_opened
├── MayNotGive            access.may_not_give
├── SignInTaken           access.sign_in_taken
├── RoleDoesNotFit        access.role_does_not_fit
├── AlreadyHeld           access.already_held
├── DutiesNotSeparate     access.duties_not_separate
├── GrantDoesNotFit       access.grant_does_not_fit
├── NothingToEnd          access.nothing_to_end
├── AdministratorExists   access.administrator_exists
├── CodeNotValid          access.code_not_valid
├── SignInUnfit           access.sign_in_unfit
├── LetterNeedsAnother    access.letter_needs_another
├── IdentityNotLinked     access.identity_not_linked
├── TooManyOffers         access.too_many_offers
├── ScopeDoesNotFit       access.scope_does_not_fit
├── TokenTooLong          access.token_too_long
├── TooManyTokens         access.too_many_tokens
├── NoOpenReset           access.no_open_reset
├── NeedsAnotherAccount   access.needs_another_account
└── PasswordTooShort      access.password_too_short
"""

from collections.abc import Iterator
from typing import ClassVar

from provident.access.records import Label
from provident.kernel.refusal import Refusal


class LookRefused(Refusal):
    """A look that was refused. The refusal is in the log; `told` is how the person reads it there."""

    told: ClassVar[Label] = Label("this record could not be opened", "该记录不能打开")
    code = "access.look_refused"
    en = "This record may not be opened."
    zh = "不能打开该记录。"
    remedy_en = "Ask your supervisor. The refused request has been logged and is shown to the person."
    remedy_zh = "请咨询您的主管。被拒绝的请求已记录，本人可以看到。"


class UnknownAccount(LookRefused):
    """The actor is no open account."""

    code = "access.unknown_account"
    told = Label("the account did not exist or was closed", "账户不存在或已关闭")
    en = "The account does not exist or is closed."
    zh = "该账户不存在或已关闭。"
    remedy_en = "Sign in with an open account, or ask the administrator for one."
    remedy_zh = "请使用有效账户登录，或向系统管理员申请账户。"


class UnknownPurpose(LookRefused):
    """The purpose is not in the catalogue, or not of this kind."""

    code = "access.unknown_purpose"
    told = Label("no such purpose exists", "没有这一查询目的")
    en = "There is no such purpose."
    zh = "没有这一查询目的。"
    remedy_en = "Name one of the purposes listed in docs/reference/purposes.md."
    remedy_zh = "请选择 docs/reference/purposes.md 所列的目的。"


class FieldsBeyondPurpose(LookRefused):
    """More was asked for than the purpose allows, or nothing."""

    code = "access.fields_beyond_purpose"
    told = Label("the purpose did not cover what was asked for", "请求内容超出该目的的范围")
    en = "The purpose does not cover all the fields asked for."
    zh = "所请求的内容超出该目的允许的范围。"
    remedy_en = "Ask only for the fields the purpose lists in docs/reference/purposes.md."
    remedy_zh = "请只请求 docs/reference/purposes.md 中该目的列出的内容。"


class RoleMissing(LookRefused):
    """The actor holds no role that serves this purpose now."""

    code = "access.role_missing"
    told = Label("the account held no role for this purpose", "该账户没有用于该目的的角色")
    en = "Your account holds no role for this purpose today."
    zh = "您的账户目前没有用于该目的的角色。"
    remedy_en = "Ask the administrator whether the role has expired or was never given."
    remedy_zh = "请向系统管理员确认该角色是否已到期或尚未授予。"


class UnknownPerson(LookRefused):
    """Nobody is known under this key or number."""

    code = "access.unknown_person"
    told = Label("no record was found", "未找到记录")
    en = "No record was found."
    zh = "未找到记录。"
    remedy_en = "Check the number against the identity document."
    remedy_zh = "请对照身份证件核对号码。"


class NotOwnRecord(LookRefused):
    """Only the person's own account may open a record as one's own."""

    code = "access.not_own_record"
    told = Label("it was not the asker's own record", "并非查询人本人的记录")
    en = "This is not your own record."
    zh = "这不是您本人的记录。"
    remedy_en = "To look for somebody else, ask them for a written authority."
    remedy_zh = "如需代他人查询，请取得其书面委托。"


class OwnRecord(LookRefused):
    """Somebody in office asked for their own record."""

    code = "access.own_record"
    told = Label("nobody opens their own record in office", "不得以工作身份打开本人记录")
    en = "Nobody opens their own record in office."
    zh = "任何人不得以工作身份打开本人记录。"
    remedy_en = "Sign in as a resident to read it, or let another clerk handle it."
    remedy_zh = "请以参保人身份登录查询，或由其他经办人员办理。"


class NoGrant(LookRefused):
    """No open case, mandate, consent or agreement covers this look."""

    code = "access.no_grant"
    told = Label(
        "there was no open case, written authority, consent or agreement",
        "没有在办事项、书面委托、本人同意或共享协议",
    )
    en = "Nothing open entitles you to this record: no case, written authority, consent or agreement."
    zh = "没有可依据的在办事项、书面委托、本人同意或共享协议，不能打开该记录。"
    remedy_en = "Have the case or authority entered; at the counter, type a reason that the person will read."
    remedy_zh = "请先登记相关事项或委托；窗口经办可填写理由，该理由本人可见。"


class GuardedRecord(LookRefused):
    """A colleague's or a flagged record, and no open case."""

    code = "access.guarded_record"
    told = Label("your record opens only with an open case", "您的记录须有在办事项方可打开")
    en = "This record opens only with an open case."
    zh = "该记录须有在办事项方可打开。"
    remedy_en = "Ask a supervisor to enter the case first; a typed reason is not enough here."
    remedy_zh = "请先由主管登记在办事项；此处仅填写理由无效。"


class CeilingReached(LookRefused):
    """The actor has opened as many records in an hour as the role may."""

    code = "access.ceiling_reached"
    told = Label("the asker had opened too many records in an hour", "查询人一小时内打开的记录已达上限")
    en = "You have opened as many records in the past hour as your role may."
    zh = "您在过去一小时内打开的记录已达到角色上限。"
    remedy_en = "Wait, or ask the administrator to review the ceiling."
    remedy_zh = "请稍后再试，或请系统管理员复核上限。"


class LogNotOpened(Refusal):
    """The look did not ask for the list of looks."""

    code = "access.log_not_opened"
    en = "This look does not cover the list of looks."
    zh = "此次查询不包括查询记录。"
    remedy_en = "Open the record with the field `looks`."
    remedy_zh = "请在打开记录时加上 `looks` 一项。"


class MayNotGive(Refusal):
    """The giver may not give or end this, or would give to their own account."""

    code = "access.may_not_give"
    en = "This account may not give or end that, least of all for itself."
    zh = "该账户无权作此授予或终止，更不得为自己办理。"
    remedy_en = "Ask somebody whose role includes it; docs/reference/roles.md says who."
    remedy_zh = "请由有相应职责的人员办理，见 docs/reference/roles.md。"


class SignInTaken(Refusal):
    """The sign-in name belongs to another account."""

    code = "access.sign_in_taken"
    en = "That sign-in name is taken."
    zh = "该登录名已被使用。"
    remedy_en = "Choose another name."
    remedy_zh = "请更换登录名。"


class RoleDoesNotFit(Refusal):
    """No such role, or not for this kind of account."""

    code = "access.role_does_not_fit"
    en = "This kind of account cannot hold that role."
    zh = "该类账户不能担任此角色。"
    remedy_en = "docs/reference/roles.md lists which kind of account holds which role."
    remedy_zh = "各类账户可担任的角色见 docs/reference/roles.md。"


class AlreadyHeld(Refusal):
    """The role is held during part of that time already."""

    code = "access.already_held"
    en = "The account holds that role during part of that time already."
    zh = "该账户在此期间已担任该角色。"
    remedy_en = "End the earlier grant first, or choose a later start."
    remedy_zh = "请先终止原有授予，或选择更晚的开始时间。"


class DutiesNotSeparate(Refusal):
    """The administrator's role does not go together with handling records."""

    code = "access.duties_not_separate"
    en = "Whoever administers the system does not handle records, and the other way round."
    zh = "系统管理与业务经办不得由同一账户担任。"
    remedy_en = "Give the role to another account."
    remedy_zh = "请将该角色授予其他账户。"


class GrantDoesNotFit(Refusal):
    """The purpose does not take this kind of grant, or not these fields."""

    code = "access.grant_does_not_fit"
    en = "The purpose does not accept this kind of grant for these fields."
    zh = "该目的不接受此类授权，或内容超出范围。"
    remedy_en = "docs/reference/purposes.md lists what each purpose accepts."
    remedy_zh = "各目的可接受的授权见 docs/reference/purposes.md。"


class NothingToEnd(Refusal):
    """There is no such grant, or it ends before that."""

    code = "access.nothing_to_end"
    en = "There is no such grant, or it has ended by then."
    zh = "没有该授权，或届时已终止。"
    remedy_en = "Check the grant's number and its end."
    remedy_zh = "请核对授权编号及其终止时间。"


class AdministratorExists(Refusal):
    """The first administrator is enrolled; later ones are made by an administrator."""

    code = "access.administrator_exists"
    en = "An administrator is enrolled already."
    zh = "已有系统管理员完成注册。"
    remedy_en = "Ask the administrator to create the account."
    remedy_zh = "请由系统管理员创建账户。"


class CodeNotValid(Refusal):
    """The one-time code is unknown, used or late, or not for this account: one answer for all."""

    code = "access.code_not_valid"
    en = "This code is not valid: it is mistyped, used, expired or meant for somebody else."
    zh = "该代码无效：输入有误、已使用、已过期，或并非发给您的。"
    remedy_en = "Check it letter by letter; if it does not work, ask whoever gave it to you for a new one."
    remedy_zh = "请逐字核对；如仍无效，请向发放者索取新代码。"


class SignInUnfit(Refusal):
    """A sign-in name that is too short, too long, or would give away who somebody is."""

    code = "access.sign_in_unfit"
    en = (
        "A sign-in name has {least} to {most} letters, digits, dots or dashes,"
        " and is no number and no e-mail address."
    )
    zh = "登录名为 {least} 至 {most} 个文字、数字、点或连字符，且不得为证件号码、电话号码或电子邮箱。"
    remedy_en = "Choose another name."
    remedy_zh = "请更换登录名。"


class LetterNeedsAnother(Refusal):
    """A letter for somebody who can sign in already, asked for by one clerk only."""

    code = "access.letter_needs_another"
    en = "This person can sign in already, so a new letter takes two of you. That you asked is noted."
    zh = "该参保人已可登录，重新出具登录通知书须由两人办理。您的申请已记录。"
    remedy_en = "Let a colleague who sees the person make the letter within seven days."
    remedy_zh = "请在七天内由另一名同事当面核验本人后出具。"


class IdentityNotLinked(Refusal):
    """The e-ID does not say, or not to us, whose record here is its holder's."""

    code = "access.identity_not_linked"
    en = "Your e-ID is not linked to a record here yet."
    zh = "您的电子身份尚未与本机构的记录关联。"
    remedy_en = "Ask for a sign-in letter at the counter and enter its code."
    remedy_zh = "请到窗口领取登录通知书，并输入其中的代码。"


class TooManyOffers(Refusal):
    """More offers are open than anybody could keep track of."""

    code = "access.too_many_offers"
    en = "Five of your offers are waiting to be taken already."
    zh = "您已有五份授权等待对方接受。"
    remedy_en = "Withdraw one that is no longer needed."
    remedy_zh = "请先撤回不再需要的授权。"


class ScopeDoesNotFit(Refusal):
    """A token is to do more than its account may, or nothing."""

    code = "access.scope_does_not_fit"
    en = "A token can be made only for what your account may do itself, and for at least one thing."
    zh = "令牌的权限不得超出您的账户，且至少须选择一项。"
    remedy_en = "Choose among the permissions listed on the page."
    remedy_zh = "请在页面所列的权限中选择。"


class TokenTooLong(Refusal):
    """A token is to be good for more than a year, or is over before it begins."""

    code = "access.token_too_long"
    en = "A token is good for a year at most, and its end lies ahead."
    zh = "令牌有效期最长一年，且截止时间须在将来。"
    remedy_en = "Choose a shorter time; make a new token when it is over."
    remedy_zh = "请选择较短的有效期，到期后重新生成。"


class TooManyTokens(Refusal):
    """The account has as many tokens as anybody could keep track of."""

    code = "access.too_many_tokens"
    en = "Your account has twenty tokens already."
    zh = "您的账户已有二十个令牌。"
    remedy_en = "End those that are no longer needed, then make the new one."
    remedy_zh = "请先停用不再需要的令牌，再生成新令牌。"


class NoOpenReset(Refusal):
    """A number under which no second factor waits to be taken away."""

    code = "access.no_open_reset"
    en = "No proposal of that number is open: it is unknown, confirmed already or older than seven days."
    zh = "没有该编号的待确认提议：编号不存在、已确认或已超过七天。"
    remedy_en = "Propose it anew, then let another account confirm."
    remedy_zh = "请重新提议，再由另一账户确认。"


class NeedsAnotherAccount(Refusal):
    """Whoever proposed wants to confirm, too."""

    code = "access.needs_another_account"
    en = "Whoever proposes this cannot confirm it as well."
    zh = "提议人不得自行确认。"
    remedy_en = "Let another account that may do it confirm."
    remedy_zh = "请由另一个有权限的账户确认。"


class PasswordTooShort(Refusal):
    """Fewer characters than we take."""

    code = "access.password_too_short"
    en = "A password needs at least {least} characters."
    zh = "密码至少需要 {least} 个字符。"
    remedy_en = "Choose a longer one; several words are easy to remember."
    remedy_zh = "请设置更长的密码，例如由几个词组成。"


def _tree(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for below in refusal.__subclasses__():
        if below.__module__ == __name__:
            yield below
            yield from _tree(below)


_BY_CODE = {refusal.code: refusal for refusal in _tree(Refusal)}


def of_code(code: str) -> Refusal:
    """Return the refusal a database function answered with."""
    return _BY_CODE[code]()


def told(code: str) -> Label:
    """Return how a person reads in their log that a look was refused."""
    refusal = _BY_CODE.get(code, LookRefused)
    return refusal.told if issubclass(refusal, LookRefused) else LookRefused.told
