// A plan that is filled in and printed, and sent nowhere. Without this script it is printed from the browser's own menu.
// What was written is gone from the page as soon as it is left: no browser can bring it back by its Back.
(function () {
  "use strict";
  var lines = document.querySelectorAll(".sheet-line");

  function empty() {
    lines.forEach(function (line) { line.value = ""; });
  }

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
    button.hidden = false;
  });
  window.addEventListener("pagehide", empty);
  window.addEventListener("pageshow", function (e) { if (e.persisted) empty(); });
})();
