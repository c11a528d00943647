// Leaving at once (A-25, D-171…D-178). In the head and not deferred: a page that was left is never shown again, not
// even for a moment, when somebody presses Back.
(function () {
  "use strict";
  var key = "away";
  var set = document.currentScript.dataset; // url, action, two, one, over, leaving
  var root = document.documentElement;

  function remembered() {
    try { return sessionStorage.getItem(key); } catch (e) { return null; }
  }
  function remember() {
    try { sessionStorage.setItem(key, "1"); } catch (e) { /* the server's answer still leads away */ }
  }
  function forget() {
    try { sessionStorage.removeItem(key); } catch (e) { /* nothing was kept */ }
  }

  function arrived() {
    var entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    return entry ? entry.type : ["navigate", "reload", "back_forward"][performance.navigation.type];
  }

  // Nothing that was typed stays, neither in the page nor in what the browser keeps for Back.
  function blank() {
    root.classList.add("gone");
    if (!document.body) return;
    document.querySelectorAll("input, textarea, select").forEach(function (field) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = false;
      else field.value = "";
    });
    document.querySelectorAll("form").forEach(function (form) { form.reset(); });
    var word = document.createElement("p");
    word.className = "gone-word";
    word.setAttribute("role", "alert");
    document.body.replaceChildren(word);
    word.textContent = set.leaving;
  }

  function away() {
    document.title = set.leaving;
    blank();
    location.replace(set.url);
  }

  function leave(event) {
    if (event) event.preventDefault();
    remember();
    try { fetch(set.action, { method: "POST", keepalive: true }).catch(function () {}); } catch (e) { /* leaving comes first */ }
    away();
  }

  if (remembered()) {
    var how = arrived();
    if (how === "back_forward" || how === "reload") away();
    else forget(); // whoever comes here anew has come on purpose
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && remembered()) away();
  });

  // Shift alone, three times, each within five seconds of the one before. Shift for a capital letter does not count.
  var presses = 0, alone = false, timer = 0;

  function say(text) {
    var place = document.getElementById("leaving");
    if (place) place.textContent = text;
  }
  function show() {
    var button = document.getElementById("exit");
    if (!button) return;
    if (presses > 0) button.dataset.pressed = presses;
    else delete button.dataset.pressed;
  }
  function reset(text) {
    clearTimeout(timer);
    presses = 0;
    show();
    say(text || "");
    if (text) timer = setTimeout(say, 5000, "");
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Shift") {
      alone = !event.ctrlKey && !event.altKey && !event.metaKey;
      return;
    }
    alone = false;
    if (presses > 0) reset();
  });
  document.addEventListener("pointerdown", function () { alone = false; });
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    clearTimeout(timer);
    presses += 1;
    if (presses === 3) return leave();
    show();
    say(presses === 1 ? set.two : set.one);
    timer = setTimeout(reset, 5000, set.over);
  });

  document.addEventListener("click", function (event) {
    var way = event.target.closest && event.target.closest("[data-exit]");
    if (way) leave(event);
  });
})();
