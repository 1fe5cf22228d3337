// The left side: servers and their channels, and the conversation with Mixtape, as the one who acts sees them.
import { on } from "./bus.js";
import { drawer } from "./drawer.js";
import { el, icon, refill } from "./element.js";
import { guildFace } from "./face.js";
import { goTo, session } from "./session.js";

const nav = document.querySelector("#places");
const head = document.querySelector("#chat-head");
const unread = new Set();
const side = drawer(nav, document.querySelector("#open-places"), "(max-width: 760px)");

function draw() {
  const { guilds, direct } = session.view;
  const hadFocus = nav.contains(document.activeElement);
  refill(
    nav,
    guilds.map((guild) => group(guild.name, guildFace(guild.name), guild.channels, "hash")),
    group("Direct messages", null, direct, "at"),
  );
  if (hadFocus) nav.querySelector("[aria-current]")?.focus();
}

function group(name, mark, channels, sign) {
  return el(
    "section",
    { class: "place-group" },
    el("h2", {}, mark, name),
    el("ul", {}, channels.map((channel) => el("li", {}, place(channel, sign)))),
  );
}

function place(channel, sign) {
  const here = channel.id === session.channel.id;
  const fresh = unread.has(channel.id) && !here;
  const button = el(
    "button",
    {
      type: "button",
      class: fresh ? "place fresh" : "place",
      "aria-current": here ? "page" : null,
      "aria-label": fresh ? `${channel.name}, new messages` : null,
    },
    icon(sign),
    el("span", {}, channel.name),
  );
  button.addEventListener("click", async () => {
    side.close();
    await goTo(channel.id);
  });
  return button;
}

function drawHead() {
  const { channel, guild } = session;
  const about = guild ? `${guild.name}${guild.has_bot ? "" : ". Mixtape is not in this server"}` : "Only you and Mixtape can see this";
  refill(head, icon(guild ? "hash" : "at"), el("h2", {}, channel.name), el("p", { class: "quiet" }, about));
}

on("place", () => {
  unread.delete(session.channel.id);
  draw();
  drawHead();
});
on("message", ({ action, channel_id: id }) => {
  if (action !== "created" || !session.channel || id === session.channel.id || unread.has(id)) return;
  unread.add(id);
  draw();
});
