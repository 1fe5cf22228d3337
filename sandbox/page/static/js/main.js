// Starts the page: every part draws itself when it hears on the bus who acts and where.
import { on, tell } from "./bus.js";
import "./composer.js";
import "./head.js";
import "./announcer.js";
import "./live.js";
import "./message_list.js";
import "./panels.js";
import "./places.js";
import "./guide.js";
import "./theme_button.js";
import { fetchCommands, refresh, session } from "./session.js";

let started = false;

async function start() {
  try {
    await refresh();
    started = true;
  } catch (refused) {
    tell("connection", false);
    tell("toast", refused.message);
    setTimeout(start, 1500);
  }
}

on("hello", ({ another }) => started && another && refresh().catch(() => {}));
on("commands-changed", () => session.channel && fetchCommands().catch(() => {}));
window.addEventListener("hashchange", () => refresh().catch((refused) => tell("toast", refused.message)));
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.status === undefined) return;
  event.preventDefault();
  tell("toast", event.reason.message);
});
start();
