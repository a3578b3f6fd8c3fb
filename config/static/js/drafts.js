// What is typed into a form with data-unfinished is kept every few seconds, for its writer alone.
(() => {
  const EVERY = 3000; // ms from the first key to the next time that it is kept

  const watch = (form) => {
    const { unfinished, keep: address, opened } = form.dataset;
    const said = form.appendChild(document.createElement("p"));
    said.className = "small text-secondary mt-2 mb-0";
    said.setAttribute("role", "status");
    let timer = null;
    let changed = false;
    let over = false;

    const keep = async (keepalive) => {
      clearTimeout(timer);
      timer = null;
      if (!changed || over) return;
      changed = false;
      const body = new FormData(form);
      body.set("unfinished", unfinished);
      body.set("opened", opened);
      const answer = await fetch(address, { method: "POST", body, keepalive, redirect: "error" }).catch(() => null);
      if (over) return;
      const told = answer?.headers.get("Content-Type") === "application/json" ? await answer.json() : {};
      if (told.kept) form.dataset.kept = "";
      if (told.refused) over = true;
      if (!answer) changed = true;
      said.textContent = told.kept ?? told.refused ?? "Not kept as a draft just now. It is tried again as you type.";
    };

    const touched = () => {
      changed = true;
      delete form.dataset.kept;
      timer ??= setTimeout(keep, EVERY, false);
    };
    form.addEventListener("input", touched);
    form.addEventListener("click", ({ target }) => { if (target.closest("[data-insert]")) touched(); });
    form.addEventListener("submit", () => { over = true; });
    addEventListener("pagehide", () => keep(true));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
  };

  for (const form of document.querySelectorAll("form[data-unfinished]")) watch(form);
  addEventListener("shown", ({ target }) => watch(target)); // a form that is opened later
})();
