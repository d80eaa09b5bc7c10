// Signed notes, verifier keys and checkpoints. The same rules as provident.verify.notes and signing;
// the format is docs/spec/checkpoint.md.
import { NotProven, printable, shown } from "./strict.js";

const ED25519 = 1, COSIGNATURE = 4, MOST_SIGNATURES = 64;
const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/;
const encoder = new TextEncoder();

export const encode = (text) => encoder.encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const equal = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

/** Return the bytes of canonical base64; null for anything else. */
export function decodeBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  let raw;
  try {
    raw = atob(text);
  } catch {
    return null;
  }
  return btoa(raw) === text ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : null;
}

const isName = (name) => name !== "" && !name.includes("+") && !name.includes(" ") && printable(name);

/** Read `name+keyid+base64`; its id must be its own. */
export async function parseKey(text) {
  const [name, identity = "", ...rest] = text.split("+");
  const raw = decodeBase64(rest.join("+"));
  const no = new NotProven("key_malformed", { key: shown(text, 200) });
  if (!isName(name) || raw === null || raw.length !== 33 || ![ED25519, COSIGNATURE].includes(raw[0])) throw no;
  const id = hex((await sha256(encode(`${name}\n`), raw)).subarray(0, 4));
  if (identity !== id) throw no;
  return { name, kind: raw[0], raw: raw.subarray(1), id, vkey: text };
}

function linesOf(text) {
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    if (!printable(line)) throw new NotProven("note_malformed", { line: at + 1 });
  });
  if (!text.endsWith("\n")) throw new NotProven("note_malformed", { line: lines.length });
  lines.pop();
  return lines;
}

/** Split a signed note into its text and its signatures; nothing is verified yet. */
export function parseNote(text) {
  const lines = linesOf(text);
  const gap = lines.lastIndexOf("");
  if (gap < 1) throw new NotProven("note_malformed", { line: lines.length });
  const signatures = lines.slice(gap + 1).map((line, at) => {
    const matched = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line);
    const payload = matched ? decodeBase64(matched[2]) : null;
    if (!matched || !isName(matched[1]) || payload === null || payload.length < 5) {
      throw new NotProven("note_malformed", { line: gap + 2 + at });
    }
    return { name: matched[1], id: hex(payload.subarray(0, 4)), raw: payload.subarray(4) };
  });
  if (signatures.length < 1 || signatures.length > MOST_SIGNATURES) {
    throw new NotProven("note_malformed", { line: gap + 2 });
  }
  return { text: `${lines.slice(0, gap).join("\n")}\n`, signatures };
}

function parseCheckpoint(text) {
  const lines = text.split("\n").slice(0, -1);
  const root = decodeBase64(lines[2] ?? "");
  const size = NUMBER.test(lines[1] ?? "") ? BigInt(lines[1]) : null;
  [isName(lines[0] ?? ""), size !== null && size < 2n ** 63n, root !== null && root.length === 32].forEach((holds, at) => {
    if (!holds) throw new NotProven("checkpoint_malformed", { line: at + 1 });
  });
  const extensions = lines.slice(3);
  const times = extensions.filter((line) => line.startsWith("time ")).map((line) => line.slice(5));
  if (extensions.includes("") || times.length > 1 || !times.every((time) => NUMBER.test(time))) {
    throw new NotProven("checkpoint_malformed", { line: 4 });
  }
  return { origin: lines[0], size, root, time: times.length ? BigInt(times[0]) : null, extensions };
}

async function verify(text, signature, key) {
  let message = encode(text), raw = signature.raw, time = null;
  if (key.kind === COSIGNATURE) {
    time = BigInt(`0x${hex(raw.subarray(0, 8)) || 0}`);
    raw = raw.subarray(8);
    message = encode(`cosignature/v1\ntime ${time}\n${text}`);
  }
  const no = new NotProven("signature_wrong", { name: shown(signature.name, 200), key: key.id });
  let publicKey;
  try {
    publicKey = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  } catch (fault) {
    throw fault.name === "DataError" ? no : new NotProven("browser_ed25519");
  }
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, publicKey, raw, message))) throw no;
  return { key, time };
}

/** Check a checkpoint's signatures; the log's own must be there, by a key we know. */
export async function checkCheckpoint(note, named, given) {
  const checkpoint = parseCheckpoint(note.text);
  const known = new Map([...given, ...named].map((key) => [`${key.name} ${key.id}`, key]));
  const held = [], unknown = [];
  for (const signature of note.signatures) {
    const key = known.get(`${signature.name} ${signature.id}`);
    if (key) held.push(await verify(note.text, signature, key));
    else unknown.push(signature);
  }
  const logs = held.filter((one) => one.key.kind === ED25519 && one.key.name === checkpoint.origin);
  if (!logs.length) {
    const keys = note.signatures.map((one) => `${one.name} ${one.id}`).join(", ");
    throw new NotProven("key_unknown", { origin: checkpoint.origin, keys });
  }
  const isGiven = (one) => given.some((key) => key.name === one.key.name && key.id === one.key.id);
  const confirmed = logs.some(isGiven);
  if (given.some((key) => key.kind === ED25519) && !confirmed) {
    throw new NotProven("key_not_given", { key: logs[0].key.id, origin: checkpoint.origin });
  }
  const witnesses = held.filter((one) => one.key.kind === COSIGNATURE);
  return { checkpoint, logs, witnesses: witnesses.map((one) => ({ ...one, given: isGiven(one) })), unknown, confirmed };
}
