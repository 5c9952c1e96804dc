// Inside the frame: says how tall the page is, and nothing else.
"use strict";
const tell = () =>
  window.parent.postMessage({ essaimHeight: document.documentElement.scrollHeight }, "*");
new ResizeObserver(tell).observe(document.body);
window.addEventListener("load", tell);
