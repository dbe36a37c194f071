/** Link here from a customer's account: the portal lets them in, or lets them apply. */

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { COOKIE, readReferral } from "../../lib/referral";

export async function GET(): Promise<never> {
  const portal = process.env.PARTNERS_URL ?? "https://partners.example.com";
  const kept = await cookies();
  // As your storefront keeps it; the refresh token stays where it is.
  const token = kept.get("saleor_access_token")?.value;
  redirect((token && (await handedOver(portal, token, readReferral(kept.get(COOKIE)?.value)?.code))) || `${portal}/login`);
}

async function handedOver(portal: string, token: string, code?: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${portal}/saleor/sign-in/customer`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ to: "/", code }),
      cache: "no-store",
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok ? ((await answer.json()) as { url: string }).url : undefined;
  } catch {
    return undefined;
  }
}
