// What every page shares.
"use strict";

// After a refused form, the reader is taken to what must be mended.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

// A table wider than the screen can be scrolled with the keyboard.
for (const container of document.querySelectorAll(".fr-table__container")) {
  if (container.scrollWidth > container.clientWidth) {
    container.tabIndex = 0;
  }
}
