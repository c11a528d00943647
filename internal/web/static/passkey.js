// Passkeys: a button for signing in by one and for adding one. Without this script the password works alone.
(function () {
  "use strict";
  var able = window.PublicKeyCredential && navigator.credentials && window.fetch;

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (c) { return c.charCodeAt(0); });
  }

  function text(buffer) {
    var out = "";
    new Uint8Array(buffer).forEach(function (b) { out += String.fromCharCode(b); });
    return btoa(out).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // The browser's dialog takes bytes where our answer has text.
  function options(from) {
    var key = from.publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) key.user.id = bytes(key.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (key[list] || []).forEach(function (c) { c.id = bytes(c.id); });
    });
    return { publicKey: key };
  }

  function answer(c) {
    var r = c.response;
    var out = { clientDataJSON: text(r.clientDataJSON) };
    if (r.attestationObject) {
      out.attestationObject = text(r.attestationObject);
      if (r.getTransports) out.transports = r.getTransports();
    } else {
      out.authenticatorData = text(r.authenticatorData);
      out.signature = text(r.signature);
      out.userHandle = r.userHandle ? text(r.userHandle) : "";
    }
    return { id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment || undefined,
      clientExtensionResults: c.getClientExtensionResults(), response: out };
  }

  function post(url, body) {
    return fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
      .then(function (r) {
        return r.json().catch(function () { return {}; }).then(function (got) {
          if (r.ok) return got;
          if (got.to) location.assign(got.to);
          throw { said: got.error };
        });
      });
  }

  function run(box, button, said) {
    var add = box.dataset.passkey === "add";
    button.disabled = true;
    said.textContent = box.dataset.busy;
    var state;
    post(box.dataset.begin, {}).then(function (c) {
      state = c.state;
      return add ? navigator.credentials.create(options(c.options)) : navigator.credentials.get(options(c.options));
    }).then(function (c) {
      return post(box.dataset.finish, { state: state, answer: answer(c), to: box.dataset.to });
    }).then(function (done) {
      location.assign(done.to);
    }).catch(function (e) {
      button.disabled = false;
      said.textContent = e.said || box.dataset.failed;
    });
  }

  document.querySelectorAll("[data-passkey-unable]").forEach(function (p) {
    if (able) p.hidden = true;
    else p.textContent = p.dataset.passkeyUnable;
  });
  if (!able) return;
  document.querySelectorAll("[data-passkey]").forEach(function (box) {
    var button = box.querySelector("button"), said = box.querySelector("[data-said]");
    box.hidden = false;
    button.addEventListener("click", function () { run(box, button, said); });
  });
})();
