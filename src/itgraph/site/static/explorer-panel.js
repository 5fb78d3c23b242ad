// What is told of the node or the edge that was chosen, beside the view: a live region with links and buttons.

import { away, sourceName } from "./explorer-web.js";

/** So many relations are listed. */
const most = 40;

/**
 * Makes an element: its properties, then what is in it.
 * @param {string} tag
 * @param {Object<string, unknown>} properties
 * @param {...(Node | string)} children
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * Returns what is told of a node.
 * @param {import("./explorer-web.js").Web} web
 * @param {string} id
 * @param {{expand: () => void, collapse: () => void, close: () => void, said: string}} actions
 */
export function aboutNode(web, id, { expand, collapse, close, said }) {
  const node = web.nodes.get(id);
  const lines = web.at(id).flatMap((edge) =>
    edge.relations.map((one) => {
      const back = edge.to === id;
      const other = web.nodes.get(back ? edge.from : edge.to);
      const [there, thither] = web.words[one.relation] ?? [one.relation, one.relation];
      return relation(web, `${back ? thither : there}: `, other, one.sources);
    }),
  );
  const kind = { model: "model", dataset: "data set" }[node.kind] ?? node.kind;
  const facts = [kind, id === web.start ? "the centre" : away(node.hops)].filter(Boolean).join(", ");
  const buttons = [make("a", { className: "button", href: node.page, textContent: "Open page" })];
  const shown = web.expanded.has(id);
  if (web.collapsed.has(id) || !shown) {
    buttons.push(make("button", { type: "button", className: "plain", textContent: "Expand", onclick: expand }));
  }
  if (!web.collapsed.has(id)) {
    buttons.push(make("button", { type: "button", className: "plain", textContent: "Collapse", onclick: collapse }));
  }
  if (id !== web.start) {
    const centre = new URL(`${web.root}lineage/${encodeURI(id)}${location.search}`, location.origin);
    for (const name of ["expand", "collapse"]) centre.searchParams.delete(name);
    buttons.push(make("a", { className: "button plain", href: centre.href, textContent: "Make it the centre" }));
  }
  buttons.push(make("button", { type: "button", className: "plain", textContent: "Close", onclick: close }));
  return [
    make("h3", {}, make("bdi", { textContent: node.label })),
    make("p", { className: "hint", textContent: said ? `${facts}. ${said}` : facts }),
    list(lines),
    make("p", { className: "actions" }, ...buttons),
  ];
}

/**
 * Returns what is told of an edge.
 * @param {import("./explorer-web.js").Web} web
 * @param {import("./explorer-web.js").Edge} edge
 * @param {() => void} close
 */
export function aboutEdge(web, edge, close) {
  const [made, source] = [web.nodes.get(edge.from), web.nodes.get(edge.to)];
  const lines = edge.relations.map((one) =>
    relation(web, `${(web.words[one.relation] ?? [one.relation])[0]}: `, source, one.sources),
  );
  return [
    make("h3", {}, make("bdi", { textContent: made.label }), " → ", make("bdi", { textContent: source.label })),
    list(lines),
    make(
      "p",
      { className: "actions" },
      make("a", { className: "button", href: made.page }, "Open ", make("bdi", { textContent: made.label })),
      make("a", { className: "button", href: source.page }, "Open ", make("bdi", { textContent: source.label })),
      make("button", { type: "button", className: "plain", textContent: "Close", onclick: close }),
    ),
  ];
}

function list(lines) {
  const rest = lines.length - most;
  const more = rest > 0 ? [make("li", { textContent: `and ${rest} more, on its page` })] : [];
  return make("ul", {}, ...lines.slice(0, most), ...more);
}

function relation(web, words, other, sources) {
  const marks = sources.length ? sources : ["derived"];
  const links = marks.flatMap((source) => [
    " ",
    make("a", { className: "mark", href: web.page(source), title: source, textContent: sourceName(source) }),
  ]);
  const name = make("a", { href: other.page }, make("bdi", { textContent: other.label }));
  return make("li", {}, words, name, ...links);
}
