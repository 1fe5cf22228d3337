// Choosing one or several from a list, by mouse, thumb or keyboard: menus under messages, in forms, and "Act as".
import { el, icon } from "./element.js";
import { closePopup, openPopup, popupOf } from "./popup.js";

let numbers = 0;

/**
 * Opens the list at `anchor`. options: [{value, label, description, mark, selected}]; mark: an element shown first.
 * One choice is done at once; several (most > 1) when the list closes. `done` gets the values, unless nothing changed.
 */
export function openListbox(anchor, { label, options, least = 1, most = 1, done }) {
  if (popupOf(anchor)) return closePopup();
  const several = most > 1;
  const chosen = new Set(options.filter((option) => option.selected).map((option) => option.value));
  const before = [...chosen].join("\n");
  const id = `list-${(numbers += 1)}`;
  let at = Math.max(0, options.findIndex((option) => option.selected));
  let typed = "";
  let typedAt = 0;
  const rows = options.map((option, index) => row(option, `${id}-${index}`, several));
  const box = el("div", {
    id,
    class: "listbox",
    role: "listbox",
    tabindex: "0",
    "aria-label": label,
    "aria-multiselectable": several ? "true" : null,
  }, rows);
  const note = several && el("p", { class: "listbox-note", "aria-live": "polite" });
  const frame = el("div", { class: "listbox-frame" }, note, box);

  const draw = () => {
    rows.forEach((element, index) => {
      element.setAttribute("aria-selected", String(chosen.has(options[index].value)));
      element.classList.toggle("active", index === at);
    });
    box.setAttribute("aria-activedescendant", rows[at]?.id ?? "");
    if (note) note.textContent = `Choose ${least === most ? least : `${least} to ${most}`}; ${chosen.size} chosen`;
  };
  const go = (index) => {
    at = Math.max(0, Math.min(rows.length - 1, index));
    draw();
    rows[at]?.scrollIntoView({ block: "nearest" });
  };
  const pick = (index) => {
    const { value } = options[index];
    if (several) {
      if (chosen.has(value)) chosen.delete(value);
      else if (chosen.size < most) chosen.add(value);
      go(index);
      return;
    }
    if (least === 0 && chosen.has(value)) chosen.clear();
    else {
      chosen.clear();
      chosen.add(value);
    }
    closePopup();
    anchor.focus();
    done([...chosen]);
  };
  const finish = () => {
    closePopup();
    anchor.focus();
  };
  rows.forEach((element, index) => {
    element.addEventListener("click", () => pick(index));
    element.addEventListener("pointermove", () => at !== index && go(index));
  });
  const keys = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    Enter: () => (several && chosen.has(options[at]?.value) ? finish() : pick(at)),
    " ": () => pick(at),
    Escape: finish,
    Tab: finish,
  };
  box.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      typed = Date.now() - typedAt < 800 ? typed + event.key : event.key;
      typedAt = Date.now();
      const found = options.findIndex((option) => option.label.toLowerCase().startsWith(typed.toLowerCase()));
      if (found >= 0) go(found);
    }
  });
  anchor.setAttribute("aria-expanded", "true");
  openPopup(anchor, frame, {
    width: "same",
    onClose: () => {
      anchor.setAttribute("aria-expanded", "false");
      if (several && [...chosen].join("\n") !== before && chosen.size >= least) done([...chosen]);
    },
  });
  draw();
  box.focus();
  rows[at]?.scrollIntoView({ block: "nearest" });
}

/** A button that opens such a list. */
export function listButton(text, traits, open) {
  const button = el(
    "button",
    { type: "button", class: "list-button", "aria-haspopup": "listbox", "aria-expanded": "false", ...traits },
    text,
    icon("chevron"),
  );
  button.addEventListener("click", () => open(button));
  button.addEventListener("keydown", (event) => {
    if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      open(button);
    }
  });
  return button;
}

function row(option, id, several) {
  return el(
    "div",
    { id, role: "option", class: "option", "aria-selected": "false" },
    option.mark,
    el(
      "span",
      { class: "option-words" },
      el("span", { class: "option-label" }, option.label),
      option.description && el("span", { class: "option-detail" }, option.description),
    ),
    el("span", { class: several ? "option-box" : "option-tick" }, icon("check")),
  );
}
