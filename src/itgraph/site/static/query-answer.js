// An answer of the endpoint, read and shown as a table. All that comes from it becomes text, and no markup.

const firstRows = 1000;
/** A text of so many characters is given room. */
const long = 50;
const xsd = "http://www.w3.org/2001/XMLSchema#";
const plain = new Set(["string", "integer", "boolean"].map((name) => xsd + name));
const numbers = new Set(
  ["integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "gYear"].map(
    (name) => xsd + name,
  ),
);
const locale = "en";

/** @typedef {{type: string, value: any, "xml:lang"?: string, datatype?: string}} Term */

export class Answer {
  /**
   * @param {string} text the body: SPARQL results in JSON, or N-Triples
   * @param {string} type its media type
   * @param {{root: string, base: string, vocabulary: {iri: string, terms: string}, prefixes: Record<string, string>}} settings
   */
  constructor(text, type, settings) {
    this.settings = settings;
    /** @type {boolean | null} */
    this.truth = null;
    /** @type {string[]} */
    this.columns = [];
    /** @type {(Term | undefined)[][]} */
    this.rows = [];
    if (type.startsWith("application/n-triples")) {
      this.kind = "graph";
      this.columns = ["subject", "predicate", "object"];
      this.rows = text.split("\n").filter(Boolean).map(triple);
      return;
    }
    const read = JSON.parse(text);
    if ("boolean" in read) {
      this.kind = "truth";
      this.truth = read.boolean;
      return;
    }
    this.kind = "table";
    this.columns = read.head.vars;
    this.rows = read.results.bindings.map((binding) => this.columns.map((name) => binding[name]));
  }

  /** How many rows or triples there are; an ASK has one answer. */
  get size() {
    return this.kind === "truth" ? 1 : this.rows.length;
  }

  /** The number of rows in words, nothing for an ASK. */
  counted() {
    if (this.kind === "truth") return "";
    const noun = this.kind === "graph" ? "triple" : "row";
    return `${this.size.toLocaleString(locale)} ${noun}${this.size === 1 ? "" : "s"}`;
  }
}

/**
 * Returns the elements that show an answer: the first rows, and a button for more.
 * @param {Answer} answer
 * @returns {HTMLElement[]}
 */
export function show(answer) {
  if (answer.kind === "truth") return [withText("p", answer.truth ? "Yes" : "No", "truth")];
  if (answer.size === 0) {
    return [withText("p", answer.kind === "graph" ? "The graph of the answer is empty." : "There is nothing that answers it.")];
  }
  const numeric = answer.columns.map((_, at) => {
    const filled = answer.rows.map((row) => row[at]).filter(Boolean);
    return filled.length > 0 && filled.every((term) => numbers.has(term.datatype ?? ""));
  });
  const table = document.createElement("table");
  table.className = "answer";
  const head = table.createTHead().insertRow();
  answer.columns.forEach((name, at) => {
    const cell = withText("th", answer.kind === "table" ? `?${name}` : name, numeric[at] ? "number" : "");
    cell.scope = "col";
    head.append(cell);
  });
  const body = table.createTBody();
  const around = document.createElement("div");
  around.className = "scroll";
  around.tabIndex = 0;
  around.setAttribute("role", "group");
  around.setAttribute("aria-labelledby", "result-heading");
  around.append(table);
  const more = withText("button", "", "plain");
  more.type = "button";
  const add = () => {
    const from = body.rows.length;
    for (const row of answer.rows.slice(from, from + firstRows)) {
      const line = body.insertRow();
      row.forEach((term, at) => {
        const cell = line.insertCell();
        if (numeric[at]) cell.className = "number";
        if (term) fill(cell, term, answer.settings);
        if (!numeric[at] && cell.textContent.length > long) cell.className = "long";
      });
    }
    const left = answer.size - body.rows.length;
    more.hidden = left === 0;
    more.textContent = `Show ${Math.min(left, firstRows).toLocaleString(locale)} more of ${left.toLocaleString(locale)}`;
  };
  more.addEventListener("click", add);
  add();
  return [around, more];
}

