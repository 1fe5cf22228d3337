// The right side: who is here, Spotify's view of things, trouble, and the calls of the bot.
import { on } from "./bus.js";
import { drawer } from "./drawer.js";
import { el, put } from "./element.js";
import { callsPanel } from "./calls.js";
import { membersPanel } from "./members.js";
import { spotifyPanel } from "./spotify.js";
import { troublePanel } from "./trouble.js";

const side = document.querySelector("#panels");
const PANELS = [
  ["members", "Members", membersPanel],
  ["spotify", "Spotify", spotifyPanel],
  ["trouble", "Trouble", troublePanel],
  ["calls", "Calls", callsPanel],
];
const KEPT = "panel";
const tabs = [];

const bodies = PANELS.map(([name, label, make]) => {
  const tab = el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, data: { panel: name } }, label);
  const body = el("div", { role: "tabpanel", id: `panel-${name}`, class: "panel", "aria-labelledby": `tab-${name}`, tabindex: "0" });
  const panel = make(body, tab);
  tab.addEventListener("click", () => choose(name));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs.at((tabs.indexOf(tab) + step) % tabs.length);
    choose(next.dataset.panel);
    next.focus();
  });
  tabs.push(tab);
  return { name, body, panel };
});
put(side, el("div", { role: "tablist", class: "tabs", "aria-label": "Beside the chat" }, tabs), bodies.map(({ body }) => body));
drawer(side, document.querySelector("#open-panels"), "(max-width: 1100px)");

function choose(name) {
  sessionStorage.setItem(KEPT, name);
  for (const [index, { name: each, body, panel }] of bodies.entries()) {
    const here = each === name;
    tabs[index].setAttribute("aria-selected", String(here));
    tabs[index].tabIndex = here ? 0 : -1;
    body.hidden = !here;
    panel.shown?.(here);
  }
}

choose(PANELS.some(([name]) => name === sessionStorage.getItem(KEPT)) ? sessionStorage.getItem(KEPT) : "members");
on("show-panel", choose);
