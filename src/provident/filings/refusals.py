"""What filings refuses. What a file's bytes alone make unreadable is in `reading.refusals`.

Refusal
├── FileRefused           filings.file_refused            the file as a whole; carries the report
├── NothingFiled          filings.nothing_filed
├── NoSuchFiling          filings.no_such_filing
├── NotPosted             filings.not_posted
├── NotYourFiling         filings.not_your_filing
├── ReasonMissing         filings.reason_missing
├── LaterFilingDepends    filings.later_filing_depends
├── OriginalDamaged       filings.original_damaged
└── RowRefusal                                            what one row or one total is refused for
    ├── CellMissing           filings.cell_missing
    ├── NotRegistered         filings.not_registered
    ├── NameDiffers           filings.name_differs
    ├── EmployerNotRegistered filings.employer_not_registered
    ├── EmployerNotYours      filings.employer_not_yours
    ├── MonthTooLate          filings.month_too_late
    ├── RegionNotCovered      filings.region_not_covered
    ├── RegionDiffers         filings.region_differs
    ├── NotEnrolled           filings.not_enrolled
    ├── AlreadyEnrolled       filings.already_enrolled
    ├── NothingToLeave        filings.nothing_to_leave
    ├── BaseBelowFloor        filings.base_below_floor
    ├── BaseAboveCeiling      filings.base_above_ceiling
    ├── ContributionWrong     filings.contribution_wrong
    ├── AccountTooLarge       filings.account_too_large
    ├── InterestNotWhole      filings.interest_not_whole
    ├── AmountTooLarge        filings.amount_too_large
    ├── AmountNotPositive     filings.amount_not_positive
    ├── TwiceInFile           filings.twice_in_file
    ├── AlreadyInLedger       filings.already_in_ledger
    ├── PaymentKnown          filings.payment_known
    ├── PaidInFuture          filings.paid_in_future
    ├── TotalDiffers          filings.total_differs
    └── ExpectedTotalDiffers  filings.expected_total_differs
"""

from typing import TYPE_CHECKING

from provident.kernel.citation import Citation
from provident.kernel.refusal import Refusal

if TYPE_CHECKING:
    from provident.filings.report import Report


class FileRefused(Refusal):
    """A file with at least one refused row; nothing of it is posted."""

    code = "filings.file_refused"
    en = "{file} is refused: {count} faults, the first in row {row} ({field}). Nothing was posted."
    zh = "文件 {file} 被退回：共 {count} 处错误，第一处在第 {row} 行（{field}）。未入账任何内容。"
    remedy_en = "Correct the rows named in the report and send the whole file again."
    remedy_zh = "请按报告改正所列各行，然后重新报送整个文件。"

    def __init__(self, *, report: "Report", filing: int = 0, **facts: object) -> None:
        self.report = report
        self.filing = filing  # the refused filing's number; 0 where nothing was kept
        super().__init__(**facts)


class NothingFiled(Refusal):
    """A file without a single row."""

    code = "filings.nothing_filed"
    en = "{file} holds no rows."
    zh = "文件 {file} 中没有数据行。"
    remedy_en = "Send a file with one row per person, branch and month below the headings."
    remedy_zh = "请在表头之下按人、险种、月份逐行填写后再报送。"


class NoSuchFiling(Refusal):
    """No filing of this number."""

    code = "filings.no_such_filing"
    en = "There is no filing {filing}."
    zh = "没有编号为 {filing} 的申报。"
    remedy_en = "Take the number from the receipt."
    remedy_zh = "请使用回执上的编号。"


class NotPosted(Refusal):
    """Only a posted filing can be withdrawn."""

    code = "filings.not_posted"
    en = "Filing {filing} was refused when it came in; there is nothing to withdraw."
    zh = "申报 {filing} 在报送时已被退回，没有可撤回的内容。"
    remedy_en = "Take the number of a posted filing from its receipt."
    remedy_zh = "请使用已入账申报回执上的编号。"


