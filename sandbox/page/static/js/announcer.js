// News for screen readers, and short notes at the edge for everybody.
import { on } from "./bus.js";
import { el } from "./element.js";
import { plain } from "./markdown_view.js";
import { names } from "./session.js";

const KEPT = 5;
const SHOWN_MS = 3500;
const log = document.querySelector("#announcer");
const toast = document.querySelector("#toast");
let timer = null;

on("say", (message) => {
  const words = message.thinking ? "is thinking" : plain(message.text, names).slice(0, 400);
  log.append(el("p", {}, `${message.author.display_name}${message.ephemeral ? ", only to you" : ""}: ${words}`));
  while (log.children.length > KEPT) log.firstElementChild.remove();
});
on("toast", (words) => {
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.hidden = true), SHOWN_MS);
});
