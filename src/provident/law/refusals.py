"""What law refuses.

Refusal
├── PackMalformed     law.pack_malformed
├── NoSuchPack        law.no_such_pack
├── NoSuchParameter   law.no_such_parameter
├── NotCovered        law.not_covered
├── NoSuchRetention   law.no_such_retention
├── NoSuchDeadline    law.no_such_deadline
├── NoSuchCalculation law.no_such_calculation
├── NoSuchVariable    law.no_such_variable
├── ValueNotCovered   law.value_not_covered
├── NoFormula         law.no_formula
├── NotGiven          law.not_given
├── NotReported       law.not_reported
├── NotAValue         law.not_a_value
├── OutOfBound        law.out_of_bound
├── GoesInCircles     law.goes_in_circles
├── MayOverflow       law.may_overflow
├── NotMet            law.not_met
├── FileUnreadable    law.file_unreadable
├── YearUnreadable    law.year_unreadable
├── ReportedTwice     law.reported_twice
├── ColumnMissing     law.column_missing
├── PersonTwice       law.person_twice
├── CalendarNotCovered law.calendar_not_covered
├── DeadlineRecurs    law.deadline_recurs
└── SparkMissing      law.spark_missing
"""

from provident.kernel.refusal import Refusal


class PackMalformed(Refusal):
    """A pack that breaks its own rules is not loaded at all."""

    code = "law.pack_malformed"
    en = "Law pack {pack} has {count} faults and cannot be used. The first: {first}"
    zh = "法规包 {pack} 有 {count} 处错误，不能使用。第一处：{first}"
    remedy_en = "Run `provident law check` for the whole list and correct the files it names."
    remedy_zh = "请运行 `provident law check` 查看全部错误，并改正所列文件。"


class NoSuchPack(Refusal):
    """No pack of this name is installed."""

    code = "law.no_such_pack"
    en = "There is no law pack {pack!r}."
    zh = "没有名为 {pack!r} 的法规包。"
    remedy_en = "Name an installed pack: {installed}."
    remedy_zh = "请使用已安装的法规包：{installed}。"


class NoSuchParameter(Refusal):
    """No parameter of this id."""

    code = "law.no_such_parameter"
    en = "Law pack {pack} has no parameter {id!r}."
    zh = "法规包 {pack} 没有参数 {id!r}。"
    remedy_en = "Run `provident law list` for the ids there are."
    remedy_zh = "请运行 `provident law list` 查看已有的参数编号。"


class NotCovered(Refusal):
    """A date or place for which the pack knows no value."""

    code = "law.not_covered"
    en = "{id} has no value known to {pack} for region {region} on {day}."
    zh = "法规包 {pack} 中，地区 {region} 在 {day} 没有 {id} 的已知数值。"
    remedy_en = "Choose a date and place the parameter covers, or add the value with its article to the pack."
    remedy_zh = "请选择该参数覆盖的日期和地区，或在法规包中补充数值及其条文依据。"


class NoSuchRetention(Refusal):
    """No retention period for this kind of record."""

    code = "law.no_such_retention"
    en = "Law pack {pack} does not say how long {kind!r} is kept."
    zh = "法规包 {pack} 未规定 {kind!r} 的保管期限。"
    remedy_en = "Name a kind listed in the pack's retention.yaml, or add it there with its legal basis."
    remedy_zh = "请使用 retention.yaml 中已列的类别，或连同法律依据补充进去。"


class NoSuchDeadline(Refusal):
    """No deadline of this id."""

    code = "law.no_such_deadline"
    en = "Law pack {pack} has no deadline {id!r}."
    zh = "法规包 {pack} 没有期限 {id!r}。"
    remedy_en = "Run `provident law list` for the ids there are."
    remedy_zh = "请运行 `provident law list` 查看已有的期限编号。"


class NoSuchCalculation(Refusal):
    """No calculation of this id."""

    code = "law.no_such_calculation"
    en = "There is no calculation {id!r}."
    zh = "没有名为 {id!r} 的计算项目。"
    remedy_en = "Name one of: {known}."
    remedy_zh = "请使用下列之一：{known}。"


class NoSuchVariable(Refusal):
    """No variable of this name."""

    code = "law.no_such_variable"
    en = "{calculation} has no variable {name!r}."
    zh = "计算项目 {calculation} 没有变量 {name!r}。"
    remedy_en = "Run `provident law show {calculation}` for the names that can be given."
    remedy_zh = "请运行 `provident law show {calculation}` 查看可直接给定的名称。"


class ValueNotCovered(Refusal):
    """A year, month, key or place for which a parameter has no value."""

    code = "law.value_not_covered"
    en = "{id} has no value for {when}{place} in law pack {pack}."
    zh = "法规包 {pack} 中 {id} 没有 {when}{place} 的数值。"
    remedy_en = "Add the value with its article to {file}, or give the variable that needs it."
    remedy_zh = "请连同条文依据补入 {file}，或直接给定需要该值的变量。"


class NoFormula(Refusal):
    """A date no formula of the variable covers."""

    code = "law.no_formula"
    en = "The law in pack {pack} does not say how {variable} is worked out for {when}."
    zh = "法规包 {pack} 未规定 {when} 的 {variable} 如何计算。"
    remedy_en = "The formulas it has start on {since}; give {name} itself, or add the law to the pack."
    remedy_zh = "现有公式自 {since} 起施行；请直接给定 {name}，或补充该时期的法规。"


