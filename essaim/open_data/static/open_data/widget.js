// Inside the frame: says how tall what it shows is, and nothing else. Not scrollHeight, which is never
// less than the frame: a frame that was once tall would stay so.
"use strict";
const tell = () => {
  const height = document.documentElement.getBoundingClientRect().height;
  window.parent.postMessage({ essaimHeight: height }, "*");
};
new ResizeObserver(tell).observe(document.body);
window.addEventListener("load", tell);
