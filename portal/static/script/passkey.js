/* Asks the browser for a passkey and sends its answer; the page says what to ask for. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const part = (name) => form.querySelector(`[data-passkey-${name}]`);
  const button = form.querySelector("button");
  if (!window.PublicKeyCredential) {
    part("missing").hidden = false;
    button.disabled = true;
    return;
  }

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    buffer &&
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const asked = () => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.excludeCredentials) options.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) options.allowCredentials = named(options.allowCredentials);
    return { publicKey: options };
  };

  const told = ({ id, rawId, type, response }) => {
    const said = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) said[name] = text(response[name]);
    }
    return JSON.stringify({ id, rawId: text(rawId), type, response: said });
  };

  const ask = async () => {
    part("problem").hidden = true;
    button.disabled = true;
    try {
      const create = form.dataset.passkey === "create";
      const found = await (create ? navigator.credentials.create(asked()) : navigator.credentials.get(asked()));
      form.querySelector("[name=answer]").value = told(found);
      form.submit();
    } catch {
      part("problem").hidden = false;
      button.disabled = false;
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
})();
