// A place field as an ARIA combobox (list autocomplete, nothing chosen in the user's stead), or,
// for several places, a combobox that adds removable tags. Without this file both are plain
// fields; with it the text sent is the same, so that the server knows of one way only.
"use strict";

(() => {
  const PAUSE = 150; // milliseconds without typing before a search
  let made = 0;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** Give `input` a list of proposals; `choose` is called with the one that is picked. */
  function combobox(input, url, texts, choose) {
    const id = `territories-${++made}`;
    const list = element("ul", { id, role: "listbox", "aria-label": texts.list, class: "essaim-combobox__list" });
    const status = element("div", { role: "status", class: "fr-sr-only" });
    list.hidden = true;
    input.after(list, status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
      autocomplete: "off",
      spellcheck: "false",
    })) input.setAttribute(name, value);

    let options = [];
    let current = -1;
    let turn = 0;
    let timer;

    function close() {
      clearTimeout(timer);
      turn += 1; // an answer still on its way comes too late
      list.hidden = true;
      current = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function move(to) {
      options.forEach(([option], place) => option.setAttribute("aria-selected", String(place === to)));
      current = to;
      const option = options[to][0];
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function pick(result) {
      close();
      status.textContent = "";
      choose(result, status);
    }

    function show(results) {
      options = results.map((result, place) => {
        const kind = element("span", { class: "fr-hint-text" }, result.kind);
        const option = element("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false" }, result.label, " ", kind);
        // Before the field loses its focus, which would close the list.
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => pick(result));
        return [option, result];
      });
      list.replaceChildren(...options.map(([option]) => option));
      current = -1;
      list.hidden = !results.length;
      input.setAttribute("aria-expanded", String(results.length > 0));
      input.removeAttribute("aria-activedescendant");
      status.textContent = !results.length
        ? texts.none
        : results.length === 1 ? texts.one : texts.many.replace("%n", results.length);
    }

    async function search() {
      const text = input.value.trim();
      if (text.length < 2) return close();
      const mine = ++turn;
      try {
        const answer = await fetch(`${url}&q=${encodeURIComponent(text)}`);
        if (!answer.ok) return close();
        const { results } = await answer.json();
        if (mine === turn) show(results);
      } catch {
        close(); // offline: the field goes on as a plain one
      }
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      const open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) return search();
        const step = event.key === "ArrowDown" ? 1 : -1;
        move(current < 0 && step < 0 ? options.length - 1 : (current + step + options.length) % options.length);
      } else if (event.key === "Enter" && open && current >= 0) {
        event.preventDefault();
        pick(options[current][1]);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", close);
  }

  function changed(field) {
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function one(input) {
    combobox(input, input.dataset.url, JSON.parse(input.dataset.texts), (result) => {
      input.value = result.label;
      // A question asked about another text no longer stands.
      input.closest(".essaim-combobox").parentElement.querySelector("[data-choices]")?.remove();
      changed(input);
    });
  }

  function several(area) {
    const texts = JSON.parse(area.dataset.texts);
    // The field people see takes the name by which labels, hints and errors point to it.
    const input = element("input", { type: "text", class: "fr-input", id: area.id });
    area.id = `${area.id}_lines`;
    const tags = element("ul", { class: "fr-tags-group essaim-combobox__tags" });
    const described = area.getAttribute("aria-describedby");
    if (described) input.setAttribute("aria-describedby", described);
    if (area.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
    area.hidden = true;
    area.before(tags, input);

    const lines = () => area.value.split("\n").map((line) => line.trim()).filter(Boolean);

    function write(values) {
      area.value = values.join("\n");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      changed(area);
    }

    function draw() {
      tags.hidden = !lines().length;
      tags.replaceChildren(...lines().map((line) => {
        const button = element("button", { type: "button", class: "fr-tag fr-tag--dismiss", "aria-label": texts.remove.replace("%t", line) }, line);
        button.addEventListener("click", () => {
          write(lines().filter((other) => other !== line));
          status.textContent = texts.removed.replace("%t", line);
          input.focus();
        });
        return element("li", {}, button);
      }));
    }

    function add(text) {
      input.value = "";
      if (!lines().includes(text)) write([...lines(), text]);
      status.textContent = texts.added.replace("%t", text);
    }

    combobox(input, area.dataset.url, texts, (result) => add(result.label));
    const status = input.parentElement.querySelector("[role=status]");
    // What was typed without choosing is not lost: it joins the list, the server reads it.
    function keep() {
      const typed = input.value.trim();
      if (typed) add(typed);
    }
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.defaultPrevented && input.value.trim()) {
        event.preventDefault();
        keep();
      }
    });
    // What is being typed is no change of the form until it joins the list.
    input.addEventListener("input", (event) => event.stopPropagation());
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("blur", keep);
    area.form?.addEventListener("submit", keep, { capture: true });
    area.addEventListener("input", draw); // a text given back by the page is shown too
    draw();
  }

  function start(root) {
    root.querySelectorAll("input[data-combobox]:not([role])").forEach(one);
    root.querySelectorAll("textarea[data-territories]:not([data-ready])").forEach((area) => {
      area.dataset.ready = "";
      several(area);
    });
  }

  start(document);
  document.addEventListener("htmx:load", (event) => start(event.target));
})();
