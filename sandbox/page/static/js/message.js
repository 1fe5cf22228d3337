// One message as Discord shows it: who and when, what it answers, text, cards, files, buttons, and what is private.
import { components } from "./components.js";
import { el, icon } from "./element.js";
import { embed } from "./embed.js";
import { face } from "./face.js";
import { attachment } from "./files.js";
import { markdown, plain } from "./markdown_view.js";
import { time } from "./times.js";
import { unknown } from "./unknown.js";

const EXCERPT = 100;

/** use: {press, choose, openMenu(message, at), dismiss(message)}; follows: same author a moment before. */
export function messageRow(message, names, use, { follows = false } = {}) {
  const { author } = message;
  const created = new Date(message.created_at);
  const row = el("article", {
    class: ["message", follows && "follows", message.ephemeral && "private", message.thinking && "thinking"].filter(Boolean).join(" "),
    data: { id: message.id },
    tabindex: "-1",
    "aria-label": `${author.display_name}${message.ephemeral ? ", only you can see this" : ""}`,
  });
  row.append(el("div", { class: "message-side" }, follows ? el("span", { class: "side-time" }, time(created, "t")) : face(author)));
  const body = el("div", { class: "message-body" });
  if (message.used) body.append(origin(message.used));
  if (message.reply_to) body.append(quoted(message.reply_to, names));
  if (!follows) body.append(head(author, created));
  body.append(...content(message, names, use));
  if (message.ephemeral) body.append(privateNote(message, use));
  row.append(body);
  if (!message.thinking) row.append(tools(message, use));
  return row;
}

/** Whether `next` is shown under the same name as the message before it. */
export function belongsTogether(before, next) {
  if (!before || next.used || next.reply_to || before.ephemeral !== next.ephemeral) return false;
  return before.author.id === next.author.id && new Date(next.created_at) - new Date(before.created_at) < 7 * 60_000;
}

function head(author, created) {
  return el(
    "header",
    { class: "message-head" },
    el("strong", { class: "author" }, author.display_name),
    author.bot && el("span", { class: "badge" }, "APP"),
    el("span", { class: "quiet" }, time(created, "when")),
  );
}

function origin({ name, member }) {
  return el("div", { class: "origin" }, el("strong", {}, member.display_name), " used ", el("span", { class: "mention" }, name));
}

function quoted(before, names) {
  const words = before.deleted ? "Original message was deleted" : plain(before.text, names).slice(0, EXCERPT);
  return el("div", { class: "origin" }, el("strong", {}, before.author.display_name), ` ${words}`);
}

function content(message, names, use) {
  if (message.thinking) {
    return [el("p", { class: "thinking-words" }, dots(), `${message.author.display_name} is thinking…`)];
  }
  const parts = [];
  if (message.content) {
    const text = el("div", { class: "md content" }, markdown(message.content, names));
    if (message.edited_at) text.append(el("span", { class: "edited" }, "(edited)"));
    parts.push(text);
  }
  if (message.forwarded) parts.push(forwarded(message.forwarded, names));
  const shown = message.suppress_embeds ? [] : message.embeds;
  parts.push(...shown.map((card) => embed(card, names)));
  if (message.attachments.length && !message.components_v2) {
    parts.push(el("div", { class: "attachments" }, message.attachments.map(attachment)));
  }
  if (message.components.length) parts.push(el("div", { class: "components" }, components(message.components, names, use)));
  if (message.edited_at && !message.content && message.components_v2) parts.push(el("p", { class: "edited" }, "(edited)"));
  if (message.poll) parts.push(unknown("a poll", message.poll));
  if (message.reactions.length) parts.push(reactions(message.reactions));
  return parts;
}

/** What another message said when somebody forwarded it. Its buttons are only shown. */
function forwarded(carried, names) {
  const still = { press() {}, choose() {} };
  const parts = content({ reactions: [], poll: null, ...carried }, names, still);
  for (const part of parts) for (const button of part.querySelectorAll("button")) button.disabled = true;
  return el("blockquote", { class: "forwarded" }, el("p", { class: "quiet" }, "Forwarded"), parts);
}

function reactions(given) {
  return el(
    "ul",
    { class: "reactions", "aria-label": "Reactions" },
    given.map(({ emoji, count, by }) =>
      el("li", { class: "reaction", title: by.join(", "), "aria-label": `${emoji} by ${by.join(", ")}` }, `${emoji} ${count}`),
    ),
  );
}

function dots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}

function privateNote(message, use) {
  return el(
    "p",
    { class: "private-note" },
    icon("eye"),
    "Only you can see this · ",
    el("button", { type: "button", class: "text-button", on: { click: () => use.dismiss(message) } }, "Dismiss message"),
  );
}

function tools(message, use) {
  const button = el(
    "button",
    { type: "button", class: "message-tools", "aria-label": "More", title: "More", "aria-haspopup": "menu" },
    icon("dots"),
  );
  button.addEventListener("click", () => use.openMenu(message, button));
  return button;
}
