// Narrows the table as soon as a box is ticked, in place: the page stays, the address follows.
// Without this file there is a button to do it.

const live = () => document.getElementById("browse");

let asked = null;

prepare();

document.addEventListener("change", (event) => {
  const form = event.target.closest(".filters form");
  if (!form) return;
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form)).toString();
  void go(address);
});

// What came by another way than this file is what the browser shows for an address.
addEventListener("popstate", () => location.reload());

/** Hides the button: ticking is enough. */
function prepare() {
  const button = live().querySelector(".filters button");
  if (button) button.parentElement.hidden = true;
}

/**
 * Shows the table of another address. What was open stays open, and the focus stays where it was.
 * @param {URL} address
 */
async function go(address) {
  asked?.abort();
  asked = new AbortController();
  let page;
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) return location.assign(address);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  const made = page.getElementById("browse");
  const focused = document.activeElement;
  const held = focused instanceof HTMLInputElement ? [focused.name, focused.value] : null;
  for (const facet of live().querySelectorAll(".facet")) {
    const same = made.querySelector(`.facet[data-facet="${facet.dataset.facet}"]`);
    if (same) same.open = facet.open;
  }
  const filters = made.querySelector(".filters");
  if (filters) filters.open = live().querySelector(".filters").open;
  live().querySelector(".filters").replaceWith(...(filters ? [filters] : []));
  // The element that says the count stays in the page, so that a change of its text is read out.
  const results = live().querySelector(".results");
  const count = results.querySelector(".count");
  const said = made.querySelector(".count").textContent;
  results.replaceChildren(count, ...[...made.querySelector(".results").children].filter((one) => !one.matches(".count")));
  count.textContent = said;
  document.title = page.title;
  history.pushState(null, "", address);
  prepare();
  if (held) {
    const boxes = [...live().querySelectorAll(".filters input[type=checkbox]")];
    boxes.find((box) => box.name === held[0] && box.value === held[1])?.focus({ preventScroll: true });
  }
}
