// A side of the page that slides over the chat where there is little room, and simply stands there where there is.
import { icon, put } from "./element.js";

/** Answers {close}. small: the media query under which it slides. */
export function drawer(side, button, small) {
  const narrow = matchMedia(small);
  let open = false;
  put(button, icon(button.id === "open-places" ? "menu" : "people"));

  function draw() {
    side.classList.toggle("open", open);
    side.inert = narrow.matches && !open;
    button.setAttribute("aria-expanded", String(open));
  }
  function close({ back = narrow.matches && side.contains(document.activeElement) } = {}) {
    open = false;
    draw();
    if (back) button.focus();
  }
  button.addEventListener("click", () => {
    open = !open;
    draw();
    if (open) side.querySelector("[aria-current], [aria-selected=true], button")?.focus();
  });
  side.addEventListener("keydown", (event) => event.key === "Escape" && narrow.matches && open && close());
  document.addEventListener("pointerdown", (event) => {
    const elsewhere = !side.contains(event.target) && !button.contains(event.target) && !event.target.closest(".popup, dialog");
    if (open && narrow.matches && elsewhere) close();
  });
  narrow.addEventListener("change", () => close());
  draw();
  return { close };
}
