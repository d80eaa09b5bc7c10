"""Published leaves give nothing away: neither to somebody who guesses, nor to the holder of one receipt."""

import numpy as np
import pytest
from tests.ledger import people

from provident.kernel.keys import entry_id
from provident.ledger import form, queries
from provident.ledger.arrays import entry_ids, leaves
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.tree import Tree

MONTHS = 120
BRANCHES = 5
PIECE = 100_000


@pytest.fixture
def published(sealing):
    """Seal ten years of three persons; return whose they are, their rows, the heading, and every published leaf."""
    persons = people.register(3)
    array = people.rows(persons, len(persons) * MONTHS * BRANCHES)
    source = people.new_source()
    with people.actions.posting(source=source, pack_version=people.PACK, expected_rows=len(array)) as batch:
        batch.append(array)
    size = seal(LEDGER).checkpoint.size
    raw = Tree(sealing.places.tiles("ledger"), size).leaves(0, size)
    heading = form.Heading(sealing.installation, "CNY", batch.posted_at, source.hash, people.PACK)
    return persons, array, heading, {raw[at : at + 32] for at in range(0, size * 32, 32)}


def guessed(heading, rows, secrets, whose):
    """Return the leaves of rows under guessed secrets."""
    found = set()
    for start in range(0, len(rows), PIECE):
        piece = rows[start : start + PIECE]
        made = leaves(
            heading,
            piece,
            entry_ids(heading.source_hash, piece["row"]),
            secrets,
            whose[start : start + PIECE],
        )
        found.update(made.tolist())
    return found


@pytest.mark.parametrize("count", [60_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_no_guess_of_person_month_and_amount_matches(published, superuser_connection, count):
    """Guesses right in everything but the salt match no leaf; with the secrets the same guesses match all."""
    persons, array, heading, hashes = published
    guesses = np.resize(array, count)  # each true entry is among them, byte for byte but for its salt
    chance = np.random.default_rng(count)
    secrets = chance.integers(0, 256, (1000, 32), "u1")
    secrets[0] = 0
    whose = chance.integers(0, len(secrets), count)
    whose[: len(array)] = 0
    assert not hashes & guessed(heading, guesses, secrets, whose)
    true = [
        superuser_connection.execute(
            "SELECT secret FROM ledger_person WHERE person_key = %s", [one]
        ).fetchone()[0]
        for one in persons
    ]
    order = np.array([persons.index(one) for one in array["person"]])
    known = np.frombuffer(b"".join(true), "u1").reshape(-1, 32)
    assert guessed(heading, array, known, order) == hashes


def test_one_receipt_opens_no_other_leaf(published, superuser_connection):
    """The salt shown in one receipt makes none of the person's other leaves, as a salt or as a secret."""
    persons, array, heading, hashes = published
    (secret,) = superuser_connection.execute(
        "SELECT secret FROM ledger_person WHERE person_key = %s", [persons[0]]
    ).fetchone()
    with people.record_of(persons[0]) as opened:
        mine = queries.entries(opened)
    shown = form.entry_salt(secret, mine[0].id)

    def leaf(entry, salt):
        id_ = entry_id(heading.source_hash, entry.row)
        return form.leaf_hash(form.money_form(heading, id_, entry.row, entry, salt))

    assert len(mine) == MONTHS * BRANCHES
    assert leaf(mine[0], shown) in hashes
    for other in mine[1:]:
        assert leaf(other, shown) not in hashes
        assert leaf(other, form.entry_salt(shown, other.id)) not in hashes
        assert leaf(other, form.entry_salt(secret, other.id)) in hashes
    assert len(array) == len(hashes)
