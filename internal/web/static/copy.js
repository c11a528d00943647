// A figure goes to the clipboard by a button. Without this script there is no button, and the figure is marked in its field and copied by hand.
(function () {
  "use strict";
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var field = document.getElementById(button.dataset.copy);
    if (!field) return;
    var text = button.textContent;

    function done() {
      button.textContent = button.dataset.done;
      setTimeout(function () { button.textContent = text; }, 2000);
    }

    button.addEventListener("click", function () {
      field.focus();
      field.select();
      if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(field.value).then(done, function () {});
      else if (document.execCommand("copy")) done();
    });
    button.hidden = false;
  });
})();
