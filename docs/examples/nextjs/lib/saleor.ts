/** Saleor's GraphQL, asked from the server. */

import type { MetadataInput } from "./referral";

const CREATE = `mutation($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } errors { field message } }
}`;
const UPDATE = `mutation($id: ID!, $input: [MetadataInput!]!) {
  updateMetadata(id: $id, input: $input) { errors { field message } }
}`;

type Problem = { field: string | null; message: string };
type Created = { checkoutCreate: { checkout: { id: string } | null; errors: Problem[] } };
type Updated = { updateMetadata: { errors: Problem[] } };

/** A checkout that carries the referral from its first moment. */
export async function createCheckout(variantId: string, quantity: number, metadata: MetadataInput[]): Promise<string> {
  const input = { channel: channel(), lines: [{ variantId, quantity }], metadata };
  const { checkoutCreate } = await ask<Created>(CREATE, { input });
  if (!checkoutCreate.checkout) throw new Error(checkoutCreate.errors.map((each) => each.message).join("; "));
  return checkoutCreate.checkout.id;
}

/** Tell a checkout from before. No shopper is kept from paying because this failed: it says so and no more. */
export async function attachReferral(checkoutId: string, metadata: MetadataInput[]): Promise<boolean> {
  if (!metadata.length) return false;
  try {
    const { updateMetadata } = await ask<Updated>(UPDATE, { id: checkoutId, input: metadata });
    return updateMetadata.errors.length === 0;
  } catch {
    return false;
  }
}

async function ask<Data>(query: string, variables: object): Promise<Data> {
  const answer = await fetch(process.env.SALEOR_API_URL ?? "https://saleor.example.com/graphql/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
    cache: "no-store",
    signal: AbortSignal.timeout(5000),
  });
  const { data, errors } = await answer.json();
  if (!data || errors) throw new Error(`Saleor: ${JSON.stringify(errors)}`);
  return data;
}

function channel(): string {
  return process.env.SALEOR_CHANNEL ?? "default-channel";
}
