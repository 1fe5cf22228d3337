// A box beside the thing it belongs to: above everything, closed by Escape, by a click elsewhere, or by scrolling away.
import { el } from "./element.js";

const GAP = 6;
let open = null;

/** Opens `box` at `anchor` (an element, or {x, y}) and closes any other. `onClose` is told once. */
export function openPopup(anchor, box, { onClose, width, trigger } = {}) {
  closePopup();
  const element = anchor instanceof Element ? anchor : trigger;
  const holder = el("div", { class: "popup", popover: "manual" }, box);
  (element?.closest("dialog") ?? document.body).append(holder);
  holder.showPopover();
  place(holder, anchor, width);
  const elsewhere = (event) => {
    if (!holder.contains(event.target) && !element?.contains(event.target)) closePopup();
  };
  const away = (event) => {
    if (!holder.contains(event.target)) closePopup();
  };
  document.addEventListener("pointerdown", elsewhere, true);
  document.addEventListener("scroll", away, true);
  window.addEventListener("resize", closePopup);
  open = {
    holder,
    anchor: element,
    end() {
      document.removeEventListener("pointerdown", elsewhere, true);
      document.removeEventListener("scroll", away, true);
      window.removeEventListener("resize", closePopup);
      holder.remove();
      onClose?.();
    },
  };
  return holder;
}

export function closePopup() {
  const closing = open;
  open = null;
  closing?.end();
}

/** Whether the popup that is open belongs to this element. */
export function popupOf(anchor) {
  return open !== null && open.anchor === anchor;
}

function place(holder, anchor, width) {
  const at = anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
  if (width === "same") holder.style.minWidth = `${at.width}px`;
  const size = holder.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - GAP;
  const above = at.top - GAP;
  const upwards = size.height > below && above > below;
  const room = Math.max(120, (upwards ? above : below) - GAP);
  holder.style.maxHeight = `${room}px`;
  const height = Math.min(size.height, room);
  holder.style.top = `${upwards ? at.top - GAP - height : at.bottom + GAP}px`;
  holder.style.left = `${Math.max(GAP, Math.min(at.left, window.innerWidth - size.width - GAP))}px`;
}
