// Comforts only: every page works without this file.

// Warn before a half-written long note is left behind.
const LONG_ENOUGH = 40;
const sent = new WeakSet();

const halfWritten = (note) =>
  note.value.length >= LONG_ENOUGH && note.value !== note.defaultValue && !sent.has(note.form) &&
  !("kept" in note.form.dataset);

addEventListener("submit", (event) => sent.add(event.target));
addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("textarea[data-warn-unsaved]")].some(halfWritten)) {
    event.preventDefault();
  }
});

// A menu closes on Escape and on a click elsewhere.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
};

addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest("details.menu[open]");
  closeMenus();
  open?.querySelector("summary").focus();
});

// A button that acts on a chosen mentor says his name.
addEventListener("change", ({ target }) => {
  const words = target.dataset?.name && target.form?.querySelector("[data-chosen]");
  if (words) words.textContent = target.dataset.name;
});
for (const chosen of document.querySelectorAll("input[data-name]:checked")) {
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

// Words that are kept go into the note of the same form; a draft nobody has changed makes way.
addEventListener("click", (event) => {
  const words = event.target.closest?.("[data-insert]");
  if (!words || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const note = words.closest("form").querySelector("textarea");
  const isDraft = "draft" in note.dataset && note.value === (note.dataset.draft || note.defaultValue);
  note.value = [isDraft ? "" : note.value.trim(), words.dataset.insert].filter(Boolean).join("\n");
  if ("draft" in note.dataset) note.dataset.draft = note.value;
  note.focus();
});

// On a phone the tabs of the reports scroll: the one that is open is in sight.
const current = document.querySelector(".report-tabs .active");
if (current) {
  const tabs = current.closest(".report-tabs");
  tabs.scrollLeft += current.getBoundingClientRect().left - tabs.getBoundingClientRect().left;
}

// A report is printed as it stands.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
