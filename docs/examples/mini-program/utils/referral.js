/* Who sent the shopper, in a WeChat mini program: no cookies, no address bar, only how it was opened. */
const KEY = "referral";
const DAYS = 30;

/* From a shared page (`query`), or from a mini-program code, whose `scene` holds `ref=ADA`. */
function codeOf(options) {
  const query = (options && options.query) || {};
  if (query.ref) return decodeURIComponent(query.ref);
  const scene = decodeURIComponent(query.scene || "");
  const part = scene.split("&").find((each) => each.startsWith("ref="));
  return part ? part.slice(4) : null;
}

function current() {
  const kept = wx.getStorageSync(KEY);
  return kept && kept.until > Date.now() ? kept : null;
}

/* Call this in `onShow` of the app: WeChat calls that for a warm start too, and again with the same options later. */
function land(options, countClick) {
  const code = codeOf(options);
  const kept = current();
  if (!code || (kept && kept.code === code)) return Promise.resolve(kept);
  const landed = { code, click: "", until: Date.now() + DAYS * 86400000 };
  wx.setStorageSync(KEY, landed);
  return countClick(code)
    .then((click) => {
      const now = current();
      if (now && now.code === code) wx.setStorageSync(KEY, Object.assign({}, now, { click }));
      return current();
    })
    .catch(() => current());
}

/* For `metadata` of checkoutCreate, `input` of updateMetadata, or an order of a shop of your own. */
function metadata() {
  const kept = current();
  if (!kept) return [];
  return [
    { key: "referral_code", value: kept.code },
    { key: "referral_click", value: kept.click },
  ];
}

function forget() {
  wx.removeStorageSync(KEY);
}

module.exports = { land, current, metadata, forget };
