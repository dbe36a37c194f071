import { pay } from "../actions";

export default async function Cart({ searchParams }: { searchParams: Promise<{ paid?: string }> }) {
  const { paid } = await searchParams;
  return (
    <main>
      <h1>Cart</h1>
      {paid ? <p>Paid</p> : <form action={pay}><button>Pay</button></form>}
    </main>
  );
}
