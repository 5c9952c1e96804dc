// Moving a component from one column to another presses the button that does it: the same form
// serves the mouse, the keyboard and the page without this file.
"use strict";

const board = document.querySelector("[data-board]");
let carried = null;

for (const item of board.querySelectorAll("[data-component]")) {
  item.draggable = true;
  item.addEventListener("dragstart", (event) => {
    carried = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.id);
    item.classList.add("modelling-carried");
  });
  item.addEventListener("dragend", () => {
    carried = null;
    item.classList.remove("modelling-carried");
  });
}

for (const column of board.querySelectorAll("[data-column]")) {
  column.addEventListener("dragover", (event) => {
    if (carried) {
      event.preventDefault();
      column.classList.add("modelling-target");
    }
  });
  column.addEventListener("dragleave", () => column.classList.remove("modelling-target"));
  column.addEventListener("drop", (event) => {
    event.preventDefault();
    column.classList.remove("modelling-target");
    const button = carried?.querySelector(`button[value="${column.dataset.column}"]`);
    button?.form.requestSubmit(button);
  });
}

const help = document.querySelector("[data-drag-help]");
help.hidden = false;
// After a move, whoever uses the keyboard goes on from the component that moved.
document.querySelector(".modelling-moved button")?.focus({ preventScroll: true });
