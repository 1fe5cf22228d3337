// Files of a message: pictures as pictures, sound with a player, everything else as a named box to open.
import { picture } from "./embed.js";
import { el, icon, outward } from "./element.js";

const UNITS = ["bytes", "kB", "MB", "GB"];

export function attachment(file) {
  const kind = (file.content_type ?? "").split("/")[0];
  if (kind === "image") return picture(file, "c-picture", file.description ?? file.filename);
  if (kind !== "audio" || !file.proxy_url) return fileBox(file);
  return el("figure", { class: "file" }, file.filename, el("audio", { src: file.proxy_url, controls: true, preload: "none" }));
}

export function fileBox(file) {
  const words = el(
    "span",
    { class: "file-words" },
    el("span", { class: "file-name" }, file.filename),
    Number.isInteger(file.size) && el("span", { class: "quiet" }, bytes(file.size)),
  );
  if (!file.proxy_url) return el("div", { class: "file" }, icon("file"), words);
  return outward(file.proxy_url, { class: "file" }, icon("file"), words);
}

function bytes(count) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  return `${Number((count / 1000 ** step).toPrecision(3))} ${UNITS[step]}`;
}