/**
 * @param {HTMLElement} cell
 * @param {Term} term
 * @param {Answer["settings"]} settings
 */
function fill(cell, term, settings) {
  if (term.type === "uri") {
    const name = shortened(term.value, settings);
    const href = address(term.value, settings);
    const inner = withText("bdi", name);
    if (name !== term.value) cell.title = term.value;
    if (href === null) return cell.append(inner);
    const link = document.createElement("a");
    link.href = href;
    if (href === term.value) link.rel = "external noopener";
    link.append(inner);
    return cell.append(link);
  }
  if (term.type === "bnode") return cell.append(withText("bdi", `_:${term.value}`));
  if (typeof term.value !== "string") return cell.append(withText("bdi", JSON.stringify(term.value)));
  cell.append(withText("bdi", term.value));
  const datatype = term.datatype && !plain.has(term.datatype) ? shortened(term.datatype, settings) : "";
  const mark = term["xml:lang"] ? `@${term["xml:lang"]}` : datatype;
  if (mark) cell.append(" ", withText("small", mark));
}

/**
 * Returns the id of an entity, or the prefixed name of a term, else the IRI.
 * @param {string} iri
 * @param {Answer["settings"]} settings
 */
function shortened(iri, settings) {
  for (const [prefix, namespace] of Object.entries(settings.prefixes)) {
    const name = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && /^[\w-]+$/.test(name)) return `${prefix}:${name}`;
  }
  return iri.startsWith(settings.base) && iri !== settings.base ? iri.slice(settings.base.length) : iri;
}

/**
 * Returns where a link to the IRI leads: to a page of ours, elsewhere by http or https, or nowhere.
 * @param {string} iri
 * @param {Answer["settings"]} settings
 * @returns {string | null}
 */
function address(iri, { root, base, vocabulary }) {
  if (iri === base) return root;
  const own = iri === vocabulary.iri || iri.startsWith(vocabulary.terms) ? `ns${iri.slice(vocabulary.iri.length)}` : null;
  const identifier = own ?? (iri.startsWith(base) ? iri.slice(base.length) : null);
  if (identifier === null) return /^https?:/i.test(iri) ? iri : null;
  const [thing, ...fragment] = identifier.split("#");
  const path = encodeURI(thing).replaceAll("?", "%3F");
  return `${root}${path}.html${fragment.length > 0 ? `#${encodeURI(fragment.join("#"))}` : ""}`;
}

/**
 * Reads a line of N-Triples (https://www.w3.org/TR/n-triples/), as this endpoint writes them; what is of another form
 * stands in the last column as it is.
 * @param {string} line
 * @returns {Term[]}
 */
function triple(line) {
  const found = /^(<[^>]*>|_:\S+) (<[^>]*>) (.*) \.$/.exec(line);
  if (!found) return [undefined, undefined, { type: "literal", value: line }];
  return [found[1], found[2], found[3]].map(term);
}

/**
 * @param {string} written
 * @returns {Term}
 */
function term(written) {
  if (written.startsWith("_:")) return { type: "bnode", value: written.slice(2) };
  const iri = /^<([^<>]*)>$/.exec(written);
  if (iri) return { type: "uri", value: unescaped(iri[1]) };
  const literal = /^"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$/.exec(written);
  if (!literal) return { type: "literal", value: written };
  const read = { type: "literal", value: unescaped(literal[1]) };
  if (literal[2]) read["xml:lang"] = literal[2];
  if (literal[3]) read.datatype = unescaped(literal[3]);
  return read;
}

const escapes = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** @param {string} text */
function unescaped(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, sign) =>
    sign ? (escapes[sign] ?? sign) : String.fromCodePoint(parseInt(four ?? eight, 16)),
  );
}

/**
 * @param {string} name
 * @param {string} text
 * @param {string} [kind]
 */
function withText(name, text, kind = "") {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
}
