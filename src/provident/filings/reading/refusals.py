"""What reading refuses.

Refusal
├── FileRefusal                  the file as a whole
│   ├── NotReadable              filings.reading.not_readable
│   ├── EmptyFile                filings.reading.empty_file
│   ├── FileTooLarge             filings.reading.file_too_large
│   ├── FileChanged              filings.reading.file_changed
│   ├── NotATable                filings.reading.not_a_table
│   ├── UnknownEncoding          filings.reading.unknown_encoding
│   ├── AmbiguousEncoding        filings.reading.ambiguous_encoding
│   ├── NulByte                  filings.reading.nul_byte
│   ├── LineTooLong              filings.reading.line_too_long
│   ├── StrayQuote               filings.reading.stray_quote
│   ├── UnclosedQuote            filings.reading.unclosed_quote
│   ├── NoHeadings               filings.reading.no_headings
│   ├── MissingColumns           filings.reading.missing_columns
│   ├── DuplicatedColumns        filings.reading.duplicated_columns
│   ├── MisspeltColumns          filings.reading.misspelt_columns
│   └── TooManyColumns           filings.reading.too_many_columns
└── CellRefusal                  one row or one cell (the fact `value` is what it holds)
    ├── RaggedRow                filings.reading.ragged_row
    ├── CellTooLong              filings.reading.cell_too_long
    ├── CellNotText              filings.reading.cell_not_text
    ├── ControlCharacter         filings.reading.control_character
    ├── LostDigits               filings.reading.lost_digits
    ├── NotAnAmount              filings.reading.not_an_amount
    ├── TooManyDecimals          filings.reading.too_many_decimals
    ├── ThousandsSeparator       filings.reading.thousands_separator
    ├── SignedAmount             filings.reading.signed_amount
    ├── AmountTooLarge           filings.reading.amount_too_large
    ├── UnknownBranch            filings.reading.unknown_branch
    ├── UnreadableMonth          filings.reading.unreadable_month
    ├── UnreadableDay            filings.reading.unreadable_day
    ├── UnreadableRegion         filings.reading.unreadable_region
    ├── UnknownEvent             filings.reading.unknown_event
    ├── UnknownKind              filings.reading.unknown_kind
    └── UnknownEvidence          filings.reading.unknown_evidence

What only workbooks and Parquet files are refused for stands in `formats/refusals.py`.
"""

from provident.kernel.refusal import Refusal


class FileRefusal(Refusal):
    """The file as a whole cannot be read."""


class NotReadable(FileRefusal):
    """A path that names no ordinary file we may read."""

    code = "filings.reading.not_readable"
    en = "{name} cannot be opened as a file."
    zh = "无法将 {name} 作为文件打开。"
    remedy_en = "Check the path, and that the file may be read."
    remedy_zh = "请检查路径以及文件的读取权限。"


class EmptyFile(FileRefusal):
    """Not one row."""

    code = "filings.reading.empty_file"
    en = "The file holds no rows."
    zh = "文件中没有任何数据行。"
    remedy_en = "Send the file with its headings in row 1 and at least one row below."
    remedy_zh = "请提交首行为表头且至少含一行数据的文件。"


class FileTooLarge(FileRefusal):
    """More bytes or rows than one file may hold."""

    code = "filings.reading.file_too_large"
    en = "The file is larger than one file may be ({limit})."
    zh = "文件超过单个文件的上限（{limit}）。"
    remedy_en = "Split it into several files, each with the headings in row 1."
    remedy_zh = "请拆分为多个文件，每个文件首行均为表头。"


class FileChanged(FileRefusal):
    """The bytes changed between two readings."""

    code = "filings.reading.file_changed"
    en = "The file was changed or cut short while it was being read."
    zh = "读取过程中文件被修改或截断。"
    remedy_en = "Wait until the file is complete, then send it again."
    remedy_zh = "请待文件完整写入后重新提交。"


