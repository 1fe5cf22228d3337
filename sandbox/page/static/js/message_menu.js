// What one can do with a message: entries of the bot, and looking at it closely.
import { post } from "./api.js";
import { tell } from "./bus.js";
import { openDialog } from "./dialog.js";
import { el, icon } from "./element.js";
import { openForm } from "./form.js";
import { openMenu } from "./menu.js";
import { session, where } from "./session.js";

/** at: the “…” button, or {x, y} of the mouse; row: gets the focus back; link: the address pointed at, if any. */
export function openMessageMenu(message, at, row = at, link = "") {
  const apps = session.commands.message.map((command) => ({
    label: command.label,
    detail: "Mixtape",
    icon: icon("note"),
    act: () => use(command.name, message, row),
  }));
  const none = { label: "Apps", detail: "Mixtape has no menu entries here" };
  openMenu(
    at,
    [
      ...(apps.length ? apps : [none]),
      null,
      ...(link ? [{ label: "Copy link", icon: icon("away"), act: () => copy(link, "Link copied") }] : []),
      ...(message.ephemeral || message.poll ? [] : [{ label: "Forward", detail: "To another channel", icon: icon("away"), act: () => chooseChannel(message, at, row) }]),
      { label: "Copy text", icon: icon("file"), act: () => copy(message.text, "Text copied") },
      { label: "Copy message ID", icon: icon("hash"), act: () => copy(message.id, "Message ID copied") },
      { label: "Show as JSON", icon: icon("eye"), act: () => showJson(message) },
    ],
    { label: "Message", from: row },
  );
}

async function use(command, message, row) {
  try {
    const { modal } = await post("menus", { ...where(), command, message: message.id }, { wait: 0 });
    if (modal) openForm(modal, row);
  } catch (refused) {
    tell("note", refused.status === 504 ? "The application did not respond" : refused.message);
  }
}

function chooseChannel(message, at, row) {
  const places = session.view.guilds.flatMap((guild) => guild.channels.filter((channel) => channel.may_write).map((channel) => ({ guild, channel })));
  openMenu(
    at,
    places.map(({ guild, channel }) => ({ label: `#${channel.name}`, detail: guild.name, icon: icon("hash"), act: () => forward(message, channel) })),
    { label: "Forward to", from: row },
  );
}

async function forward(message, channel) {
  try {
    await post("forwards", { as: session.member, channel: channel.id, message: message.id });
    tell("toast", `Forwarded to #${channel.name}`);
  } catch (refused) {
    tell("toast", refused.message);
  }
}

async function copy(text, done) {
  await navigator.clipboard.writeText(text).catch(() => {});
  tell("toast", done);
}

function showJson(message) {
  openDialog({
    title: `Message ${message.id}`,
    wide: true,
    content: el("pre", { class: "json", tabindex: "0", role: "group", "aria-label": "JSON" }, JSON.stringify(message, null, 2)),
  });
}
