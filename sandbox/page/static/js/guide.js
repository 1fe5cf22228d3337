// The first steps: suggestions that type a command for the reader, who only has to send it, or say what to press.
// A step is ticked when it is done, whoever did it and however: by a message that was seen, or by what Spotify holds.
import { get } from "./api.js";
import { on, tell } from "./bus.js";
import { el, icon, refill } from "./element.js";
import { makeExample } from "./example.js";
import { actAs, personCalled, session } from "./session.js";

const KEPT = "guide";
const DONE = "guide-done"; // in which world, which steps
const MIX = "Friday Mix";
const FIRST = 5; // shown at first; the others once these are done
const STEPS = [
  { label: "Look up a track", detail: "No account needed", as: ["hedy"], command: "track", options: { query: "Copper Umbrella" }, seen: (message) => message.used?.name === "/track" && JSON.stringify(message).includes("open.spotify.com/track/") },
  { label: "Link Ada's account", detail: "Spotify's page opens in a new tab", as: ["ada"], command: "link", holds: ({ linked }) => linked.some((link) => link.person === "ada" && !link.ended) },
  { label: "Lend a playlist", detail: "Ada shares a new one with the server", as: ["ada"], command: "shared create", options: { name: MIX, mode: "vote" }, holds: (spotify) => Boolean(mixOf(spotify)) },
  { label: "Add without Spotify", detail: "Hedy has no account there", as: ["hedy"], command: "add", options: { track: "Copper Umbrella", playlist: MIX, note: "for the way home" }, seen: (message) => message.author.bot && message.text.includes(MIX) && message.text.includes("Copper Umbrella") },
  { label: "Vote on it", detail: "Three members press 👍 on the card", as: ["grace", "linus", "margaret"], holds: (spotify) => mixOf(spotify)?.items > 0 },
  { label: "See who added what", detail: "And what is in it on Spotify", as: ["hedy"], command: "shared show", playlist: MIX, seen: (message) => message.used?.name === "/shared show" && message.text.includes(MIX) },
  { label: "See what Mixtape stores", detail: "And how to delete it", as: ["ada"], command: "account", seen: (message) => message.used?.name === "/account" && !message.thinking },
];
const box = document.querySelector("#guide");
const voted = new Set(); // who has pressed something about the playlist
let done = new Set(); // indexes of steps
let begun = false;
let underWay = false; // whether there is an example to look round in

export function openGuide() {
  localStorage.removeItem(KEPT);
  draw();
  box.querySelector("button")?.focus();
}

function draw() {
  if (!isOpen()) return refill(box);
  const close = el("button", { type: "button", class: "icon-button small", "aria-label": "Close the first steps", title: "Close" }, icon("close"));
  close.addEventListener("click", () => {
    localStorage.setItem(KEPT, "closed");
    refill(box);
    tell("focus-composer");
  });
  refill(
    box,
    el(
      "section",
      { class: begun || done.size ? "guide begun" : "guide", "aria-label": "First steps" },
      el("header", {}, el("h2", {}, "New here? Try these steps."), close),
      el("ol", {}, shown().map((step, index) => el("li", { class: done.has(index) ? "done" : null }, stepButton(step, index)))),
      !begun && !done.size && !underWay && el("p", { class: "quiet" }, "Or look around first: ", exampleButton()),
    ),
  );
  box.querySelector("li:not(.done)")?.scrollIntoView({ block: "nearest", inline: "start" });
}

function exampleButton() {
  const button = el("button", { type: "button", class: "text-button" }, "a playlist already in use");
  button.addEventListener("click", async () => {
    button.disabled = true;
    underWay = await makeExample();
    draw();
  });
  return button;
}

const isOpen = () => localStorage.getItem(KEPT) !== "closed" && session.channel;
const shown = () => STEPS.slice(0, STEPS.slice(0, FIRST).every((_, index) => done.has(index)) ? STEPS.length : FIRST);
const mixOf = ({ people }) => people.find((person) => person.name === "ada").playlists.findLast((each) => each.own && each.name === MIX);

function stepButton(step, index) {
  const ticked = done.has(index);
  const next = step.as.find((name) => !voted.has(name)) ?? step.as[0];
  const label = step.as.length > 1 && voted.size && !ticked ? `${step.label} as ${personCalled(next).display_name}` : step.label;
  const button = el(
    "button",
    { type: "button", class: ticked ? "guide-step done" : "guide-step", title: ticked ? step.label : null },
    el("span", { class: "guide-number", "aria-hidden": "true" }, ticked ? icon("check") : String(index + 1)),
    el("span", { class: "option-words" }, el("strong", {}, label), el("span", { class: "option-detail" }, step.detail)),
  );
  button.addEventListener("click", async () => {
    begun = true;
    if (next !== session.member) await actAs(next);
    draw();
    if (step.playlist) tell("show-playlist", step.playlist);
    if (step.command) tell("write", { command: step.command, options: step.options });
  });
  return button;
}

function tick(isDone) {
  const before = done.size;
  STEPS.forEach((step, index) => isDone(step) && done.add(index));
  if (done.size === before) return;
  sessionStorage.setItem(DONE, JSON.stringify({ run: session.world.run, steps: [...done] }));
  draw();
}

/** Spotify is asked only while somebody looks and something is open. */
async function look() {
  if (!isOpen() || STEPS.every((step, index) => !step.holds || done.has(index))) return;
  const spotify = await get("spotify").catch(() => null);
  if (spotify) tick((step) => step.holds?.(spotify));
}

on("place", () => {
  const kept = JSON.parse(sessionStorage.getItem(DONE) ?? "{}");
  if (kept.run !== session.world.run) voted.clear();
  done = new Set(kept.run === session.world.run ? kept.steps : []);
  draw();
  look();
});
on("spotify", look);
on("message", ({ message }) => message && session.world && tick((step) => step.seen?.(message)));
on("fetched", (messages) => tick((step) => step.seen && messages.some(step.seen)));
on("pressed", ({ member, text }) => {
  if (!text.includes(MIX)) return;
  voted.add(member);
  draw();
});
