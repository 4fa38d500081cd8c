// What a drug page does better with a script: open the fold that a link leads into, print, copy the address. All of it can be read without.
"use strict";

addEventListener("hashchange", openFold);
openFold();

function openFold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const closed = [];
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) if (!fold.open) closed.push(fold);
  for (const fold of closed) fold.open = true;
  if (closed.length) target.scrollIntoView();
}

const tools = document.querySelector(".tools");
add("Print", () => print());
const address = document.querySelector("link[rel=canonical]");
if (navigator.clipboard && address) {
  add("Copy address", async (button) => {
    await navigator.clipboard.writeText(address.href);
    button.textContent = "Address copied";
  });
}

function add(label, act) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: label });
  button.addEventListener("click", () => act(button));
  item.append(button);
  tools?.append(item);
}
