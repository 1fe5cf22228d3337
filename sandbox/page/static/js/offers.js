// The list above the composer: commands, or what may stand in an option. Driven by the keys of the field below it.
import { el, refill } from "./element.js";

const LINGER_MS = 150; // a press on an entry takes the focus away first

/** box: where it is drawn. `field` names the entry that is active to screen readers. */
export function offers(box, id) {
  let entries = [];
  let at = -1;
  let field = null;

  const list = el("div", { id, role: "listbox", class: "offer-list", tabindex: "-1" }); // the field's keys move in it

  function mark(index) {
    at = index;
    [...list.children].forEach((row, each) => {
      row.setAttribute("aria-selected", String(each === at));
      row.classList.toggle("active", each === at);
    });
    const row = list.children[at];
    if (row) {
      field?.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else {
      field?.removeAttribute("aria-activedescendant");
    }
  }

  /** While entries are shown, screen readers take the field for the head of their list, a text area too. */
  function tie(shown) {
    if (field?.tagName === "TEXTAREA") {
      const traits = { role: "combobox", "aria-controls": id, "aria-haspopup": "listbox" };
      for (const [name, value] of Object.entries(traits)) shown ? field.setAttribute(name, value) : field.removeAttribute(name);
    }
    if (field?.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", String(shown));
    else field?.removeAttribute("aria-expanded");
  }

  return {
    get isOpen() {
      return !box.hidden && entries.length > 0;
    },
    /** given: [{label, detail, note, pick}]; head: elements above the list; first: whether the first is meant already. */
    show(owner, label, given, { head = null, first = false } = {}) {
      field = owner;
      entries = given;
      const rows = entries.map((entry, index) => {
        const row = el(
          "div",
          { id: `${id}-${index}`, role: "option", class: "option", "aria-selected": "false" },
          el("span", { class: "option-words" }, el("span", { class: "option-label" }, entry.label), entry.detail && el("span", { class: "option-detail" }, entry.detail)),
          entry.note && el("span", { class: "option-note" }, entry.note),
        );
        row.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
        row.addEventListener("click", () => entry.pick());
        return row;
      });
      list.setAttribute("aria-label", label);
      refill(list, rows);
      refill(box, head, rows.length ? list : null);
      box.hidden = !head && !rows.length;
      tie(rows.length > 0);
      mark(first && rows.length ? 0 : -1);
    },
    close() {
      entries = [];
      box.hidden = true;
      refill(box);
      tie(false);
      mark(-1);
      field = null;
    },
    /** Closes a moment after the field was left, unless another field has taken the list over by then. */
    closeAfter(left) {
      setTimeout(() => field === left && document.activeElement !== left && this.close(), LINGER_MS);
    },
    /** Takes the key if the list has use for it. */
    key(event) {
      if (!this.isOpen) return false;
      if (event.key === "ArrowDown") mark((at + 1) % entries.length);
      else if (event.key === "ArrowUp") mark(at <= 0 ? entries.length - 1 : at - 1);
      else if (event.key === "Enter" && !event.shiftKey && at >= 0) entries[at].pick();
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
