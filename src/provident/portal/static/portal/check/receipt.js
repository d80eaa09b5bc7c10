// The check of a receipt, step by step as docs/spec/receipt.md numbers them; the same answers, in the
// same order and words, as provident.verify.receipts.
import { FAMILIES, formOf } from "./form.js";
import { checkCheckpoint, decodeBase64, encode, equal, hex, parseKey, parseNote, sha256 } from "./note.js";
import { fieldsOf, listOf, NotProven, readJson, shown, textOf, wanted, wholeOf } from "./strict.js";

const FORMAT = "provident-receipt/1";
const LARGEST_FILE = 64 * 1024 * 1024, MOST_KEYS = 64, MOST_ENTRIES = 1000000, MOST_NODES = 64;
const LARGEST = 2n ** 63n - 1n;
const PLACES = { JPY: 0, KRW: 0, VND: 0, KWD: 3, BHD: 3, TND: 3 };
const LEGS = ["base", "employee", "employer", "account", "fund"];
const LEAF = new Uint8Array([0]), NODE = new Uint8Array([1]);

/** Answer about a file's bytes: whether it is proven, and the sentences that say so. `given` are verifier keys. */
export async function check(bytes, given = []) {
  try {
    if (!globalThis.crypto?.subtle) throw new NotProven("browser_insecure");
    const trusted = await Promise.all(given.map(parseKey));
    return { proven: true, ...about(await checkReceipt(documentOf(bytes), trusted)) };
  } catch (no) {
    if (!(no instanceof NotProven)) throw no;
    return { proven: false, sentences: [["refused", {}], no.sentence], entries: [] };
  }
}

