// Suggestions while typing: the combobox with listbox popup of the ARIA Authoring Practices. Without this script the form still works.
"use strict";

const WAIT_MS = 120;
const SHORTEST = 2;
const MOST_WORDS = 5; // for a class or a combination
// What people type for a class or a combination, each with which of them it is; on the search page alone.
const WORDS = JSON.parse(document.getElementById("known-words")?.textContent ?? "[]");
const folded = (text) => text.toLowerCase().replace(/[\s-]+/g, "");

for (const form of document.querySelectorAll("form[data-lookup]")) suggest(form);

function suggest(form) {
  const input = form.querySelector("input[name=q]");
  const list = make("ul", { id: `${input.id}-options`, className: "options", hidden: true }, { role: "listbox", "aria-label": "Medicines" });
  const status = make("p", { className: form.classList.contains("hero-search") ? "hint search-status" : "visually-hidden" }, { role: "status" });
  let active = -1, timer = 0, request = null;

  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, "aria-haspopup": "listbox" })) input.setAttribute(name, value);
  input.parentNode.append(list);
  form.append(status);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) { if (list.children.length) show(true); else ask(); }
      else activate(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.href);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      show(false);
    }
  });
  input.addEventListener("blur", () => show(false));
  form.addEventListener("submit", () => { clearTimeout(timer); request?.abort(); });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });

  async function ask() {
    request?.abort();
    const text = input.value.trim();
    if (text.length < SHORTEST) { fill([]); status.textContent = ""; return; }
    request = new AbortController();
    const { signal } = request;
    try {
      const answer = await fetch(`${form.dataset.lookup}?q=${encodeURIComponent(text)}`, { signal, cache: "no-store", referrerPolicy: "no-referrer" });
      if (!answer.ok) throw new Error(answer.status);
      const { status: word, message, matches, class: found } = await answer.json();
      const drugs = found ? found.members.map((drug) => ({ drug, name: drug.name, match: "class" })) : matches.filter((match, at) => matches.findIndex((other) => other.drug.id === match.drug.id) === at);
      fill([...drugs.map(ofDrug), ...WORDS.filter(([name]) => folded(name).startsWith(folded(text))).slice(0, MOST_WORDS).map(ofWord)]);
      const count = list.children.length;
      status.textContent = count ? `${count} to choose from.` : word === "unknown" ? "No listed name yet. That is not evidence of safety." : message;
    } catch (error) {
      if (error.name !== "AbortError") fill([]);
    }
  }

  function ofDrug(match) {
    const same = match.name.toLowerCase() === match.drug.name.toLowerCase();
    const note = [match.match === "fuzzy" ? "similar name" : "", same ? "" : match.name, `${match.drug.tier_name} risk`];
    return [match.drug.name, note.filter(Boolean).join(", "), `${form.dataset.drugs}${encodeURIComponent(match.drug.id)}?name=${encodeURIComponent(match.name)}`];
  }

  function ofWord([name, kind]) {
    return [name, kind === "class" ? "a class of medicines" : "a combination of medicines", `${form.action}?q=${encodeURIComponent(name)}`];
  }

  function fill(choices) {
    list.replaceChildren(...choices.map(([name, note, href], at) => {
      const option = make("li", { id: `${list.id}-${at}` }, { role: "option", "aria-selected": "false" });
      option.dataset.href = href;
      option.append(make("span", { textContent: name }), make("span", { className: "option-note", textContent: note }));
      return option;
    }));
    active = -1;
    show(choices.length > 0 && document.activeElement === input);
  }

  function activate(at) {
    const options = [...list.children];
    active = at < -1 ? options.length - 1 : at >= options.length ? -1 : at;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else { input.setAttribute("aria-activedescendant", options[active].id); options[active].scrollIntoView({ block: "nearest" }); }
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) activate(-1);
  }
}

// "/" leads to the search box, as in many sites, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("main input[name=q], input[name=q]");
  if (box) { event.preventDefault(); box.focus(); box.select(); }
});

function make(tag, properties, attributes = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
