// The view of a graph: Cytoscape with the layered layout of dagre.
// From the sources, which both packages carry: their dist/ holds further packages without saying which.
import cytoscape from "./node_modules/cytoscape/src/index.mjs";
import dagre from "./node_modules/cytoscape-dagre/src/index.mjs";

cytoscape.use(dagre);

export default cytoscape;
