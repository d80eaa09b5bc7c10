// JSON without surprises: whole numbers kept exact, nothing twice, every fault with its place.
// The same rules as provident.verify.strict; the format is docs/spec/receipt.md.

/** The check's no: the key of a sentence and the facts it fills in. */
export class NotProven extends Error {
  constructor(key, facts = {}) {
    super(key);
    this.sentence = [`no.${key}`, facts];
  }
}

const DEEPEST = 64;
const LEAST = -(2n ** 63n), MOST = 2n ** 63n - 1n;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Say whether a text can be printed: no control characters and no white space but the space. */
export const printable = (text) => text.isWellFormed() && /^(?:[^\p{C}\p{Z}]| )*$/u.test(text);

/** Return text that is safe to show: short, and without control characters. */
export const shown = (text, most = 80) =>
  Array.from(text).slice(0, most).map((c) => (printable(c) ? c : "\ufffd")).join("");

export const wanted = (place, what) => new NotProven("wanted", { place, wanted: [`wanted.${what}`, {}] });

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  broken(at = this.at) {
    const before = Array.from(this.text.slice(0, at).split("\n").at(-1)).length;
    const line = this.text.slice(0, at).split("\n").length;
    return new NotProven("not_json", { line, column: before + 1 });
  }

  skip() {
    while (" \t\r\n".includes(this.text[this.at] ?? "x")) this.at += 1;
  }

  take(mark) {
    this.skip();
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  value(depth) {
    if (depth > DEEPEST) throw this.broken(0);
    this.skip();
    const next = this.text[this.at];
    if (next === "{") return this.mapping(depth);
    if (next === "[") return this.list(depth);
    if (next === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  mapping(depth) {
    const found = new Map();
    let twice = null;
    this.at += 1;
    if (!this.take("}")) {
      do {
        this.skip();
        if (this.text[this.at] !== '"') throw this.broken();
        const name = this.string();
        if (!this.take(":")) throw this.broken();
        if (found.has(name)) twice ??= name;
        found.set(name, this.value(depth + 1));
      } while (this.take(","));
      if (!this.take("}")) throw this.broken();
    }
    if (twice !== null) throw new NotProven("twice", { name: shown(twice) });
    return found;
  }

  list(depth) {
    const found = [];
    this.at += 1;
    if (!this.take("]")) {
      do found.push(this.value(depth + 1));
      while (this.take(","));
      if (!this.take("]")) throw this.broken();
    }
    return found;
  }

  string() {
    const start = this.at;
    let made = "";
    for (this.at += 1; ; ) {
      const c = this.text[this.at];
      if (c === undefined) throw this.broken(start);
      if (c < " ") throw this.broken();
      this.at += 1;
      if (c === '"') return made;
      made += c === "\\" ? this.escape() : c;
    }
  }

  escape() {
    const c = this.text[this.at];
    this.at += 1;
    if (c !== "u") {
      if (!Object.hasOwn(ESCAPES, c ?? "")) throw this.broken(this.at - 2);
      return ESCAPES[c];
    }
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw this.broken(this.at - 1);
    this.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  number() {
    const found = /^(?:NaN|-?Infinity|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/.exec(
      this.text.slice(this.at, this.at + 10000),
    );
    if (!found) throw this.broken();
    this.at += found[0].length;
    const no = new NotProven("number", { text: found[0].slice(0, 40) });
    if (!/^(?:0|-?[1-9][0-9]{0,18})$/.test(found[0])) throw no;
    const number = BigInt(found[0]);
    if (number < LEAST || number > MOST) throw no;
    return number;
  }
}

/** Return the document: mappings as Map, whole numbers as BigInt. */
export function readJson(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotProven("not_json", { line: lineOfFault(bytes), column: 1 });
  }
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.skip();
  if (reader.at < text.length) throw reader.broken();
  return value;
}

function lineOfFault(bytes) {
  let line = 1;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let start = 0, at = 0; at <= bytes.length; at += 1) {
    if (at < bytes.length && bytes[at] !== 10) continue;
    try {
      decoder.decode(bytes.subarray(start, at));
    } catch {
      return line;
    }
    start = at + 1;
    line += 1;
  }
  return line;
}

const join = (place, name) => (place ? `${place}.${name}` : name);

/** Return a mapping that has exactly the required names, and of others only the optional ones. */
export function fieldsOf(value, place, required, optional = []) {
  if (!(value instanceof Map)) throw wanted(place || ".", "mapping");
  for (const name of required) if (!value.has(name)) throw new NotProven("missing", { place: join(place, name) });
  for (const name of value.keys()) {
    if (!required.includes(name) && !optional.includes(name)) {
      throw new NotProven("unknown_field", { place: join(place, shown(name)) });
    }
  }
  return value;
}

export function listOf(value, place, most) {
  if (!Array.isArray(value) || value.length > most) throw wanted(place, "list");
  return value;
}

export function textOf(value, place) {
  if (typeof value !== "string") throw wanted(place, "text");
  return value;
}

export function wholeOf(value, place, least, most) {
  if (typeof value !== "bigint" || value < least || value > most) throw wanted(place, "whole");
  return value;
}
