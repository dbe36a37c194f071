/** Next.js 16. Before it, this file is `middleware.ts` and the function `middleware`; nothing else differs. */

import { NextResponse, type NextRequest } from "next/server";
import { mayRemember, remember } from "./lib/cookie";
import { COOKIE, landed } from "./lib/referral";

export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next();
  if (!mayRemember(request)) return response;
  const referral = landed(request.nextUrl.searchParams, request.cookies.get(COOKIE)?.value);
  if (referral) remember(response, request, referral);
  return response;
}

// Pages only, and none that the browser merely fetches in case the shopper goes there.
export const config = {
  matcher: [
    { source: "/((?!api/|_next/|.*\\..*).*)", missing: [{ type: "header", key: "next-router-prefetch" }] },
  ],
};
