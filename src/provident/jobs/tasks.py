"""The jobs. Each parses its arguments and calls one act.

Every process of the product loads this module, so a job loads what it calls when it is done.
"""

from procrastinate.contrib.django import app

from provident.jobs import sealing


@app.task(name="provident.filings.process_upload")
def process_uploaded(*, upload: int) -> None:
    """Check and post a file that came in through the portal."""
    from provident.filings.uploads import process

    process(upload)


@app.periodic(cron="* * * * *")
@app.task(name="provident.ledger.project", queueing_lock="projection", pass_context=False)
def project(timestamp: int) -> None:  # noqa: ARG001 - given by the schedule
    """Bring the reading copy of the ledger up to date."""
    from provident.ledger.actions import project_record_years

    project_record_years()


@app.periodic(cron="17 * * * *")
@app.task(name="provident.jobs.clear_sessions", queueing_lock="sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:  # noqa: ARG001 - given by the schedule
    """Remove sessions that nobody ended, and where they came from."""
    from provident.jobs import sessions

    sessions.clear()


@app.periodic(cron=sealing.cron())
@app.task(name="provident.ledger.seal", queueing_lock="sealing", pass_context=False)
def seal(timestamp: int) -> None:  # noqa: ARG001 - given by the schedule
    """Seal the named logs."""
    sealing.seal_logs()


@app.periodic(cron="17 * * * *")
@app.task(name="provident.cases.remove_forgotten", queueing_lock="forgotten_requests", pass_context=False)
def remove_forgotten_requests(timestamp: int) -> None:  # noqa: ARG001 - given by the schedule
    """Erase what people wrote in requests once they are forgotten by decision."""
    from provident.cases.actions import remove_forgotten

    remove_forgotten()
