/* The back end of a mini program: reports clicks and, where the shop is no Saleor, orders. Node 20 and later. */
const API = process.env.DISTRIBUTION_API_URL ?? "https://partners.example.com/api/v1";
const TOKEN = process.env.DISTRIBUTION_API_TOKEN ?? "";

async function send(method, path, body, headers = {}) {
  const answer = await fetch(API + path, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.detail ?? told.title), { status: answer.status, field: told.field });
  return told;
}

/* The click to remember beside the code. `key` is one for each landing: the same again counts once. */
export async function countClick({ code, key, ip, userAgent }) {
  const { click } = await send("POST", "/clicks", { code, ip, user_agent: userAgent }, { "Idempotency-Key": key });
  return click;
}

/* The whole order as it is now, whenever it changed; the same state again changes nothing. */
export function reportOrder(id, order) {
  return send("PUT", `/orders/${encodeURIComponent(id)}`, order);
}
