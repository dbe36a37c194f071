const referral = require("./utils/referral");

/* Your own back end, which holds the token: nothing secret goes into a mini program. */
const BACK_END = "https://mini.example.com/clicks";

function countClick(code) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: BACK_END,
      method: "POST",
      header: { "content-type": "application/json" },
      data: { code },
      success: ({ statusCode, data }) => (statusCode === 200 ? resolve(data.click) : reject(new Error(String(statusCode)))),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    });
  });
}

App({
  onShow(options) {
    this.landed = referral.land(options, countClick);
  },
});
