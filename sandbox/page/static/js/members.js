// Who reads this channel: people by their roles, and the bot. One can act as each of them.
import { on } from "./bus.js";
import { el, refill } from "./element.js";
import { face } from "./face.js";
import { actAs, personCalled, session } from "./session.js";

const PLAIN = new Set(["@everyone", "Regular"]);

export function membersPanel(body) {
  let online = true;

  function draw() {
    const readers = session.channel.members.map(personCalled).filter(Boolean);
    const people = readers.filter((person) => !person.bot);
    const bots = readers.filter((person) => person.bot);
    const groups = new Map([["Apps", bots]]);
    for (const person of people) {
      const title = titleOf(person);
      groups.set(title, [...(groups.get(title) ?? []), person]);
    }
    const hadFocus = body.contains(document.activeElement);
    refill(body, [...groups].filter(([, each]) => each.length).map(([title, each]) => group(title, each)));
    if (hadFocus) body.querySelector("[aria-pressed=true]")?.focus();
  }

  function titleOf(person) {
    if (!session.guild) return "Here";
    const guild = session.world.guilds.find((each) => each.id === session.guild.id) ?? session.guild;
    if ((guild.owner ?? session.guild.owner) === person.name) return "Owner";
    const roles = session.guild.members.find((member) => member.name === person.name)?.roles ?? [];
    return roles.find((role) => !PLAIN.has(role)) ?? (roles.includes("Regular") ? "Members" : "Without rights");
  }

  function group(title, people) {
    return el("section", { class: "group" }, el("h3", {}, `${title} · ${people.length}`), el("ul", { class: "rows" }, people.map((person) => el("li", {}, row(person)))));
  }

  function row(person) {
    const me = person.name === session.member;
    const words = el(
      "span",
      { class: "option-words" },
      el("strong", {}, person.display_name, person.bot && el("span", { class: "badge" }, "APP")),
      el("span", { class: "option-detail" }, person.bot ? (online ? "online" : "offline") : person.about),
    );
    if (person.bot) return el("div", { class: online ? "person" : "person off" }, face(person), words);
    const button = el("button", { type: "button", class: "person", "aria-pressed": String(me), title: `Act as ${person.display_name}` }, face(person), words, me && el("span", { class: "tag" }, "you"));
    button.addEventListener("click", () => actAs(person.name));
    return button;
  }

  on("place", () => {
    online = session.world.bot.online;
    draw();
  });
  on("bot", (news) => {
    online = news.online;
    if (session.view) draw();
  });
  return {};
}
