// The top line: who acts, the sandbox's clock, whether Mixtape is there, and the world as a file.
import { on } from "./bus.js";
import { el, icon, put, refill } from "./element.js";
import { face } from "./face.js";
import { listButton, openListbox } from "./listbox.js";
import { actAs, personCalled, session } from "./session.js";
import { format, now } from "./times.js";
import { openWorldMenu } from "./world_file.js";

const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const state = document.querySelector("#state");
const clock = document.querySelector("#clock");
const seat = document.querySelector("#act-as");
const world = document.querySelector("#world-menu");
let connected = true;
let online = true;

const button = listButton(el("span", { class: "act-as-words" }), { class: "list-button act-as", id: "act-as-button" }, (anchor) =>
  openListbox(anchor, {
    label: "Act as",
    options: session.world.people.map((person) => ({
      value: person.name,
      label: person.display_name,
      description: person.about,
      mark: face(person),
      selected: person.name === session.member,
    })),
    done: ([member]) => actAs(member),
  }),
);
seat.append(button);
put(world, icon("dots"));
world.addEventListener("click", () => openWorldMenu(world));

function drawSeat() {
  const person = personCalled(session.member);
  refill(button.firstElementChild, face(person), el("span", { class: "act-as-label" }, "Act as "), el("strong", {}, person.display_name));
  button.setAttribute("aria-label", `Act as ${person.display_name}. ${person.about}`);
}

function drawState() {
  const words = !connected ? "The sandbox isn't answering" : !online ? "Mixtape is offline" : "";
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("bad", Boolean(words));
}

function drawClock() {
  const moment = now();
  refill(clock, icon("clock"), el("span", {}, `${DAY.format(moment)} `, el("b", {}, format(moment, "t"))));
}

on("place", () => {
  online = session.world.bot.online;
  drawSeat();
  drawState();
  document.title = `${session.guild ? "#" : ""}${session.channel.name} · Mixtape sandbox`;
});
on("connection", (there) => {
  connected = there;
  drawState();
});
on("bot", (news) => {
  online = news.online;
  drawState();
});
on("clock", drawClock);
on("hello", drawClock);
setInterval(drawClock, 10_000);
