// Runs before the first paint: the stored choice, else what the device prefers.
(() => {
  const KEY = "theme";
  const device = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const current = () => chosen() ?? (device.matches ? "dark" : "light");
  const show = () => { document.documentElement.dataset.bsTheme = current(); };

  show();
  device.addEventListener("change", show);
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const next = current() === "dark" ? "light" : "dark";
        try { localStorage.setItem(KEY, next); } catch { /* private window: the choice lasts for the page */ }
        document.documentElement.dataset.bsTheme = next;
      });
    }
  });
})();
