// The explorer: a view of a lineage that can be unfolded, in place of the drawing that the server made.
// The list in the page stays: it says the same without a canvas. Without this file, or the bundle, the drawing stays.

import { cut, look, paper, widthFor } from "./explorer-look.js";
import { aboutEdge, aboutNode, make } from "./explorer-panel.js";
import { Web, away, keyOf, sourceName } from "./explorer-web.js";

/** Smaller than so, labels cannot be read. */
const leastToRead = 0.6;

const place = document.getElementById("explorer");
const data = document.getElementById("explorer-data");
if (place && data) await explore(place, new Web(JSON.parse(data.textContent)));

/**
 * Puts the view in its place.
 * @param {HTMLElement} place
 * @param {Web} web
 */
async function explore(place, web) {
  const fields = new URLSearchParams(location.search);
  const via = fields.get("via") || "all";
  const { default: cytoscape } = await import("./widgets/graph.js");
  for (const id of fields.getAll("expand")) {
    // An address may name what was since given up: the rest is shown all the same.
    if (web.nodes.has(id)) await web.expand(id, via).catch(() => {});
  }
  for (const id of fields.getAll("collapse")) if (web.nodes.has(id)) web.collapsed.add(id);

  const canvas = make("div", { className: "canvas", tabIndex: 0 });
  canvas.setAttribute("role", "application");
  const name = place.dataset.name;
  const help = "arrow keys go from node to node, Enter opens the page of one. The same stands below in words";
  canvas.setAttribute("aria-label", `${name}: ${help}`);
  const panel = make("section", { className: "panel", hidden: true });
  panel.setAttribute("aria-live", "polite");
  panel.setAttribute("aria-label", "What was chosen");
  const tools = make("div", { className: "tools" });
  place.replaceChildren(tools, canvas, panel);

  const cy = cytoscape({
    container: canvas,
    style: look(),
    autounselectify: true,
    boxSelectionEnabled: false,
    minZoom: 0.1,
    maxZoom: 3,
  });

  /** What is told of in the panel: the id of a node or of an edge. */
  let chosen = "";

  const draw = () => {
    const seen = web.visible();
    const nodes = [...web.nodes.values()].filter((node) => seen.has(node.id));
    const edges = [...web.edges.values()].filter((edge) => seen.has(edge.from) && seen.has(edge.to));
    cy.batch(() => {
      cy.elements().remove();
      cy.add(nodes.map((node) => nodeOf(web, node)));
      cy.add(edges.map((edge) => edgeOf(web, edge)));
    });
    arrange(cy);
    fit();
    place.dataset.nodes = String(nodes.length);
    place.dataset.state = "ready";
    mark();
  };

  const fit = () => {
    const box = cy.elements().boundingBox();
    // As high as it needs, if that is not higher than a screen shows.
    canvas.style.height = `${Math.max(260, Math.min(box.h + 60, innerHeight * 0.78, 760))}px`;
    cy.resize();
    cy.fit(undefined, 28);
    if (cy.zoom() > 1.1) cy.zoom(1.1);
    cy.center();
    if (cy.zoom() < leastToRead) {
      // Better a part that can be read than all of it that cannot.
      cy.zoom(0.8);
      const middle = web.start === null ? cy.nodes().max((node) => node.degree()).ele : cy.getElementById(web.start);
      cy.center(middle);
    }
  };

  const mark = () => {
    cy.elements().removeClass("chosen told near faint");
    const found = cy.getElementById(chosen);
    if (found.empty()) return;
    found.addClass(found.isEdge() ? "told" : "chosen");
    if (found.isNode()) {
      found.connectedEdges().addClass("near");
      cy.elements().not(found.closedNeighborhood()).addClass("faint");
    }
  };

  const tell = (id, said = "") => {
    chosen = id;
    mark();
    const edge = web.edges.get(id);
    if (!edge && !web.nodes.has(id)) {
      panel.hidden = true;
      return;
    }
    const close = () => {
      tell("");
      canvas.focus();
    };
    const actions = { expand: () => expand(id), collapse: () => collapse(id), close, said };
    panel.replaceChildren(...(edge ? aboutEdge(web, edge, close) : aboutNode(web, id, actions)));
    panel.hidden = false;
  };

  const changed = (id, said) => {
    history.replaceState(history.state, "", web.address());
    draw();
    tell(id, said);
    // The button that was pressed is gone; the next one takes its place.
    panel.querySelector("button")?.focus();
  };

  const expand = async (id) => {
    try {
      const { fresh, complete } = await web.expand(id, via);
      changed(id, `${fresh ? `${fresh} more shown` : "Nothing more to show"}${complete ? "" : ", and there are others"}.`);
    } catch (error) {
      tell(id, `It could not be expanded: ${error.message}.`);
    }
  };

  const collapse = (id) => {
    const before = web.visible().size;
    web.collapsed.add(id);
    const gone = before - web.visible().size;
    changed(id, gone ? `${gone} hidden, which are reached only through it.` : "Nothing is reached only through it.");
  };

  const open = (id) => location.assign(web.nodes.get(id).page);

  /** What the last two taps met: two quick ones on different nodes open neither. */
  let taps = ["", ""];
  cy.on("tap", (event) => {
    const id = event.target === cy ? "" : event.target.id();
    taps = [taps[1], id];
    tell(id);
  });
  cy.on("dbltap", "node", (event) => {
    if (taps.every((id) => id === event.target.id())) open(event.target.id());
  });
  cy.on("mouseover", "edge", (event) => event.target.addClass("told"));
  cy.on("mouseout", "edge", (event) => event.target.id() !== chosen && event.target.removeClass("told"));
  cy.on("mouseover", "node", (event) => event.target.connectedEdges().addClass("near"));
  cy.on("mouseout", "node", (event) => event.target.id() !== chosen && event.target.connectedEdges().removeClass("near"));
  canvas.addEventListener("keydown", (event) => {
    const ahead = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (ahead) {
      event.preventDefault();
      const next = nextNode(cy, cy.getElementById(chosen || web.start || ""), ahead, chosen !== "");
      if (next) {
        tell(next.id());
        if (!within(cy, next)) cy.center(next);
      }
    } else if (event.key === "Enter" && web.nodes.has(chosen)) open(chosen);
    else if (event.key === "Escape") tell("");
  });
  // Who scrolls the page does not want to be held up by the view: it zooms with the control key, as maps do.
  place.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    },
    { capture: true, passive: true },
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(look()));

  const zoom = (factor) => {
    const middle = { x: cy.width() / 2, y: cy.height() / 2 };
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: middle });
  };
  for (const [sign, title, act] of [
    ["+", "Zoom in", () => zoom(1.3)],
    ["−", "Zoom out", () => zoom(1 / 1.3)],
    ["Fit", "Fit all of it into the view", () => cy.fit(undefined, 28)],
  ]) {
    const button = make("button", { type: "button", textContent: sign, title, onclick: act });
    if (sign !== "Fit") button.setAttribute("aria-label", title);
    tools.append(button);
  }
  const files = document.getElementById("explorer-files");
  const picture = make("button", { type: "button", className: "plain", textContent: "PNG of this view" });
  picture.addEventListener("click", () => savePicture(cy, name));
  files?.append(picture);

  draw();
}

