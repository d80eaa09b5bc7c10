// The hashed form put together from its named fields. The same rules as provident.verify.forms;
// the formats are docs/spec/hashed-form.md and receipt.md.
import { concat, encode, equal, sha256 } from "./note.js";
import { fieldsOf, NotProven, printable, textOf, wanted, wholeOf } from "./strict.js";

const coded = (words, first = 1) => new Map(words.split(" ").map((word, at) => [word, at + first]));
const KINDS = coded("declared paid benefit_paid interest_credited transfer_out transfer_in adjustment opening_balance");
const BRANCHES = coded("pension medical unemployment work_injury maternity");
const SCHEMES = coded("employees flexible residents");
const EVIDENCE = coded("none documented prior_system stated", 0);
const CHECKED = coded("checked not_checkable not_applicable");
const SUBJECTS = coded("person employer installation account filing");
export const FAMILIES = coded("money event");

function bigEndian(value, size) {
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, BigInt(value));
  for (let at = size - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

function matched(value, place, pattern, what) {
  if (typeof value !== "string" || !pattern.test(value)) throw wanted(place, what);
  return value;
}

const number = (size, least, most) => (value, place) => bigEndian(wholeOf(value, place, least, most), size);

const word = (codes, size = 1) => (value, place) => {
  if (typeof value !== "string" || !codes.has(value)) throw wanted(place, "word");
  return bigEndian(codes.get(value), size);
};

export const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

const digits = (size) => {
  const pattern = new RegExp(`^[0-9a-f]{${size * 2}}$`);
  return (value, place) => fromHex(matched(value, place, pattern, "hex"));
};

function key(value, place) {
  const raw = digits(8)(value, place);
  if (raw[0] >= 0x80 || !raw.some(Boolean)) throw wanted(place, "hex");
  return raw;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const uuid = (value, place) => fromHex(matched(value, place, UUID, "uuid").replaceAll("-", ""));

const orNone = (write, size) => (value, place) => {
  if (value === null) return new Uint8Array(size);
  const raw = write(value, place);
  if (!raw.some(Boolean)) throw wanted(place, "uuid");
  return raw;
};

function month(value, place) {
  if (value === null) return new Uint8Array(4);
  matched(value, place, /^(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])$/, "month");
  return bigEndian(Number(value.slice(0, 4)) * 100 + Number(value.slice(5)), 4);
}

function moment(value, place) {
  const text = matched(value, place, /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$/, "moment");
  const seconds = new Date(`${text.slice(0, 19)}Z`);
  if (Number.isNaN(seconds.getTime()) || seconds.toISOString().slice(0, 19) !== text.slice(0, 19)) {
    throw wanted(place, "moment");
  }
  return bigEndian(BigInt(seconds.getTime()) * 1000n + BigInt(text.slice(20, 26)), 8);
}

function text(value, place) {
  const given = textOf(value, place);
  if (!printable(given) || given.normalize("NFC") !== given) throw wanted(place, "nfc");
  const raw = encode(given);
  if (raw.length > 65535) throw wanted(place, "nfc");
  return concat(bigEndian(raw.length, 2), raw);
}

const version = number(1, 1n, 1n);
const amount = number(8, -(2n ** 63n), 2n ** 63n - 1n);
const row = number(4, 0n, 2n ** 32n - 1n);
const hash = digits(32);

// The fields of each family in the order of their bytes; the byte of the family follows the third.
const FIELDS = {
  money: {
    version, installation: uuid, entry_id: uuid, kind: word(KINDS), person_key: key, employer_key: orNone(key, 8),
    branch: word(BRANCHES), scheme: word(SCHEMES, 2), region: row, month, posted_at: moment, currency: text,
    base: amount, employee: amount, employer: amount, account: amount, fund: amount,
    evidence: word(EVIDENCE), checked: word(CHECKED), reverses: orNone(uuid, 16), source_hash: hash, row,
    pack_version: text, salt: hash,
  },
  event: {
    version, installation: uuid, event_id: uuid, subject_kind: word(SUBJECTS), subject_key: digits(8), type: text,
    posted_at: moment, source_hash: hash, row, payload_hash: hash, salt: hash,
  },
};

/** Return the hashed form; a refusal names the field that is missing, unknown or not as it must be. */
export async function formOf(family, form, place) {
  const layout = Object.entries(FIELDS[family]);
  const fields = fieldsOf(form, place, layout.map(([name]) => name));
  const parts = layout.map(([name, write]) => write(fields.get(name), `${place}.${name}`));
  const expected = await idOf(family, fromHex(fields.get("source_hash")), fields.get("row"));
  if (!equal(parts[2], expected)) throw new NotProven("id_wrong", { place: `${place}.${layout[2][0]}` });
  parts.splice(3, 0, bigEndian(FAMILIES.get(family), 1));
  return concat(...parts);
}

async function idOf(family, source, number) {
  const from = family === "event" ? await sha256(new Uint8Array([2]), source) : source;
  const raw = concat(from.subarray(0, 12), bigEndian(number, 4));
  raw[6] = 0x80 | (raw[6] & 0x0f);
  raw[8] = 0x80 | (raw[8] & 0x3f);
  return raw;
}
