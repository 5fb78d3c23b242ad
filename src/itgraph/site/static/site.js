// What every page does beyond its links and forms: suggestions below a search box, and buttons that copy.
// Each is an addition; without this file the pages work as they are.

const suggested = 8;
/** Milliseconds without a key before it is asked: a client may ask few things at once. */
const pause = 120;

for (const box of document.querySelectorAll("input[data-suggest]")) suggest(box);

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

// A row has its place on one part of a long table; an address without the part leads to the first.
const row = location.hash.slice(1);
if (row && document.querySelector("table[data-parted]") && !document.getElementById(row)) {
  const there = `?from=${row}`;
  if (location.search !== there) location.replace(`${there}#${row}`);
}

/**
 * Offers entities while a name is typed, as a combobox with a listbox (ARIA Authoring Practices, 3.8).
 * @param {HTMLInputElement} box
 */
function suggest(box) {
  const list = document.createElement("ul");
  list.id = `${box.id}-list`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  let asked = null;
  let due = 0;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const options = [...list.children];
    chosen = (place + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    box.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  // In a form the choice is the value of its field; elsewhere it is the page to go to.
  const take = (option) => {
    if (!("fill" in box.dataset)) return location.assign(option.dataset.href);
    box.value = option.dataset.id;
    close();
    box.focus();
  };
  const show = (hits) => {
    list.replaceChildren(
      ...hits.map((hit, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.href = hit.page;
        option.dataset.id = hit.id;
        const name = document.createElement("bdi");
        name.textContent = hit.label;
        const kind = document.createElement("small");
        kind.textContent = hit.matched === hit.label ? hit.kind : `${hit.kind}, also called ${hit.matched}`;
        option.append(name, " ", kind);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = hits.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
  };

  box.addEventListener("input", () => {
    clearTimeout(due);
    asked?.abort();
    if (box.value.trim() === "") close();
    else due = setTimeout(ask, pause);
  });
  const ask = async () => {
    const text = box.value.trim();
    asked = new AbortController();
    const address = new URL(box.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    address.searchParams.set("limit", String(suggested));
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).items);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  // A press begins before the box loses the focus, and so is not lost with the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  box.addEventListener("blur", close);
}
