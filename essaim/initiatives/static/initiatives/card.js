// The card's page: what only a script can do is shown once it runs.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const details of document.querySelectorAll("details")) {
      details.open = true;
    }
    window.print();
  });
}
