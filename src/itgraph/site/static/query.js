// The page to ask in SPARQL: an editor over the text box, and answers without leaving the page.
// Without this file, the form is sent to the same page, which answers it.

import { Answer, show } from "./query-answer.js";
import { openEditor } from "./query-editor.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const form = document.getElementById("ask");
const run = document.getElementById("run");
const stop = document.getElementById("stop");
const result = document.getElementById("result");
const problem = document.getElementById("problem");
const status = document.getElementById("status");
const rows = document.getElementById("rows");
const downloads = document.getElementById("downloads");
const examples = document.getElementById("examples");

/** What is answered at the moment. @type {AbortController | null} */
let running = null;

const editor = await openEditor(document.getElementById("editor"), document.getElementById("query"), settings, ask);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
stop.addEventListener("click", () => running?.abort());
offerExamples();
document.getElementById("keys").hidden = !editor.completes;
document.getElementById("editor").dataset.state = "ready";

/** Sends the query to the endpoint and shows what it answers. */
async function ask() {
  running?.abort();
  const asking = new AbortController();
  running = asking;
  const query = editor.text();
  const since = performance.now();
  begin();
  try {
    const response = await fetch(`${settings.root}sparql`, {
      method: "POST",
      body: new URLSearchParams({ query }),
      headers: { Accept: "application/sparql-results+json, application/n-triples;q=0.9" },
      signal: asking.signal,
    });
    const text = await response.text();
    if (!response.ok) return fail(told(text, response));
    const answer = new Answer(text, response.headers.get("content-type") ?? "", settings);
    const took = performance.now() - since;
    rows.replaceChildren(...show(answer));
    status.textContent = `${answer.counted()}${answer.counted() ? ", " : ""}${took < 1000 ? `${Math.round(took)} ms` : `${(took / 1000).toFixed(1)} s`}`;
    offerDownloads(query, answer);
    finish("done", answer.size);
  } catch (error) {
    if (running !== asking) return;
    if (error.name === "AbortError") {
      status.textContent = "Stopped.";
      finish("stopped");
    } else fail({ detail: `The server did not answer: ${error.message}` });
  } finally {
    if (running === asking) {
      running = null;
      run.disabled = false;
      stop.hidden = true;
    }
  }
  share(query);
}

function begin() {
  editor.clear();
  run.disabled = true;
  stop.hidden = false;
  result.hidden = false;
  problem.hidden = true;
  downloads.hidden = true;
  rows.replaceChildren();
  status.textContent = "Asking …";
  result.dataset.state = "asking";
  delete result.dataset.rows;
}

/**
 * @param {string} state
 * @param {number} [size]
 */
function finish(state, size) {
  if (size !== undefined) result.dataset.rows = String(size);
  result.dataset.state = state;
}

/**
 * Shows what is wrong, and marks its line.
 * @param {{detail: string, line?: number, column?: number}} what
 */
function fail(what) {
  const place = what.line ? ` (line ${what.line}${what.column ? `, column ${what.column}` : ""})` : "";
  problem.textContent = what.detail.replace(/^(query:|line )\d+: /, "") + place;
  problem.hidden = false;
  status.textContent = "";
  if (what.line) editor.mark(what.line, what.column);
  finish("failed");
}

/**
 * Reads problem details (RFC 9457); what is none, such as the page of a proxy, is told by its status.
 * @param {string} text
 * @param {Response} response
 */
function told(text, response) {
  try {
    const read = JSON.parse(text);
    if (typeof read.detail === "string") return read;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { detail: `The server answered with ${response.status} ${response.statusText}` };
}

/**
 * Makes the address of this page that of the query.
 * @param {string} query
 */
function share(query) {
  const address = `${settings.root}query?${new URLSearchParams({ query })}`;
  if (address.length <= settings.longestAddress) history.replaceState(null, "", address);
}

/**
 * @param {string} query
 * @param {Answer} answer
 */
function offerDownloads(query, answer) {
  const forms = answer.kind === "graph" ? settings.graphForms : settings.solutionForms;
  const links = Object.entries(forms).map(([format, name]) => {
    const link = document.createElement("a");
    link.href = `${settings.root}sparql?${new URLSearchParams({ query, format })}`;
    link.textContent = name;
    return link;
  });
  downloads.replaceChildren("The whole answer: ", ...links.flatMap((link) => [link, " "]));
  // A longer query can be sent by POST alone, which a link does not.
  downloads.hidden = links.some((link) => link.href.length > settings.longestAddress);
}

function offerExamples() {
  const select = examples.querySelector("select");
  for (const { summary } of settings.examples) select.append(new Option(summary));
  select.addEventListener("change", () => {
    const chosen = settings.examples[select.selectedIndex - 1];
    if (chosen) editor.fill(chosen.text);
  });
  select.selectedIndex = 0;
  examples.hidden = false;
}
