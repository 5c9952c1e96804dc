// What every page shares: after a refused form, the reader is taken to what must be mended.
"use strict";

const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}
