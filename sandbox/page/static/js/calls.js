// Every call the bot made, newest first, with what came back and how long it took.
import { get } from "./api.js";
import { on } from "./bus.js";
import { el, put, refill } from "./element.js";
import { format } from "./times.js";

const PAGE = 100;
const MOST_SHOWN = 1000;
const LONG_ID = /\d{15,}/g;

export function callsPanel(body) {
  const summary = el("p", { class: "quiet", role: "status" });
  const rows = el("ol", { class: "calls", reversed: true });
  const older = el("button", { type: "button", class: "button secondary", hidden: true }, "Show older calls");
  put(body, summary, rows, older);
  let newest = 0;
  let oldest = Infinity;
  let visible = false;

  function say(total) {
    summary.textContent = total ? `${total.toLocaleString()} calls by the bot, newest first` : "No calls yet.";
    older.hidden = oldest <= 1 || !total;
  }

  async function fresh() {
    const { total, calls } = await get("calls", { limit: PAGE });
    newest = calls.at(-1)?.number ?? 0;
    oldest = calls[0]?.number ?? Infinity;
    refill(rows, calls.toReversed().map(row));
    say(total);
  }

  async function more() {
    const { total, calls } = await get("calls", { limit: PAGE, before: oldest });
    oldest = calls[0]?.number ?? 0;
    put(rows, calls.toReversed().map(row));
    say(total);
  }

  older.addEventListener("click", more);
  on("calls", ({ calls, total }) => {
    if (!visible) return;
    const after = calls.filter((call) => call.number > newest);
    newest = calls.at(-1)?.number ?? newest;
    rows.prepend(...after.toReversed().map(row));
    while (rows.children.length > MOST_SHOWN) rows.lastElementChild.remove();
    say(total);
  });
  on("hello", () => visible && fresh());
  return {
    shown(yes) {
      if (yes && !visible) fresh().catch(() => {});
      visible = yes;
    },
  };
}

function row(call) {
  const query = Object.entries(call.query ?? {}).map(([key, value]) => `${key}=${value}`).join("&");
  const status = call.status ?? "cut";
  const kind = call.status === null || call.status >= 500 ? "bad" : call.status >= 400 ? "warn" : "good";
  const by = call.as ? ` as ${call.as}` : "";
  return el(
    "li",
    { class: "call", value: call.number },
    el("code", { title: `${call.method} ${call.path}` }, el("b", {}, call.method), ` ${call.path.replace(LONG_ID, "…")}`, query && el("span", { class: "quiet" }, `?${query}`)),
    el("span", { class: `status ${kind}` }, String(status)),
    el("span", { class: "quiet call-about" }, `${call.to === "spotify" ? "Spotify" : "Discord"}${by} · ${format(new Date(call.at), "T")} · ${Math.round(call.took_ms)} ms`),
  );
}