/** Puts everything in its place: layers from left to right, the boxes of a layer equally wide, the lines curved. */
function arrange(cy) {
  cy.layout({ name: "dagre", rankDir: "RL", nodeSep: 12, rankSep: 90, edgeSep: 6, fit: false, animate: false }).run();
  const layers = new Map();
  for (const node of cy.nodes()) {
    const at = Math.round(node.position("x"));
    layers.set(at, [...(layers.get(at) ?? []), node]);
  }
  cy.batch(() => {
    for (const layer of layers.values()) {
      const width = Math.max(...layer.map((node) => node.data("width")));
      for (const node of layer) node.data("width", width);
    }
    for (const edge of cy.edges()) edge.data(bend(edge));
  });
}

/** Returns how a line is bent so that it leaves one box and enters the other level: distances from the straight. */
function bend(edge) {
  const [made, source] = [edge.source(), edge.target()];
  const from = { x: made.position("x") - made.data("width") / 2, y: made.position("y") };
  const to = { x: source.position("x") + source.data("width") / 2, y: source.position("y") };
  const [x, y] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(x, y) || 1;
  const reach = Math.sign(x || -1) * Math.min(Math.abs(x) / 2, 60);
  const points = [
    [reach, 0],
    [x - reach, y],
  ];
  return {
    weights: points.map(([px, py]) => (px * x + py * y) / length ** 2),
    distances: points.map(([px, py]) => (py * x - px * y) / length),
  };
}

function nodeOf(web, node) {
  const start = node.id === web.start;
  const lines = [cut(node.label), start ? "" : away(node.hops)].filter(Boolean);
  const shown = lines.join("\n") + (web.collapsed.has(node.id) ? " …" : "");
  const collapsed = web.collapsed.has(node.id);
  const size = { width: widthFor(shown), height: lines.length > 1 ? 42 : 32 };
  return { group: "nodes", data: { id: node.id, kind: node.kind, shown, start, collapsed, ...size } };
}

function edgeOf(web, edge) {
  const told = edge.relations
    .map(({ relation, sources }) => {
      const [words] = web.words[relation] ?? [relation];
      const who = sources.slice(0, 3).map(sourceName).join(", ") || "derived";
      return `${words} (${who}${sources.length > 3 ? ", …" : ""})`;
    })
    .join("\n");
  return { group: "edges", data: { id: keyOf(edge), source: edge.from, target: edge.to, family: edge.family, told } };
}

/** Returns the nearest node that lies more in a direction than beside it; the node itself where it is the first. */
function nextNode(cy, from, [across, down], moved) {
  if (from.empty()) return cy.nodes().nonempty() ? cy.nodes()[0] : null;
  if (!moved) return from;
  const at = from.position();
  let best = null;
  let least = Infinity;
  for (const node of cy.nodes().not(from)) {
    const [x, y] = [node.position("x") - at.x, node.position("y") - at.y];
    const ahead = x * across + y * down;
    const beside = Math.abs(x * down) + Math.abs(y * across);
    if (ahead > 1 && ahead + 2 * beside < least) {
      least = ahead + 2 * beside;
      best = node;
    }
  }
  return best;
}

function within(cy, node) {
  const box = node.renderedBoundingBox();
  return box.x1 >= 0 && box.y1 >= 0 && box.x2 <= cy.width() && box.y2 <= cy.height();
}

function savePicture(cy, name) {
  const box = cy.elements().boundingBox();
  // Browsers have no canvas that is much larger.
  const scale = Math.min(2, 8000 / Math.max(box.w, box.h, 1));
  const blob = cy.png({ full: true, scale, bg: paper(), output: "blob" });
  const link = make("a", { href: URL.createObjectURL(blob), download: `${name}.png` });
  link.click();
  URL.revokeObjectURL(link.href);
}
