// Switches for everything that can go wrong around the bot, and the clock.
import { get, post, send } from "./api.js";
import { on, tell } from "./bus.js";
import { el, put, refill } from "./element.js";
import { session, shownName } from "./session.js";
import { format, now, time } from "./times.js";

const SLOW_S = 4;
const PAUSES = [["1 minute", 60], ["1 hour", 3600], ["1 day", 86_400]];
const STEPS = [["1 hour", { hours: 1 }], ["1 day", { days: 1 }], ["1 week", { days: 7 }], ["30 days", { days: 30 }]];
const GATEWAY = [["drop", "Cut the connection"], ["close", "Close it"], ["reconnect", "Ask to reconnect"], ["invalidate", "End the session"]];

export function troublePanel(body, tab) {
  let state = null;
  const updates = []; // what each control does when the state changes; nothing is built twice, so no press is lost

  async function act(change, done = "") {
    try {
      const answer = await change();
      if (answer?.spotify) draw(answer);
      if (done) tell("toast", done);
    } catch (refused) {
      tell("toast", refused.message);
      if (state) draw(state);
    }
  }
  const patch = (change) => act(() => send("PATCH", "trouble", change));

  function draw(fresh) {
    if (!state) build();
    state = fresh;
    tab.classList.toggle("alert", state.any);
    for (const update of updates) update(state);
  }

  function build() {
    put(body, wellAgain(), spotify(), userList(), discord(), clock());
  }

  function live(element, update) {
    updates.push((fresh) => update(element, fresh));
    return element;
  }

  function switchFor(label, detail, read, change, spoken = null) {
    const box = el("input", { type: "checkbox", role: "switch", class: "switch", "aria-label": spoken });
    box.addEventListener("change", () => change(box.checked));
    updates.push((fresh) => (box.checked = read(fresh)));
    return el("label", { class: "trouble-row switch-row" }, words(label, detail), box);
  }

  function wellAgain() {
    const told = live(el("p", { role: "status" }), (element, { any }) => say(element, any ? "Something is broken on purpose." : "Everything works."));
    const repair = button("Repair everything", () => act(() => send("DELETE", "trouble"), "Everything works again"));
    return el("div", { class: "well" }, told, live(repair, (element, { any }) => (element.disabled = !any)));
  }

  function spotify() {
    const pauses = el("div", { class: "row-of-buttons" }, PAUSES.map(([label, seconds]) => button(label, () => patch({ rate_limited_s: seconds }))));
    const end = button("End it", () => patch({ rate_limited_s: 0 }));
    const detail = el("span", { class: "option-detail" });
    updates.push(({ spotify: { rate_limited_until: until } }) => {
      const refusing = Boolean(until) && new Date(until) > now();
      pauses.hidden = refusing;
      end.hidden = !refusing;
      if (refusing) refill(detail, "Refuses with 429; ends ", time(new Date(until), "R"));
      else say(detail, "Refuse everything with 429 for");
    });
    return section(
      "Spotify",
      switchFor("Slow", `Every answer takes ${SLOW_S} seconds`, (at) => at.spotify.slow_s > 0, (yes) => patch({ slow_s: yes ? SLOW_S : 0 })),
      switchFor("Failing", "Every call gets a 503", (at) => at.spotify.failing, (yes) => patch({ failing: yes }), "Spotify fails"),
      el("div", { class: "trouble-row" }, el("span", { class: "option-words" }, el("span", {}, "Too many calls"), detail), pauses, end),
      switchFor("Quota used up", "429 for a day: the app's quota is used up", (at) => at.spotify.quota_exceeded, (yes) => patch({ quota_exceeded: yes })),
      switchFor("The app's owner has Premium", "Without it, Spotify refuses every user", (at) => at.spotify.owner_has_premium, (yes) => patch({ owner_has_premium: yes })),
      live(el("ul", { class: "faults" }), (element, { spotify: { faults } }) =>
        refill(element, faults.map((fault) => el("li", {}, el("code", {}, `${fault.kind} ${fault.match}`), ` hit ${fault.hits} times`))),
      ),
    );
  }

  function userList() {
    const people = Object.entries(session.world.spotify.people).map(([name, person]) => ({ name, shown: shownName({ name, ...person }) }));
    const change = (name) => (yes) => act(() => send(yes ? "PUT" : "DELETE", `user_list/${name}`, yes ? {} : undefined));
    const withdraw = (name, shown) => act(() => post(`revocations/${name}`), `${shown} withdrew consent at Spotify`);
    return section(
      "Spotify's people",
      el("p", { class: "quiet" }, "Who is on the app's user list. Withdraw consent to see what happens then."),
      people.map(({ name, shown }) =>
        el(
          "div",
          { class: "trouble-row person-row" },
          switchFor(shown, "", (at) => at.spotify.user_list.includes(name), change(name), `${shown} is on the user list`),
          button("Withdraw consent", () => withdraw(name, shown), `Withdraw ${shown}'s consent`),
        ),
      ),
    );
  }

  function discord() {
    const online = live(el("span", { class: "option-detail" }), (element, { discord: at }) => say(element, at.bot_online ? "Mixtape is online" : "Mixtape is offline"));
    const drop = (what, label) => act(() => post("gateway", { do: what }), `${label}: done`);
    const restart = button("Restart the bot", () => act(() => post("restarts", {}, { wait: 0 }), "Mixtape is restarting"));
    return section(
      "Discord",
      switchFor("Failing", "Every call gets a 503", (at) => at.discord.failing, (yes) => patch({ discord_failing: yes }), "Discord fails"),
      el(
        "div",
        { class: "trouble-row" },
        el("span", { class: "option-words" }, el("span", {}, "The bot's connection"), online),
        el("div", { class: "row-of-buttons" }, GATEWAY.map(([what, label]) => button(label, () => drop(what, label))), restart),
      ),
    );
  }

  function clock() {
    const told = live(el("p", {}), (element, { clock: at }) =>
      refill(element, "It is ", el("strong", {}, format(now(), "f")), at.ahead_s >= 1 && el("span", { class: "quiet" }, ` (${ahead(at.ahead_s)} ahead)`)),
    );
    return section(
      "The clock",
      told,
      el("div", { class: "row-of-buttons" }, STEPS.map(([label, step]) => button(`+ ${label}`, () => act(() => post("clock", step), `${label} later`)))),
    );
  }

  const load = () => get("trouble").then(draw).catch(() => {});
  const ready = () => state !== null;
  on("place", () => ready() || load());
  on("hello", () => ready() && load());
  on("trouble", (fresh) => ready() && draw(fresh));
  on("clock", ({ now: moment, ahead_s: seconds }) => ready() && draw({ ...state, clock: { now: moment, ahead_s: seconds } }));
  on("bot", ({ online }) => ready() && draw({ ...state, discord: { ...state.discord, bot_online: online } }));
  return {};
}

function ahead(seconds) {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const words = [days && (days === 1 ? "1 day" : `${days} days`), hours && (hours === 1 ? "1 hour" : `${hours} hours`)];
  return words.filter(Boolean).join(" ") || "a little";
}

function section(title, ...parts) {
  return el("section", { class: "group" }, el("h3", {}, title), parts);
}

function words(label, detail) {
  return el("span", { class: "option-words" }, el("span", { class: "option-label" }, label), detail && el("span", { class: "option-detail" }, detail));
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function button(label, act, spoken = null) {
  const element = el("button", { type: "button", class: "button secondary small", "aria-label": spoken }, label);
  element.addEventListener("click", act);
  return element;
}