class NotATable(FileRefusal):
    """Bytes of some other kind."""

    code = "filings.reading.not_a_table"
    en = "The file is no CSV, XLSX or Parquet table; it looks like {what}."
    zh = "文件不是 CSV、XLSX 或 Parquet 表格，看起来是 {what}。"
    remedy_en = "Export the table as CSV, XLSX or Parquet and send that."
    remedy_zh = "请将表格导出为 CSV、XLSX 或 Parquet 后提交。"


class UnknownEncoding(FileRefusal):
    """Text in none of the encodings we read."""

    code = "filings.reading.unknown_encoding"
    en = "The text is neither UTF-8, nor UTF-16 with a byte order mark, nor GB18030."
    zh = "文本既不是 UTF-8，也不是带字节顺序标记的 UTF-16，也不是 GB18030。"
    remedy_en = "Save the file as CSV UTF-8 and send it again."
    remedy_zh = "请另存为“CSV UTF-8”后重新提交。"


class AmbiguousEncoding(FileRefusal):
    """Text that reads in two encodings, with nothing to tell which is meant."""

    code = "filings.reading.ambiguous_encoding"
    en = "The text can be read both as UTF-8 and as GB18030, with different names."
    zh = "文本按 UTF-8 和 GB18030 均可读取，但姓名不同。"
    remedy_en = "Save the file as UTF-8 with a byte order mark (CSV UTF-8), or use the Chinese headings."
    remedy_zh = "请另存为带字节顺序标记的“CSV UTF-8”，或使用中文表头。"


class NulByte(FileRefusal):
    """A NUL in text."""

    code = "filings.reading.nul_byte"
    en = "There is a NUL character near row {row}; this is no plain text, or UTF-16 without its mark."
    zh = "第 {row} 行附近含有空字符（NUL），文件不是纯文本，或是缺少标记的 UTF-16。"
    remedy_en = "Save the file as CSV UTF-8 and send it again."
    remedy_zh = "请另存为“CSV UTF-8”后重新提交。"


class LineTooLong(FileRefusal):
    """A line without end."""

    code = "filings.reading.line_too_long"
    en = "Row {row} is longer than a row may be ({limit})."
    zh = "第 {row} 行超过单行长度上限（{limit}）。"
    remedy_en = "Check that every row ends with a line break."
    remedy_zh = "请检查每一行是否以换行结束。"


class StrayQuote(FileRefusal):
    """A quotation mark where none may stand."""

    code = "filings.reading.stray_quote"
    en = "A quotation mark in row {row} neither opens nor closes a cell."
    zh = "第 {row} 行的引号既不是单元格的开头也不是结尾。"
    remedy_en = 'Enclose the whole cell in quotation marks and double those inside: "say ""hi"""'
    remedy_zh = '请用引号括住整个单元格，内部引号写两次，如 "称 ""甲"""'


class UnclosedQuote(FileRefusal):
    """A quoted cell that never ends."""

    code = "filings.reading.unclosed_quote"
    en = "A quotation mark opened in row {row} is never closed."
    zh = "第 {row} 行的引号没有闭合。"
    remedy_en = "Close the quotation mark, or remove it."
    remedy_zh = "请补上右引号，或删除该引号。"


class NoHeadings(FileRefusal):
    """Row 1 holds no headings we know."""

    code = "filings.reading.no_headings"
    en = "Row 1 does not hold the headings of a payroll, a payments or a take-on file; it reads: {found}"
    zh = "首行不是工资申报、缴款或历史记录文件的表头，其内容为：{found}"
    remedy_en = "Put the headings in row 1, for payroll: {expected}"
    remedy_zh = "请将表头放在首行，工资申报文件为：{expected_zh}"


class MissingColumns(FileRefusal):
    """Columns that must be there and are not."""

    code = "filings.reading.missing_columns"
    en = "A {kind} file needs these columns too: {columns}"
    zh = "{kind_zh}文件还缺少以下列：{columns_zh}"
    remedy_en = "Add the columns with exactly these headings."
    remedy_zh = "请按上述表头补充这些列。"


