// Asking for one line of text in a small window.
import { openDialog } from "./dialog.js";
import { el } from "./element.js";

/** Answers what was typed, or null when the window was closed. */
export function openTextForm({ title, label, value }) {
  return new Promise((resolve) => {
    let answer = null;
    const input = el("input", { id: "asked", type: "text", required: true, autocomplete: "off", maxlength: 100 });
    input.value = value;
    const form = el(
      "form",
      { class: "form" },
      el("div", { class: "field" }, el("label", { for: "asked" }, label), input),
      el("footer", { class: "dialog-foot" }, el("button", { type: "submit", class: "button primary" }, "Save")),
    );
    const dialog = openDialog({ title, content: form, onClose: () => resolve(answer) });
    input.focus();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = input.value.trim();
      dialog.close();
    });
  });
}
