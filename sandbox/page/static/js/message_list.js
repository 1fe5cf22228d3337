// The messages of one channel: the newest first fetched, older ones in pages, live changes in place.
import { get } from "./api.js";
import { on, tell } from "./bus.js";
import { el, refill } from "./element.js";
import { belongsTogether, messageRow } from "./message.js";
import { openMessageMenu } from "./message_menu.js";
import { names, session, where } from "./session.js";
import { dayNumber, format } from "./times.js";
import { usesOf } from "./uses.js";

const PAGE = 50;
const OLDER_PAGE = 100;
const NEAR_END_PX = 80;
const NEAR_BEGINNING_PX = 600;

const scroller = document.querySelector("#messages");
const list = document.querySelector("#message-list");
const jump = document.querySelector("#jump");
const shown = new Map(); // id -> {message, row}
const dismissed = new Set();
let more = false;
let fetching = false;
let showing = ""; // which member and channel
let missed = 0;
let endedAt = 0;
let meanwhile = null; // what happened while a page was being fetched
let pinned = true; // to the end: what comes and what grows keeps the newest in sight

async function show({ anew = false } = {}) {
  const place = where();
  const key = `${place.as} ${place.channel}`;
  if (key === showing && !anew) return;
  showing = key;
  const news = [];
  meanwhile = news;
  let page;
  try {
    page = await get("messages", { ...place, limit: PAGE });
  } finally {
    if (meanwhile === news) meanwhile = null;
    else page = null; // somebody went on to another place
  }
  if (!page) return;
  shown.clear();
  refill(list);
  more = page.more;
  page.messages.forEach((message) => append(message));
  tell("fetched", page.messages);
  if (!page.messages.length) list.append(empty());
  drawBeginning();
  news.forEach(happened); // the page may have been older than these
  toEnd();
  growth.unobserve(list);
  growth.observe(list); // anew, since rows are about to get their true height, which may be that of the list before
}

/** Something only this page says, as “The application did not respond”. */
export function note(text, { busy = false } = {}) {
  const row = el("p", { class: busy ? "local-note busy" : "local-note", role: busy ? null : "alert" }, text);
  if (!busy) {
    row.append(" ", el("button", { type: "button", class: "text-button", on: { click: () => row.remove() } }, "Dismiss"));
  }
  list.append(row);
  return row;
}

function append(message) {
  if (dismissed.has(message.id)) return;
  list.querySelector(".empty")?.remove();
  const before = [...shown.values()].at(-1)?.message;
  list.append(...rowsOf(message, before));
}

/** The row of a message and, where a new day begins, the line before it. */
function rowsOf(message, before) {
  const created = new Date(message.created_at);
  const newDay = !before || dayNumber(new Date(before.created_at)) !== dayNumber(created);
  const row = messageRow(message, names, uses, { follows: !newDay && belongsTogether(before, message) });
  shown.set(message.id, { message, row });
  return newDay ? [el("div", { class: "day", role: "separator" }, el("span", {}, format(created, "D"))), row] : [row];
}

async function loadOlder() {
  if (!more || fetching) return;
  fetching = true;
  const key = showing;
  const [oldest] = shown.keys();
  try {
    const page = await get("messages", { ...where(), limit: OLDER_PAGE, before: oldest });
    if (key !== showing) return;
    more = page.more;
    prepend(page.messages.filter((message) => !dismissed.has(message.id)));
  } finally {
    fetching = false;
  }
  requestAnimationFrame(nearBeginning); // who scrolled on to the top meanwhile would wait there for nothing
}

function nearBeginning() {
  if (scroller.scrollTop < NEAR_BEGINNING_PX) loadOlder();
}

function prepend(messages) {
  const later = [...shown.entries()];
  const fromEnd = scroller.scrollHeight - scroller.scrollTop;
  shown.clear();
  const rows = [];
  let before = null;
  for (const message of messages) {
    rows.push(...rowsOf(message, before));
    before = message;
  }
  for (const [id, entry] of later) shown.set(id, entry);
  const first = later[0]?.[1];
  const sameDay = before && first && dayNumber(new Date(before.created_at)) === dayNumber(new Date(first.message.created_at));
  if (sameDay) list.querySelector(".day")?.remove();
  list.prepend(...rows);
  drawBeginning();
  scroller.scrollTop = scroller.scrollHeight - fromEnd;
}

