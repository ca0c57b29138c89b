// Runs before the first paint, so that a dark screen never flashes white. A file, not inline: the
// page's Content-Security-Policy allows scripts of this origin only.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("omnify.theme");
  } catch {
    // Storage may be forbidden; the system's choice then stands.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
