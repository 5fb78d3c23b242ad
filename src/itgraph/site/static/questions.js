// The box above the questions that hides those without the words that are typed.

const form = document.getElementById("filter");
const box = document.getElementById("filter-words");
const count = document.getElementById("filter-count");

if (form && box && count) {
  const items = [...document.querySelectorAll("#all-questions li")].map((item) => ({
    item,
    text: `${item.textContent} ${item.dataset.words}`.toLowerCase(),
  }));
  const sections = [...document.querySelectorAll("#all-questions section")];

  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { item, text } of items) item.hidden = !words.every((word) => text.includes(word));
    for (const section of sections) section.hidden = section.querySelector("li:not([hidden])") === null;
    const left = items.filter(({ item }) => !item.hidden).length;
    count.textContent = words.length === 0 ? "" : `${left} of ${items.length}`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", filter);
  // A browser that comes back to the page may have kept what was typed.
  filter();
}