class NotYourFiling(Refusal):
    """An employer's clerk taking back what concerns other employers."""

    code = "filings.not_your_filing"
    en = "Filing {filing} concerns other employers than this account's own."
    zh = "申报 {filing} 涉及本账户所属单位以外的单位。"
    remedy_en = "Ask the agency to withdraw it."
    remedy_zh = "请由经办机构撤回。"


class ReasonMissing(Refusal):
    """A withdrawal without a reason."""

    code = "filings.reason_missing"
    en = "A withdrawal needs a reason."
    zh = "撤回申报必须说明理由。"
    remedy_en = "Write in a sentence why the filing was posted by mistake."
    remedy_zh = "请用一句话写明该申报为何属于误报。"


class LaterFilingDepends(Refusal):
    """A filing that later filings rest on."""

    code = "filings.later_filing_depends"
    en = "Filing {filing} cannot be withdrawn: filing {later} rests on it ({what})."
    zh = "申报 {filing} 不能撤回：申报 {later} 以其为基础（{what_zh}）。"
    remedy_en = "Withdraw filing {later} first, then this one."
    remedy_zh = "请先撤回申报 {later}，再撤回本申报。"


class OriginalDamaged(Refusal):
    """A stored original that is missing or no longer what was filed."""

    code = "filings.original_damaged"
    en = "The stored original of filing {filing} is missing or was changed."
    zh = "申报 {filing} 的存档原件缺失或已被改动。"
    remedy_en = "Restore it from a backup; the filing's SHA-256 is {sha256}."
    remedy_zh = "请从备份恢复；该申报的 SHA-256 为 {sha256}。"


class RowRefusal(Refusal):
    """Base of what one row is refused for; the article is the one the rule of that month rests on."""

    def __init__(self, **facts: object) -> None:
        super().__init__(**facts)
        citation = facts.get("citation")
        self.citation = citation if isinstance(citation, Citation) else None


class CellMissing(RowRefusal):
    """An empty cell in a column this kind of row needs."""

    code = "filings.cell_missing"
    en = "{field} is empty, and this kind of row needs it."
    zh = "{field} 为空，而该类行必须填写。"
    remedy_en = "Fill the cell in; write 0 where the amount really is zero."
    remedy_zh = "请填写该单元格；金额确为零时请写 0。"


class NotRegistered(RowRefusal):
    """A number that is in no register and on no enrolment row of the file."""

    code = "filings.not_registered"
    en = "No resident is registered under this number."
    zh = "该号码下没有已登记的人员。"
    remedy_en = "Check the number; a new employee is registered by a row with event `enrol`."
    remedy_zh = "请核对号码；新入职人员请先报送增减变动为“新增”的行进行登记。"


class NameDiffers(RowRefusal):
    """A name other than the registered one."""

    code = "filings.name_differs"
    en = "The name is not the one registered under this number."
    zh = "姓名与该号码登记的姓名不一致。"
    remedy_en = "Check both against the identity document; a changed name is first changed in the register."
    remedy_zh = "请对照身份证件核对姓名和号码；姓名已变更的，请先在登记中办理变更。"


class EmployerNotRegistered(RowRefusal):
    """A credit code in no register."""

    code = "filings.employer_not_registered"
    en = "No employer is registered under this code."
    zh = "该代码下没有已登记的单位。"
    remedy_en = "Check the code, or have the agency register the employer first (provident employer add)."
    remedy_zh = "请核对代码，或先由经办机构办理单位登记（provident employer add）。"


class EmployerNotYours(RowRefusal):
    """An employer's clerk filing for another employer."""

    code = "filings.employer_not_yours"
    en = "This account may file for its own employer only."
    zh = "该账户只能为本单位报送。"
    remedy_en = "Leave out the rows of other employers, or have the agency file them."
    remedy_zh = "请删除其他单位的行，或由经办机构报送。"


