/** How the referral's cookie is kept: by the server alone, so that no browser cuts its life short. */

import { type NextRequest, type NextResponse } from "next/server";
import { COOKIE, WINDOW_DAYS, type Referral } from "./referral";

/** The shop's own cookie banner says yes here. Without a banner: return true. */
export function mayRemember(request: NextRequest): boolean {
  return request.cookies.get("consent")?.value === "yes";
}

export function remember(response: NextResponse, request: NextRequest, referral: Referral): void {
  response.cookies.set(COOKIE, JSON.stringify(referral), {
    path: "/",
    maxAge: WINDOW_DAYS * 86_400,
    sameSite: "lax",
    secure: request.nextUrl.protocol === "https:",
    // false where referral.js is loaded too, which then shares the cookie.
    httpOnly: true,
  });
  // A cache in front must not hand one shopper's referral to the next.
  response.headers.set("Cache-Control", "private, no-store");
}