function change(message) {
  const entry = shown.get(message.id);
  if (!entry) return;
  const row = messageRow(message, names, uses, { follows: entry.row.classList.contains("follows") });
  const focused = entry.row.contains(document.activeElement) ? document.activeElement : null;
  entry.row.replaceWith(row);
  shown.set(message.id, { message, row });
  if (focused) (controlLike(focused, row) ?? row).focus({ preventScroll: true });
}

/** After a change the focus stays on “the same” button, or one beside it, or the message itself. */
function controlLike(focused, row) {
  const wanted = focused.dataset?.control;
  const controls = [...row.querySelectorAll("[data-control]:not([disabled])")];
  return controls.find((control) => control.dataset.control === wanted) ?? controls.find((control) => control.textContent === focused.textContent);
}

function happened({ action, id, message }) {
  if (action === "deleted") remove(id);
  else if (shown.has(id)) change(message);
  else if (action === "created") {
    const follow = pinned || message.author.name === session.member || message.used?.member.name === session.member;
    append(message);
    tell("say", message);
    if (follow) return toEnd();
    missed += 1;
    jump.hidden = false;
    jump.querySelector("span").textContent = missed === 1 ? "1 new message" : `${missed} new messages`;
  }
  if (action === "edited" && message.version <= 1) tell("say", message);
}

function remove(id) {
  const entry = shown.get(id);
  shown.delete(id);
  if (!entry) return;
  const hadFocus = entry.row.contains(document.activeElement);
  if (entry.row.previousElementSibling?.matches(".day") && !entry.row.nextElementSibling?.matches(".message")) {
    entry.row.previousElementSibling.remove();
  }
  entry.row.remove();
  if (hadFocus) tell("focus-composer");
}

function empty() {
  return el(
    "div",
    { class: "empty" },
    el("h2", {}, session.guild ? `This is #${session.channel.name}` : "Between you and Mixtape"),
    el("p", {}, "Type / to see what Mixtape can do here."),
  );
}

function drawBeginning() {
  list.querySelector(".beginning")?.remove();
  const words = more ? "Loading older messages…" : `The beginning of ${session.guild ? "#" : ""}${session.channel.name}`;
  if (shown.size) list.prepend(el("p", { class: "beginning quiet" }, words));
}

function atEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
}

function toEnd() {
  missed = 0;
  jump.hidden = true;
  pinned = true;
  scroller.scrollTop = scroller.scrollHeight;
  endedAt = scroller.scrollTop;
}

// Rows get their true height only near the screen, pictures load, the composer grows: the end moves in many ways.
// Who has just scrolled up, which is told only with the next frame, is left there.
const growth = new ResizeObserver(() => pinned && (atEnd() || scroller.scrollTop >= endedAt) && toEnd());
growth.observe(list);
growth.observe(scroller);

const uses = {
  ...usesOf((id) => shown.get(id)?.row),
  openMenu: openMessageMenu,
  dismiss(message) {
    dismissed.add(message.id);
    remove(message.id);
    tell("focus-composer");
  },
};

list.addEventListener("contextmenu", (event) => {
  const row = event.target.closest(".message");
  const entry = row && shown.get(row.dataset.id);
  if (!entry || String(getSelection())) return;
  event.preventDefault();
  const byKeyboard = event.clientX === 0 && event.clientY === 0;
  openMessageMenu(entry.message, byKeyboard ? row : { x: event.clientX, y: event.clientY }, row, event.target.closest("a")?.href);
});
scroller.addEventListener("scroll", () => {
  pinned = atEnd();
  nearBeginning();
  if (pinned) {
    missed = 0;
    jump.hidden = true;
    endedAt = scroller.scrollTop;
  }
}, { passive: true });
jump.addEventListener("click", toEnd);

on("message", (news) => {
  if (news.channel_id !== session.channel?.id) return;
  if (meanwhile) meanwhile.push(news);
  else happened(news);
});
on("place", () => show());
on("hello", () => showing && show({ anew: true }));
