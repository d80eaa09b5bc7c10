"""What the registers of residents and employers refuse.

Refusal
├── NumberShapeWrong       identity.number_shape
├── NumberDateWrong        identity.number_date
├── NumberCheckWrong       identity.number_check
├── NumberKindWrong        identity.number_kind
├── NumberTaken            identity.number_taken
├── CreditCodeWrong        identity.credit_code
├── CreditCodeTaken        identity.credit_code_taken
├── EmployerUnknown        identity.employer_unknown
├── NotAName               identity.not_a_name
├── BornAfterRegistration  identity.born_after_registration
├── BirthDiffers           identity.birth_differs
├── NotYetBegun            identity.not_yet_begun
├── NothingHeld            identity.nothing_held
├── LastOne                identity.last_one
├── FieldUnknown           identity.field_unknown
├── FieldValueWrong        identity.field_value
├── MergeWithItself        identity.merge_with_itself
├── AlreadyMerged          identity.already_merged
├── NotMerged              identity.not_merged
├── NothingToSplit         identity.nothing_to_split
├── LaterJoinFirst         identity.later_join_first
├── ReasonMissing          identity.reason_missing
├── StillToBeKept          identity.still_to_be_kept
├── DecisionMissing        identity.decision_missing
├── AlreadyProposed        identity.already_proposed
├── AlreadyForgotten       identity.already_forgotten
├── NothingProposed        identity.nothing_proposed
├── SameEyes               identity.same_eyes
└── NotYetSealed           identity.not_yet_sealed

No text here holds a number, a name or a value: refusals reach logs. The report to whoever
supplied the value adds it there.
"""

from provident.kernel.citation import Citation
from provident.kernel.refusal import Refusal


class NumberShapeWrong(Refusal):
    """A text that has the shape of no official number."""

    code = "identity.number_shape"
    en = "This is not the shape of any official number of a person."
    zh = "该号码不符合任何一种个人证件号码的格式。"
    remedy_en = "Copy the number from the document again: 18 characters, or 15 on documents of the old form."
    remedy_zh = "请按证件重新填写：一般为 18 位，旧证件为 15 位。"


class NumberDateWrong(Refusal):
    """A number whose birth date is no date."""

    code = "identity.number_date"
    en = "The birth date inside this number does not exist."
    zh = "号码中的出生日期不存在。"
    remedy_en = "Copy the number from the document again; digits 7 to 14 are the birth date."
    remedy_zh = "请按证件重新填写；第 7 至 14 位为出生日期。"


class NumberCheckWrong(Refusal):
    """A number whose last character does not fit the rest."""

    code = "identity.number_check"
    en = "The last character of this number does not fit the others, so at least one of them is wrong."
    zh = "号码的校验码与其余数字不符，至少有一位填写错误。"
    remedy_en = "Compare the number with the document, character by character."
    remedy_zh = "请与证件逐位核对。"
    citation = Citation("GB 11643")


class NumberKindWrong(Refusal):
    """A number that cannot be of the kind it was said to be."""

    code = "identity.number_kind"
    en = "This number does not have the shape of a {kind}."
    zh = "该号码不符合{kind_zh}的格式。"
    remedy_en = "Correct the kind or the number; leave the kind out to have it read from the number."
    remedy_zh = "请更正号码类别或号码；不填类别时将根据号码判断。"


class NumberTaken(Refusal):
    """A number that belongs to someone registered already."""

    code = "identity.number_taken"
    en = "This number is already held by a registered person."
    zh = "该号码已登记在他人名下或已登记。"
    remedy_en = "Find the person by the number; if two people carry it, open a correction case."
    remedy_zh = "请先按该号码查找；如确有重号，请提出更正申请。"


class CreditCodeWrong(Refusal):
    """A text that is no unified social credit code."""

    code = "identity.credit_code"
    en = "This is not a valid unified social credit code."
    zh = "该统一社会信用代码无效。"
    remedy_en = "Copy the 18 characters from the licence; the letters I, O, S, V and Z are never used."
    remedy_zh = "请按营业执照填写 18 位代码；代码中不使用字母 I、O、S、V、Z。"
    citation = Citation("GB 32100-2015")


class CreditCodeTaken(Refusal):
    """A credit code that belongs to an employer registered already."""

    code = "identity.credit_code_taken"
    en = "An employer with this credit code is already registered."
    zh = "该统一社会信用代码已登记。"
    remedy_en = "Use the registered employer; change its name or region there if they changed."
    remedy_zh = "请使用已登记的单位；名称或地区有变化的，请在该单位下变更。"


