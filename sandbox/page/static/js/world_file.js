// The whole sandbox as a file: saved for a bug report, loaded to see what somebody else saw.
import { post } from "./api.js";
import { tell } from "./bus.js";
import { el, icon } from "./element.js";
import { makeExample } from "./example.js";
import { openGuide } from "./guide.js";
import { openMenu } from "./menu.js";

export function openWorldMenu(button) {
  openMenu(
    button,
    [
      { label: "Show the first steps", icon: icon("note"), act: openGuide },
      { label: "Add an example playlist", detail: "With tracks and a vote", icon: icon("people"), act: makeExample },
      null,
      { label: "Save the world", detail: "Everything, as a file", icon: icon("save"), act: save },
      { label: "Load a world", detail: "From a saved file", icon: icon("file"), act: choose },
      null,
      { label: "Restart the bot", detail: "It keeps its data", icon: icon("bolt"), act: restart },
    ],
    { label: "The sandbox", from: button },
  );
}

function save() {
  const link = el("a", { href: "/api/state", download: "mixtape-world.json" });
  link.click();
}

function choose() {
  const input = el("input", { type: "file", accept: "application/json,.json", "aria-label": "World to load" });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    tell("toast", "Loading…");
    try {
      await post("state", await file.text());
      tell("toast", `${file.name} is loaded`);
    } catch (refused) {
      tell("toast", refused.message);
    }
  });
  input.click();
}

async function restart() {
  tell("toast", "Mixtape is restarting");
  await post("restarts", {}, { wait: 0 });
}
