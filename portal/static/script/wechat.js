/* In WeChat's own browser: its page on which a payee confirms a transfer. Elsewhere the words on the page say where to go. */
(() => {
  "use strict";
  const card = document.querySelector("[data-wechat-transfer]");
  if (!card) return;
  const button = card.querySelector("[data-wechat-confirm]");

  const ready = () => {
    button.hidden = false;
    card.querySelector("[data-wechat-elsewhere]").hidden = true;
    button.addEventListener("click", () => {
      const { merchant, app, package: bill } = card.dataset;
      const order = { mchId: merchant, appId: app, package: bill };
      window.WeixinJSBridge.invoke("requestMerchantTransfer", order, () => location.reload());
    });
  };

  if (window.WeixinJSBridge) ready();
  else document.addEventListener("WeixinJSBridgeReady", ready, { once: true });
})();
