// What the pages gain with scripts; every one of them works without.
"use strict";

(() => {
  const SLOW = 400; // milliseconds before a wait is worth a word
  // What a new answer fills anew. The elements stay: the sheet is open as long as it is the target.
  const REGIONS = ["reading", "filters-open", "filters", "results"];
  const phone = window.matchMedia("(max-width: 63.99rem)");
  const form = document.getElementById("search");
  let asking = null;
  let shown = window.location.search;

  document.documentElement.classList.add("scripted");

  // What is said unseen reaches only readers aloud.
  const say = (words, { unseen = false } = {}) => {
    const busy = document.getElementById("busy");
    if (!busy) return;
    busy.classList.toggle("hidden-text", unseen);
    busy.textContent = words;
  };

  const saySlowly = () => window.setTimeout(() => say("Searching…"), SLOW);

  // A search is its address: empty inputs have no place in it.
  const addressOf = (searchForm) => {
    const parameters = new URLSearchParams();
    for (const [name, value] of new FormData(searchForm)) {
      if (value !== "") parameters.append(name, value);
    }
    const query = parameters.toString();
    return searchForm.getAttribute("action") + (query ? `?${query}` : "");
  };

  const sheetIsOpen = () => phone.matches && window.location.hash === "#filters";

  // The button of the filters says what waits behind it.
  const countOnButton = () => {
    const button = document.querySelector("[data-total]");
    const tally = document.getElementById("tally");
    if (!button || !tally) return;
    button.textContent = phone.matches ? `Show ${tally.firstChild.textContent.trim()}` : "Apply";
  };

  // While the sheet covers a phone's screen, nothing behind it can be reached.
  const guardSheet = () => {
    const open = sheetIsOpen();
    const sheet = document.getElementById("filters");
    if (!sheet) return;
    for (let node = sheet; node !== document.body; node = node.parentElement) {
      for (const other of node.parentElement.children) {
        if (other !== node && other.tagName !== "SCRIPT") other.inert = open;
      }
    }
    if (open) sheet.querySelector("a, input").focus({ preventScroll: true });
  };

  const show = async (address) => {
    if (asking) asking.abort();
    const mine = (asking = new AbortController());
    const focused = document.activeElement && document.activeElement.id;
    const unfolded = [...document.querySelectorAll("#filters details[open]")].map(
      (details) => details.closest("[data-facet]").dataset.facet,
    );
    const { scrollTop } = document.getElementById("filters");
    const timer = saySlowly();
    try {
      const response = await fetch(address, { signal: mine.signal, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const regions = REGIONS.map((id) => [document.getElementById(id), page.getElementById(id)]);
      if (!response.ok || regions.flat().includes(null)) throw new Error("no such regions");
      window.history.pushState(null, "", address + window.location.hash);
      shown = window.location.search;
      document.title = page.title;
      for (const [old, fresh] of regions) old.replaceChildren(...fresh.childNodes);
      const newForm = page.getElementById("search");
      form.querySelectorAll('input[type="hidden"]').forEach((input) => input.remove());
      form.append(...newForm.querySelectorAll('input[type="hidden"]'));
      for (const name of unfolded) {
        document.querySelector(`[data-facet="${CSS.escape(name)}"] details`)?.setAttribute("open", "");
      }
      countOnButton();
      guardSheet();
      const again = focused && document.getElementById(focused);
      if (again) again.focus({ preventScroll: true });
      document.getElementById("filters").scrollTop = scrollTop;
      say(document.getElementById("tally")?.firstChild.textContent.trim() ?? "", { unseen: true });
    } catch (problem) {
      if (problem.name === "AbortError") return;
      window.location.assign(address); // the server has the better words for what is wrong
    } finally {
      window.clearTimeout(timer);
    }
  };

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (form && input.form === form && input.closest("#filters")) show(addressOf(form));
  });

  document.addEventListener("submit", (event) => {
    const submitted = event.target;
    if (submitted.getAttribute("role") !== "search") return;
    event.preventDefault();
    const address = addressOf(submitted);
    if (sheetIsOpen() && address === window.location.pathname + window.location.search) {
      window.location.hash = "#results"; // the answer is here already, behind the sheet
      return;
    }
    saySlowly();
    window.location.assign(address);
  });

  // A page that comes back from the browser's memory is not waiting for anything.
  window.addEventListener("pageshow", () => say(""));
  window.addEventListener("hashchange", guardSheet);
  phone.addEventListener("change", () => {
    countOnButton();
    guardSheet();
  });
  window.addEventListener("popstate", () => {
    if (form && window.location.search !== shown) window.location.reload();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) {
      const field = document.querySelector('main input[type="search"], input[type="search"]');
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    }
    if (event.key === "Escape" && sheetIsOpen()) window.location.hash = "#results";
  });

  countOnButton();
  guardSheet();
})();
