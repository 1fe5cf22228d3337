// Finding a track in Spotify's catalogue, to put it into a playlist by hand.
import { get } from "./api.js";
import { el } from "./element.js";
import { offers } from "./offers.js";

const PAUSE_MS = 150;

export function trackSearch(add) {
  const box = el("div", { class: "offers below", hidden: true });
  const list = offers(box, "track-list");
  const input = el("input", {
    type: "search",
    id: "track-search",
    placeholder: "Add a track by hand",
    "aria-label": "Add a track by hand",
    autocomplete: "off",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "track-list",
    "aria-autocomplete": "list",
  });
  let timer = null;
  let asked = 0;

  async function find() {
    const mine = (asked += 1);
    const tracks = await get("tracks", { query: input.value, limit: 8 });
    if (mine !== asked || document.activeElement !== input) return;
    const entries = tracks.map((track) => ({
      label: track.title,
      detail: track.artists.join(", "),
      pick() {
        input.value = "";
        list.close();
        add(track);
      },
    }));
    list.show(input, "Tracks", entries, { first: true });
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => find().catch(() => {}), PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.key(event)) return;
    if (event.key === "Escape") list.close();
  });
  input.addEventListener("blur", () => list.closeAfter(input));
  return el("div", { class: "track-search" }, input, box);
}
