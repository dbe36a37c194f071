"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { COOKIE, referralMetadata } from "../lib/referral";
import { attachReferral, createCheckout } from "../lib/saleor";

/** The first thing put into the cart makes the checkout. */
export async function buy(form: FormData): Promise<void> {
  const kept = await cookies();
  const metadata = referralMetadata(kept.get(COOKIE)?.value);
  const id = await createCheckout(String(form.get("variant")), 1, metadata);
  kept.set("checkout", id, { path: "/", sameSite: "lax", httpOnly: true });
  redirect("/cart");
}

/** Before payment: the checkout may be older than the link its shopper followed. */
export async function pay(): Promise<void> {
  const kept = await cookies();
  const id = kept.get("checkout")?.value;
  if (id) await attachReferral(id, referralMetadata(kept.get(COOKIE)?.value));
  redirect("/cart?paid=1");
}
