/* Saleor Distribution: remembers who sent a shopper, and tells the checkout.
   <script src="https://portal.example.com/referral.js" data-saleor-api="https://saleor.example.com/graphql/" data-days="30" defer></script>
   referral.attach(checkoutId) puts the code on a checkout; referral.current() is { code, click } or null. */
(() => {
  "use strict";
  const own = document.currentScript;
  const api = own && own.dataset.saleorApi;
  const days = (own && Number(own.dataset.days)) || /*days*/30;
  const KEY = "referral";

  const store = (kept) => {
    const text = JSON.stringify(kept);
    try {
      localStorage.setItem(KEY, text);
    } catch (_) {}
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${KEY}=${encodeURIComponent(text)}; Path=/; Max-Age=${days * 86400}; SameSite=Lax${secure}`;
  };

  const read = (text) => {
    try {
      const kept = JSON.parse(text);
      return kept && kept.code && kept.until > Date.now() ? kept : null;
    } catch (_) {
      return null;
    }
  };

  const current = () => {
    let text = null;
    try {
      text = localStorage.getItem(KEY);
    } catch (_) {}
    const cookie = document.cookie.split("; ").find((part) => part.startsWith(`${KEY}=`));
    let plain = null;
    try {
      plain = cookie && decodeURIComponent(cookie.slice(KEY.length + 1));
    } catch (_) {}
    const kept = read(text) || read(plain);
    return kept && { code: kept.code, click: kept.click || null };
  };

  const query = new URLSearchParams(location.search);
  const code = query.get("ref");
  if (code && code.length <= 255) {
    store({ code, click: (query.get("click") || "").slice(0, 80), until: Date.now() + days * 864e5 });
  }

  const MUTATION =
    "mutation($id:ID!,$input:[MetadataInput!]!){updateMetadata(id:$id,input:$input){errors{field message}}}";

  const attach = async (checkoutId, options = {}) => {
    const kept = current();
    const address = options.api || api;
    if (!kept || !checkoutId || !address) return false;
    const input = [{ key: "referral_code", value: kept.code }];
    if (kept.click) input.push({ key: "referral_click", value: kept.click });
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...options.headers },
        body: JSON.stringify({ query: MUTATION, variables: { id: checkoutId, input } }),
        keepalive: true,
      });
      const { data, errors } = await response.json();
      return !errors && !!data && !!data.updateMetadata && !data.updateMetadata.errors.length;
    } catch (_) {
      return false;
    }
  };

  const forget = () => {
    try {
      localStorage.removeItem(KEY);
    } catch (_) {}
    document.cookie = `${KEY}=; Path=/; Max-Age=0; SameSite=Lax`;
  };

  window.referral = Object.freeze({ attach, current, forget });
})();