class NotGiven(Refusal):
    """A fact that only the asker can give."""

    code = "law.not_given"
    en = "{name} is needed and is not given."
    zh = "缺少必需的 {name}。"
    remedy_en = "Add a column {name}, or give it as an option."
    remedy_zh = "请增加 {name} 列，或以选项给定。"


class NotReported(Refusal):
    """A year nobody reported, which is not zero."""

    code = "law.not_reported"
    en = "{name} of {year} is not reported."
    zh = "{year} 年的 {name} 未申报。"
    remedy_en = "Report the year, with 0 if there was nothing."
    remedy_zh = "请补报该年度；如确无数额请填 0。"


class NotAValue(Refusal):
    """A text that is no value of the variable."""

    code = "law.not_a_value"
    en = "{text!r} is no {name}."
    zh = "{text!r} 不是有效的 {name}。"
    remedy_en = "Write {form}."
    remedy_zh = "请按此格式填写：{form}。"


class OutOfBound(Refusal):
    """A value beyond what is declared possible."""

    code = "law.out_of_bound"
    en = "{name} is outside its bounds, {low} to {high}."
    zh = "{name} 超出界限（{low} 至 {high}）。"
    remedy_en = "Check what was given; if it is right, the pack's bound is too narrow."
    remedy_zh = "请核对所给数据；如确无误，则为法规包所设界限过窄。"


class GoesInCircles(Refusal):
    """Variables that wait for each other."""

    code = "law.goes_in_circles"
    en = "{path} is worked out from itself."
    zh = "{path} 循环依赖自身。"
    remedy_en = "Give one of these variables, or correct the formulas that name them."
    remedy_zh = "请给定其中一个变量，或改正相关公式。"


class MayOverflow(Refusal):
    """A formula that could leave the 64-bit numbers."""

    code = "law.may_overflow"
    en = "The formula {formula} may exceed what a 64-bit number holds: {what}."
    zh = "公式 {formula} 可能超出 64 位整数范围：{what}。"
    remedy_en = "Narrow the bounds of its inputs, or use ops.share for the product."
    remedy_zh = "请收窄其输入变量的界限，或对乘积使用 ops.share。"


class NotMet(Refusal):
    """A condition of the law that does not hold for this person."""

    code = "law.not_met"
    en = "A condition of the law is not met: {sentence_en}"
    zh = "不符合法定条件：{sentence_zh}"
    remedy_en = "What to do: {remedy_en}"
    remedy_zh = "处理办法：{remedy_zh}"


class FileUnreadable(Refusal):
    """A file that cannot be read as what it should be."""

    code = "law.file_unreadable"
    en = "{file} cannot be read: {why}."
    zh = "无法读取 {file}：{why_zh}。"
    remedy_en = "Give a CSV, Parquet or Arrow file, or a folder of NumPy columns."
    remedy_zh = "请提供 CSV、Parquet、Arrow 文件，或由 NumPy 列文件组成的文件夹。"


class YearUnreadable(Refusal):
    """A history row without a year."""

    code = "law.year_unreadable"
    en = "{text!r} is no year of a history."
    zh = "{text!r} 不是有效的年份。"
    remedy_en = "Write a year from 1900 to 2100, such as 1986."
    remedy_zh = "请填写 1900 至 2100 之间的年份，例如 1986。"


class ReportedTwice(Refusal):
    """Two values of one variable for one person and year."""

    code = "law.reported_twice"
    en = "{name} of {year} is reported twice."
    zh = "{year} 年的 {name} 重复填报。"
    remedy_en = "Keep one row for the year."
    remedy_zh = "该年度请只保留一行。"


class ColumnMissing(Refusal):
    """A file without the column that says who a row is about."""

    code = "law.column_missing"
    en = "{file} has no column {name}."
    zh = "{file} 缺少列 {name}。"
    remedy_en = "Add the column."
    remedy_zh = "请增加该列。"


class SparkMissing(Refusal):
    """The extra is not installed."""

    code = "law.spark_missing"
    en = "Spark cannot be used here: {why}."
    zh = "此处无法使用 Spark：{why}。"
    remedy_en = "Install the extra `spark`: pip install 'provident[spark]'."
    remedy_zh = "请安装 spark 扩展：pip install 'provident[spark]'。"


class PersonTwice(Refusal):
    """A person with two rows, whose history nobody can tell apart."""

    code = "law.person_twice"
    en = "{count} rows of the people file repeat a person_id."
    zh = "人员文件中有 {count} 行的 person_id 重复。"
    remedy_en = "Keep one row for each person."
    remedy_zh = "每人请只保留一行。"


class CalendarNotCovered(Refusal):
    """A year whose notice of working days was not read."""

    code = "law.calendar_not_covered"
    en = "The working days of {year} are not in law pack {pack}."
    zh = "法规包 {pack} 中没有 {year} 年的工作日历。"
    remedy_en = "Add the year with its notice to the pack's calendar.yaml."
    remedy_zh = "请依据当年放假通知在 calendar.yaml 中补充该年度。"


class DeadlineRecurs(Refusal):
    """A duty that recurs has no last day."""

    code = "law.deadline_recurs"
    en = "A duty counted as {unit} recurs and has no last day."
    zh = "按 {unit} 计的义务为周期性义务，没有截止日。"
    remedy_en = "Ask for a deadline counted in working days, calendar days, months or years."
    remedy_zh = "请查询按工作日、自然日、月或年计算的期限。"