class EmployerUnknown(Refusal):
    """A key that stands for no employer."""

    code = "identity.employer_unknown"
    en = "No such employer is registered."
    zh = "没有登记该单位。"
    remedy_en = "Register the employer first."
    remedy_zh = "请先办理单位登记。"
    citation = Citation("Social Insurance Law (2010, amended 2018)", "57")


class NotAName(Refusal):
    """A text that cannot be a name."""

    code = "identity.not_a_name"
    en = "This text cannot be stored as a name: {why}."
    zh = "该文本不能作为姓名登记：{why_zh}。"
    remedy_en = "Type the name again as it stands on the document."
    remedy_zh = "请按证件重新录入姓名。"


class BornAfterRegistration(Refusal):
    """A birth date later than the day of registration."""

    code = "identity.born_after_registration"
    en = "The birth date lies after the day of registration."
    zh = "出生日期晚于登记日期。"
    remedy_en = "Check the number and the birth date against the document."
    remedy_zh = "请按证件核对号码和出生日期。"


class BirthDiffers(Refusal):
    """A birth date or sex given beside a number that says another."""

    code = "identity.birth_differs"
    en = "The birth date or sex given is not the one inside the number."
    zh = "所填出生日期或性别与号码不一致。"
    remedy_en = "Leave both out where the number says them; a decision that differs is entered afterwards."
    remedy_zh = "号码已含出生日期和性别的，不必填写；另有认定的，登记后再录入。"


class NotYetBegun(Refusal):
    """A fact said to begin in the future."""

    code = "identity.not_yet_begun"
    en = "A name, number or value is recorded once it is in force, not before."
    zh = "姓名、号码或信息须在生效后登记，不得提前。"
    remedy_en = "Record it on the day it begins, or correct the day."
    remedy_zh = "请在生效之日登记，或更正日期。"


class NothingHeld(Refusal):
    """A fact to be withdrawn that is not there."""

    code = "identity.nothing_held"
    en = "The opened record holds no such name, number or value."
    zh = "当前档案中没有该姓名、号码或信息。"
    remedy_en = "Open the record again and choose from what it shows."
    remedy_zh = "请重新打开档案，从列出的内容中选择。"


class LastOne(Refusal):
    """The withdrawal of somebody's only number or name."""

    code = "identity.last_one"
    en = "A record keeps at least one number and one name."
    zh = "档案至少须保留一个号码和一个姓名。"
    remedy_en = "Add the right one first, then withdraw the wrong one."
    remedy_zh = "请先登记正确的，再撤销错误的。"


class FieldUnknown(Refusal):
    """A field outside the archive's catalogue."""

    code = "identity.field_unknown"
    en = "The catalogue has no field {field!r}, so nothing can be stored there."
    zh = "目录中没有字段 {field!r}，不得存储。"
    remedy_en = (
        "Use a field of the catalogue; a new one needs a purpose, a legal basis and a retention first."
    )
    remedy_zh = "请使用目录中的字段；新增字段须先写明目的、法律依据和保存期限。"
    citation = Citation("Personal Information Protection Law (2021)", "6")


class FieldValueWrong(Refusal):
    """A value that does not fit its field."""

    code = "identity.field_value"
    en = "The value does not fit the field {field!r}: {expected}."
    zh = "该值不符合字段 {field!r} 的要求：{expected_zh}。"
    remedy_en = "Enter the value in the form the field asks for."
    remedy_zh = "请按字段要求的形式填写。"


class MergeWithItself(Refusal):
    """A merge of a person with the same person."""

    code = "identity.merge_with_itself"
    en = "These are already one and the same person."
    zh = "两者已是同一人。"
    remedy_en = "Nothing needs to be done."
    remedy_zh = "无需办理。"


class AlreadyMerged(Refusal):
    """A merge of a record that was merged before."""

    code = "identity.already_merged"
    en = "This record was merged before."
    zh = "该档案此前已并入其他档案。"
    remedy_en = "Merge the record it was merged into, or undo the earlier merge first."
    remedy_zh = "请合并其所并入的档案，或先撤销此前的合并。"


class NotMerged(Refusal):
    """An undoing of a merge or split that does not stand."""

    code = "identity.not_merged"
    en = "There is no such merge or split to undo."
    zh = "没有可撤销的该合并或拆分。"
    remedy_en = "Open the record again and choose from its history."
    remedy_zh = "请重新打开档案，从其历史记录中选择。"


