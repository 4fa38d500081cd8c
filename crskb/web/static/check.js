// The answers to a list as text on the clipboard, and printed. Without this script the page says the same.
"use strict";

for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.querySelector("[data-copy]")?.addEventListener("click", async () => {
  const said = document.querySelector("[data-copied]");
  said.textContent = (await copy(asText(document.querySelector(".checked-list")))) ? "Copied." : "This browser does not let a page copy.";
});

function asText(list) {
  const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const lines = [words(list.querySelector("h2"))];
  for (const table of list.querySelectorAll("table")) {
    lines.push("", words(document.getElementById(table.getAttribute("aria-labelledby"))));
    for (const row of table.querySelectorAll("tbody tr")) {
      const [number, text, answer] = row.cells;
      lines.push(`${words(number)}. ${words(text)}: ${words(answer)}`);
    }
  }
  lines.push("", words(list.querySelector(".matched")), words(list.querySelector(".print-only")));
  return lines.join("\n");
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // a page that came without https may still copy what is selected
    const box = document.body.appendChild(document.createElement("textarea"));
    box.value = text;
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    return copied;
  }
}
