// A person's or server's round picture: nobody has uploaded one, so it is a letter on a colour of their own.
import { el } from "./element.js";

const HUES = { ada: 1, grace: 2, linus: 3, margaret: 4, hedy: 5, edsger: 6, barbara: 7 };

export function face(person) {
  const look = person.bot ? "face bot" : "face";
  return el("span", { class: look, "aria-hidden": "true", data: { hue: HUES[person.name] ?? 0 } }, person.bot ? tape() : letters(person.display_name || person.name));
}

export function guildFace(name) {
  return el("span", { class: "face square", "aria-hidden": "true" }, letters(name));
}

function letters(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("");
}

function tape() {
  return el("img", { src: "mark.svg", alt: "" });
}
