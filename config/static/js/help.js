// The section of the guide that helps here opens beside the work; without this file it is a link.

const opened = async (link) => {
  const address = new URL(link.href);
  const section = decodeURIComponent(address.hash.slice(1));
  if (!section) return false;
  const answer = await fetch(`${address.pathname}?section=${encodeURIComponent(section)}`);
  if (!answer.ok) return false;
  const panel = document.createElement("dialog");
  panel.className = "help";
  panel.setAttribute("aria-labelledby", "help-title");
  panel.innerHTML = await answer.text();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.setAttribute("aria-label", "Close the help");
  close.addEventListener("click", () => panel.close());
  panel.prepend(close);
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  panel.addEventListener("close", () => {
    panel.remove();
    link.focus();
  });
  document.body.append(panel);
  panel.showModal();
  return true;
};

addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-help]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const shown = await opened(link).catch(() => false);
  if (!shown) location.assign(link.href);
});
