// The first steps: suggestions that type a command for the reader, who only has to send it, or say what to press.
import { on, tell } from "./bus.js";
import { el, icon, refill } from "./element.js";
import { makeExample } from "./example.js";
import { actAs, personCalled, session } from "./session.js";

const KEPT = "guide";
const MIX = "Friday Mix";
const FIRST = 5; // shown at first; the others once these are done
const STEPS = [
  { label: "Look up a track", detail: "No account is needed for that", as: ["hedy"], command: "track", options: { query: "Copper Umbrella" } },
  { label: "Link Ada's account", detail: "Spotify asks in a new tab", as: ["ada"], command: "link" },
  { label: "Lend a playlist", detail: "To the server; Ada reads what that means", as: ["ada"], command: "shared create", options: { name: MIX, mode: "vote" } },
  { label: "Add without Spotify", detail: "Hedy has no account there", as: ["hedy"], command: "add", options: { track: "Copper Umbrella", playlist: MIX, note: "for the way home" } },
  { label: "Vote on it", detail: "Three press “I want it” on the card", as: ["grace", "linus", "margaret"] },
  { label: "See who added what", detail: "And what Spotify holds now", as: ["hedy"], command: "shared show", playlist: MIX },
  { label: "See what Mixtape keeps", detail: "And how to delete it", as: ["ada"], command: "account" },
];
const box = document.querySelector("#guide");
const taken = new Map(); // how often each was taken
let underWay = false; // whether there is an example to look round in

export function openGuide() {
  localStorage.removeItem(KEPT);
  draw();
  box.querySelector("button")?.focus();
}

function draw() {
  if (localStorage.getItem(KEPT) === "closed" || !session.channel) return refill(box);
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
      { class: taken.size ? "guide begun" : "guide", "aria-label": "First steps" },
      el("header", {}, el("h2", {}, "New here? Try these in turn."), close),
      el("ol", {}, STEPS.slice(0, STEPS.slice(0, FIRST).every(isDone) ? STEPS.length : FIRST).map((step, index) => el("li", { class: isDone(step, index) ? "done" : null }, stepButton(step, index)))),
      !taken.size && !underWay && el("p", { class: "quiet" }, "Or look round first: ", exampleButton()),
    ),
  );
  box.querySelector("li:not(.done)")?.scrollIntoView({ block: "nearest", inline: "start" });
}

function exampleButton() {
  const button = el("button", { type: "button", class: "text-button" }, "a playlist that is under way");
  button.addEventListener("click", async () => {
    button.disabled = true;
    underWay = await makeExample();
    draw();
  });
  return button;
}

const isDone = (step, index) => (taken.get(index) ?? 0) >= step.as.length;

function stepButton(step, index) {
  const times = taken.get(index) ?? 0;
  const done = isDone(step, index);
  const next = step.as[times % step.as.length];
  const label = step.as.length > 1 && times ? `${step.label} as ${personCalled(next).display_name}` : step.label;
  const button = el(
    "button",
    { type: "button", class: done ? "guide-step done" : "guide-step", title: done ? step.label : null },
    el("span", { class: "guide-number", "aria-hidden": "true" }, done ? icon("check") : String(index + 1)),
    el("span", { class: "option-words" }, el("strong", {}, done ? step.label : label), el("span", { class: "option-detail" }, step.detail)),
  );
  button.addEventListener("click", async () => {
    taken.set(index, times + 1);
    if (next !== session.member) await actAs(next);
    draw();
    if (step.playlist) tell("show-playlist", step.playlist);
    if (step.command) tell("write", { command: step.command, options: step.options });
  });
  return button;
}

on("place", draw);
