// Using what is under a message: pressing, choosing, and what happens when the bot does not answer.
import { post } from "./api.js";
import { tell } from "./bus.js";
import { openForm } from "./form.js";
import { el } from "./element.js";
import { where } from "./session.js";

const FAILED = "This interaction failed";

/** rowOf(id): the row in which a message is shown now, if it still is. */
export function usesOf(rowOf) {
  async function act(path, body, control) {
    const row = control.closest(".message");
    const id = row.dataset.id;
    row.querySelector(".failed")?.remove();
    control.setAttribute("aria-busy", "true");
    try {
      const place = where();
      const { modal } = await post(path, { ...place, message: id, ...body }, { wait: 0 });
      tell("pressed", { member: place.as, text: row.textContent });
      if (modal) openForm(modal, control);
    } catch (refused) {
      const words = refused.status === 504 ? FAILED : refused.message;
      const place = rowOf(id)?.querySelector(".components");
      place?.append(el("p", { class: "failed", role: "alert" }, words));
    } finally {
      control.removeAttribute("aria-busy");
    }
  }
  return {
    press: (part, control) => act("presses", { button: part.custom_id }, control),
    choose: (part, values, control) => act("choices", { menu: part.custom_id, values }, control),
  };
}
