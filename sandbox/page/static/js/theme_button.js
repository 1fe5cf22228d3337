// The button that changes between light and dark.
import { icon, refill } from "./element.js";

const button = document.querySelector("#theme");
const { dataset } = document.documentElement;

function draw() {
  const words = dataset.theme === "dark" ? "Use light colours" : "Use dark colours";
  refill(button, icon(dataset.theme === "dark" ? "sun" : "moon"));
  button.setAttribute("aria-label", words);
  button.title = words;
}

button.addEventListener("click", () => {
  dataset.theme = dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", dataset.theme);
});
new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
draw();
