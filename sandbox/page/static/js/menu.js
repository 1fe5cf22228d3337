// A small menu of things to do, at a button or where the mouse was pressed.
import { el } from "./element.js";
import { closePopup, openPopup, popupOf } from "./popup.js";

/** entries: [{label, detail, icon, act}] or null for a line between. `from`: gets the focus back. */
export function openMenu(at, entries, { label, from }) {
  if (popupOf(from)) return closePopup();
  const items = [];
  const parts = entries.map((entry) => {
    if (entry === null) return el("div", { role: "separator", class: "menu-line" });
    const item = el(
      "button",
      { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", "aria-disabled": entry.act ? null : "true" },
      entry.icon,
      el("span", { class: "option-words" }, el("span", {}, entry.label), entry.detail && el("span", { class: "option-detail" }, entry.detail)),
    );
    item.addEventListener("click", () => {
      if (!entry.act) return;
      closePopup();
      from.focus();
      entry.act();
    });
    item.addEventListener("pointermove", () => item.focus());
    items.push(item);
    return item;
  });
  const box = el("div", { class: "menu-box", role: "menu", "aria-label": label }, parts);
  const step = (by) => items.at((items.indexOf(document.activeElement) + by + items.length) % items.length).focus();
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => items[0].focus(),
    End: () => items.at(-1).focus(),
    Escape: leave,
    Tab: leave,
  };
  function leave() {
    closePopup();
    from.focus();
  }
  box.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  const expanded = (yes) => from.matches("[aria-haspopup]") && from.setAttribute("aria-expanded", String(yes));
  expanded(true);
  openPopup(at, box, { trigger: from, onClose: () => expanded(false) });
  items[0]?.focus();
}
