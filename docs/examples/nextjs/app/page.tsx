import { cookies } from "next/headers";
import { buy } from "./actions";
import { Banner } from "./banner";
import { COOKIE, readReferral } from "../lib/referral";

/** A server component that reads the cookie is rendered anew for each shopper: keep it out of cached pages. */
export default async function Page() {
  const referral = readReferral((await cookies()).get(COOKIE)?.value);
  return (
    <main>
      <h1>Stoneware mug</h1>
      {referral && <p>Recommended by {referral.code}</p>}
      <form action={buy}>
        <input type="hidden" name="variant" value="UHJvZHVjdFZhcmlhbnQ6MQ==" />
        <button>Put into the cart</button>
      </form>
      <a href="https://partners.example.com/links?page=/products/mug">Share and earn</a>
      <Banner />
    </main>
  );
}
