"use strict";
// The address holds the text, so that it is the link that reproduces a drawing, and Back goes back.
const find = (id) => document.getElementById(id);
const form = find("ask");
const text = find("text");
const limit = Number(form.dataset.limit);
const models = ["base", "tuned", "constrained"];
let listening = null;

function say(words, bad = false) {
  find("status").textContent = words;
  find("status").classList.toggle("bad", bad);
}

const address = () => `#${new URLSearchParams({ text: text.value })}`;

function problem() {
  if (!text.value.trim()) return "Nothing to draw yet: write a text, or take an example.";
  const many = [...text.value].length;
  return many > limit ? `The text has ${many} characters, ${many - limit} too many: shorten it.` : "";
}

function clear() {
  find("results").hidden = false;
  find("words").textContent = "";
  find("panel-expected").replaceChildren();
  for (const model of models) {
    find(`panel-${model}`).innerHTML = `<figcaption><h4><i class="swatch back-${model}"></i>${model}</h4></figcaption><p class="waiting">not yet</p>`;
  }
}

function show(event) {
  if (event.error) say(event.error, true);
  if (event.status) say(event.status);
  if (event.there) {
    for (const place of document.querySelectorAll(".there")) place.textContent = event.there;
    // Beside each other, base is what the others are compared with.
    find("mark-base").parentElement.hidden = event.there === "base";
    if (event.there === "base" && find("mark-base").checked) find("mark-tuned").checked = true;
  }
  // The server escapes what it puts into a panel, and the policy of the page runs nothing of it.
  for (const [name, html] of Object.entries(event.panels ?? {})) find(`panel-${name}`).innerHTML = html;
  if (event.words) find("words").textContent = event.words;
}

async function draw() {
  listening?.abort();
  find("results").removeAttribute("aria-busy");
  if (problem()) return say(problem(), true);
  const mine = (listening = new AbortController());
  clear();
  say("Asking ...");
  find("results").setAttribute("aria-busy", "true");
  try {
    const reply = await fetch("/answer", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: text.value }),
      signal: mine.signal,
    });
    let rest = "";
    for (const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) show(JSON.parse(line));
    }
  } catch (error) {
    if (mine.signal.aborted) return;
    say("The server does not answer: is it still running?", true);
  }
  if (listening === mine) find("results").removeAttribute("aria-busy");
}

function read() {
  const given = new URLSearchParams(location.hash.slice(1)).get("text");
  if (given === null) return;
  text.value = given;
  count();
  draw();
}

function count() {
  find("count").value = [...text.value].length.toLocaleString("en");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const before = location.hash;
  if (!problem()) location.hash = address(); // drawn by the event that this makes
  if (location.hash === before) draw();
});
text.addEventListener("input", count);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
window.addEventListener("hashchange", read);

find("copy").addEventListener("click", async () => {
  const link = new URL(address(), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    say("Link copied.");
  } catch {
    history.replaceState(null, "", link);
    say("The browser does not let this page copy; the link stands in its address bar.");
  }
});

find("results").addEventListener("click", (event) => {
  const button = event.target.closest(".view");
  if (!button) return;
  const dialog = find("large");
  dialog.querySelector("p").textContent = button.getAttribute("aria-label").replace("Enlarge: ", "");
  dialog.querySelector("div").replaceChildren(button.firstElementChild.cloneNode(true));
  dialog.showModal();
});
find("large").addEventListener("click", (event) => event.target === find("large") && find("large").close());
count(); // a reloaded page keeps what was written
read();