class NothingToSplit(Refusal):
    """A split that leaves one side without any number."""

    code = "identity.nothing_to_split"
    en = "A split must give the new record at least one number and one name and leave the old one the same."
    zh = "拆分后，新旧档案均须至少各有一个号码和一个姓名。"
    remedy_en = "Choose which numbers and names go to the new record, and which stay."
    remedy_zh = "请选择转入新档案和留在原档案的号码与姓名。"


class LaterJoinFirst(Refusal):
    """An undoing out of order."""

    code = "identity.later_join_first"
    en = "A later merge, split or change rests on this one."
    zh = "后续的合并、拆分或变更以此为基础。"
    remedy_en = "Undo the later one first."
    remedy_zh = "请先撤销后续的操作。"


class ReasonMissing(Refusal):
    """A merge, a split or the undoing of one without a reason."""

    code = "identity.reason_missing"
    en = "Joining or parting records needs a reason; the persons concerned can read it."
    zh = "合并或拆分档案须填写理由，当事人可以看到。"
    remedy_en = "Say in a sentence what was found and in which document."
    remedy_zh = "请用一句话说明发现的情况及依据的材料。"


class StillToBeKept(Refusal):
    """A person is to be forgotten whose records the law still requires keeping."""

    code = "identity.still_to_be_kept"
    en = "The law requires keeping this record ({kept}) until {until}, so it cannot be forgotten before."
    zh = "法律要求该记录（{kept_zh}）保存至 {until}，在此之前不得删除。"
    remedy_en = (
        "Until then the personal information may be stored and protected, and used for nothing else "
        "(Personal Information Protection Law, art. 47); propose it again when the time is over."
    )
    remedy_zh = (
        "在此之前，除存储和采取必要的安全保护措施外，应当停止其他处理（个人信息保护法第四十七条）；"
        "期满后再行提出。"
    )


class DecisionMissing(Refusal):
    """Forgetting without the decision that orders it."""

    code = "identity.decision_missing"
    en = "Nobody is forgotten without a decision: its reference and the article it rests on are needed."
    zh = "未依决定不得删除个人信息：须填写决定文号及其依据的条款。"
    remedy_en = "Give both, each in at most 200 characters, and no name or official number in them."
    remedy_zh = "请填写两项内容，各不超过 200 字，且不得含姓名或证件号码。"


class AlreadyProposed(Refusal):
    """A second proposal for the same person."""

    code = "identity.already_proposed"
    en = "It has been proposed already that this person be forgotten."
    zh = "已有对该人员的删除提议。"
    remedy_en = (
        "Another account confirms the proposal that is there: provident forget --confirm ID --as OTHER."
    )
    remedy_zh = "请由另一账户确认现有提议：provident forget --confirm ID --as OTHER。"


class AlreadyForgotten(Refusal):
    """Somebody who was forgotten before."""

    code = "identity.already_forgotten"
    en = "This person has been forgotten already; nothing is left to erase."
    zh = "该人员的个人信息已删除，没有可再删除的内容。"
    remedy_en = "Nothing needs doing."
    remedy_zh = "无需处理。"


class NothingProposed(Refusal):
    """A confirmation of what nobody proposed, or what was confirmed before."""

    code = "identity.nothing_proposed"
    en = "There is no such proposal to confirm."
    zh = "没有可确认的该提议。"
    remedy_en = "Check the number that provident forget printed when it was proposed."
    remedy_zh = "请核对提议时 provident forget 输出的编号。"


class SameEyes(Refusal):
    """A proposal and its confirmation by the same account, or the same person."""

    code = "identity.same_eyes"
    en = "Whoever proposed that a person be forgotten cannot confirm it."
    zh = "提议人不得自行确认。"
    remedy_en = "Ask somebody else whose role allows it: a supervisor, or another operator."
    remedy_zh = "请由其他有权人员确认：复核监督人员或另一名运维人员。"


class NotYetSealed(Refusal):
    """Something about the person has no place in the log yet."""

    code = "identity.not_yet_sealed"
    en = "Something about this person is not sealed yet, so the record of forgetting could not name it."
    zh = "该人员尚有内容未封存，删除记录无法列明。"
    remedy_en = "Run provident checkpoint, then confirm again."
    remedy_zh = "请运行 provident checkpoint，然后再次确认。"
