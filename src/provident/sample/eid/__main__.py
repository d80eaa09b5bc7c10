"""Run the sample e-ID: `python -m provident.sample.eid FOLDER PORTAL`, the folder prepared by `prepare`."""

import os
import sys
from pathlib import Path

from provident.sample.eid.people import read_client, read_people
from provident.sample.eid.provider import Provider
from provident.sample.eid.server import EIdServer, callbacks


def main(arguments: list[str]) -> None:
    """Serve until ended."""
    if os.environ.get("PROVIDENT_MODE") != "development":
        sys.exit("the sample e-ID runs in development mode only")
    folder, portal = Path(arguments[0]), arguments[1]
    issuer, secret = read_client(folder)
    provider = Provider(
        issuer=issuer, secret=secret, redirect_uris=callbacks(portal), holders=read_people(folder)
    )
    EIdServer(provider).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
