// How a playlist is shown in one line: its picture, how much is in it, who may see it.
import { el, icon } from "./element.js";

export function kindOf(playlist) {
  const kinds = [playlist.public ? "public" : "private", playlist.collaborative && "collaborative", !playlist.own && playlist.own !== undefined && `of ${playlist.owner}`];
  const count = playlist.total ?? playlist.items;
  return [count === 1 ? "1 item" : `${count.toLocaleString()} items`, ...kinds.filter(Boolean)].join(" · ");
}

export function cover(url) {
  return url ? el("img", { class: "cover", src: url, alt: "", loading: "lazy" }) : el("span", { class: "cover none" }, icon("note"));
}
