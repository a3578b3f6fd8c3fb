// Lists on which each row is dealt with in place. The steps on a row are links to pages that ask;
// without this file they open like any page, and lead back to the list. Here such a page opens
// below its row, and once it is done the list is as it is then: the row gone, and a sentence.
(() => {
  const SHOWN_FOR = 12000; // ms that a sentence stays
  const TYPED = "textarea, select, input:not([type=hidden])";
  const list = () => document.getElementById("worklist");
  const kept = new Map(); // address of a step -> what was opened below its row, and typed there
  let open = null; // {step, address}: what is open now

  const rowOf = (what) => what.closest("tr");
  const rows = () => [...list().querySelectorAll("tr[id^=row-]")];

  const say = (...boxes) => {
    document.getElementById("said").replaceChildren(...boxes);
    setTimeout(() => boxes.forEach((box) => box.remove()), SHOWN_FOR);
  };
  const box = (words, tone) => {
    const made = document.createElement("div");
    made.className = `alert alert-${tone}`;
    made.textContent = words;
    return made;
  };

  // --- What is opened below a row ----------------------------------------------------------------

  // The page of a step without its frame, under its own heading.
  const inside = (page, address) => {
    const panel = document.createElement("section");
    const heading = document.createElement("h2");
    heading.className = "h3";
    heading.id = "panel-title";
    heading.textContent = page.querySelector("h1")?.textContent ?? "";
    panel.setAttribute("aria-labelledby", heading.id);
    panel.append(heading, ...page.querySelector("#main > div").children);
    for (const frame of panel.querySelectorAll(".page-top, #messages")) frame.remove();
    for (const form of panel.querySelectorAll("form:not([action])")) form.setAttribute("action", address);
    for (const back of panel.querySelectorAll("a.btn-link")) {
      if (back.pathname === location.pathname) back.dataset.close = "";
    }
    return panel;
  };

  const put = (panel) => {
    const row = document.createElement("tr");
    const cell = row.insertCell();
    row.className = "panel-row";
    cell.colSpan = rowOf(open.step).cells.length;
    cell.append(panel);
    list().querySelector(".panel-row")?.remove();
    rowOf(open.step).after(row);
    for (const form of panel.querySelectorAll("form[data-unfinished]")) {
      form.dispatchEvent(new Event("shown", { bubbles: true }));
    }
    panel.querySelector("input[data-name]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
    const first = ["#form-errors", `[method=post] :is(${TYPED})`, ".btn"]
      .map((what) => panel.querySelector(what))
      .find(Boolean);
    const chosen = first?.type === "radio" && panel.querySelector(`[name="${first.name}"]:checked`);
    (chosen || first)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const close = ({ focus = true } = {}) => {
    const row = list().querySelector(".panel-row");
    if (!row || !open) return;
    kept.set(open.address, row.querySelector("section"));
    row.remove();
    open.step.removeAttribute("aria-expanded");
    if (focus) open.step.focus();
    open = null;
  };

  // --- Reading and sending ------------------------------------------------------------------------

  const read = async (address, options) => {
    const answer = await fetch(address, options).catch(() => null);
    if (!answer) return say(box("The server does not answer just now. Nothing is lost; try again.", "warning"));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = new URL(answer.url);
    if (answer.redirected && there.pathname === location.pathname) return takeIn(page, page);
    if (answer.redirected && page.querySelector(".main-nav")) return takeIn(await readList(), page);
    if (answer.redirected) return location.reload(); // signed out meanwhile
    if (open) put(inside(page, answer.url));
  };

  const readList = async () => {
    const answer = await fetch(location.href);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const show = (step, address) => {
    const known = kept.get(address);
    close({ focus: false });
    open = { step, address };
    step.setAttribute("aria-expanded", "true");
    if (!known) return read(address);
    kept.delete(address);
    put(known);
  };

  // It is done, or somebody else was faster: the list as it is now, and what is said about it.
  const takeIn = (page, told) => {
    const row = open && rowOf(open.step);
    const at = rows().indexOf(row);
    const number = row?.id;
    kept.delete(open?.address);
    open = null;
    list().querySelector(".panel-row")?.remove();
    Idiomorph.morph(list(), page.getElementById("worklist"));
    htmx.process(list());
    for (const part of ["#list-summary", ".main-nav"]) {
      const fresh = page.querySelector(part);
      if (fresh) Idiomorph.morph(document.querySelector(part), fresh);
    }
    say(...told.querySelectorAll("#messages .alert"));
    const next = document.getElementById(number) ?? rows()[Math.min(at, rows().length - 1)];
    (next?.querySelector("a") ?? document.getElementById("main")).focus({ preventScroll: true });
  };

  // --- Mouse and keys -----------------------------------------------------------------------------

  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isPlain(event) || !list().contains(link)) return;
    const panel = link.closest(".panel-row");
    if (!panel && "inPlace" in link.dataset) {
      event.preventDefault();
      if (open?.step === link) close();
      else show(link, link.href);
    } else if (panel && "close" in link.dataset) {
      event.preventDefault();
      close();
    } else if (panel && ("inPlace" in link.dataset || link.pathname === new URL(open.address).pathname)) {
      event.preventDefault();
      read(link.href);
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest(".panel-row")) return;
    event.preventDefault();
    const sent = new FormData(form, event.submitter);
    const address = new URL(form.getAttribute("action"), open.address);
    if (form.method === "post") return read(address, { method: "POST", body: sent });
    address.search = new URLSearchParams(sent);
    read(address.href);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.(".panel-row")) close();
  });
  document.body.addEventListener("htmx:beforeSwap", () => close({ focus: false }));
})();
