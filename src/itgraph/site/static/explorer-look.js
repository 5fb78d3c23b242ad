// How the view of the explorer looks: made from the variables of the page's style, in light and in dark.

const longest = 30;

/** Returns the style sheet of the view, in the colours and the type of the page as they are now. */
export function look() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return [
    {
      selector: "node",
      style: {
        label: "data(shown)",
        "font-family": style.fontFamily,
        "font-size": 14,
        "line-height": 1.25,
        "text-wrap": "wrap",
        "text-valign": "center",
        "text-halign": "center",
        color: of("ink"),
        width: "data(width)",
        height: "data(height)",
        shape: "round-rectangle",
        "corner-radius": 9,
        "background-color": of("raised"),
        "border-width": 1.2,
        "border-color": of("quiet"),
        "overlay-opacity": 0,
      },
    },
    {
      selector: "node[kind = 'dataset']",
      style: { shape: "cut-rectangle", "background-color": of("paper"), "border-color": of("data") },
    },
    {
      selector: "node[?start]",
      style: {
        "background-color": of("accent-soft"),
        "border-color": of("accent"),
        "border-width": 2.2,
        "font-weight": "bold",
      },
    },
    { selector: "node[?collapsed]", style: { "border-style": "double", "border-width": 4 } },
    {
      selector: "edge",
      style: {
        width: 1.6,
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints",
        "control-point-weights": "data(weights)",
        "control-point-distances": "data(distances)",
        "source-endpoint": "-50% 0",
        "target-endpoint": "50% 0",
        "line-color": of("accent"),
        "target-arrow-color": of("accent"),
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.9,
        "overlay-opacity": 0,
      },
    },
    {
      selector: "edge[family = 'data']",
      style: {
        "line-style": "dashed",
        "line-color": of("data"),
        "target-arrow-color": of("data"),
        "target-arrow-shape": "vee",
      },
    },
    {
      selector: "edge.told",
      style: {
        label: "data(told)",
        "font-family": style.fontFamily,
        "font-size": 12,
        "text-wrap": "wrap",
        "text-max-width": 220,
        "text-background-color": of("paper"),
        "text-background-opacity": 0.95,
        "text-background-padding": 4,
        "text-background-shape": "round-rectangle",
        color: of("ink"),
        width: 2.8,
        "z-index": 9,
      },
    },
    { selector: "edge.near", style: { width: 2.6 } },
    { selector: "node.chosen", style: { "border-width": 3.2, "border-color": of("ink") } },
    { selector: ".faint", style: { opacity: 0.35 } },
  ];
}

/** Returns the colour behind the view, for a picture of it. */
export function paper() {
  return getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
}

/**
 * Returns a label as it is shown: cut where it is long.
 * @param {string} label
 */
export function cut(label) {
  const signs = [...label];
  return signs.length > longest ? `${signs.slice(0, longest - 1).join("").trimEnd()}…` : label;
}

const pen = document.createElement("canvas").getContext("2d");

/**
 * Returns how wide a box has to be for lines of text.
 * @param {string} text
 */
export function widthFor(text) {
  pen.font = `bold 14px ${getComputedStyle(document.documentElement).fontFamily}`;
  return Math.ceil(Math.max(56, ...text.split("\n").map((line) => pen.measureText(line).width + 24)));
}
