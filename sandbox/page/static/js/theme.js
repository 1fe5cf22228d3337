// Light or dark: as the system says, until the reader says otherwise. Runs before anything is drawn, so nothing flashes.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.theme = localStorage.getItem("theme") ?? (system.matches ? "dark" : "light");
  };
  system.addEventListener("change", follow);
  follow();
})();
