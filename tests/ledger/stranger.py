"""The hashed form written anew from docs/spec/hashed-form.md alone, by somebody who has not seen our code."""

import hashlib
import hmac

_ZERO = bytes(16)


def number(value, size, *, signed=False):
    return int(value).to_bytes(size, "big", signed=signed)


def word(text):
    raw = text.encode("utf-8")
    return number(len(raw), 2) + raw


def money(f):
    out = b"\x01" + f["installation"] + f["entry"] + b"\x01" + number(f["kind"], 1)
    out += number(f["person"], 8, signed=True) + number(f["employer"], 8, signed=True)
    out += number(f["branch"], 1) + number(f["scheme"], 2) + number(f["region"], 4) + number(f["month"], 4)
    out += number(f["posted_at"], 8, signed=True) + word(f["currency"])
    for leg in f["legs"]:
        out += number(leg, 8, signed=True)
    out += number(f["evidence"], 1) + number(f["checked"], 1) + (f.get("reverses") or _ZERO)
    return out + f["source"] + number(f["row"], 4) + word(f["pack"]) + f["salt"]


def event(f):
    out = b"\x01" + f["installation"] + f["event"] + b"\x02" + number(f["subject_kind"], 1)
    out += number(f["subject"], 8, signed=True) + word(f["type"]) + number(f["posted_at"], 8, signed=True)
    out += f["source"] + number(f["row"], 4)
    return out + hashlib.sha256(f["payload"].encode()).digest() + f["salt"]


def identifier(source, row):
    raw = bytearray(source[:12] + number(row, 4))
    raw[6] = 0x80 | raw[6] % 16
    raw[8] = 0x80 | raw[8] % 64
    return bytes(raw)


def event_identifier(source, row):
    return identifier(hashlib.sha256(b"\x02" + source).digest(), row)


def salt(secret, id_):
    return hmac.new(secret, id_, hashlib.sha256).digest()


def leaf(form):
    return hashlib.sha256(b"\x00" + form).hexdigest()
