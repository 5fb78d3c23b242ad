// The editor of queries: YASQE (https://docs.triply.cc/yasgui/) where it was built, else the text box alone.
// What YASQE would ask of other servers, prefixes and terms, is known here: it comes from the graph itself.

import { completers } from "./query-terms.js";

/**
 * @typedef {object} Editor
 * @property {() => string} text what is to be asked
 * @property {(text: string) => void} fill puts another query there
 * @property {(line: number, column?: number) => void} mark shows a line that is wrong
 * @property {() => void} clear takes the mark away
 * @property {boolean} completes whether it knows the terms of the graph
 */

/**
 * @param {HTMLElement} place what the text box stands in
 * @param {HTMLTextAreaElement} box
 * @param {{root: string, prefixes: Record<string, string>}} settings
 * @param {() => void} ask runs the query
 * @returns {Promise<Editor>}
 */
export async function openEditor(place, box, settings, ask) {
  return place.dataset.widget ? overBox(place, box, settings, ask) : boxAlone(box, ask);
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {() => void} ask
 * @returns {Editor}
 */
function boxAlone(box, ask) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    ask();
  });
  return {
    completes: false,
    text: () => box.value,
    fill: (text) => {
      box.value = text;
    },
    mark: (line) => {
      const lines = box.value.split("\n");
      const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      box.focus();
      box.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    },
    clear: () => {},
  };
}

/**
 * @param {HTMLElement} place
 * @param {HTMLTextAreaElement} box
 * @param {{root: string, prefixes: Record<string, string>}} settings
 * @param {() => void} ask
 * @returns {Promise<Editor>}
 */
async function overBox(place, box, settings, ask) {
  const { default: Yasqe } = await import(place.dataset.widget);
  Yasqe.defaults.autocompleters = [];
  Yasqe.forkAutocompleter("prefixes", {
    name: "known-prefixes",
    get: () => Object.entries(settings.prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`),
    persistenceId: null,
  });
  for (const completer of completers(settings)) Yasqe.registerAutocompleter(completer);
  Yasqe.defaults.autocompleters.push("variables");
  const yasqe = new Yasqe(place, {
    value: box.value,
    persistenceId: null,
    // Its sign of an error brings a style of its own, which this page does not take; see pointOut.
    syntaxErrorCheck: false,
    gutters: ["signs-of-error", "CodeMirror-linenumbers", "CodeMirror-foldgutter"],
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    screenReaderLabel: "Query",
    // The Tab key leads on, as everywhere on the page; lines are indented as they are written.
    extraKeys: { "Ctrl-Enter": ask, "Cmd-Enter": ask, "Ctrl-S": false, Tab: false, "Shift-Tab": false },
  });
  box.hidden = true;
  box.required = false;
  document.querySelector(`label[for="${box.id}"]`)?.addEventListener("click", () => yasqe.focus());
  let marked = null;
  const clear = () => {
    if (marked) yasqe.removeLineClass(marked, "background", "wrong-line");
    marked = null;
  };
  yasqe.on("change", () => {
    box.value = yasqe.getValue();
    clear();
    pointOut(yasqe);
  });
  pointOut(yasqe);
  return {
    completes: true,
    text: () => yasqe.getValue(),
    fill: (text) => {
      yasqe.setValue(text);
      yasqe.focus();
    },
    mark: (line, column) => {
      const at = Math.min(line, yasqe.lineCount()) - 1;
      marked = yasqe.addLineClass(at, "background", "wrong-line");
      yasqe.setCursor({ line: at, ch: column ? column - 1 : 0 });
      yasqe.focus();
    },
    clear,
  };
}

/**
 * Puts a sign beside the first line that is not SPARQL 1.1, which says what may stand there.
 * @param {any} yasqe
 */
function pointOut(yasqe) {
  yasqe.clearGutter("signs-of-error");
  for (let line = 0; line < yasqe.lineCount(); line++) {
    const { state } = yasqe.getTokenAt({ line, ch: yasqe.getLine(line).length }, true);
    if (state.OK !== false) continue;
    const sign = document.createElement("span");
    sign.className = "sign-of-error";
    sign.textContent = "!";
    const expected = (state.possibleCurrent ?? []).slice(0, 12).join(" ");
    sign.title = state.errorMsg ?? (expected ? `Expected here: ${expected}` : "This does not parse");
    yasqe.setGutterMarker(line, "signs-of-error", sign);
    return;
  }
}
