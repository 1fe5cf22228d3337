// Moments as Discord shows them: in the reader's zone and words, relative ones kept up to date by the sandbox's clock.
import { el } from "./element.js";

const FORMS = {
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  f: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  s: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" },
  S: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
const formatters = new Map();
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
let aheadMs = 0;

/** Now, in the sandbox. */
export function now() {
  return new Date(Date.now() + aheadMs);
}

/** The sandbox's clock was read or moved. */
export function setNow(moment) {
  aheadMs = new Date(moment).getTime() - Date.now();
  refreshTimes();
}

export function format(moment, style) {
  if (style === "R") return ago(moment);
  const form = FORMS[style] ? style : "f";
  if (!formatters.has(form)) formatters.set(form, new Intl.DateTimeFormat(undefined, FORMS[form]));
  return formatters.get(form).format(moment);
}

/** “in 5 minutes”, “2 days ago”. */
function ago(moment) {
  const seconds = Math.round((moment.getTime() - now().getTime()) / 1000);
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / size), unit);
}

/** “14:05” for today, “yesterday 14:05”, else with the day: the time beside a message. */
export function when(moment) {
  const days = dayNumber(now()) - dayNumber(moment);
  if (days === 0) return format(moment, "t");
  if (days === 1) return `Yesterday ${format(moment, "t")}`;
  return format(moment, "s");
}

/** An element that keeps itself up to date. style: Discord's letters, or "when". */
export function time(moment, style) {
  const valid = !Number.isNaN(moment.getTime());
  if (!valid) return el("span", {}, "Invalid date");
  return el(
    "time",
    { datetime: moment.toISOString(), title: format(moment, "F"), data: { style } },
    words(moment, style),
  );
}

function refreshTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-style=R], time[data-style=when]")) {
    const fresh = words(new Date(element.dateTime), element.dataset.style);
    if (element.textContent !== fresh) element.textContent = fresh;
  }
}

/** The day a message belongs to, for the line between days. */
export function dayNumber(moment) {
  return Math.floor((moment.getTime() - moment.getTimezoneOffset() * 60_000) / 86_400_000);
}

function words(moment, style) {
  return style === "when" ? when(moment) : format(moment, style);
}

setInterval(refreshTimes, 1000);
