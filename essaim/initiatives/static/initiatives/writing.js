// Writing a card: rows added in place, a draft that saves itself, a copy in this browser so that
// nothing typed is lost. Without this script every button still works, by a page's round trip.
"use strict";

(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) {
    return;
  }
  const PREFIX = "essaim:";
  const KEPT_DAYS = 30;
  const PAUSE = 1500; // milliseconds without a key before a draft saves itself
  const key = `${PREFIX}${form.dataset.keep}:${location.pathname}`;
  const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "key"]);
  const NOT_TEXT = /^(version|seen|key|csrfmiddlewaretoken)$|-(id|TOTAL_FORMS|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS)$/;
  const status = form.querySelector("[data-saved]");

  for (const element of document.querySelectorAll(".essaim-needs-script")) {
    element.hidden = false;
  }

  // --- rows -----------------------------------------------------------------
  function addRow(list) {
    const total = form.elements[`${list.dataset.rows}-TOTAL_FORMS`];
    const index = Number(total.value);
    const holder = document.createElement("template");
    holder.innerHTML = list
      .querySelector("template[data-blank]")
      .innerHTML.replaceAll("__prefix__", String(index))
      .replaceAll("__number__", String(index + 1));
    const row = holder.content.firstElementChild;
    list.querySelector("[data-list]").append(row);
    total.value = String(index + 1);
    return row;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add]");
    if (!button) {
      return;
    }
    event.preventDefault();
    const row = addRow(button.closest("[data-rows]"));
    row.querySelector("input:not([type=hidden]), select, textarea").focus();
  });

  // --- the copy in this browser -----------------------------------------------
  function typed() {
    return [...new FormData(form)].filter(([name]) => !NEVER_KEPT.has(name));
  }

  function words(entries) {
    return JSON.stringify(
      entries
        .filter(([name, value]) => !NOT_TEXT.test(name) && String(value).trim() !== "")
        .map(([name, value]) => [name, String(value).replace(/\r\n/g, "\n").trim()]),
    );
  }

  function keep(extra) {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), entries: typed(), ...extra }));
    } catch {
      // Private browsing or a full store: the server's own saving is what is left.
    }
  }

  function forget() {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept then.
    }
  }

  function kept() {
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(PREFIX)) {
          continue;
        }
        const copy = JSON.parse(localStorage.getItem(name));
        const old = Date.now() - copy.at > KEPT_DAYS * 24 * 3600 * 1000;
        // A form that was sent led here: it was received, or the server itself keeps its text.
        const received = copy.submitted && name !== key;
        if (old || received) {
          localStorage.removeItem(name);
        }
      }
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function restore(entries) {
    for (const list of form.querySelectorAll("[data-rows]")) {
      const name = `${list.dataset.rows}-TOTAL_FORMS`;
      const wanted = Number((entries.find(([given]) => given === name) || [name, 0])[1]);
      while (Number(form.elements[name].value) < wanted) {
        addRow(list);
      }
    }
    const given = new Map();
    for (const [name, value] of entries) {
      given.set(name, [...(given.get(name) || []), value]);
    }
    for (const element of form.elements) {
      if (!element.name || NEVER_KEPT.has(element.name) || element.tagName === "BUTTON") {
        continue;
      }
      const values = given.get(element.name) || [];
      if (element.type === "checkbox" || element.type === "radio") {
        element.checked = values.includes(element.value);
      } else if (element.multiple) {
        for (const option of element.options) {
          option.selected = values.includes(option.value);
        }
      } else if (values.length && !/-TOTAL_FORMS$/.test(element.name)) {
        element.value = values.shift();
        element.dispatchEvent(new Event("input"));
      }
    }
  }

  const copy = kept();
  const offer = document.querySelector("[data-restore]");
  const version = form.elements.version ? Number(form.elements.version.value) : 0;
  if (copy && offer) {
    const before = Number((copy.entries.find(([name]) => name === "version") || [0, 0])[1]);
    if ((copy.submitted && version > before) || words(copy.entries) === words(typed())) {
      forget();
    } else {
      offer.hidden = false;
      offer.querySelector("[data-when]").textContent = new Date(copy.at).toLocaleString(
        document.documentElement.lang,
        { dateStyle: "long", timeStyle: "short" },
      );
      offer.querySelector("[data-yes]").addEventListener("click", () => {
        restore(copy.entries);
        offer.hidden = true;
        form.dispatchEvent(new Event("input", { bubbles: true }));
      });
      offer.querySelector("[data-no]").addEventListener("click", () => {
        forget();
        offer.hidden = true;
      });
    }
  }

  // --- a draft saves itself -----------------------------------------------------
  let stopped = !("autosave" in form.dataset);
  let dirty = false;
  let timer = 0;
  let running = null;

  function say(text) {
    if (status && text) {
      status.textContent = text;
    }
  }

  async function send() {
    const sent = words(typed());
    let answer;
    try {
      answer = await fetch(location.pathname, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Essaim-Autosave": "1" },
        credentials: "same-origin",
      });
    } catch {
      say(form.dataset.offline);
      return;
    }
    if (answer.status === 403) {
      say(form.dataset.expired);
      return;
    }
    const result = await answer.json().catch(() => ({}));
    say(result.message);
    if (!answer.ok) {
      stopped = answer.status === 409;
      return;
    }
    form.elements.version.value = result.version;
    form.elements.seen.value = result.seen;
    for (const [row, id] of Object.entries(result.rows)) {
      form.elements[`${row}-id`].value = id;
    }
    if (words(typed()) === sent && result.complete) {
      forget();
    } else {
      keep();
    }
  }

  function save() {
    clearTimeout(timer);
    if (stopped || running || !dirty) {
      return;
    }
    dirty = false;
    running = send().finally(() => {
      running = null;
      if (dirty) {
        timer = setTimeout(save, PAUSE);
      }
    });
  }

  form.addEventListener("input", () => {
    dirty = true;
    keep();
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      save();
    }
  });

  // The button waits for a saving under way: it would else compete with ourselves.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    dirty = false;
    if (running) {
      event.preventDefault();
      running.finally(() => form.requestSubmit(event.submitter || undefined));
      return;
    }
    stopped = true;
    keep({ submitted: true });
  });
})();
