"""What workbooks and Parquet files are refused for.

FileRefusal
├── OldWorkbook         filings.reading.old_workbook
├── MacroWorkbook       filings.reading.macro_workbook
├── LinkedWorkbook      filings.reading.linked_workbook
├── WorkbookTooLarge    filings.reading.workbook_too_large
├── EntitiesInWorkbook  filings.reading.entities_in_workbook
├── BrokenWorkbook      filings.reading.broken_workbook
├── SeveralSheets       filings.reading.several_sheets
├── MergedCells         filings.reading.merged_cells
├── BrokenParquet       filings.reading.broken_parquet
├── ParquetTooLarge     filings.reading.parquet_too_large
└── ParquetColumnType   filings.reading.parquet_column_type

CellRefusal
├── FormulaCell         filings.reading.formula_cell
└── ErrorCell           filings.reading.error_cell
"""

from provident.filings.reading.refusals import CellRefusal, FileRefusal


class OldWorkbook(FileRefusal):
    """An .xls file or a workbook locked with a password."""

    code = "filings.reading.old_workbook"
    en = "The file is an old Excel workbook (.xls) or a workbook locked with a password."
    zh = "文件是旧版 Excel 工作簿（.xls）或加了密码的工作簿。"
    remedy_en = "Save it as an Excel workbook (.xlsx) without a password."
    remedy_zh = "请另存为不带密码的 Excel 工作簿（.xlsx）。"


class MacroWorkbook(FileRefusal):
    """A workbook with macros, or of a kind that may hold them."""

    code = "filings.reading.macro_workbook"
    en = "The workbook holds macros or is not a plain .xlsx workbook."
    zh = "工作簿含有宏，或不是普通的 .xlsx 工作簿。"
    remedy_en = "Save it as an Excel workbook (.xlsx) without macros."
    remedy_zh = "请另存为不含宏的 Excel 工作簿（.xlsx）。"


class LinkedWorkbook(FileRefusal):
    """A workbook that draws on other files."""

    code = "filings.reading.linked_workbook"
    en = "The workbook draws values from other files or connections ({part})."
    zh = "工作簿引用了其他文件或数据连接（{part}）。"
    remedy_en = "Break the links, so that every cell holds its own value, and save again."
    remedy_zh = "请断开链接，使每个单元格保存自己的值，然后重新保存。"


class WorkbookTooLarge(FileRefusal):
    """A workbook that unpacks to more than it may."""

    code = "filings.reading.workbook_too_large"
    en = "The workbook unpacks to more than a workbook may ({part}: {limit})."
    zh = "工作簿解压后超过上限（{part}：{limit}）。"
    remedy_en = "Copy the values into a new workbook, or send the table as CSV."
    remedy_zh = "请将数值复制到新工作簿，或以 CSV 格式提交。"


class EntitiesInWorkbook(FileRefusal):
    """A document type or entities in a workbook's XML."""

    code = "filings.reading.entities_in_workbook"
    en = "The workbook declares XML entities, which no spreadsheet program writes ({part})."
    zh = "工作簿声明了 XML 实体（{part}），正常的电子表格程序不会写入此类内容。"
    remedy_en = "Open it in a spreadsheet program and save it again as .xlsx."
    remedy_zh = "请用电子表格程序打开并重新保存为 .xlsx。"


class BrokenWorkbook(FileRefusal):
    """A workbook that does not keep to its own format."""

    code = "filings.reading.broken_workbook"
    en = "The workbook is damaged or cut short ({part})."
    zh = "工作簿已损坏或不完整（{part}）。"
    remedy_en = "Open it in a spreadsheet program, save it again as .xlsx and send that."
    remedy_zh = "请用电子表格程序打开并重新保存为 .xlsx 后提交。"


class SeveralSheets(FileRefusal):
    """More than one sheet could be meant."""

    code = "filings.reading.several_sheets"
    en = "More than one worksheet has the headings of a file: {sheets}"
    zh = "有多个工作表含有文件表头：{sheets}"
    remedy_en = "Send one workbook for each worksheet."
    remedy_zh = "请将每个工作表分别作为一个文件提交。"


class MergedCells(FileRefusal):
    """Cells merged into one."""

    code = "filings.reading.merged_cells"
    en = "Cells are merged in the worksheet ({cells}); all but the first of them would read as empty."
    zh = "工作表中有合并单元格（{cells}），除第一格外其余将被读作空白。"
    remedy_en = "Unmerge the cells and fill in each of them."
    remedy_zh = "请取消合并，并逐格填写。"


class BrokenParquet(FileRefusal):
    """A Parquet file that does not keep to its own format."""

    code = "filings.reading.broken_parquet"
    en = "The Parquet file is damaged, cut short or written in a way we do not read ({part})."
    zh = "Parquet 文件已损坏、不完整或写入方式不受支持（{part}）。"
    remedy_en = "Write it again with plain or dictionary encoding, unencrypted, without nested columns."
    remedy_zh = "请用普通或字典编码重新写出，不加密、不含嵌套列。"


class ParquetTooLarge(FileRefusal):
    """A Parquet file that unpacks to more than it may."""

    code = "filings.reading.parquet_too_large"
    en = "The Parquet file unpacks to more than it may ({part}: {limit})."
    zh = "Parquet 文件解压后超过上限（{part}：{limit}）。"
    remedy_en = "Write it again with row groups of at most one million rows, or send several files."
    remedy_zh = "请以每组不超过一百万行重新写出，或拆分为多个文件。"


class ParquetColumnType(FileRefusal):
    """A Parquet column of a type that cannot hold what the column means."""

    code = "filings.reading.parquet_column_type"
    en = "The Parquet column {column} has the type {type}, which does not hold its values exactly."
    zh = "Parquet 列 {column} 的类型为 {type}，不能精确表示其取值。"
    remedy_en = "Write amounts as decimal, integer or text, months and numbers of identity as text."
    remedy_zh = "金额请用 decimal、整数或文本，年月和证件号码请用文本。"


class FormulaCell(CellRefusal):
    """A cell computed by the workbook."""

    code = "filings.reading.formula_cell"
    en = "The cell holds a formula: {value}"
    zh = "单元格为公式：{value}"
    remedy_en = "Copy the column and paste it as values, then save."
    remedy_zh = "请复制该列并选择性粘贴为数值后保存。"


class ErrorCell(CellRefusal):
    """A cell in which the workbook shows an error."""

    code = "filings.reading.error_cell"
    en = "The cell shows the error {value}."
    zh = "单元格显示错误 {value}。"
    remedy_en = "Replace it by the value that is meant."
    remedy_zh = "请改为应填的数值。"
