// The coordinator's queue: keys, the pane beside the list, and what others do meanwhile.
// Every act here is a link or a form of the page; without this file they work one by one.
(() => {
  const WIDE = matchMedia("(min-width: 1101px)");
  const EVERY = 5000; // ms between two signs of life
  const SHOWN_FOR = 12000; // ms that a sentence stays
  const FRESH_FOR = 20000; // ms that a pane read in advance may be shown

  const queue = () => document.getElementById("queue");
  const list = () => document.getElementById("queue-list");
  const pane = document.getElementById("preview");
  const keys = document.getElementById("keys");
  const rows = () => [...document.querySelectorAll("tr[data-mre]")];
  const rowOf = (mre) => document.querySelector(`tr[data-mre="${mre}"]`);
  const linkOf = (row) => row.querySelector("a.row-link");
  const inPane = (what) => pane.querySelector(what);

  let chosen = null; // the number of the request in the pane
  let wanted = null; // what a key asked for before the pane was there,
  let ahead = ""; // and what was typed since
  const done = new Set(); // what was dealt with here: no news
  const notes = new Map(); // what was typed for a request and not sent
  const panes = new Map(); // read in advance: number -> {at, html}

  // --- Saying things -----------------------------------------------------------------------------

  const say = (words, tone = "info") => {
    const box = document.createElement("div");
    box.className = `alert alert-${tone}`;
    box.textContent = words;
    document.getElementById("said").replaceChildren(box);
    setTimeout(() => box.remove(), SHOWN_FOR);
  };

  const numbered = (count, words) => `${count} ${words}${count === 1 ? "" : "s"}`;

  // --- The pane ----------------------------------------------------------------------------------

  const readPane = (mre) => {
    const known = panes.get(mre);
    if (known && Date.now() - known.at < FRESH_FOR) return known.html;
    const html = fetch(rowOf(mre).dataset.preview, { headers: { "HX-Request": "true" } }).then(
      (answer) => {
        if (answer.redirected) location.reload(); // signed out meanwhile
        return answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)));
      },
    );
    html.catch(() => panes.delete(mre));
    panes.set(mre, { at: Date.now(), html });
    return html;
  };

  const keepNote = () => {
    const note = inPane("textarea[name=note]");
    if (note && chosen) notes.set(chosen, note.value);
  };

  const showPane = async (mre) => {
    try {
      const html = await readPane(mre);
      if (mre !== chosen) return;
      pane.innerHTML = html;
      htmx.process(pane);
      settlePane();
    } catch {
      if (mre === chosen) wanted = null;
      panes.delete(mre);
    }
  };

  const settlePane = () => {
    const note = inPane("textarea[name=note]");
    if (note && notes.get(chosen)) note.value = notes.get(chosen);
    inPane("input[name=mentor]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
    showLooking();
    const ask = wanted;
    wanted = null;
    if (ask) act[ask]();
    if (ask === "note") type(ahead);
    ahead = "";
    const after = rows()[rows().indexOf(rowOf(chosen)) + 1];
    if (after) readPane(after.dataset.mre);
  };

  // --- Choosing a row ----------------------------------------------------------------------------

  const mark = () => {
    for (const row of rows()) {
      const is = row.dataset.mre === chosen;
      row.classList.toggle("is-selected", is);
      is ? linkOf(row).setAttribute("aria-current", "true") : linkOf(row).removeAttribute("aria-current");
    }
  };

  const remember = () => {
    const address = new URL(location);
    chosen ? address.searchParams.set("open", chosen) : address.searchParams.delete("open");
    history.replaceState(history.state, "", address);
  };

  const choose = (row, { focus = false } = {}) => {
    keepNote();
    const mre = row ? row.dataset.mre : null;
    const isOther = mre !== chosen;
    chosen = mre;
    mark();
    remember();
    if (focus) (row ? linkOf(row) : document.getElementById("main")).focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    if (!WIDE.matches) return;
    if (!row) pane.replaceChildren();
    else if (isOther || !inPane(`[data-mre="${mre}"]`)) showPane(mre);
  };

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(rowOf(chosen));
    const next = all[at + by];
    if (next) return choose(next, { focus: true });
    const page = at >= 0 && document.querySelector(`#queue a[rel=${by > 0 ? "next" : "prev"}]`);
    if (page) page.click();
  };

  // After an act: the row goes, the next one takes its place.
  const goOn = (mre) => {
    done.add(mre);
    const row = rowOf(mre);
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    notes.delete(mre);
    panes.delete(mre);
    row?.remove();
    if (mre === chosen) {
      chosen = null;
      choose(next ?? null, { focus: true });
    }
    refresh();
  };

  // --- The list ----------------------------------------------------------------------------------

  Idiomorph.defaults.ignoreActiveValue = true;
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
    !(name === "open" && node.tagName === "DETAILS") && !(name === "checked" && node.name === "mre");

  // What the page says now, without moving focus, scroll, choices or the pane.
  let reading = 0;
  const refresh = async () => {
    const mine = ++reading;
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return [];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== reading) return []; // read before the latest act: a newer page is on its way
    const before = new Set(rows().map((row) => row.dataset.mre));
    const top = rowOf(chosen)?.getBoundingClientRect().top;
    Idiomorph.morph(queue(), page.getElementById("queue"));
    htmx.process(queue());
    for (const part of ["#queue-summary", ".main-nav"]) {
      Idiomorph.morph(document.querySelector(part), page.querySelector(part));
    }
    settle();
    const now = rowOf(chosen)?.getBoundingClientRect().top;
    if (top !== undefined && now !== undefined) scrollBy(0, now - top);
    return rows().filter((row) => !before.has(row.dataset.mre));
  };

  const settle = () => {
    mark();
    showLooking();
    for (const link of document.querySelectorAll("a[href*='open=']")) {
      link.href = link.href.replace(/([?&])open=\d+&?/, "$1");
    }
  };

  const start = () => {
    const asked = rowOf(new URL(location).searchParams.get("open"));
    choose(asked ?? rows()[0] ?? null);
    settle();
  };

  // --- Others ------------------------------------------------------------------------------------

  let looking = {};

  const showLooking = () => {
    for (const row of rows()) show(row.querySelector("[data-looking]"), row.dataset.mre);
    show(inPane("[data-looking-at]"), chosen);
  };

  const show = (place, mre) => {
    if (!place) return;
    const names = looking[mre] ?? [];
    const words = names.length ? `${names.join(", ")} ${names.length === 1 ? "is" : "are"} looking` : "";
    if (place.textContent !== words) place.textContent = words;
  };

  const pulse = async () => {
    if (document.visibilityState !== "visible" || !list()) return;
    const sign = new FormData(document.getElementById("pulse"));
    sign.set("stamp", list().dataset.stamp);
    for (const row of rows()) sign.append("row", row.dataset.mre);
    if (chosen) sign.set("looking", chosen);
    const answer = await fetch(list().dataset.pulse, { method: "POST", body: sign }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const heard = await answer.json();
    looking = heard.looking;
    showLooking();
    if (heard.gone) await takeIn(heard.gone);
  };

  // The list has changed: read it again and say what is different.
  const takeIn = async (gone) => {
    const lost = chosen;
    const after = rowOf(chosen)?.nextElementSibling?.dataset.mre;
    const came = await refresh();
    const news = Object.keys(gone).filter((mre) => !done.has(mre)).map((mre) => gone[mre]);
    if (news.length) say(news.join(" "), "warning");
    else if (came.length) say(`${numbered(came.length, "request")} came in.`);
    if (lost && !rowOf(lost)) choose(rowOf(after) ?? rows()[0] ?? null);
  };

  // --- Acts --------------------------------------------------------------------------------------

  const focusOn = (what) => {
    const found = inPane(what);
    found?.focus();
    return found;
  };

  const act = {
    assign: () => {
      const note = inPane("textarea[name=note][required]");
      if (note && !note.value.trim()) note.focus();
      else focusOn("[data-assign]");
    },
    note: () => focusOn("textarea[name=note]"),
    withdraw: () => inPane("[data-withdraw]")?.click(),
    move: () => inPane("[data-move]")?.click(),
  };

  // The pane may still be on its way: then the act follows when it is there.
  const inTime = (name) => {
    if (!chosen) return;
    inPane(`[data-mre="${chosen}"]`) ? act[name]() : (wanted = name);
  };

  const type = (words) => {
    const note = inPane("textarea[name=note]");
    if (note && words) note.setRangeText(words, note.value.length, note.value.length, "end");
  };

  // Until the pane is there no key means anything else: half a word must not withdraw somebody.
  const waitForThePane = (event) => {
    if (event.key === "Escape") wanted = null;
    else if (wanted === "note" && event.key.length === 1) ahead += event.key;
    event.preventDefault();
  };

  const mentor = (place) => {
    const radio = pane.querySelectorAll("input[name=mentor]")[place - 1];
    if (radio) radio.click();
  };

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    a: () => inTime("assign"),
    n: () => inTime("note"),
    w: () => inTime("withdraw"),
    m: () => inTime("move"),
    o: () => chosen && linkOf(rowOf(chosen)).click(),
    x: () => chosen && rowOf(chosen).querySelector("input[name=mre]")?.click(),
    "/": () => document.querySelector("#queue input[type=search]").focus(),
    "?": () => keys.showModal(),
  };

  const isTyping = (where) =>
    where.isContentEditable ||
    where.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");

  addEventListener("keydown", (event) => {
    if (keys.open || event.altKey || event.metaKey) return;
    if (wanted && !isTyping(event.target)) return waitForThePane(event);
    if (event.key === "Enter" && event.ctrlKey && event.target.form?.matches("[data-give]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else if (event.key === "Escape" && chosen && pane.contains(event.target)) {
      linkOf(rowOf(chosen))?.focus();
    } else if (event.key === "Escape" && isTyping(event.target)) {
      event.target.blur();
    } else if (areOn() && !event.ctrlKey && !isTyping(event.target)) {
      const number = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
      const does = number ? () => mentor(number) : KEYS[event.key];
      if (does) {
        event.preventDefault();
        does();
      }
    }
  });

  // Single keys can be switched off by who speaks to the machine or types with a tremor.
  const areOn = () => localStorage.getItem("queue-keys") !== "off";
  document.getElementById("keys-on").checked = areOn();
  document.getElementById("keys-on").addEventListener("change", (event) => {
    localStorage.setItem("queue-keys", event.target.checked ? "on" : "off");
  });

  // --- Mouse, form and server --------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) return keys.showModal();
    const row = event.target.closest("tr[data-mre]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey) && event.detail > 0;
    if (!row || !plain || !WIDE.matches || event.target.closest("input, button, .btn, summary")) return;
    if (event.target.closest("a") && event.target.closest("a") !== linkOf(row)) return;
    event.preventDefault();
    choose(row, { focus: true });
  });

  const bodyOn = (name, does) => document.body.addEventListener(name, does);
  bodyOn("assigned", (event) => {
    say(event.detail.said, "success");
    goOn(String(event.detail.mre));
  });
  bodyOn("refused", (event) => {
    say(event.detail.reason, "warning");
    if (event.detail.late && chosen) goOn(chosen);
  });
  bodyOn("htmx:afterSwap", (event) => {
    if (event.detail.target === pane) {
      settlePane();
      (inPane("[aria-invalid=true]") ?? inPane("[data-assign]"))?.focus();
    } else if (!rowOf(chosen)) start();
    else settle();
  });
  bodyOn("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 404 && chosen) {
      say(`MR-${chosen} is not in your chapters any more.`, "warning");
      goOn(chosen);
    }
  });
  WIDE.addEventListener("change", () => chosen && choose(rowOf(chosen)));

  start();
  pulse();
  setInterval(pulse, EVERY);
})();
