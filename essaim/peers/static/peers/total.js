// The running total of a reading, from 0 to 100, and the digits that choose a level.
(function () {
  "use strict";
  var shown = document.querySelector("[data-total]");
  var criteria = Array.prototype.slice.call(document.querySelectorAll(".peers-criterion[data-weight]"));
  if (!shown || !criteria.length) return;

  function levelOf(criterion) {
    var chosen = criterion.querySelector("input[type=radio]:checked");
    return chosen && chosen.value ? Number(chosen.value) : null;
  }

  // The digit of a key: typed as such, or the key that bears it (on a French keyboard it writes it
  // with Shift alone). « F5 » is no digit, nor is the keypad where it moves the cursor.
  function digitOf(event) {
    if (/^[1-6]$/.test(event.key)) return event.key;
    var found = /^Digit([1-6])$/.exec(event.code || "");
    return found ? found[1] : "";
  }

  function tell() {
    var total = 0, weights = 0, left = 0;
    criteria.forEach(function (criterion) {
      var level = levelOf(criterion), weight = Number(criterion.dataset.weight);
      if (!level) { left += 1; return; }
      total += weight * (level - 1) / (Number(criterion.dataset.levels) - 1);
      weights += weight;
    });
    if (!weights) { shown.textContent = ""; return; }
    var score = (100 * total / weights).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    shown.textContent = shown.dataset.said + " " + score + " / 100" + (left ? " (" + shown.dataset.left + " " + left + ")" : "");
  }

  document.querySelectorAll(".essaim-needs-script[hidden]").forEach(function (each) { each.hidden = false; });
  criteria.forEach(function (criterion) {
    criterion.addEventListener("change", tell);
    criterion.addEventListener("keydown", function (event) {
      if (event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
      var digit = digitOf(event);
      var wanted = digit && criterion.querySelector('input[type=radio][value="' + digit + '"]');
      if (!wanted) return;
      event.preventDefault();
      wanted.checked = true;
      wanted.focus();
      wanted.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
  tell();
})();
