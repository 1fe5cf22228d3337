// The first steps: five suggestions that type a command for the reader, who only has to send it.
import { on, tell } from "./bus.js";
import { el, icon, refill } from "./element.js";
import { actAs, session } from "./session.js";

const KEPT = "guide";
const STEPS = [
  { label: "Look up a track", detail: "No account is needed for that", command: "track", options: { query: "Copper Umbrella" } },
  { label: "Link Ada's account", detail: "Spotify asks in a new tab", as: "ada", command: "link" },
  { label: "List her playlists", detail: "Only she sees the answer", as: "ada", command: "playlists" },
  { label: "Add a track to one", detail: "It appears on the right", as: "ada", command: "add", options: { track: "Copper Umbrella", playlist: "Blank Tape" }, panel: "spotify" },
  { label: "See what Mixtape keeps", detail: "And how to delete it", as: "ada", command: "account" },
];
const box = document.querySelector("#guide");
const taken = new Set();

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
      el("ol", {}, STEPS.map((step, index) => el("li", {}, stepButton(step, index)))),
    ),
  );
}

function stepButton(step, index) {
  const done = taken.has(index);
  const button = el(
    "button",
    { type: "button", class: done ? "guide-step done" : "guide-step" },
    el("span", { class: "guide-number", "aria-hidden": "true" }, done ? icon("check") : String(index + 1)),
    el("span", { class: "option-words" }, el("strong", {}, step.label), el("span", { class: "option-detail" }, step.detail)),
  );
  button.addEventListener("click", async () => {
    taken.add(index);
    if (step.as && step.as !== session.member) await actAs(step.as);
    draw();
    if (step.panel) tell("show-panel", step.panel);
    tell("write", { command: step.command, options: step.options });
  });
  return button;
}

on("place", draw);
