// The page of a request: who else is looking at it, and what others have done since it was read.
(() => {
  const EVERY = 5000; // ms between two signs of life
  const place = document.getElementById("others");
  const { look, leave, read, token } = place.dataset;
  const sign = () => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    return body;
  };

  const say = (words) => {
    if (place.textContent !== words) place.textContent = words;
  };

  const ask = async () => {
    if (document.visibilityState !== "visible") return;
    const body = sign();
    body.set("since", read);
    const answer = await fetch(look, { method: "POST", body }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { looking, happened } = await answer.json();
    const names = Object.values(looking).flat();
    const words = happened.length ? [`Meanwhile: ${happened.join("; ")}. Load the page again to go on.`] : [];
    if (names.length) words.push(`${names.join(", ")} ${names.length === 1 ? "is" : "are"} looking too.`);
    say(words.join(" "));
  };

  addEventListener("pagehide", () => navigator.sendBeacon(leave, sign()));
  ask();
  setInterval(ask, EVERY);
})();
