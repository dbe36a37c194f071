/* Shows who recommended the shop, and lets no order leave before its checkout knows. */
(() => {
  "use strict";
  const kept = window.referral && window.referral.current();
  const referred = document.querySelector("[data-referred]");
  if (kept && referred) {
    referred.textContent = referred.dataset.referred.replace("{code}", kept.code);
    referred.hidden = false;
  }

  const form = document.querySelector("[data-checkout]");
  if (!form || !window.referral) return;
  const attached = window.referral.attach(form.dataset.checkout);
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      const patience = new Promise((done) => setTimeout(done, 2000));
      Promise.race([attached, patience]).then(() => form.submit());
    },
    { once: true },
  );
})();
