"""Checkpoints, signed notes and keys, as the public formats have them."""

import base64
import os
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provident.ledger.seal import keys, notes
from provident.ledger.seal.refusals import SigningKeyMissing, SigningKeyOpen, SigningKeyUnusable

ORIGIN = "log.agency.example/ledger"
KEY = keys.KeyFile(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CHECKPOINT = notes.Checkpoint(ORIGIN, 1234, bytes(range(32)), 1_795_305_600)
GOLDEN = """\
log.agency.example/ledger
1234
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
time 1795305600

— log.agency.example/ledger {signature}
"""


def test_a_signed_checkpoint_is_these_bytes():
    """Body, empty line and signature line are what the format says, to the byte."""
    note = notes.sign(CHECKPOINT, KEY)
    text, _, line = str(note).rpartition("— ")
    signature = line.split(" ")[1].strip()
    assert str(note) == GOLDEN.format(signature=signature)
    raw = base64.b64decode(signature)
    assert raw[:4] == notes.VerifierKey(ORIGIN, KEY.public).id
    KEY._key.public_key().verify(raw[4:], text[:-1].encode())


def test_a_verifier_key_is_these_bytes():
    """Name, key id and key of a verifier key, from a known seed."""
    key = notes.VerifierKey(ORIGIN, KEY.public)
    public = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    assert KEY.public.hex() == public
    assert str(key) == f"{ORIGIN}+{key.id.hex()}+{base64.b64encode(bytes.fromhex('01' + public)).decode()}"
    assert notes.VerifierKey.parse(str(key)) == key


def test_the_published_example_of_a_verifier_key_is_read():
    """The key of the format's own example has the id that stands in it."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(notes.VerifierKey.parse(text)) == text


def test_the_published_example_of_a_note_verifies():
    """The format's own example of a signed note is signed by its key, and not once it is changed."""
    key = notes.VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    raw = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    note = notes.Note.parse(raw)
    assert str(note) == raw
    assert notes.is_signed_by(note, key)
    changed = notes.Note.parse(raw.replace("cryptography", "cryptograqhy"))
    assert not notes.is_signed_by(changed, key)


def test_a_note_is_read_back_as_it_was():
    """Reading what was signed gives the checkpoint, the signatures and the same bytes."""
    note = notes.sign(CHECKPOINT, KEY)
    assert notes.Note.parse(str(note)) == note
    assert note.checkpoint() == CHECKPOINT
    assert notes.is_signed_by(note, notes.VerifierKey(ORIGIN, KEY.public))
    assert not notes.is_signed_by(note, notes.VerifierKey("other", KEY.public))


def test_a_cosignature_counts_with_its_time():
    """A witness's line over the same text is seen with its time; over another text it is nothing."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    witness = notes.VerifierKey("witness.example", key.public_key().public_bytes_raw(), notes.COSIGNATURE)
    note = notes.sign(CHECKPOINT, KEY)
    signed = key.sign(notes.cosigned_message(note.text, 77))
    line = notes.Signature(witness.name, witness.id, struct.pack(">Q", 77) + signed)
    both = note.and_signed_by([line, line])
    assert str(both).count("witness.example") == 1
    assert notes.cosigned_at(both, witness) == 77
    assert notes.cosigned_at(note, witness) is None
    other = notes.sign(notes.Checkpoint(ORIGIN, 1235, bytes(32), 1), KEY).and_signed_by([line])
    assert notes.cosigned_at(other, witness) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n\ntime 1\n",
        "a\n01\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 1\n",
        "a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 1\nmore\n",
        "a\n1\nAAEC\ntime 1\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    """Other text, a size written in two ways, a short root: none of it passes for a checkpoint."""
    with pytest.raises(ValueError):
        notes.Checkpoint.parse(text)


@pytest.mark.parametrize(
    "raw", ["", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n— name !!\n", "t\n\nname AAAAAAAA\n"]
)
def test_what_is_no_note_is_refused(raw):
    """A note without signatures or with broken ones is none."""
    with pytest.raises(ValueError):
        notes.Note.parse(raw)


@pytest.mark.parametrize(
    "text", ["a+00000000+AQ==", "a+b", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
)
def test_what_is_no_verifier_key_is_refused(text):
    """A key that is too short, unnamed or whose id is another's is refused."""
    with pytest.raises(ValueError):
        notes.VerifierKey.parse(text)


def test_a_key_file_is_made_once_and_closed_to_others(tmp_path):
    """The first use makes the key, readable by its owner only; the next reads the same."""
    path = tmp_path / "keys" / "ledger.pem"
    first = keys.signer(ORIGIN, path, signed_before=False)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["ledger.pem"]
    assert keys.signer(ORIGIN, path, signed_before=True).public == first.public


def test_a_lost_key_is_not_made_anew(tmp_path):
    """A log that was signed before refuses to sign with a key nobody knows."""
    with pytest.raises(SigningKeyMissing):
        keys.signer(ORIGIN, tmp_path / "ledger.pem", signed_before=True)


def test_a_key_others_can_read_is_not_used(tmp_path):
    """A key file with open permissions signs nothing."""
    path = tmp_path / "ledger.pem"
    keys.make_key(path)
    path.chmod(0o640)
    with pytest.raises(SigningKeyOpen):
        keys.signer(ORIGIN, path, signed_before=True)


def test_a_file_that_is_no_key_is_named(tmp_path):
    """A key file with something else in it is refused with its path."""
    path = tmp_path / "ledger.pem"
    path.touch(0o600)
    with pytest.raises(SigningKeyUnusable, match=r"ledger\.pem"):
        keys.signer(ORIGIN, path, signed_before=True)


def test_a_command_can_sign(tmp_path, monkeypatch):
    """With a signing command the key never comes near us: it is asked for the public key and for signatures."""
    key = tmp_path / "away.pem"
    keys.make_key(key)
    command = tmp_path / "sign.sh"
    public = base64.b64encode(keys.KeyFile("", keys.read_key(key)).public).decode()
    command.write_text(
        "#!/bin/sh\nset -e\ncase $1 in\n"
        f"public) echo {public};;\n"
        f"sign) cat > {tmp_path}/in; openssl pkeyutl -sign -rawin -inkey {key} -in {tmp_path}/in | base64 -w0;;\n"
        "esac\n"
    )
    command.chmod(0o700)
    monkeypatch.setenv(keys.SIGNER, str(command))
    signer = keys.signer(ORIGIN, tmp_path / "none.pem", signed_before=True)
    assert notes.is_signed_by(notes.sign(CHECKPOINT, signer), notes.VerifierKey(ORIGIN, signer.public))
    assert not (tmp_path / "none.pem").exists()


@pytest.mark.parametrize("command", ["false", "echo AAAA", "echo !", os.devnull])
def test_a_command_that_does_not_sign_is_named(monkeypatch, tmp_path, command):
    """A command that fails or answers something else is a refusal, not a signature."""
    monkeypatch.setenv(keys.SIGNER, command)
    with pytest.raises(SigningKeyUnusable):
        keys.signer(ORIGIN, tmp_path / "none.pem", signed_before=False).sign(b"")