function documentOf(bytes) {
  if (bytes.length > LARGEST_FILE) throw new NotProven("too_large", { limit: LARGEST_FILE });
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  if (start.startsWith("%PDF-")) throw new NotProven("browser_pdf");
  if (!/^[\s\v\f]*[{[]/.test(start)) throw new NotProven("kind");
  const document = readJson(bytes);
  const format = document instanceof Map ? document.get("format") : "";
  if (typeof format !== "string" || !format.startsWith("provident-receipt")) throw new NotProven("kind");
  return document;
}

async function checkReceipt(document, given) {
  const fields = fieldsOf(document, "", ["format", "origin", "keys", "checkpoint", "entries", "unlinked"]); // 1
  if (fields.get("format") !== FORMAT) throw new NotProven("format", { wanted: FORMAT });
  const keys = await keysOf(fields.get("keys")); // 2
  const note = parseNote(wellFormed(fields.get("checkpoint"), "checkpoint"));
  const signed = await checkCheckpoint(note, keys, given); // 3
  if (signed.unknown.length) throw new NotProven("signature_unlisted", { name: shown(signed.unknown[0].name) });
  const { origin, time, extensions } = signed.checkpoint;
  if (fields.get("origin") !== origin) throw new NotProven("origin", { found: origin });
  if (time === null || extensions.length !== 1) throw new NotProven("checkpoint_malformed", { line: 4 });
  const entries = [], unlinked = [];
  for (const [at, one] of listOf(fields.get("entries"), "entries", MOST_ENTRIES).entries()) {
    entries.push(await entryOf(one, `entries[${at}]`)); // 4
  }
  for (const [at, one] of listOf(fields.get("unlinked"), "unlinked", MOST_ENTRIES).entries()) {
    unlinked.push(unlinkedOf(one, `unlinked[${at}]`));
  }
  if (!entries.length) throw wanted("entries", "list");
  once(entries);
  once(unlinked);
  const taken = new Set(entries.map((one) => one.position));
  const both = unlinked.find((one) => taken.has(one.position));
  if (both) throw new NotProven("position_twice", { place: "unlinked", position: both.position });
  for (const one of [...entries, ...unlinked]) await leadToRoot(one, signed.checkpoint); // 5
  return { signed, entries, unlinked };
}

async function keysOf(value) {
  const texts = listOf(value, "keys", MOST_KEYS);
  const keys = [];
  for (const [at, text] of texts.entries()) keys.push(await parseKey(textOf(text, `keys[${at}]`)));
  if (new Set(texts).size < texts.length) throw new NotProven("twice", { name: "keys" });
  return keys;
}

function wellFormed(value, place) {
  if (!textOf(value, place).isWellFormed()) throw wanted(place, "text");
  return value;
}

function hashOf(value, place) {
  const raw = decodeBase64(textOf(value, place));
  if (raw === null || raw.length !== 32) throw wanted(place, "base64");
  return raw;
}

const proofOf = (value, place) =>
  listOf(value, place, MOST_NODES).map((node, at) => hashOf(node, `${place}[${at}]`));

async function entryOf(value, place) {
  const fields = fieldsOf(value, place, ["family", "position", "form", "proof"], ["payload"]);
  const family = fields.get("family");
  if (typeof family !== "string" || !FAMILIES.has(family)) throw wanted(`${place}.family`, "word");
  const form = fields.get("form");
  const bytes = await formOf(family, form, `${place}.form`);
  if (fields.has("payload")) {
    if (family !== "event") throw new NotProven("unknown_field", { place: `${place}.payload` });
    const payload = encode(wellFormed(fields.get("payload"), `${place}.payload`));
    if (hex(await sha256(payload)) !== form.get("payload_hash")) {
      throw new NotProven("payload_wrong", { place: `${place}.payload` });
    }
  }
  const position = wholeOf(fields.get("position"), `${place}.position`, 0n, LARGEST);
  const proof = proofOf(fields.get("proof"), `${place}.proof`);
  return { place, family, position, form, payload: fields.get("payload"), leaf: await sha256(LEAF, bytes), proof };
}

function unlinkedOf(value, place) {
  const fields = fieldsOf(value, place, ["position", "leaf", "proof"]);
  const position = wholeOf(fields.get("position"), `${place}.position`, 0n, LARGEST);
  return { place, position, leaf: hashOf(fields.get("leaf"), `${place}.leaf`), proof: proofOf(fields.get("proof"), `${place}.proof`) };
}

function once(listed) {
  const seen = new Set();
  let last = -1n;
  for (const one of listed) {
    if (one.position <= last || seen.has(hex(one.leaf))) {
      throw new NotProven("position_twice", { place: one.place, position: one.position });
    }
    last = one.position;
    seen.add(hex(one.leaf));
  }
}

async function leadToRoot({ place, position, leaf, proof }, { size, root }) {
  if (position >= size) throw new NotProven("position_beyond", { place, position, size });
  let at = position, last = size - 1n, found = leaf; // RFC 9162, section 2.1.3.2
  for (const node of proof) {
    if (last === 0n) throw new NotProven("proof_length", { place, position });
    if (at & 1n || at === last) {
      found = await sha256(NODE, node, found);
      while (!(at & 1n) && at) [at, last] = [at >> 1n, last >> 1n];
    } else {
      found = await sha256(NODE, found, node);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new NotProven("proof_length", { place, position });
  if (!equal(found, root)) throw new NotProven("root", { place, position });
}

function moment(seconds) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return `${seconds} s`;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Write an amount in major units, exactly. */
function money(minor, currency) {
  const places = Object.hasOwn(PLACES, currency) ? PLACES[currency] : 2;
  const whole = (minor < 0n ? -minor : minor).toString().padStart(places + 1, "0");
  const cut = whole.length - places;
  return (minor < 0n ? "-" : "") + whole.slice(0, cut) + (places ? `.${whole.slice(cut)}` : "");
}

function about({ signed, entries, unlinked }) {
  const { origin, size, time } = signed.checkpoint;
  const sentences = [[signed.confirmed ? "proven.confirmed" : "proven.receipt_named", {}], ["proven.receipt", { origin, size, time: moment(time), count: entries.length }]];
  for (const one of signed.logs) sentences.push(["signed", { key: one.key.id }]);
  sentences.push([signed.confirmed ? "key.confirmed" : "key.receipt", { vkey: signed.logs[0].key.vkey }]);
  for (const one of signed.witnesses) {
    sentences.push([one.given ? "witness.confirmed" : "witness.named", { name: one.key.name, key: one.key.id, time: moment(one.time) }]);
  }
  if (!signed.witnesses.length) sentences.push(["witness.none", {}]);
  return {
    sentences,
    entries: [...entries.flatMap(aboutEntry), ...unlinked.map((one) => ["unlinked", { position: one.position }])],
  };
}

function aboutEntry({ family, position, form, payload }) {
  const posted = `${form.get("posted_at").slice(0, 19).replace("T", " ")} UTC`;
  if (family === "event") {
    const said = [["entry.event", { position, type: form.get("type"), posted }]];
    if (payload !== undefined) said.push(["entry.payload", { payload: shown(payload, 2000) }]);
    return said;
  }
  const currency = form.get("currency");
  const facts = {
    position, currency, posted,
    kind: [`kind.${form.get("kind")}`, {}],
    branch: [`branch.${form.get("branch")}`, {}],
    month: form.get("month") ?? ["month.none", {}],
  };
  for (const leg of LEGS) facts[leg] = money(form.get(leg), currency);
  return [["entry.money", facts]];
}
