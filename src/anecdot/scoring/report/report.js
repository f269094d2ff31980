"use strict";
// The gallery's filters, and a larger look at a drawing. The page reads whole without this.
const form = document.getElementById("filters");
const fields = form.elements;
const cards = [...document.querySelectorAll("article")].map((card) => ({
  card,
  verdicts: card.dataset.verdict.split("|"),
  text: null, // gathered at the first search
}));

function words(entry) {
  const parts = [...entry.card.querySelectorAll("h3, pre")].map((part) => part.textContent);
  return (entry.text ??= parts.join("\n").toLowerCase());
}

function filter() {
  const search = fields.text.value.trim().toLowerCase();
  let shown = 0;
  for (const entry of cards) {
    const { card, verdicts } = entry;
    const passes =
      ["block", "source", "kind", "style"].every(
        (name) => !fields[name].value || fields[name].value === card.dataset[name],
      ) &&
      (!fields.verdict.value || verdicts.includes(fields.verdict.value)) &&
      (!search || words(entry).includes(search));
    card.hidden = !passes;
    shown += passes;
  }
  const all = cards.length;
  document.getElementById("count").value = shown < all ? `${shown} of ${all} pairs` : `${all} pairs`;
  document.getElementById("nothing").hidden = shown > 0;
}

for (const name of ["input", "change"]) form.addEventListener(name, filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    form.reset();
    for (const [name, value] of Object.entries(button.dataset)) {
      if (name !== "show") fields[name].value = value;
    }
    filter();
    document.getElementById("gallery").scrollIntoView();
    fields.text.focus({ preventScroll: true });
  });
}

const dialog = document.getElementById("large");
for (const button of document.querySelectorAll(".view")) {
  button.addEventListener("click", () => {
    const title = button.getAttribute("aria-label").replace("Enlarge: ", "");
    dialog.querySelector("p").textContent = title;
    dialog.querySelector("div").replaceChildren(button.firstElementChild.cloneNode(true));
    dialog.showModal();
  });
}
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
filter(); // a reloaded page keeps what was chosen
