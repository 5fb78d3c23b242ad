// Completion in the editor: the classes and the properties that the graph has, those that are used most first.

const most = 50;

/** @typedef {{iri: string, label: string, count: number}} Known */

/**
 * Returns the completers of classes and properties. They ask this server for the terms, once, when they are needed.
 * @param {{root: string, prefixes: Record<string, string>}} settings
 */
export function completers({ root, prefixes }) {
  /** @type {Promise<{classes: Known[], properties: Known[]}> | null} */
  let asked = null;
  const known = async () => {
    asked ??= fetch(`${root}query/terms.json`).then((response) => {
      if (!response.ok) throw new Error(`no terms: ${response.status}`);
      return response.json();
    });
    return asked;
  };
  /** @type {Map<string, string>} */
  const labels = new Map();

  /**
   * @param {string} name
   * @param {"classes" | "properties"} kind
   * @param {(yasqe: any) => boolean} fits
   */
  const completer = (name, kind, fits) => ({
    name,
    bulk: false,
    autoShow: true,
    persistenceId: null,
    isValidCompletionPosition: fits,
    get: async (_, token) => {
      const begun = (token?.string ?? "").trim();
      const found = (await known())[kind].filter((one) => matches(one, begun, prefixes)).slice(0, most);
      for (const one of found) labels.set(written(one.iri, prefixes), one.label);
      return found.map((one) => written(one.iri, prefixes));
    },
    postprocessHints: (_, hints) =>
      hints.map((hint) => {
        const label = labels.get(hint.text);
        return label && !hint.text.endsWith(`:${label}`) ? { ...hint, displayText: `${hint.text}  ${label}` } : hint;
      }),
  });
  return [completer("known-classes", "classes", atClass), completer("known-properties", "properties", atProperty)];
}

/** @param {any} yasqe */
function atClass(yasqe) {
  const token = yasqe.getCompleteToken();
  if (!begun(token)) return false;
  const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
  return ["a", "rdf:type"].includes(before.string);
}

/** @param {any} yasqe */
function atProperty(yasqe) {
  const token = yasqe.getCompleteToken();
  return begun(token) && !atClass(yasqe) && token.state.possibleCurrent.includes("a");
}

/** Tells whether a term has been begun, and no variable or sign. */
function begun(token) {
  return /^[A-Za-z<]/.test(token.string);
}

/**
 * Tells whether a term is meant by what is typed: the beginning of its name or its IRI, or a part of a name or label.
 * @param {Known} one
 * @param {string} begun
 * @param {Record<string, string>} prefixes
 */
function matches(one, begun, prefixes) {
  if (begun.startsWith("<")) return one.iri.startsWith(begun.replaceAll(/[<>]/g, ""));
  const text = begun.toLowerCase();
  const name = written(one.iri, prefixes).toLowerCase();
  if (text.includes(":")) return name.startsWith(text);
  return name.split(":").pop().includes(text) || one.label.toLowerCase().includes(text);
}

/**
 * @param {string} iri
 * @param {Record<string, string>} prefixes
 */
function written(iri, prefixes) {
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    const name = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && /^[A-Za-z_][\w-]*$/.test(name)) return `${prefix}:${name}`;
  }
  return `<${iri}>`;
}
