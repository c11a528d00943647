// A password can be looked at while it is typed. Without this script there is no button, and it stays in dots.
(function () {
  "use strict";
  document.querySelectorAll("[data-show]").forEach(function (button) {
    var field = document.getElementById(button.getAttribute("aria-controls"));
    if (!field) return;

    function show(yes) {
      field.type = yes ? "text" : "password";
      button.textContent = yes ? button.dataset.hide : button.dataset.show;
    }

    button.addEventListener("click", function () {
      show(field.type === "password");
      field.focus();
    });
    // What is sent, or come back to, is in dots again: browsers remember what stood in a field of plain text.
    field.form.addEventListener("submit", function () { show(false); });
    window.addEventListener("pagehide", function () { show(false); });
    button.hidden = false;
  });
})();
