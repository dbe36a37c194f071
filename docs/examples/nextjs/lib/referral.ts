/** What a storefront's server knows of who sent its shopper. Nothing here depends on Next.js. */

export type Referral = { code: string; click: string; at: number; until: number };
export type MetadataInput = { key: string; value: string };

/** The cookie that referral.js writes too, in the same words: either may read the other's. */
export const COOKIE = "referral";
export const WINDOW_DAYS = 30;
const TOUCH: "first" | "last" = process.env.REFERRAL_TOUCH === "first" ? "first" : "last";
const CODE_KEY = "referral_code";
const CLICK_KEY = "referral_click";
const TIMED = /^[0-9a-f]{12}7[0-9a-f]{19}$/;

/** The referral in a cookie's value, unless it is over or no referral at all: shoppers may write what they like. */
export function readReferral(value: string | undefined, now = Date.now()): Referral | null {
  try {
    const kept = JSON.parse(value ?? "null");
    const isOne = typeof kept?.code === "string" && kept.code !== "" && kept.until > now;
    return isOne ? { code: kept.code, click: String(kept.click ?? ""), at: kept.at ?? 0, until: kept.until } : null;
  } catch {
    return null;
  }
}

/** What to remember of this landing, or null when it changes nothing. */
export function landed(query: URLSearchParams, value: string | undefined, now = Date.now()): Referral | null {
  const code = query.get("ref");
  const click = (query.get("click") ?? "").slice(0, 80);
  if (!code || code.length > 255) return null;
  const kept = readReferral(value, now);
  if (kept && (TOUCH === "first" || !isNewer(code, click, kept))) return null;
  return { code, click, at: now, until: now + WINDOW_DAYS * 86_400_000 };
}

/** For `metadata` of checkoutCreate (Saleor 3.21 and later) or `input` of updateMetadata. */
export function referralMetadata(value: string | undefined): MetadataInput[] {
  const kept = readReferral(value);
  if (!kept) return [];
  return [
    { key: CODE_KEY, value: kept.code },
    { key: CLICK_KEY, value: kept.click },
  ];
}

/** Click ids begin with the time of the click: a page that is opened again is no newer than it was. */
function isNewer(code: string, click: string, kept: Referral): boolean {
  if (TIMED.test(click) && TIMED.test(kept.click)) return click > kept.click;
  return click !== kept.click || code !== kept.code;
}
