// A conversation that goes by itself. Without this file its forms work as forms do; ui.Talk tells what is sent where.
(function () {
  "use strict";
  var talk = document.querySelector("[data-chat]");
  if (!talk || !talk.dataset.stream || !window.fetch || !window.TextDecoderStream) return;
  var lines = talk.querySelector("[data-lines]");
  var state = talk.querySelector("[data-state]");
  var form = document.querySelector("[data-chat-form]");
  var refresh = document.querySelector("[data-chat-refresh]");
  var after = Number(talk.dataset.after) || 0;
  var over = false, heard = false, lost = "", wait = 1000;

  if (refresh) refresh.hidden = true;

  // What the forms carry in hidden fields goes in the body: no address holds anything.
  function body(values) {
    var out = new URLSearchParams();
    (form || refresh || document.createElement("form")).querySelectorAll("input[type=hidden]").forEach(function (field) {
      out.append(field.name, field.value);
    });
    Object.keys(values).forEach(function (name) { out.append(name, values[name]); });
    return out;
  }

  function span(name, text) {
    var el = document.createElement("span");
    el.className = name;
    el.textContent = text;
    return el;
  }

  function addLine(line) {
    if (line.seq <= after) return;
    after = line.seq;
    var el = document.createElement("div");
    el.className = "line from-" + (/^(me|them|code)$/.test(line.from) ? line.from : "them");
    el.append(span("line-who", line.who), span("line-text", line.text));
    lines.append(el);
    el.scrollIntoView({ block: "nearest" });
  }

  function setState(now) {
    lost = "";
    if (state.textContent !== now.text) state.textContent = now.text;
    if (!now.over) return;
    over = true;
    if (talk.dataset.over) talk.className = "notice " + talk.dataset.over;
    if (form && !field.value.trim()) form.remove(); // what was typed stays: sending it is then up to the page
  }

  function event(text) {
    var name = "", data = "";
    text.split("\n").forEach(function (row) {
      if (row.indexOf("event:") === 0) name = row.slice(6).trim();
      if (row.indexOf("data:") === 0) data += row.slice(5).trim();
    });
    if (name === "line") addLine(JSON.parse(data));
    if (name === "state") setState(JSON.parse(data));
  }

  // The conversation is over or no longer ours: the page itself says so best. A page that was never heard by its
  // stream keeps its buttons instead, lest it ask for itself without end.
  function gone() {
    over = true;
    if (form && field.value.trim()) return; // sending what was typed asks the page
    if (!heard) {
      state.textContent = talk.dataset.lost;
      if (refresh) refresh.hidden = false;
    } else if (refresh) refresh.submit();
    else location.reload();
  }

  async function listen() {
    var answer = await fetch(talk.dataset.stream, { method: "POST", body: body({ after: after }), headers: { Accept: "text/event-stream" } });
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return gone();
    if (!answer.ok || !answer.body) throw new Error(String(answer.status));
    heard = true;
    var reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(), rest = "";
    for (;;) {
      var piece = await reader.read();
      if (piece.done) return;
      wait = 1000;
      var events = (rest + piece.value).split("\n\n");
      rest = events.pop();
      events.forEach(event);
    }
  }

  async function stay() {
    while (!over) {
      try {
        await listen();
      } catch (e) {
        if (!lost) { lost = talk.dataset.lost; state.textContent = lost; }
        wait = Math.min(wait * 2, 15000);
      }
      if (!over) await new Promise(function (go) { setTimeout(go, wait); });
    }
  }
  stay();

  if (!form) return;
  var field = form.querySelector("textarea"), button = form.querySelector("button");
  var counter = form.querySelector("[data-counter]"), most = Number(field.getAttribute("maxlength")) || 0;

  function count() {
    var left = most - field.value.length;
    counter.hidden = !most || left > 200;
    counter.textContent = counter.dataset.left + " " + left;
  }

  // A refusal is said beside the field, as the page itself would have said it.
  function wrong(text) {
    var place = form.querySelector(".error");
    if (!text) { if (place) place.remove(); return; }
    if (!place) {
      place = document.createElement("p");
      place.className = "error";
      place.setAttribute("role", "alert");
      field.before(place);
    }
    place.textContent = text;
  }

  async function send() {
    if (over) return form.submit();
    var text = field.value;
    if (!text.trim() || button.disabled) return;
    button.disabled = true;
    try {
      var answer = await fetch(form.action, { method: "POST", body: body({ text: text }), headers: { Accept: "application/json" } });
      if (answer.ok) { field.value = ""; wrong(""); count(); }
      else wrong((await answer.json()).error || talk.dataset.lost);
    } catch (e) {
      wrong(talk.dataset.lost); // what was typed stays in the field
    }
    button.disabled = false;
    field.focus();
  }

  field.addEventListener("input", count);
  field.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); send(); });
})();