class DuplicatedColumns(FileRefusal):
    """One column twice."""

    code = "filings.reading.duplicated_columns"
    en = "These columns appear more than once: {columns}"
    zh = "以下列重复出现：{columns_zh}"
    remedy_en = "Keep each column once."
    remedy_zh = "请每列只保留一个。"


class MisspeltColumns(FileRefusal):
    """Unknown headings that are almost known ones."""

    code = "filings.reading.misspelt_columns"
    en = "These headings look misspelt: {columns}"
    zh = "以下表头似有笔误：{columns}"
    remedy_en = "Correct the headings; a column that is really another one needs a clearly different heading."
    remedy_zh = "请更正表头；如确为其他列，请使用明显不同的表头。"


class TooManyColumns(FileRefusal):
    """More columns than any of these files has."""

    code = "filings.reading.too_many_columns"
    en = "The file has more than {limit} columns."
    zh = "文件的列数超过 {limit} 列。"
    remedy_en = "Send only the columns of the file format."
    remedy_zh = "请只提交文件格式规定的列。"


class CellRefusal(Refusal):
    """One row or one cell cannot be read; the fact `value` is what it holds."""


class RaggedRow(CellRefusal):
    """A row with more or fewer cells than there are headings."""

    code = "filings.reading.ragged_row"
    en = "The row has {value} cells, the headings are {expected}."
    zh = "该行有 {value} 个单元格，而表头有 {expected} 个。"
    remedy_en = "Give every row one cell for each heading; enclose a cell that holds the separator in quotes."
    remedy_zh = "请使每行单元格数与表头一致；含分隔符的单元格请用引号括住。"


class CellTooLong(CellRefusal):
    """A cell longer than any value of its column."""

    code = "filings.reading.cell_too_long"
    en = "The cell is longer than {limit} bytes; it begins: {value}"
    zh = "单元格超过 {limit} 字节，其开头为：{value}"
    remedy_en = "Shorten the cell to the value the column asks for."
    remedy_zh = "请将单元格缩短为该列要求的内容。"


class CellNotText(CellRefusal):
    """Bytes that are no text in the file's encoding."""

    code = "filings.reading.cell_not_text"
    en = "The cell is no text in the file's encoding: {value}"
    zh = "单元格内容在文件编码下不是有效文本：{value}"
    remedy_en = "Save the file as CSV UTF-8 and check the cell."
    remedy_zh = "请另存为“CSV UTF-8”并检查该单元格。"


class ControlCharacter(CellRefusal):
    """Characters that are not shown, or that turn the writing direction."""

    code = "filings.reading.control_character"
    en = "The cell holds a control character that cannot be seen: {value!a}"
    zh = "单元格中含有不可见的控制字符：{value!a}"
    remedy_en = "Type the cell anew."
    remedy_zh = "请重新输入该单元格。"


class LostDigits(CellRefusal):
    """A number of identity that a spreadsheet has turned into a rounded number."""

    code = "filings.reading.lost_digits"
    en = "{value} is stored as a number; a spreadsheet keeps only 15 digits, so the last ones may be lost."
    zh = "{value} 以数值形式保存；电子表格只保留 15 位数字，末尾数字可能已丢失。"
    remedy_en = "Format the column as text, type or import the numbers again, and save."
    remedy_zh = "请将该列设为文本格式，重新输入或导入号码后保存。"


class NotAnAmount(CellRefusal):
    """A text that is no amount of money."""

    code = "filings.reading.not_an_amount"
    en = "{value!r} is not an amount of money."
    zh = "{value!r} 不是金额。"
    remedy_en = "Write digits with a point, such as 1234.50; no currency signs."
    remedy_zh = "请只写数字和小数点，例如 1234.50；不要使用货币符号。"


