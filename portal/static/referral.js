/* Saleor Distribution: remembers who sent a shopper and tells the checkout. It calls nobody but the shop's own Saleor.

   <script src="/partners.js" data-saleor-api="https://shop.example.com/graphql/" defer></script>

   data-days, data-touch ("first", "last")   for how long, and which link counts; the program's own unless said
   data-code-key, data-click-key             metadata keys on the checkout; the program's own unless said
   data-consent                              store nothing before referral.consent(true)
   data-clean                                take `ref` and `click` out of the address bar once they are stored
   data-strict                               a `ref` without `click` is somebody else's, not ours
   data-domain="example.com"                 share the cookie among the shop's subdomains

   referral.get(), .metadata(), .attach(checkoutId), .consent(given), .forget(), .land(address): docs/storefront.md */
(() => {
  "use strict";
  if (window.referral && window.referral.attach) return;
  const program = {"days": 30, "touch": "last", "code_key": "referral_code", "click_key": "referral_click"};

  const tag = document.currentScript || document.querySelector("script[data-saleor-api]");
  const chosen = tag ? tag.dataset : {};
  const days = Number(chosen.days) || program.days;
  const first = (chosen.touch || program.touch) === "first";
  const NAME = "referral";
  let waiting = "consent" in chosen;
  /* What could not be stored, or may not be yet: it lasts as long as the page does. */
  let unstored = null;
  let attached = { what: "", answer: null };

  const quietly = (act) => {
    try {
      return act();
    } catch (_) {
      return null;
    }
  };

  const inStorage = () => quietly(() => localStorage.getItem(NAME));
  const inCookie = () =>
    quietly(() => {
      const cookie = document.cookie.split("; ").find((part) => part.startsWith(`${NAME}=`));
      return cookie ? decodeURIComponent(cookie.slice(NAME.length + 1)) : null;
    });

  const setCookie = (value, seconds) =>
    quietly(() => {
      const domain = chosen.domain ? `; Domain=${chosen.domain}` : "";
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `${NAME}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${domain}${secure}`;
    });

  const read = (text) => {
    const kept = quietly(() => JSON.parse(text));
    const isOne = kept && typeof kept.code === "string" && kept.code && kept.until > Date.now();
    return isOne ? { code: kept.code, click: kept.click || "", at: kept.at || 0, until: kept.until } : null;
  };

  /* Read anew each time: another tab, or the shop's server, may know better by now. */
  const known = () =>
    [inStorage(), inCookie(), unstored]
      .map(read)
      .filter(Boolean)
      .sort((one, other) => (first ? one.at - other.at : other.at - one.at))[0] || null;

  const clean = () => {
    const parts = location.search.slice(1).split("&");
    const others = parts.filter((part) => !/^(ref|click)(=|$)/.test(part));
    if (!("clean" in chosen) || others.length === parts.length) return;
    const query = others.length ? `?${others.join("&")}` : "";
    quietly(() => history.replaceState(history.state, "", location.pathname + query + location.hash));
  };

  const store = () => {
    const kept = known();
    if (waiting || !kept) return;
    const text = JSON.stringify(kept);
    quietly(() => localStorage.setItem(NAME, text));
    setCookie(encodeURIComponent(text), Math.ceil((kept.until - Date.now()) / 1000));
    if (inStorage() !== text && inCookie() !== text) return;
    unstored = null;
    clean();
  };

  /* Click ids of the portal begin with the time of the click: a page shown again is no newer than it was. */
  const isNewer = (click, kept) => {
    if (click && click === kept.click) return false;
    const timed = /^[0-9a-f]{12}7[0-9a-f]{19}$/;
    if (timed.test(click) && timed.test(kept.click)) return click > kept.click;
    const [navigation] = quietly(() => performance.getEntriesByType("navigation")) || [];
    return !navigation || navigation.type === "navigate";
  };

  const land = (address) => {
    const query = quietly(() => new URL(address, location.href).searchParams);
    const code = query && query.get("ref");
    const click = ((query && query.get("click")) || "").slice(0, 80);
    if (!code || code.length > 255 || ("strict" in chosen && !click)) return;
    const kept = known();
    if (kept && (first || !isNewer(click, kept))) return clean();
    const at = Date.now();
    unstored = JSON.stringify({ code, click, at, until: at + days * 864e5 });
    store();
  };

  const get = () => {
    const kept = known();
    return kept && { code: kept.code, click: kept.click || null };
  };

  /* Without a click an empty one is sent: a checkout must not keep that of an earlier code. */
  const metadata = () => {
    const kept = get();
    if (!kept) return [];
    return [
      { key: chosen.codeKey || program.code_key, value: kept.code },
      { key: chosen.clickKey || program.click_key, value: kept.click || "" },
    ];
  };

  const MUTATION =
    "mutation($id:ID!,$input:[MetadataInput!]!){updateMetadata(id:$id,input:$input){errors{field message}}}";

  const send = async (api, headers, variables) => {
    try {
      const response = await fetch(api, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify({ query: MUTATION, variables }),
        keepalive: true,
        signal: AbortSignal.timeout ? AbortSignal.timeout(5000) : undefined,
      });
      const { data } = await response.json();
      return data.updateMetadata.errors.length === 0;
    } catch (_) {
      return false;
    }
  };

  const attach = async (id, options = {}) => {
    const input = metadata();
    const api = options.api || chosen.saleorApi;
    if (!id || !api || !input.length) return false;
    const what = JSON.stringify([api, id, input]);
    if (attached.what !== what) {
      /* One after another: the last said is the last to arrive. */
      const before = Promise.resolve(attached.answer);
      attached = { what, answer: before.then(() => send(api, options.headers, { id, input })) };
    }
    const done = await attached.answer;
    if (!done && attached.what === what) attached.what = "";
    return done;
  };

  const erase = () => {
    quietly(() => localStorage.removeItem(NAME));
    setCookie("", 0);
  };

  const consent = (given) => {
    waiting = !given;
    if (given) store();
    else erase();
  };

  const forget = () => {
    unstored = null;
    erase();
  };

  window.referral = Object.freeze({ get, current: get, metadata, attach, consent, forget, land });
  land(location.href);
})();
