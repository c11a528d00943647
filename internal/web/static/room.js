// A device in the room that several people answer on. Back leads to where a code is typed, and never to what somebody before has marked;
// a page that nobody has touched for a while empties itself. Without this script the browser says that the page has expired.
(function () {
  "use strict";
  history.replaceState(null, "", location.pathname.replace(/\/answer\/.*$/, "/answer"));
  window.addEventListener("pageshow", function (e) {
    if (e.persisted) location.replace(location.pathname);
  });
  window.addEventListener("pagehide", function () {
    document.querySelectorAll("form").forEach(function (form) { form.reset(); });
  });

  var waiting = document.querySelector("[data-untouched]");
  if (!waiting) return;
  var timer;
  function again() {
    clearTimeout(timer);
    timer = setTimeout(function () { waiting.submit(); }, waiting.dataset.untouched * 1000);
  }
  ["pointerdown", "keydown", "input", "scroll"].forEach(function (kind) {
    document.addEventListener(kind, again, { passive: true });
  });
  again();
})();
