// A window over the page. The browser keeps the focus inside and gives it back at the end; Escape closes.
import { el, icon } from "./element.js";
import { closePopup } from "./popup.js";

let numbers = 0;

/** content: an element, or a form. Answers the dialog; `onClose` is told when it is gone. */
export function openDialog({ title, subtitle, content, wide = false, onClose }) {
  closePopup();
  const id = `dialog-${(numbers += 1)}`;
  const close = el("button", { type: "button", class: "icon-button", "aria-label": "Close", title: "Close" }, icon("close"));
  const dialog = el(
    "dialog",
    { class: wide ? "dialog wide" : "dialog", "aria-labelledby": id },
    el("header", { class: "dialog-head" }, el("div", {}, el("h2", { id }, title), subtitle && el("p", { class: "quiet" }, subtitle)), close),
    content,
  );
  const before = document.activeElement;
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    closePopup();
    dialog.remove();
    if (before?.isConnected) before.focus();
    onClose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
