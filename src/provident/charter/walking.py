"""The walk: everything handed in is checked, everything else is said not to have been."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from provident.charter.describing import of_api, of_catalogue, of_columns, of_exports, of_models
from provident.charter.looks import check_looks, reading_functions
from provident.charter.naming import check_container, check_targets
from provident.charter.records import Breach, Checked, Container, Excused, Export, Findings, NotChecked

_Found = Breach | Excused


def walk(
    *,
    models: Iterable[Any] | None = None,
    api: Mapping[str, Any] | None = None,
    exports: Sequence[Export] | None = None,
    catalogues: Mapping[str, object] | None = None,
    columns: Iterable[tuple[str, str]] | None = None,
    sources: Path | None = None,
) -> Findings:
    """Check what is handed in against the charter; what is None is reported as not checked.

    `models`: table classes of a registry. `api`: an OpenAPI document. `exports`: files handed out.
    `catalogues`: parsed documents by name. `columns`: pairs of table and column from the database
    itself. `sources`: the folder of the package, for reads without a look.
    """
    walked = _Walk()
    walked.containers("tables as the code declares them", "代码声明的数据表", models, of_models)
    walked.containers("the interface's description", "接口描述", api, of_api)
    walked.containers("exports", "导出文件", exports, of_exports)
    walked.containers("tables as the database has them", "数据库实际的表", columns, of_columns)
    walked.containers("catalogues", "目录", catalogues, _rows_of_catalogues)
    for name, document in (catalogues or {}).items():
        walked.add(check_targets(name, document))
    walked.reads(sources)
    return walked.findings()


def _rows_of_catalogues(catalogues: Mapping[str, object]) -> Iterator[Container]:
    for name, document in catalogues.items():
        yield from of_catalogue(name, document)


class _Walk:
    """Collects what was found, what was checked and what was not."""

    def __init__(self) -> None:
        self._breaches: dict[Breach, None] = {}
        self._excused: dict[Excused, None] = {}
        self._checked: list[Checked] = []
        self._not_checked: list[NotChecked] = []

    def add(self, found: Iterable[_Found]) -> None:
        """Keep what a check found, each finding once, in order."""
        for one in found:
            if isinstance(one, Breach):
                self._breaches[one] = None
            else:
                self._excused[one] = None

    def containers(self, en: str, zh: str, given: Any, describe: Any) -> None:
        """Check what can be described as containers of named parts."""
        if given is None:
            self._not_checked.append(NotChecked(f"{en}: not handed in", f"{zh}：未提供"))
            return
        count = 0
        for container in describe(given):
            count += 1
            self.add(check_container(container))
        self._checked.append(Checked(en, zh, count))

    def reads(self, sources: Path | None) -> None:
        """Check the reads in the source code."""
        en, zh = "reads of persons in the source code", "源代码中对个人数据的读取"
        if sources is None:
            self._not_checked.append(NotChecked(f"{en}: not handed in", f"{zh}：未提供"))
            return
        reading = tuple(reading_functions(sources))
        self.add(check_looks(sources, reading))
        self._checked.append(Checked(en, zh, len(reading)))
        self._not_checked.append(
            NotChecked(
                "reads whose table name is put together while the program runs; the database itself "
                "answers those with no rows unless a look was written",
                "运行时拼接表名的读取；数据库在未留下查询记录时不返回任何行",
            )
        )

    def findings(self) -> Findings:
        """Return the outcome."""
        return Findings(
            tuple(self._breaches), tuple(self._checked), tuple(self._not_checked), tuple(self._excused)
        )
