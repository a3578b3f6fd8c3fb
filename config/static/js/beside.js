// What explains a page opens in a dialog on it: how a due date was counted, the help for this page.
// Without this file the links lead there.

// The part that is asked for stands behind the # of the link; the server reads it by this name.
const KINDS = [
  { links: "a.counted", part: "clock", looks: "counting card", title: "counting-title" },
  { links: "a[data-help][href*='#']", part: "section", looks: "help", title: "help-title" },
];

// While it is open, the keys of the page behind it are at rest.
const quiet = (event) => event.stopPropagation();

const show = async (link, { links, part, looks, title }) => {
  const address = new URL(link.href);
  address.searchParams.set(part, address.hash.slice(1));
  address.hash = "";
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  // Signed out meanwhile, or no longer in scope: the page itself says so.
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  const dialog = document.createElement("dialog");
  dialog.className = looks;
  dialog.setAttribute("aria-labelledby", title);
  dialog.innerHTML = await answer.text();
  dialog.addEventListener("close", () => {
    dialog.remove();
    removeEventListener("keydown", quiet, true);
    // A list that refreshed itself meanwhile has a new link in the place of this one.
    const same = () => [...document.querySelectorAll(links)].find((other) => other.href === link.href);
    (link.isConnected ? link : same())?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  addEventListener("keydown", quiet, true);
};

let asking = false;

addEventListener("click", (event) => {
  const kind = KINDS.find(({ links }) => event.target.closest(links));
  if (!kind || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  const link = event.target.closest(kind.links);
  show(link, kind).catch(() => { location.href = link.href; }).finally(() => { asking = false; });
});
