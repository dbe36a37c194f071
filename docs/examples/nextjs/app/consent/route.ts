/** The cookie banner reports here; what the shopper landed with is remembered from now on, or forgotten. */

import { NextResponse, type NextRequest } from "next/server";
import { remember } from "../../lib/cookie";
import { COOKIE, landed } from "../../lib/referral";

export async function POST(request: NextRequest): Promise<NextResponse> {
  // A page of another origin must not agree in the shopper's name.
  if (request.headers.get("sec-fetch-site") !== "same-origin") return new NextResponse(null, { status: 403 });
  const { given, search } = (await request.json()) as { given: boolean; search: string };
  const response = new NextResponse(null, { status: 204 });
  response.cookies.set("consent", given ? "yes" : "no", { path: "/", maxAge: 180 * 86_400, sameSite: "lax" });
  if (!given) {
    response.cookies.delete(COOKIE);
    return response;
  }
  const referral = landed(new URLSearchParams(search), request.cookies.get(COOKIE)?.value);
  if (referral) remember(response, request, referral);
  return response;
}
