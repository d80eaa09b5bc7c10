"""The log of looks under `provident checkpoint`, and after a restore into another cluster."""


def looks(ran):
    """Return what a checkpoint says of the log of looks."""
    assert ran.code == 0, ran.out + ran.err
    (said,) = (one for one in ran.document["checkpoints"] if one["log"] == "looks")
    return said


def test_a_restored_log_of_looks_goes_on(ready, tmp_path):
    """Sealed and unsealed looks come through a backup; the restored database seals them and what follows."""
    for copy in ("one", "two"):
        assert ready("backup", tmp_path / copy).code == 0
    before = looks(ready("checkpoint", "--json"))
    assert (before["size"], before["added"], before["published"]) == (2, 2, True)
    assert ready("backup", tmp_path / "three").code == 0
    elsewhere = {"PROVIDENT_DATA": str(tmp_path / "elsewhere")}
    assert ready("restore", tmp_path / "three", **elsewhere).code == 0
    restored = looks(ready("checkpoint", "--json", **elsewhere))
    assert (restored["size"], restored["added"], restored["published"]) == (3, 1, True)
    assert (restored["origin"], restored["epoch"]) == (before["origin"], 1)
    assert ready("backup", tmp_path / "four", **elsewhere).code == 0
    assert looks(ready("checkpoint", "--json", **elsewhere))["size"] == 4