class TooManyDecimals(CellRefusal):
    """An amount finer than a fen."""

    code = "filings.reading.too_many_decimals"
    en = "{value} has more than two decimals."
    zh = "{value} 的小数位超过两位。"
    remedy_en = "Round the amount itself to fen, as the law of the region says, not only its display."
    remedy_zh = "请按当地规定将金额舍入到分；仅设置显示格式是不够的。"


class ThousandsSeparator(CellRefusal):
    """An amount with separators between the thousands."""

    code = "filings.reading.thousands_separator"
    en = "{value} has a comma or space between its digits."
    zh = "{value} 的数字之间有逗号或空格。"
    remedy_en = "Write the digits without separators and with a decimal point, such as 12345.67."
    remedy_zh = "请去掉数字间的分隔符，并使用小数点，例如 12345.67。"


class SignedAmount(CellRefusal):
    """An amount with a sign."""

    code = "filings.reading.signed_amount"
    en = "{value} has a sign; amounts in a filing are never negative."
    zh = "{value} 带有正负号；申报文件中的金额不能为负。"
    remedy_en = "To take something back, withdraw or correct the filing it was in."
    remedy_zh = "如需冲减，请撤回或更正原申报。"


class AmountTooLarge(CellRefusal):
    """An amount beyond every account."""

    code = "filings.reading.amount_too_large"
    en = "{value} is larger than any amount the record can hold."
    zh = "{value} 超过系统可记录的金额上限。"
    remedy_en = "Check the cell: amounts are in yuan, with at most 15 digits before the point."
    remedy_zh = "请检查该单元格：金额以元为单位，小数点前最多 15 位。"


class UnknownBranch(CellRefusal):
    """A word that names no insurance branch."""

    code = "filings.reading.unknown_branch"
    en = "{value} is no insurance branch."
    zh = "{value} 不是险种名称。"
    remedy_en = "Write pension, medical, unemployment, work_injury or maternity."
    remedy_zh = "请填写养老、医疗、失业、工伤或生育。"


class UnreadableMonth(CellRefusal):
    """A text that names no month."""

    code = "filings.reading.unreadable_month"
    en = "{value} is not a month."
    zh = "{value} 不是有效的年月。"
    remedy_en = "Write the month as 2026-03 or 202603."
    remedy_zh = "请将年月写成 2026-03 或 202603。"


class UnreadableDay(CellRefusal):
    """A text that names no day."""

    code = "filings.reading.unreadable_day"
    en = "{value} is not a date."
    zh = "{value} 不是有效的日期。"
    remedy_en = "Write the date as 2026-03-05."
    remedy_zh = "请将日期写成 2026-03-05。"


class UnreadableRegion(CellRefusal):
    """A text that is no region code."""

    code = "filings.reading.unreadable_region"
    en = "{value} is not a region code."
    zh = "{value} 不是行政区划代码。"
    remedy_en = "Write the six digits of the region where the person is insured."
    remedy_zh = "请填写参保地的六位行政区划代码。"


class UnknownEvent(CellRefusal):
    """A word that is neither joining nor leaving."""

    code = "filings.reading.unknown_event"
    en = "{value} is neither an enrolment nor a leaving."
    zh = "{value} 既不是新增也不是减少。"
    remedy_en = "Write enrol or leave, or leave the cell empty for a declaration."
    remedy_zh = "请填写新增或减少；申报行请留空。"


class UnknownKind(CellRefusal):
    """A word that names no kind of old record."""

    code = "filings.reading.unknown_kind"
    en = "{value} is no kind of old record."
    zh = "{value} 不是记录类别。"
    remedy_en = "Write contribution, unpaid, opening_balance, interest or benefit."
    remedy_zh = "请填写缴费、欠费、期初余额、利息或待遇。"


class UnknownEvidence(CellRefusal):
    """A word that names no grade of evidence."""

    code = "filings.reading.unknown_evidence"
    en = "{value} is no grade of evidence."
    zh = "{value} 不是证据等级。"
    remedy_en = "Write documented, prior_system or stated."
    remedy_zh = "请填写有凭证、原系统或本人陈述。"
