// What the explorer shows, without showing it: nodes, edges, what was expanded and what is collapsed.

/**
 * @typedef {{id: string, label: string, kind: string, hops: number | null, page: string}} Node
 * @typedef {{relation: string, sources: string[]}} Relation
 * @typedef {{from: string, to: string, family: string, relations: Relation[]}} Edge
 * @typedef {{start: string | null, root: string, words: Object<string, string[]>, weights: string[],
 *   nodes: Node[], edges: Edge[]}} Data
 */

/** So many nodes are expanded at most: an address is no longer than a server takes. */
const mostExpanded = 20;

export class Web {
  /** @param {Data} data */
  constructor(data) {
    this.start = data.start;
    this.root = data.root;
    this.words = data.words;
    this.weights = new Set(data.weights);
    /** @type {Map<string, Node>} */
    this.nodes = new Map(data.nodes.map((node) => [node.id, node]));
    /** @type {Map<string, Edge>} */
    this.edges = new Map(data.edges.map((edge) => [keyOf(edge), edge]));
    /** @type {Set<string>} */
    this.expanded = new Set();
    /** @type {Set<string>} */
    this.collapsed = new Set();
  }

  /**
   * Asks for all that is one hop from a node; returns how many nodes are new, and whether there are yet more.
   * @param {string} id
   * @param {string} via
   */
  async expand(id, via) {
    this.collapsed.delete(id);
    if (this.expanded.has(id) || this.expanded.size >= mostExpanded) return { fresh: 0, complete: true };
    const answers = await Promise.all(
      ["up", "down"].map(async (direction) => {
        const query = new URLSearchParams({ direction, via, depth: "1" });
        const response = await fetch(`${this.root}api/lineage/${encodeURI(id)}?${query}`, {
          headers: { Accept: "application/json" },
        });
        if (!response.ok) throw new Error(`the server answers with ${response.status}`);
        return response.json();
      }),
    );
    this.expanded.add(id);
    const before = this.nodes.size;
    for (const answer of answers) this.#add(id, answer);
    return { fresh: this.nodes.size - before, complete: answers.every((answer) => answer.complete !== false) };
  }

  #add(id, answer) {
    const away = this.nodes.get(id)?.hops;
    for (const { via, ...node } of answer.nodes) {
      const hops = away === null || away === undefined ? null : away + node.hops;
      if (!this.nodes.has(node.id)) this.nodes.set(node.id, { ...node, hops });
      for (const { from, relation, sources } of via) {
        const [made, source] = answer.direction === "up" ? [from, node.id] : [node.id, from];
        const family = this.weights.has(relation) ? "weights" : "data";
        const edge = { from: made, to: source, family, relations: [] };
        const known = this.edges.get(keyOf(edge)) ?? edge;
        if (!known.relations.some((one) => one.relation === relation)) known.relations.push({ relation, sources });
        this.edges.set(keyOf(edge), known);
      }
    }
  }

  /** Returns the ids of what is shown: all that is reached without a step beyond a collapsed node. */
  visible() {
    const near = this.#neighbours();
    const seen = new Set();
    const byDegree = [...this.nodes.keys()].sort((one, other) => near.get(other).size - near.get(one).size);
    for (const anchor of this.start === null ? byDegree : [this.start]) {
      // Without a start, each family that hangs together begins at its most connected node.
      if (seen.has(anchor) || this.#hidden(anchor, near, seen)) continue;
      const waiting = [anchor];
      seen.add(anchor);
      for (const id of waiting) {
        if (this.collapsed.has(id)) continue;
        for (const next of near.get(id)) {
          if (seen.has(next)) continue;
          seen.add(next);
          waiting.push(next);
        }
      }
    }
    return seen;
  }

  /** Tells whether a node is connected, if only through collapsed ones, to what has been reached. */
  #hidden(anchor, near, seen) {
    if (this.collapsed.size === 0) return false;
    const passed = new Set([anchor]);
    for (const id of passed) {
      for (const next of near.get(id)) {
        if (seen.has(next)) return true;
        passed.add(next);
      }
    }
    return false;
  }

  #neighbours() {
    const near = new Map([...this.nodes.keys()].map((id) => [id, new Set()]));
    for (const { from, to } of this.edges.values()) {
      near.get(from).add(to);
      near.get(to).add(from);
    }
    return near;
  }

  /**
   * Returns the edges at a node.
   * @param {string} id
   */
  at(id) {
    return [...this.edges.values()].filter((edge) => edge.from === id || edge.to === id);
  }

  /** Returns the address of what is shown. */
  address() {
    const here = new URL(location.href);
    for (const [name, ids] of [["expand", this.expanded], ["collapse", this.collapsed]]) {
      here.searchParams.delete(name);
      for (const id of ids) here.searchParams.append(name, id);
    }
    // A slash and a colon may stand in a query as they are, and are easier to read.
    here.search = here.search.replaceAll("%2F", "/").replaceAll("%3A", ":");
    return here;
  }

  /**
   * Returns the page of a source, which has an id like any node.
   * @param {string} id
   */
  page(id) {
    const [thing, ...fragment] = id.split("#");
    const end = fragment.length ? `#${encodeURI(fragment.join("#"))}` : "";
    return `${this.root}${encodeURI(thing).replaceAll("?", "%3F")}.html${end}`;
  }
}

/**
 * Returns the key of an edge, which is also its id in the view.
 * @param {Edge} edge
 */
export function keyOf(edge) {
  return `${edge.from} ${edge.family} ${edge.to}`;
}

/**
 * Returns how a source is called where there is little room.
 * @param {string} id
 */
export function sourceName(id) {
  const [first, table, ...rest] = id.split("/");
  if (first === "survey" && rest.length) {
    const [number, part] = rest.join("/").split("#");
    const name = table === "reference" ? `reference ${number}` : `row ${number} of ${table.replaceAll("-", " ")}`;
    return part ? `${name}: ${part.replaceAll("-", " ")}` : name;
  }
  return (first === "registry" || first === "curation") && table ? first : id;
}

/**
 * Returns a distance in words, empty where there is none.
 * @param {number | null} hops
 */
export function away(hops) {
  return hops ? `${hops} hop${hops === 1 ? "" : "s"}` : "";
}
