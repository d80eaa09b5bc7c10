"""Loading the sample region through the public acts of the rooms below, as an agency would."""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from provident.access import actions as access
from provident.access.door import open_record
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.cases import actions as cases
from provident.cases.records import NewRequest, RequestKind, Subject
from provident.filings.actions import ingest
from provident.filings.records import Incoming
from provident.identity import actions as identity
from provident.identity.queries import open_by_number
from provident.identity.records import NewResident
from provident.kernel.clock import Clock, SystemClock
from provident.kernel.keys import AccountId, EmployerKey, PersonKey
from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.law import book
from provident.ledger import actions as ledger
from provident.ledger.records import Source
from provident.sample import population
from provident.sample.files import ZERO_MONTH, Files, SampleFile
from provident.sample.population import Region
from provident.sample.wages import Wages

RESIDENTS, EMPLOYERS, SEED = 2000, 60, 20260301
_ZONE = "Asia/Shanghai"
Progress = Callable[[str, str], None]  # the same sentence in English and Chinese


def load(
    *, progress: Progress, clock: Clock | None = None, residents: int = RESIDENTS, employers: int = EMPLOYERS
) -> Region:
    """Make the region in an empty installation and return it; the same for one month and one seed."""
    now = (clock or SystemClock()).now()
    region = population.build(
        present=Month.of(now.date()), residents=residents, employers=employers, seed=SEED
    )
    files = Files(region, Wages(book()))
    _register(region, at=now)
    employer_keys = _employers(region, at=now)
    _take_on(files, progress)
    _file_year(files, progress)
    _merge_twins(region, at=now)
    progress("Bringing the reading copy up to date …", "正在更新查询副本……")
    ledger.project_record_years()
    _objection(region, _sign_ins(region, employer_keys, at=now)[population.GAP])
    return region


def _register(region: Region, *, at: dt.datetime) -> None:
    """Register the installation, and those who drew a pension before any employer here enrolled them."""
    ledger.register_installation(
        agency_en="Sample Region Social Insurance Agency",
        agency_zh="示例地区社会保险经办机构",
        currency="CNY",
        zone=ZoneInfo(_ZONE),
        home_region=population.REGION,
    )
    pensioners = [
        NewResident(person.name, person.number, born=person.born)
        for person in region.people
        if not person.spells
    ]
    done = identity.register_residents_bulk(
        residents=pensioners, source=Source.of_act("sample_pensioners"), at=at
    )
    if done.problems:
        raise done.problems[0].refusal


def _employers(region: Region, *, at: dt.datetime) -> tuple[EmployerKey, ...]:
    since = region.start.first_day()
    return tuple(
        identity.register_employer(code=firm.uscc, name=firm.name, region=firm.region, since=since, at=at)
        for firm in region.employers
    )


def _ingest(file: SampleFile) -> None:
    """Send one file in the way a clerk would: as a file on disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file.name
        path.write_bytes(file.content)
        ingest(file=Incoming(path, file.name), by=OPERATOR, system="cli")


def _take_on(files: Files, progress: Progress) -> None:
    progress("Taking on enrolments from older records …", "正在转入旧参保登记……")
    _ingest(files.enrolments_taken_on())
    for file in files.years_taken_on():
        progress(f"Taking on {file.name} …", f"正在转入 {file.name}……")
        _ingest(file)


def _file_year(files: Files, progress: Progress) -> None:
    """File the last twelve months employer by employer, each month followed by its payments."""
    for ago in range(12, 0, -1):
        month = files.region.present.plus(-ago)
        progress(f"Employers file {month} …", f"各单位申报 {month}……")
        for index in range(len(files.region.employers)):
            declared = files.declaration(index, month)
            if declared is not None:
                _ingest(declared)
        _ingest(files.payments(month))


def _merge_twins(region: Region, *, at: dt.datetime) -> None:
    """One person was registered twice; a supervisor's merge brings the two records together."""
    twin = _key_of(region, population.TWIN)
    number = region.people[population.MERGED].number
    with open_by_number(
        number, by=OPERATOR, purpose="console", fields=("name", "numbers"), system="cli"
    ) as opened:
        identity.merge(opened, other=twin, reason="Sample: one person under two numbers", system="cli", at=at)


def _key_of(region: Region, index: int) -> PersonKey:
    number = region.people[index].number
    with open_by_number(number, by=OPERATOR, purpose="console", fields=("numbers",), system="cli") as opened:
        return opened.person


def _sign_ins(region: Region, employers: tuple[EmployerKey, ...], *, at: dt.datetime) -> dict[int, AccountId]:
    """Make the accounts that the sample sign-in of development mode offers; return the residents'."""
    made: dict[int, AccountId] = {}
    residents = (
        (population.GAP, "with gaps", "有缺失"),
        (population.MERGED, "with a month not reported", "有未申报月份"),
        (population.MOVER, "who moved here", "由外地转入"),
        (population.FOREIGNER, "from abroad", "外籍"),
        (0, "with a rare name", "姓名含生僻字"),
        (_pensioner(region), "drawing a pension", "领取养老金"),
    )
    for index, en, zh in residents:
        person = _key_of(region, index)
        label = Label(
            f"Resident {en}", f"参保人（{zh}）"
        )  # an account names no person, not even an invented one
        account = NewAccount(
            kind=AccountKind.PERSON,
            sign_in=f"sample.resident.{index}",
            label=label,
            person=person,
            sample=True,
        )
        made[index] = _account(account, Role.RESIDENT, at=at)
    for index in (3, 21):
        name = region.employers[index].name
        label = Label(f"{name} (employer)", f"{name}（用人单位）")
        account = NewAccount(
            kind=AccountKind.EMPLOYER,
            sign_in=f"sample.employer.{index}",
            label=label,
            employer=employers[index],
            sample=True,
        )
        _account(account, Role.EMPLOYER_CLERK, at=at)
    _staff(at=at)
    return made


_OFFICES = (
    (
        Role.AGENCY_CLERK,
        "clerk",
        Label("Counter clerk", "窗口经办人员"),
        Label("Sample Region, counter 1", "示例地区一号窗口"),
    ),
    (
        Role.SUPERVISOR,
        "supervisor",
        Label("Supervisor", "复核主管"),
        Label("Sample Region, review", "示例地区复核科"),
    ),
    (
        Role.ADMINISTRATOR,
        "administrator",
        Label("System administrator", "系统管理员"),
        Label("Sample Region, systems", "示例地区信息科"),
    ),
)


def _staff(*, at: dt.datetime) -> None:
    for role, name, label, office in _OFFICES:
        account = NewAccount(
            kind=AccountKind.STAFF, sign_in=f"sample.{name}", label=label, office=office, sample=True
        )
        _account(account, role, at=at)


def _objection(region: Region, account: AccountId) -> None:
    """Let the person with gaps object to the month that was reported as zero; nobody has answered yet."""
    zero = NewRequest(
        RequestKind.RECORD,
        "amount_wrong",
        Subject(branch=Branch.PENSION, month=region.present.plus(-ZERO_MONTH)),
        "I was paid in that month and have the payslip.\n该月工资照发，有工资条为证。",
    )
    person = _key_of(region, population.GAP)
    with open_record(person, by=account, purpose="own_record", fields=("events",), system="portal") as opened:
        cases.lodge(opened, zero)


def _pensioner(region: Region) -> int:
    return next(i for i, person in enumerate(region.people) if person.pension_since and person.spells)


def _account(new: NewAccount, role: Role, *, at: dt.datetime) -> AccountId:
    account = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=account, role=role, since=at)
    return account
