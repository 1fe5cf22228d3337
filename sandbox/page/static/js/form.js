// A form of the bot (a modal): its fields with Discord's limits, sent when everything fits, kept open when it does not.
import { post } from "./api.js";
import { openDialog } from "./dialog.js";
import { el } from "./element.js";
import { fieldFor } from "./form_fields.js";
import { markdown } from "./markdown_view.js";
import { names, personCalled, where } from "./session.js";
import { unknown } from "./unknown.js";

const TEXT = 10;

export function openForm(modal) {
  const place = where(); // the form belongs to where it was opened, wherever one looks meanwhile
  const known = new Map(modal.inputs.map((input) => [input.custom_id, input]));
  const fields = [];
  const parts = modal.components.map((component) => {
    if (component.type === TEXT) return el("div", { class: "md" }, markdown(component.content, names));
    const inner = component.component ? [component.component] : (component.components ?? []);
    const inputs = inner.map((each) => known.get(each.custom_id));
    const made = inputs.map((input, index) => input && fieldFor(input, inner[index]));
    if (!made.length || made.some((field) => !field)) return unknown(`a form part of type ${component.type}`, component);
    fields.push(...made);
    return made.map((field) => field.element);
  });
  const failure = el("p", { class: "failed", role: "alert", hidden: true });
  const submit = el("button", { type: "submit", class: "button primary" }, "Submit");
  const cancel = el("button", { type: "button", class: "button secondary" }, "Cancel");
  const form = el("form", { class: "form", novalidate: true }, parts, failure, el("footer", { class: "dialog-foot" }, cancel, submit));
  const dialog = openDialog({ title: modal.title, subtitle: `A form of ${personCalled("mixtape").display_name}`, content: form });
  (fields[0] ?? submit).focus();
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failure.hidden = true;
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length) return wrong[0].focus();
    submit.disabled = true;
    submit.setAttribute("aria-busy", "true");
    try {
      const given = await Promise.all(fields.map(async (field) => [field.id, await field.value()]));
      await post("modals", { ...place, modal: modal.id, fields: Object.fromEntries(given) }, { wait: 0 });
      dialog.close();
    } catch (refused) {
      failure.textContent = refused.status === 504 ? "Something went wrong. Try again." : refused.message;
      failure.hidden = false;
    } finally {
      submit.disabled = false;
      submit.removeAttribute("aria-busy");
    }
  });
}
