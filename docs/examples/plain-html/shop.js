/* A shop of two pages. Without the other script, blocked or not yet there, it sells all the same. */
const API = "https://saleor.example.com/graphql/";
const CREATE = `mutation($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } errors { field message } }
}`;

const referral = window.referral && window.referral.get();
const recommended = document.querySelector("[data-recommended]");
if (referral && recommended) {
  recommended.textContent = `Recommended by ${referral.code}`;
  recommended.hidden = false;
}

/* A checkout made now carries the referral from its first moment. */
const buy = document.querySelector("[data-buy]");
if (buy) {
  buy.addEventListener("click", async () => {
    const metadata = window.referral ? window.referral.metadata() : [];
    const lines = [{ variantId: buy.dataset.buy, quantity: 1 }];
    const input = { channel: "default-channel", lines, metadata };
    const answer = await fetch(API, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: CREATE, variables: { input } }),
    });
    const { data } = await answer.json();
    localStorage.setItem("checkout", data.checkoutCreate.checkout.id);
    location.href = "/cart.html";
  });
}

/* A checkout from before, perhaps, of somebody who has followed a link since. */
const pay = document.querySelector("[data-pay]");
if (pay && window.referral) {
  const attached = window.referral.attach(localStorage.getItem("checkout"));
  pay.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      const patience = new Promise((done) => setTimeout(done, 1000));
      Promise.race([attached, patience]).then(() => pay.submit());
    },
    { once: true },
  );
}
