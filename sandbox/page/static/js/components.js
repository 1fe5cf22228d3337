// Buttons, menus and Components V2 under a message. What they are: https://docs.discord.com/developers/components/reference
import { colour, picture } from "./embed.js";
import { el, icon, isWebAddress, outward } from "./element.js";
import { fileBox } from "./files.js";
import { listButton, openListbox } from "./listbox.js";
import { markdown, spoiler } from "./markdown_view.js";
import { unknown } from "./unknown.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
let sections = 0;
const SELECT_WORDS = { 3: "Make a selection", 5: "Choose people", 6: "Choose roles", 7: "Choose people or roles", 8: "Choose channels" };

/**
 * use: {press(component, button), choose(component, values, button)} act on the message;
 * names: as for markdown, with `choices(kind)` for menus of people, roles and channels.
 */
export function components(list, names, use) {
  return list.map((component) => draw(component, names, use));
}

const DRAWERS = {
  1: row,
  2: button,
  3: menu,
  5: menu,
  6: menu,
  7: menu,
  8: menu,
  9: section,
  10: (part, names) => el("div", { class: "md c-text" }, markdown(part.content, names)),
  11: (part) => covered(part.spoiler, picture(part.media, "c-thumbnail", part.description)),
  12: gallery,
  13: (part) => covered(part.spoiler, fileBox({ ...part.file, filename: part.name ?? part.file.url.split("/").at(-1), size: part.size })),
  14: (part) => el("hr", { class: `c-separator ${part.spacing === 2 ? "wide" : ""} ${part.divider === false ? "bare" : ""}` }),
  17: container,
};

function draw(component, names, use) {
  const drawer = DRAWERS[component.type];
  try {
    return drawer ? drawer(component, names, use) : unknown(`a component of type ${component.type}`, component);
  } catch {
    return unknown(`this component of type ${component.type}`, component);
  }
}

function row(part, names, use) {
  return el("div", { class: "c-row" }, components(part.components, names, use));
}

function button(part, _, use) {
  const look = `button ${STYLES[part.style]}`;
  const face = [part.emoji && emoji(part.emoji), part.label && el("span", {}, part.label)];
  if (part.style === 6 || !STYLES[part.style]) return unknown(`a button of style ${part.style}`, part);
  if (part.style === 5) {
    if (part.disabled || !isWebAddress(part.url)) {
      return el("button", { type: "button", class: look, disabled: true }, face, icon("away"));
    }
    return outward(part.url, { class: look }, face, icon("away"));
  }
  const element = el("button", { type: "button", class: look, disabled: part.disabled, data: { control: part.custom_id } }, face);
  element.addEventListener("click", () => use.press(part, element));
  return element;
}

/** Only Unicode emoji have a picture here; one of an app is named. */
function emoji({ name, id }) {
  return el("span", { class: "emoji" }, id ? `:${name}:` : name);
}

function menu(part, names, use) {
  const options = part.type === 3 ? part.options : names.choices(part);
  const presets = options.filter((option) => option.default);
  const words = presets.map((option) => option.label).join(", ") || part.placeholder || SELECT_WORDS[part.type];
  const shown = el("span", { class: presets.length ? "menu-words" : "menu-words hint" }, words);
  const traits = {
    class: "list-button menu",
    disabled: part.disabled,
    "aria-label": part.placeholder ? `${part.placeholder}: ${presets.length ? words : "nothing chosen"}` : words,
    data: { control: part.custom_id },
  };
  return listButton(shown, traits, (element) =>
    openListbox(element, {
      label: part.placeholder ?? SELECT_WORDS[part.type],
      options: options.map((option) => ({
        value: option.value,
        label: option.label,
        description: option.description,
        mark: option.emoji && emoji(option.emoji),
        selected: option.default,
      })),
      least: part.min_values ?? 1,
      most: part.max_values ?? 1,
      done: (values) => {
        shown.textContent = values.map((value) => options.find((option) => option.value === value).label).join(", ");
        shown.classList.remove("hint");
        use.choose(part, values, element);
      },
    }),
  );
}

/** Its button is described by the words beside it: many sections have the same one. */
function section(part, names, use) {
  const id = `section-${(sections += 1)}`;
  const words = el("div", { class: "c-section-words", id }, components(part.components, names, use));
  const beside = part.accessory && draw(part.accessory, names, use);
  if (beside?.matches(".button")) beside.setAttribute("aria-describedby", id);
  return el("div", { class: "c-section" }, words, beside);
}

function gallery(part) {
  const items = part.items.map((item) => covered(item.spoiler, picture(item.media, "c-picture", item.description)));
  return el("div", { class: `c-gallery c-gallery-${Math.min(items.length, 4)}` }, items);
}

function container(part, names, use) {
  const accented = Number.isInteger(part.accent_color);
  const box = el("div", { class: `c-container ${accented ? "accented" : ""}`, role: "group", "aria-label": "Card" }, components(part.components, names, use));
  if (accented) box.style.setProperty("--edge", colour(part.accent_color));
  return covered(part.spoiler, box);
}

function covered(isSpoiler, element) {
  return isSpoiler ? spoiler([element]) : element;
}
