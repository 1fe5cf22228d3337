// What the page cannot draw is shown as it came, so that nothing the bot sent is lost from sight.
import { el } from "./element.js";

export function unknown(what, thing) {
  return el(
    "details",
    { class: "unknown", open: true },
    el("summary", {}, `This page can't draw ${what}. Here is what the bot sent:`),
    el("pre", { tabindex: "0", role: "group", "aria-label": `${what} as JSON` }, JSON.stringify(thing, null, 2)),
  );
}
