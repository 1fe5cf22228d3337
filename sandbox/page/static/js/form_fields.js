// The kinds of fields a form can have. Each answers {id, element, check(), value(), focus()}.
import { el } from "./element.js";
import { listButton, openListbox } from "./listbox.js";
import { names } from "./session.js";

const TEXT = 4;
const SELECTS = new Set([3, 5, 6, 7, 8]);
const FILES = 19;
const RADIO = 21;
const BOXES = 22;
const BOX = 23;
let numbers = 0;

/** input: as the sandbox describes it; raw: Discord's component. undefined: a kind nobody can fill in. */
export function fieldFor(input, raw) {
  const id = `field-${(numbers += 1)}`;
  if (input.kind === TEXT) return textField(input, id);
  if (SELECTS.has(input.kind)) return selectField(input, raw, id);
  if (input.kind === FILES) return fileField(input, id);
  if (input.kind === RADIO || input.kind === BOXES) return optionsField(input, id);
  if (input.kind === BOX) return boxField(input, id);
  return undefined;
}

function frame(input, id, control, { group = false } = {}) {
  const words = [input.label, input.required && el("span", { class: "required", title: "Required" }, " *")];
  const error = el("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const label = group ? el("legend", {}, words) : el("label", { for: id, id: `${id}-label` }, words);
  const hint = input.description && el("p", { class: "quiet field-hint", id: `${id}-hint` }, input.description);
  const traits = group ? { "aria-describedby": describedBy(input, id) } : {};
  const element = el(group ? "fieldset" : "div", { class: "field", ...traits }, label, hint, control, error);
  const say = (wrong) => {
    error.textContent = wrong;
    for (const one of group ? control.querySelectorAll("input") : [control]) one.setAttribute("aria-invalid", String(Boolean(wrong)));
    return !wrong;
  };
  return { element, say };
}

function describedBy(input, id) {
  return `${input.description ? `${id}-hint ` : ""}${id}-error`;
}

function textField(input, id) {
  const traits = {
    id,
    placeholder: input.placeholder,
    maxlength: input.most,
    required: input.required,
    autocomplete: "off",
    "aria-describedby": describedBy(input, id),
  };
  const control = input.style === 2 ? el("textarea", { ...traits, rows: 4 }) : el("input", { ...traits, type: "text" });
  control.value = input.value ?? "";
  const { element, say } = frame(input, id, control);
  return {
    id: input.custom_id,
    element,
    focus: () => control.focus(),
    value: () => control.value,
    check() {
      const { length } = control.value;
      if (input.required && !control.value.trim()) return say("This field is required.");
      if (length && length < input.least) return say(`At least ${input.least} characters, please.`);
      return say("");
    },
  };
}

function selectField(input, raw, id) {
  const options = input.kind === 3 ? input.options : names.choices(raw);
  let values = options.filter((option) => option.default).map((option) => option.value);
  const shown = el("span", { class: "menu-words" });
  const draw = () => {
    const labels = options.filter((option) => values.includes(option.value)).map((option) => option.label);
    shown.textContent = labels.join(", ") || input.placeholder || "Make a selection";
    shown.classList.toggle("hint", !labels.length);
  };
  const least = input.required ? Math.max(1, input.least) : 0;
  const control = listButton(shown, { id, class: "list-button menu", "aria-labelledby": `${id}-label ${id}` }, (button) =>
    openListbox(button, {
      label: input.label,
      options: options.map((option) => ({ ...option, selected: values.includes(option.value) })),
      least,
      most: input.most,
      done(chosen) {
        values = chosen;
        draw();
        say("");
      },
    }),
  );
  const { element, say } = frame(input, id, control);
  control.removeAttribute("aria-invalid");
  draw();
  return {
    id: input.custom_id,
    element,
    focus: () => control.focus(),
    value: () => values,
    check: () => say(values.length < least ? "This field is required." : ""),
  };
}

function fileField(input, id) {
  const control = el("input", { id, type: "file", multiple: input.most > 1, "aria-describedby": describedBy(input, id) });
  const { element, say } = frame(input, id, control);
  return {
    id: input.custom_id,
    element,
    focus: () => control.focus(),
    value: () => Promise.all([...control.files].map(readFile)),
    check() {
      const count = control.files.length;
      const least = input.required ? Math.max(1, input.least) : 0;
      if (count < least) return say(`Choose at least ${least}.`);
      return say(count > input.most ? `Choose at most ${input.most}.` : "");
    },
  };
}

/** A file as the sandbox takes it: its name and its bytes in base64. */
export async function readFile(file) {
  let text = "";
  for (const byte of new Uint8Array(await file.arrayBuffer())) text += String.fromCharCode(byte);
  return { filename: file.name, data: btoa(text) };
}

function optionsField(input, id) {
  const type = input.kind === RADIO ? "radio" : "checkbox";
  const boxes = input.options.map((option) => {
    const box = el("input", { type, name: id, value: option.value });
    box.checked = Boolean(option.default);
    return box;
  });
  const rows = boxes.map((box, index) => {
    const { label, description } = input.options[index];
    return el("label", { class: "tick" }, box, el("span", { class: "option-words" }, label, description && el("span", { class: "option-detail" }, description)));
  });
  const { element, say } = frame(input, id, el("div", { class: "ticks" }, rows), { group: true });
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return {
    id: input.custom_id,
    element,
    focus: () => (boxes.find((box) => box.checked) ?? boxes[0]).focus(),
    value: chosen,
    check() {
      const count = chosen().length;
      const least = input.required ? Math.max(1, input.least) : 0;
      if (count < least) return say(least === 1 ? "Choose one." : `Choose at least ${least}.`);
      return say(type === "checkbox" && count > input.most ? `Choose at most ${input.most}.` : "");
    },
  };
}

function boxField(input, id) {
  const control = el("input", { id, type: "checkbox", "aria-describedby": describedBy(input, id) });
  control.checked = input.checked;
  const { element, say } = frame(input, id, control);
  element.classList.add("inline");
  return { id: input.custom_id, element, focus: () => control.focus(), value: () => control.checked, check: () => say("") };
}