class MonthTooLate(RowRefusal):
    """A month that cannot be declared yet."""

    code = "filings.month_too_late"
    en = "{value} has not begun; the latest month that can be filed is {latest}."
    zh = "{value} 尚未开始，目前最晚可申报 {latest}。"
    remedy_en = "Check the month, or file it once it has begun."
    remedy_zh = "请核对费款所属期，或待该月开始后再报送。"


class RegionNotCovered(RowRefusal):
    """A region outside the law pack."""

    code = "filings.region_not_covered"
    en = "Region {value} is not a place the law pack {pack} covers."
    zh = "地区 {value} 不在法规包 {pack} 的覆盖范围内。"
    remedy_en = "Check the six-digit region code."
    remedy_zh = "请核对六位行政区划代码。"


class RegionDiffers(RowRefusal):
    """A region other than the enrolment's."""

    code = "filings.region_differs"
    en = "The person is enrolled in region {enrolled} for this month, not in {value}."
    zh = "该人员该月的参保地为 {enrolled}，而不是 {value}。"
    remedy_en = "Correct the region, or file leaving the one region and enrolling in the other first."
    remedy_zh = "请改正参保地，或先报送原参保地减少、新参保地新增。"


class NotEnrolled(RowRefusal):
    """A declaration outside any enrolment with that employer and branch."""

    code = "filings.not_enrolled"
    en = "The person is not enrolled with this employer in this branch for this month."
    zh = "该人员该月未在该单位参加该险种。"
    remedy_en = "Check branch and month; a new employee needs a row with event `enrol` for the first month."
    remedy_zh = "请核对险种和费款所属期；新入职人员须先报送首月的“新增”行。"


class AlreadyEnrolled(RowRefusal):
    """An enrolment that overlaps one there is."""

    code = "filings.already_enrolled"
    en = "The person is already enrolled with this employer in this branch at that time."
    zh = "该人员在该时段已在该单位参加该险种。"
    remedy_en = (
        "Leave the row out, or correct the month; after leaving, a new enrolment starts in a later month."
    )
    remedy_zh = "请删除该行或改正月份；减少之后，新的参保须从更晚的月份开始。"


class NothingToLeave(RowRefusal):
    """A leaver notice without an open enrolment."""

    code = "filings.nothing_to_leave"
    en = "There is no open enrolment with this employer in this branch that could end in this month."
    zh = "该人员在该单位该险种没有可于该月终止的参保。"
    remedy_en = "Check the month: it is the last insured month and not before the first."
    remedy_zh = "请核对月份：应填最后一个参保月，且不早于首个参保月。"


class BaseBelowFloor(RowRefusal):
    """A base under the month's floor."""

    code = "filings.base_below_floor"
    en = "The base {value} is below the floor of {limit} for {month}."
    zh = "缴费基数 {value} 低于 {month} 的下限 {limit}。"
    remedy_en = "Declare the floor as the base; write 0 only if nothing is owed for the month."
    remedy_zh = "请按下限申报缴费基数；仅在该月无须缴费时填 0。"


class BaseAboveCeiling(RowRefusal):
    """A base over the month's ceiling."""

    code = "filings.base_above_ceiling"
    en = "The base {value} is above the ceiling of {limit} for {month}."
    zh = "缴费基数 {value} 高于 {month} 的上限 {limit}。"
    remedy_en = "Declare the ceiling as the base."
    remedy_zh = "请按上限申报缴费基数。"


class ContributionWrong(RowRefusal):
    """An amount that is not base times rate, to the cent."""

    code = "filings.contribution_wrong"
    en = "{value} is not the contribution on this base: at a rate of {rate} it is {expected}."
    zh = "{value} 与该缴费基数不符：按费率 {rate} 应为 {expected}。"
    remedy_en = "Correct the amount to {expected}, or the base it is computed from."
    remedy_zh = "请将金额改为 {expected}，或改正据以计算的缴费基数。"


