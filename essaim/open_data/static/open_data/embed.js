// For pages of other sites: gives each of our frames the height of what it shows.
// <iframe class="essaim-widget" src="https://…/widget/initiatives?territory=department:38" title="…"></iframe>
"use strict";
window.addEventListener("message", (event) => {
  const height = Number(event.data && event.data.essaimHeight);
  if (!Number.isFinite(height) || height < 0 || height > 20000) return;
  for (const frame of document.querySelectorAll("iframe.essaim-widget")) {
    // Only the frame that speaks, and only what it was loaded from.
    if (frame.contentWindow === event.source && new URL(frame.src).origin === event.origin) {
      frame.height = String(Math.ceil(height));
    }
  }
});
