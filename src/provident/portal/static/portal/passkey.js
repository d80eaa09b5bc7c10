// Passkeys: hands the browser's answer to the form that asked for it. Without script or without passkeys the
// form stays hidden, and every page that has one offers another way.
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = {
    create: async ({ publicKey: wanted }) =>
      navigator.credentials.create({
        publicKey: {
          ...wanted,
          challenge: bytes(wanted.challenge),
          user: { ...wanted.user, id: bytes(wanted.user.id) },
          excludeCredentials: known(wanted.excludeCredentials),
        },
      }),
    get: async ({ publicKey: wanted }) =>
      navigator.credentials.get({
        publicKey: {
          ...wanted,
          challenge: bytes(wanted.challenge),
          allowCredentials: known(wanted.allowCredentials),
        },
      }),
  };

  const written = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const options = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()).request_options;
  };

  const offer = (form) => {
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const credential = await asked[form.dataset.passkey](await options(form));
        form.elements.credential.value = written(credential);
        form.submit();
      } catch {
        failed.hidden = false;
        failed.focus();
      }
    });
  };

  const forms = document.querySelectorAll("form[data-passkey]");
  if (window.PublicKeyCredential && navigator.credentials) {
    forms.forEach(offer);
    document.querySelectorAll("[data-without-passkeys]").forEach((part) => { part.hidden = true; });
  }
})();
