"""What the registers and the ledger say about the people and employers of one file."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.findings import Ints
from provident.kernel.month import Month

#: The last month of an enrolment that is still open, as the arrays hold it.
OPEN = 999_912


@dataclass(frozen=True, slots=True)
class Spells:
    """Enrolments as arrays, ordered by person: several rows for one person stand together.

    `branches` holds one bit for each branch, 1 << branch. `person` and `employer` are places among
    the file's persons and employers (-1 for an employer the file does not name).
    """

    id: Ints
    person: npt.NDArray[np.int32]
    employer: npt.NDArray[np.int32]
    branches: npt.NDArray[np.int16]
    scheme: npt.NDArray[np.int16]
    region: npt.NDArray[np.int32]
    since: npt.NDArray[np.int32]
    until: npt.NDArray[np.int32]  # OPEN while there is no end

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Registers:
    """What is known of a file's residents and employers, one element per distinct text of the column."""

    day: dt.date  # today in the installation's legal zone
    home: int  # the installation's region
    persons: Ints  # person key, 0 where the number is in no register
    name_checks: Ints  # the registered name's check, where there is a person
    employers: Ints  # employer key, 0 where the code is in no register
    employer_regions: npt.NDArray[np.int32]
    own_employer: int  # the only employer this actor may file for, 0 where there is no such limit

    @property
    def latest(self) -> Month:
        """The latest month that can be filed: the one that has begun."""
        return Month.of(self.day)
