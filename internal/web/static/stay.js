// The end of a stay: a question before it, and after it a way to sign in that leaves on the page what was typed. Without
// this script the page tells the time alone.
(function () {
  "use strict";
  var line = document.querySelector("[data-ends]");
  var soon = document.querySelector("[data-ending=soon]"), over = document.querySelector("[data-ending=over]");
  if (!line || !soon || !soon.showModal || !window.fetch) return;
  var before = 300, ends, asking = false;

  function set(left) { ends = Date.now() + left * 1000; }

  function show(one, other) {
    if (other.open) other.close();
    if (!one.open) one.showModal();
  }

  // ask tells the house that somebody is here, or only asks how long is left: another tab may have gone on.
  function ask(path) {
    return fetch(path, { method: "POST" }).then(function (r) {
      return r.ok ? r.json() : r.status === 401 ? { left: 0 } : null;
    }).catch(function () { return null; });
  }

  function typed() {
    return Array.prototype.some.call(document.querySelectorAll("main input, main textarea, main select"), function (f) {
      if (f.type === "checkbox" || f.type === "radio") return f.checked !== f.defaultChecked;
      if (f.tagName === "SELECT") return Array.prototype.some.call(f.options, function (o) { return o.selected !== o.defaultSelected && f.selectedIndex > 0; });
      return f.type !== "hidden" && f.value !== f.defaultValue;
    });
  }

  function told(answer) {
    asking = false;
    if (!answer) return;
    set(answer.left);
    if (answer.left > before) {
      if (answer.text) {
        line.textContent = answer.text;
        soon.querySelector("p").textContent = answer.soon;
      }
      [soon, over].forEach(function (d) { if (d.open) d.close(); });
    } else if (answer.left > 0) {
      show(soon, over);
    } else if (typed()) {
      show(over, soon);
    } else {
      location.replace("/sign-in?to=" + encodeURIComponent(location.pathname + location.search));
    }
  }

  function look() {
    var left = (ends - Date.now()) / 1000;
    if (asking || over.open || left > before || (soon.open && left > 0)) return;
    asking = true;
    ask("/account/stay/left").then(told);
  }

  document.querySelectorAll("[data-stay]").forEach(function (b) {
    b.addEventListener("click", function () { ask("/account/stay").then(told); });
  });
  over.addEventListener("cancel", function (e) { e.preventDefault(); }); // what lies under it is for who signed in
  soon.addEventListener("cancel", function () { ask("/account/stay").then(told); });
  set(Number(line.dataset.ends));
  setInterval(look, 5000);
})();
