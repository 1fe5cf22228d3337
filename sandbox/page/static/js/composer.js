// Writing: plain text, or "/" and then a command with its options.
import { post } from "./api.js";
import { on, tell } from "./bus.js";
import { openCommand } from "./command_line.js";
import { el, icon, put } from "./element.js";
import { note } from "./message_list.js";
import { offers } from "./offers.js";
import { session, where } from "./session.js";

const text = document.querySelector("#composer-text");
const line = document.querySelector("#command-line");
const button = document.querySelector("#send");
const failure = document.querySelector("#composer-error");
const list = offers(document.querySelector("#offers"), "offer-list");
let command = null; // the open command line, when there is one
let last = null; // what was sent before: arrow up brings it back

/** Opens a command for the reader to send: {command, options: {name: text}}. Without options it may be a beginning. */
function write({ command: name, options = {} }) {
  const found = session.commands.slash.find((each) => each.name === name);
  if (found) return start(found, options);
  stop();
  text.value = `/${name}`;
  text.focus();
  offerCommands();
}

function start(found, options = {}) {
  stop();
  say("");
  text.value = "";
  text.hidden = true;
  line.hidden = false;
  command = openCommand(found, { line, list, options, say, done: finished, leave });
}

function stop() {
  list.close();
  command?.close();
  command = null;
  line.hidden = true;
  text.hidden = false;
}

/** Back from a command to its name as text, to choose another. */
function leave(name) {
  stop();
  say("");
  text.value = name ? `/${name}` : "";
  text.focus();
  if (name) offerCommands();
}

function finished(sent) {
  last = sent;
  stop();
  text.focus();
}

function say(words) {
  failure.textContent = words;
  failure.hidden = !words;
}

function offerCommands() {
  const wanted = text.value.slice(1).toLowerCase();
  const all = session.commands.slash;
  const fitting = all
    .filter((each) => each.label.includes(wanted) || each.description.toLowerCase().includes(wanted))
    .sort((a, b) => b.label.startsWith(wanted) - a.label.startsWith(wanted) || a.label.localeCompare(b.label));
  const head = el("p", { class: "offer-head" }, fitting.length ? "Commands of Mixtape" : noCommands(all));
  list.show(text, "Commands", fitting.map((each) => ({
    label: `/${each.label}`,
    detail: each.description,
    note: each.options.filter((option) => option.required).map((option) => option.label).join("  "),
    pick: () => start(each),
  })), { head, first: true });
}

function noCommands(all) {
  if (all.length) return "No command by that name.";
  return session.channel.may_use_commands ? "No bot offers commands here." : "You can't use commands in this channel.";
}

async function sendText() {
  const words = text.value.trim();
  if (!words) return;
  if (!session.channel.may_write) return say("You do not have permission to send messages in this channel. Commands still work: type /");
  if (words.length > 2000) return say(`Discord allows 2,000 characters; this is ${words.length}.`);
  text.value = "";
  grow();
  try {
    await post("messages", { ...where(), text: words });
  } catch (refused) {
    text.value = words;
    say(refused.message);
  }
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}

text.addEventListener("input", () => {
  say("");
  grow();
  if (!text.value.startsWith("/")) return list.close();
  const typed = session.commands.slash.find((each) => text.value.toLowerCase().startsWith(`/${each.label} `));
  const longer = typed && session.commands.slash.some((each) => each !== typed && each.label.startsWith(text.value.slice(1).toLowerCase()));
  if (typed && !longer) {
    const rest = text.value.slice(typed.label.length + 2);
    return start(typed, typed.options.length && rest ? { [typed.options[0].name]: rest } : {});
  }
  offerCommands();
});
text.addEventListener("keydown", (event) => {
  if (event.isComposing || list.key(event)) return;
  if (event.key === "Escape" && list.isOpen) {
    event.preventDefault();
    list.close();
  } else if (event.key === "Tab" && list.isOpen && !event.shiftKey) {
    list.key(new KeyboardEvent("keydown", { key: "Enter" }));
    event.preventDefault();
  } else if (event.key === "ArrowUp" && !text.value && last) {
    event.preventDefault();
    write(last);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (!text.value.startsWith("/")) sendText();
  }
});
text.addEventListener("blur", () => list.closeAfter(text));
document.querySelector("#skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says who acts and where, not where the focus is
  tell("focus-composer");
});
put(button, icon("send"));
button.addEventListener("click", () => (command ? command.submit() : sendText()));
document.addEventListener("keydown", (event) => {
  const busy = event.target.closest("input, textarea, select, dialog, .popup") || event.ctrlKey || event.metaKey || event.altKey;
  if (event.key !== "/" || busy) return;
  event.preventDefault();
  text.hidden ? command?.focus() : text.focus();
  if (!text.hidden && !text.value) {
    text.value = "/";
    offerCommands();
  }
});

on("place", () => {
  stop();
  say("");
  text.value = "";
  const { channel, guild } = session;
  text.placeholder = `Message ${guild ? "#" : ""}${channel.name}, or / for commands`;
  text.setAttribute("aria-label", text.placeholder);
});
on("commands", () => list.isOpen && !command && offerCommands());
on("write", write);
on("note", (words) => note(words));
on("focus-composer", () => (command ? command.focus() : text.focus()));
on("sent", ({ waiting, error }) => {
  waiting.remove();
  if (error) tell("note", error);
});
