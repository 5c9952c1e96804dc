// « Copier » appears only where it can work; the address stays readable in any case.
"use strict";

function offerCopy(root) {
  if (!navigator.clipboard) {
    return;
  }
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
  }
});

offerCopy(document);
document.body.addEventListener("htmx:load", (event) => offerCopy(event.detail.elt));
