// How a due date was counted, in a dialog on the same page. Without this file the link leads there.

// While it is open, the keys of the page behind it are at rest.
const quiet = (event) => event.stopPropagation();

const showCounting = async (link) => {
  const address = new URL(link.href);
  address.searchParams.set("clock", address.hash.slice(1));
  address.hash = "";
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  // Signed out meanwhile, or no longer in scope: the page itself says so.
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  const dialog = document.createElement("dialog");
  dialog.className = "counting card";
  dialog.setAttribute("aria-labelledby", "counting-title");
  dialog.innerHTML = await answer.text();
  dialog.addEventListener("close", () => {
    dialog.remove();
    removeEventListener("keydown", quiet, true);
    // A list that refreshed itself meanwhile has a new link in the place of this one.
    const here = link.isConnected ? link : document.querySelector(`a.counted[href="${link.getAttribute("href")}"]`);
    here?.focus();
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
  const link = event.target.closest("a.counted");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  showCounting(link).catch(() => { location.href = link.href; }).finally(() => { asking = false; });
});
