// A command being filled in: its name, and one pill for each option, with the keys of Discord's own line.
import { post } from "./api.js";
import { tell } from "./bus.js";
import { el, refill } from "./element.js";
import { openForm } from "./form.js";
import { readFile } from "./form_fields.js";
import { note } from "./message_list.js";
import { checked, limits } from "./option_rules.js";
import { where } from "./session.js";
import { forget, isClosed, suggest } from "./suggestions.js";

/** options: text to begin with, by option. Answers {submit, close, focus}. */
export function openCommand(command, { line, list, options, say, done, leave }) {
  const pills = new Map();
  const adders = el("div", { class: "adders" });

  function pillOf(option, text = "") {
    const id = `option-${option.name}`;
    const combo = isClosed(option) || option.autocomplete;
    const input = el("input", {
      id,
      type: option.type === "attachment" ? "file" : "text",
      autocomplete: "off",
      spellcheck: "false",
      inputmode: { integer: "numeric", number: "decimal" }[option.type],
      role: combo ? "combobox" : null,
      "aria-expanded": combo ? "false" : null,
      "aria-controls": combo ? "offer-list" : null,
      "aria-autocomplete": combo ? "list" : null,
      "aria-required": option.required ? "true" : null,
    });
    const choice = option.choices.find(({ name, value }) => text && [name, value].includes(text));
    if (option.type !== "attachment") input.value = choice?.name ?? text;
    const pill = { option, input, picked: choice };
    pill.element = el("span", { class: "pill" }, el("label", { for: id }, option.label), input);
    fit(input);
    input.addEventListener("input", () => {
      pill.picked = undefined;
      wrong(pill, "");
      fit(input);
      offer(pill);
    });
    input.addEventListener("focus", () => offer(pill));
    input.addEventListener("blur", () => list.closeAfter(input));
    input.addEventListener("keydown", (event) => key(event, pill));
    pills.set(option.name, pill);
    line.insertBefore(pill.element, adders);
    return pill;
  }

  function drawAdders() {
    const free = command.options.filter((option) => !pills.has(option.name));
    refill(adders, free.map((option) =>
      el("button", { type: "button", class: "adder", title: option.description, on: { click: () => add(option) } }, `+ ${option.label}`),
    ));
  }

  function add(option) {
    const pill = pillOf(option);
    drawAdders();
    pill.input.focus();
  }

  function drop(pill) {
    pills.delete(pill.option.name);
    pill.element.remove();
    drawAdders();
    ([...pills.values()].at(-1)?.input ?? adders.firstElementChild ?? line).focus();
  }

  function offer(pill) {
    const { option, input } = pill;
    const limit = limits(option);
    const head = (state) => [
      el("p", { class: "offer-head" }, el("strong", {}, option.label), ` ${option.description}`, limit && el("span", { class: "quiet" }, ` · ${limit}`)),
      state && el("p", { class: "offer-state", role: "status" }, state),
    ];
    const text = pill.picked === undefined ? input.value : "";
    suggest(command, option, text, othersThan(pill), ({ choices = [], waiting, failed }) => {
      if (document.activeElement !== input) return;
      const none = option.autocomplete && !choices.length ? "No suggestions. What you type is sent as is." : "";
      const state = waiting ? "Asking Mixtape…" : failed ? "Loading options failed" : none;
      const entries = choices.map((choice) => ({ label: choice.name, pick: () => pick(pill, choice) }));
      list.show(input, `Choices for ${option.label}`, entries, { head: head(state), first: isClosed(option) && pill.picked === undefined });
    });
  }

  function pick(pill, choice) {
    pill.picked = { name: choice.name, value: choice.value };
    pill.input.value = choice.name;
    fit(pill.input);
    wrong(pill, "");
    forget();
    list.close();
    const next = [...pills.values()].find((each) => each.option.required && !each.input.value);
    if (next) next.input.focus();
    else pill.input.focus();
  }

  function key(event, pill) {
    if (event.isComposing || list.key(event)) return;
    const { input } = pill;
    if (event.key === "Enter") {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (list.isOpen) list.close();
      else leave(command.label);
    } else if (event.key === "Backspace" && !input.value && input.type !== "file") {
      event.preventDefault();
      const all = [...pills.values()];
      const before = all[all.indexOf(pill) - 1];
      if (!pill.option.required) drop(pill);
      else if (before) before.input.focus();
      else leave(command.label);
    }
  }

  function given(pill) {
    return { text: pill.input.value, value: pill.picked?.value, files: pill.input.files };
  }

  function othersThan(pill) {
    const entries = [...pills.values()]
      .filter((each) => each !== pill)
      .map((each) => [each.option.name, checked(each.option, given(each)).value])
      .filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries);
  }

  async function submit() {
    const results = [...pills.values()].map((pill) => ({ pill, ...checked(pill.option, given(pill)) }));
    results.forEach(({ pill, error }) => wrong(pill, error ?? ""));
    const bad = results.find((result) => result.error);
    if (bad) {
      bad.pill.input.focus();
      list.close();
      return say(`${bad.pill.option.label}: ${bad.error}`);
    }
    const body = { ...where(), command: command.name, options: {} };
    for (const { pill, value, files } of results) {
      if (files) body.options[pill.option.name] = await readFile(files[0]);
      else if (value !== undefined) body.options[pill.option.name] = value;
    }
    const texts = [...pills.values()].map((pill) => [pill.option.name, pill.input.value]);
    done({ command: command.name, options: Object.fromEntries(texts) });
    await dispatch(body);
  }

  function wrong(pill, error) {
    pill.element.classList.toggle("wrong", Boolean(error));
    pill.input.setAttribute("aria-invalid", String(Boolean(error)));
    if (!error) say("");
  }

  const hint = el("span", { class: "line-hint", "aria-hidden": "true" }, "Enter sends");
  refill(line, el("span", { class: "command-name" }, `/${command.label}`), adders, hint);
  line.setAttribute("aria-label", `/${command.label}: ${command.description}`);
  line.tabIndex = -1;
  const onLine = (event) => {
    if (event.target !== line) return;
    if (!["Enter", "Escape", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") submit();
    else leave(command.label);
  };
  line.addEventListener("keydown", onLine);
  for (const option of command.options) {
    if (option.required || options[option.name] !== undefined) pillOf(option, options[option.name] ?? "");
  }
  drawAdders();
  const focus = () => {
    const all = [...pills.values()];
    const target = all.find((pill) => !pill.input.value) ?? all.at(-1);
    if (target) target.input.focus();
    else line.focus();
  };
  focus();
  return {
    submit,
    focus,
    close() {
      forget();
      line.removeEventListener("keydown", onLine);
      refill(line);
    },
  };
}

/** Sends it, and says so until the bot has answered in one way or another. */
async function dispatch(body) {
  const waiting = note(`Sending /${body.command}…`, { busy: true });
  let error = "";
  try {
    const { modal } = await post("commands", body, { wait: 0 });
    if (modal) openForm(modal);
  } catch (refused) {
    error = refused.status === 504 ? "The application did not respond" : refused.message;
  }
  tell("sent", { waiting, error });
}

function fit(input) {
  input.size = Math.max(4, Math.min(40, input.value.length + 1));
}
