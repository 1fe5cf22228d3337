// One playlist at Spotify, opened: its items as they are now, with the buttons of somebody who edits it there by hand.
import { get, post, send } from "./api.js";
import { openTextForm } from "./ask.js";
import { tell } from "./bus.js";
import { el, icon, refill } from "./element.js";
import { cover, kindOf } from "./playlist_look.js";
import { trackSearch } from "./track_search.js";

const PAGE = 100;

/** Answers {id, load, close}. load({live}): fetch and draw again; what is new since then is marked. */
export function openPlaylist(box, id, onBack) {
  const head = el("header", { class: "playlist-head" });
  const items = el("ol", { class: "items" });
  const more = el("button", { type: "button", class: "button secondary", hidden: true }, "Show more");
  const search = trackSearch((track) => edit(() => post(`playlists/${id}/additions`, { uris: [track.uri], position: null, by: null }), `Added ${track.title}`));
  const back = el("button", { type: "button", class: "text-button back" }, "‹ All playlists");
  let shownCount = PAGE;
  let known = null; // keys of the items drawn last

  refill(box, back, head, search, items, more);
  back.addEventListener("click", onBack);
  more.addEventListener("click", () => {
    shownCount += PAGE;
    load();
  });

  async function load({ live = false } = {}) {
    const list = await get(`playlists/${id}`, { limit: Math.min(shownCount, 500), offset: 0 });
    drawHead(list);
    const focused = items.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const fresh = keysOf(list.items);
    const before = live ? known : null;
    refill(items, list.items.map((item, index) => row(item, list, before !== null && !before.has(fresh[index]))));
    known = new Set(fresh);
    more.hidden = list.total <= list.items.length;
    if (!live) back.focus();
    else if (focused) (items.querySelector(`[data-key="${CSS.escape(focused)}"]:not([disabled])`) ?? back).focus();
  }

  /** The same track can be in a list twice: its copies are told apart by counting. */
  function keysOf(list) {
    const counts = new Map();
    return list.map(({ uri }) => {
      counts.set(uri, (counts.get(uri) ?? 0) + 1);
      return `${uri} ${counts.get(uri)}`;
    });
  }

  function drawHead(list) {
    const rename = el("button", { type: "button", class: "text-button" }, "Rename");
    rename.addEventListener("click", async () => {
      const name = await openTextForm({ title: "Rename the playlist", label: "Name", value: list.name });
      if (name) await edit(() => send("PATCH", `playlists/${id}`, { name }), "Renamed");
    });
    const visibility = el("button", { type: "button", class: "text-button" }, list.public ? "Make private" : "Make public");
    visibility.addEventListener("click", () => edit(() => send("PATCH", `playlists/${id}`, { public: !list.public }), "Changed"));
    refill(
      head,
      cover(list.picture),
      el("div", { class: "option-words" }, el("h3", {}, list.name), el("p", { class: "option-detail" }, kindOf(list)), el("div", { class: "row-of-buttons" }, rename, visibility)),
    );
  }

  function row(item, { total, owner }, isNew) {
    const detail = [item.artists.join(", "), KINDS[item.kind], item.added_by && item.added_by !== owner && `added by ${item.added_by}`].filter(Boolean).join(" · ");
    const button = (shape, words, act, disabled = false) => {
      const element = el("button", { type: "button", class: "icon-button small", "aria-label": `${words}: ${item.title}`, title: words, disabled, data: { key: `${shape}-${item.position}` } }, icon(shape));
      element.addEventListener("click", () => edit(act, ""));
      return element;
    };
    const moved = (to) => () => post(`playlists/${id}/moves`, { from: item.position, to });
    return el(
      "li",
      { class: isNew ? "item new" : "item" },
      el("span", { class: "item-number" }, String(item.position + 1)),
      cover(item.picture),
      el("span", { class: "option-words" }, el("strong", {}, item.title), el("span", { class: "option-detail" }, detail)),
      el(
        "span",
        { class: "item-tools" },
        button("up", "Move up", moved(item.position - 1), item.position === 0),
        button("down", "Move down", moved(item.position + 1), item.position === total - 1),
        button("bin", "Remove", () => post(`playlists/${id}/removals`, { position: item.position })),
      ),
    );
  }

  async function edit(act, done) {
    try {
      await act();
      if (done) tell("toast", done);
    } catch (refused) {
      tell("toast", refused.message);
    }
  }

  return { id, load, close: onBack };
}

const KINDS = { track: "", episode: "episode", local: "local file", gone: "no longer available", blank: "unreadable" };
