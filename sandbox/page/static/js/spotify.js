// Spotify's side: who linked what, everybody's playlists as they are now, and one of them opened to look at or edit.
import { get, post } from "./api.js";
import { on, tell } from "./bus.js";
import { el, icon, put, refill } from "./element.js";
import { face } from "./face.js";
import { openTextForm } from "./ask.js";
import { openPlaylist } from "./playlist.js";
import { cover, kindOf } from "./playlist_look.js";
import { personCalled, session, shownName } from "./session.js";
import { format } from "./times.js";

export function spotifyPanel(body) {
  const overview = el("div", {});
  const single = el("div", { hidden: true });
  put(body, overview, single);
  const folded = new Map(); // person -> whether the reader closed or opened it
  let visible = false;
  let stale = true;
  let playlist = null;

  async function fetchAll() {
    if (!visible || !session.world) {
      stale = true; // nobody looks, or it is not known yet who is who
      return;
    }
    stale = false;
    draw(await get("spotify"));
  }

  function draw({ linked, people }) {
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    refill(
      overview,
      el("p", { class: "quiet intro" }, "What is on Spotify right now. Edit a playlist here and see whether Mixtape notices."),
      people.map((person) => account(person, linked.filter((link) => link.person === person.name))),
    );
    if (focused) overview.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  function account(person, links) {
    const consent = person.consents.find((each) => !each.revoked);
    const open = folded.get(person.name) ?? links.length > 0;
    const box = el(
      "details",
      { class: "account", open },
      el(
        "summary",
        { data: { key: `person-${person.name}` } },
        face(person),
        el("span", { class: "option-words" }, el("strong", {}, shownName(person)), el("span", { class: "option-detail" }, about(person))),
        links.map((link) => el("span", { class: link.ended ? "tag warn" : "tag good" }, link.ended ? "link ended" : "linked")),
        !person.on_the_user_list && el("span", { class: "tag warn" }, "not on the user list"),
      ),
      links.map(linkLine),
      el("ul", { class: "rows" }, person.playlists.map((each) => el("li", {}, playlistRow(each)))),
      el("div", { class: "row-of-buttons" }, newButton(person), consent && revokeButton(person)),
    );
    box.addEventListener("toggle", () => folded.set(person.name, box.open));
    return box;
  }

  function about(person) {
    const count = person.playlists.length;
    return `${person.id} · ${count === 1 ? "1 playlist" : `${count} playlists`}`;
  }

  function linkLine(link) {
    const who = personCalled(link.member)?.display_name ?? link.member;
    const until = link.ends_at ? `, until ${format(new Date(link.ends_at), "D")}` : "";
    return el("p", { class: "quiet" }, link.ended ? `No longer linked to ${who} on Discord.` : `Linked to ${who} on Discord${until}.`);
  }

  function playlistRow(each) {
    const button = el(
      "button",
      { type: "button", class: "playlist-row", data: { key: `playlist-${each.id}` } },
      cover(each.picture),
      el("span", { class: "option-words" }, el("strong", {}, each.name), el("span", { class: "option-detail" }, kindOf(each))),
      icon("chevron"),
    );
    button.addEventListener("click", () => show(each.id));
    return button;
  }

  function newButton(person) {
    const button = el("button", { type: "button", class: "text-button" }, "New playlist");
    button.addEventListener("click", async () => {
      const name = await openTextForm({ title: `New playlist for ${shownName(person)}`, label: "Name", value: "" });
      if (name) await post("playlists", { person: person.name, name, public: true, uris: [] });
    });
    return button;
  }

  function revokeButton(person) {
    const button = el("button", { type: "button", class: "text-button" }, "Withdraw consent");
    button.title = `${shownName(person)} removes Mixtape from their apps at Spotify`;
    button.addEventListener("click", async () => {
      await post(`revocations/${person.name}`);
      tell("toast", `${shownName(person)} withdrew consent at Spotify`);
    });
    return button;
  }

  /** live: the focus stays where it is. */
  async function show(id, { live = false } = {}) {
    overview.hidden = true;
    single.hidden = false;
    playlist = openPlaylist(single, id, () => {
      playlist = null;
      single.hidden = true;
      overview.hidden = false;
      fetchAll();
      overview.querySelector(`[data-key="playlist-${CSS.escape(id)}"]`)?.focus();
    });
    await playlist.load({ live });
  }

  on("show-playlist", async (name) => {
    tell("show-panel", "spotify");
    const { people } = await get("spotify").catch(() => ({ people: [] }));
    const found = people.flatMap((person) => person.playlists).findLast((each) => each.name === name);
    if (found && found.id !== playlist?.id) await show(found.id, { live: true });
  });
  on("spotify", ({ playlists = [] }) => {
    fetchAll().catch(() => {});
    if (playlist && playlists.includes(playlist.id)) playlist.load({ live: true }).catch(() => playlist?.close());
  });
  on("place", () => visible && stale && fetchAll().catch((refused) => tell("toast", refused.message)));
  on("hello", () => {
    fetchAll().catch(() => {});
    playlist?.load({ live: true }).catch(() => playlist?.close());
  });
  return {
    shown(yes) {
      visible = yes;
      if (yes && stale) fetchAll().catch((refused) => tell("toast", refused.message));
    },
  };
}
