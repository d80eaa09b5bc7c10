"""The schedule, the alarm, and the stop."""

import datetime as dt
import logging

import pytest
from tests.ledger import people

from provident.jobs import sealing as job
from provident.ledger import wire
from provident.ledger.refusals import NotSealed
from provident.ledger.seal.logs import heads, schedule
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.examining import examine_logs
from provident.ledger.seal.refusals import SettingUnusable
from provident.ledger.seal.sealing import seal


@pytest.fixture
def grown_old(sealing, superuser_connection):
    """Post, and make it as if that had been two days ago."""
    people.post(people.entry(people.register(1)[0]))
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE ledger_batch SET posted_at = posted_at - interval '2 days'")
    return sealing


def test_posting_stops_when_nothing_was_sealed_for_too_long(grown_old):
    """After a day without a seal the database refuses postings, in both languages, until there is one."""
    person = people.register(1)[0]
    with pytest.raises(NotSealed) as refused:
        people.post(people.entry(person))
    for language in ("en", "zh-hans"):
        assert "provident checkpoint" in refused.value.remedy(language)
        assert refused.value.sentence(language)
    seal(LEDGER)
    people.post(people.entry(person))
    assert seal(LEDGER).checkpoint.size == 2


def test_the_time_posting_stops_after_can_be_set(grown_old, monkeypatch):
    """PROVIDENT_SEAL_STOP_HOURS says how long is too long."""
    monkeypatch.setenv("PROVIDENT_SEAL_STOP_HOURS", "72")
    people.post(people.entry(people.register(1)[0]))
    assert wire.call("SELECT count(*) FROM ledger_batch", ()) == 2


def test_the_alarm_comes_before_the_stop(grown_old, caplog, monkeypatch):
    """What waits too long is an alarm in the log of errors and wrong to the doctor; a seal ends it."""
    monkeypatch.setattr(job, "LOGS", (LEDGER,))
    with caplog.at_level(logging.ERROR, "provident.seal"):
        job.sound_alarm(LEDGER)
    assert "has waited for its seal" in caplog.text
    assert [one.level for one in examine_logs([LEDGER]) if one.check == "seal"] == ["wrong"]
    caplog.clear()
    with caplog.at_level(logging.ERROR, "provident.seal"):
        job.seal_logs()
    assert caplog.text == ""
    assert [one.level for one in examine_logs([LEDGER]) if one.check == "seal"] == ["well"]


def test_the_job_seals(sealing):
    """The scheduled job is a seal of every log."""
    people.post(people.entry(people.register(1)[0]))
    job.seal_logs()
    assert heads.last_signed("ledger").size == 1


def test_the_job_tells_what_refuses(sealing, caplog):
    """In recovery mode the job goes on and says what is wrong each time."""
    people.post(people.entry(people.register(1)[0]))
    job.seal_logs()
    (sealing.places.guard / "ledger.json").unlink()
    with caplog.at_level(logging.ERROR, "provident.seal"):
        job.seal_logs()
    assert "seal.guard_missing" in caplog.text


@pytest.mark.parametrize(
    ("seconds", "line"), [("10", "* * * * * */10"), ("90", "*/1 * * * *"), ("600", "*/10 * * * *")]
)
def test_the_interval_becomes_a_cron_line(monkeypatch, seconds, line):
    """Below a minute the seconds are counted, from there on whole minutes."""
    monkeypatch.setenv("PROVIDENT_SEAL_SECONDS", seconds)
    assert job.cron() == line


@pytest.mark.parametrize("given", ["0", "-1", "x", "1.5", "１０", "100001"])
def test_a_time_that_is_none_is_refused(monkeypatch, given):
    """A schedule that is no whole number of sensible size is refused with the setting's name."""
    monkeypatch.setenv("PROVIDENT_SEAL_STOP_HOURS", given)
    with pytest.raises(SettingUnusable, match="PROVIDENT_SEAL_STOP_HOURS"):
        schedule.stop()


def test_unset_times_have_their_defaults(monkeypatch):
    """Ten seconds, a quarter of an hour, a day."""
    for name in (schedule.SECONDS, schedule.ALARM, schedule.STOP):
        monkeypatch.delenv(name, raising=False)
    minute = dt.timedelta(minutes=1)
    assert (schedule.interval(), schedule.alarm(), schedule.stop()) == (
        minute / 6,
        15 * minute,
        1440 * minute,
    )
