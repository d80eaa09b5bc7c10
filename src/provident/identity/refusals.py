"""What the registers of residents and employers refuse.

Refusal
├── NumberShapeWrong       identity.number_shape
├── NumberDateWrong        identity.number_date
├── NumberCheckWrong       identity.number_check
├── NumberKindWrong        identity.number_kind
├── NumberTaken            identity.number_taken
├── NumberNotHeld          identity.number_not_held
├── CreditCodeWrong        identity.credit_code
├── CreditCodeTaken        identity.credit_code_taken
├── EmployerUnknown        identity.employer_unknown
├── NotAName               identity.not_a_name
├── ResidentUnknown        identity.resident_unknown
├── BornAfterRegistration  identity.born_after_registration
├── FieldUnknown           identity.field_unknown
├── FieldValueWrong        identity.field_value
├── FieldNotHeld           identity.field_not_held
├── MergeWithItself        identity.merge_with_itself
├── AlreadyMerged          identity.already_merged
├── NotMerged              identity.not_merged
├── NothingToSplit         identity.nothing_to_split
└── LaterJoinFirst         identity.later_join_first

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


class NumberNotHeld(Refusal):
    """A number the opened person does not hold."""

    code = "identity.number_not_held"
    en = "The opened person does not hold this number."
    zh = "当前档案中没有该号码。"
    remedy_en = "Choose one of the numbers shown in the record."
    remedy_zh = "请选择档案中列出的号码。"


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


class ResidentUnknown(Refusal):
    """A number nobody registered holds, or a key that stands for nobody."""

    code = "identity.resident_unknown"
    en = "No resident is registered under this number."
    zh = "没有以该号码登记的参保人。"
    remedy_en = "Check the number; a person not yet registered is registered from an enrolment."
    remedy_zh = "请核对号码；尚未登记的人员通过增员办理登记。"


class BornAfterRegistration(Refusal):
    """A birth date later than the day of registration."""

    code = "identity.born_after_registration"
    en = "The birth date lies after the day of registration."
    zh = "出生日期晚于登记日期。"
    remedy_en = "Check the number and the birth date against the document."
    remedy_zh = "请按证件核对号码和出生日期。"


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


class FieldNotHeld(Refusal):
    """An archive value that is not there to be withdrawn."""

    code = "identity.field_not_held"
    en = "The opened archive holds no such value of the field {field!r}."
    zh = "当前档案中没有字段 {field!r} 的该值。"
    remedy_en = "Open the archive again and choose a value shown there."
    remedy_zh = "请重新打开档案并选择其中列出的值。"


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