class AccountTooLarge(RowRefusal):
    """More credited to the account than was contributed."""

    code = "filings.account_too_large"
    en = "{value} credited to the account is more than the row's {total} in all."
    zh = "划入个人账户的 {value} 超过该行合计 {total}。"
    remedy_en = "Correct the account amount: it is a part of the row's total."
    remedy_zh = "请改正划入个人账户金额：它是该行合计的一部分。"


class InterestNotWhole(RowRefusal):
    """Interest that is not all the account's."""

    code = "filings.interest_not_whole"
    en = "Interest is credited to the account as a whole: {expected}, not {value}."
    zh = "利息应全额计入个人账户：{expected}，而不是 {value}。"
    remedy_en = "Leave the account cell empty, or write the whole amount."
    remedy_zh = "请将划入个人账户留空，或填写全部金额。"


class AmountTooLarge(RowRefusal):
    """An amount beyond what can be computed exactly."""

    code = "filings.amount_too_large"
    en = "{value} is larger than any amount this system computes with."
    zh = "{value} 超出本系统可计算的金额范围。"
    remedy_en = "Check the decimal point."
    remedy_zh = "请核对小数点位置。"


class AmountNotPositive(RowRefusal):
    """A payment, balance or benefit of nothing."""

    code = "filings.amount_not_positive"
    en = "The amount is zero, and this kind of row stands for money."
    zh = "金额为零，而该类行表示实际款项。"
    remedy_en = "Leave the row out, or fill in the amount."
    remedy_zh = "请删除该行或填写金额。"


class TwiceInFile(RowRefusal):
    """Two rows of the file that say the same."""

    code = "filings.twice_in_file"
    en = "Row {first} already says this of the same person or payment, employer, branch and month."
    zh = "第 {first} 行已就同一人员（或同一笔缴款）、单位、险种和月份作出申报。"
    remedy_en = "Keep one of the two rows."
    remedy_zh = "两行请只保留一行。"


class AlreadyInLedger(RowRefusal):
    """Something an earlier filing already posted."""

    code = "filings.already_in_ledger"
    en = "Filing {earlier} already holds this person, employer, branch and month."
    zh = "申报 {earlier} 已包含该人员、单位、险种和月份。"
    remedy_en = "Leave the row out; if filing {earlier} was a mistake, withdraw it first."
    remedy_zh = "请删除该行；如申报 {earlier} 属于误报，请先撤回。"


class PaymentKnown(RowRefusal):
    """A payment reference an earlier filing or row already used."""

    code = "filings.payment_known"
    en = "A payment with this reference is already posted for the employer, month and branch."
    zh = "该单位、月份和险种下已有相同凭证号的缴款入账。"
    remedy_en = "Leave the row out, or correct the reference."
    remedy_zh = "请删除该行或改正缴款凭证号。"


class PaidInFuture(RowRefusal):
    """A payment that has not happened."""

    code = "filings.paid_in_future"
    en = "{value} lies in the future."
    zh = "{value} 尚未到来。"
    remedy_en = "Check the day the money arrived."
    remedy_zh = "请核对到账日期。"


class TotalDiffers(RowRefusal):
    """A control total the rows do not add up to."""

    code = "filings.total_differs"
    en = "The file states a total of {value}; its rows add up to {computed}."
    zh = "文件所列合计为 {value}，各行相加为 {computed}。"
    remedy_en = "Check that no row is missing or doubled, then correct the rows or the total."
    remedy_zh = "请检查是否有遗漏或重复的行，然后改正各行或合计。"


class ExpectedTotalDiffers(RowRefusal):
    """The total given beside the file is not the file's."""

    code = "filings.expected_total_differs"
    en = "A total of {value} was expected; the file's rows add up to {computed}."
    zh = "预期合计为 {value}，文件各行相加为 {computed}。"
    remedy_en = "Check that this is the right file and that no row is missing."
    remedy_zh = "请确认文件无误且没有遗漏的行。"
