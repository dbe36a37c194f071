/* Saleor's GraphQL from a mini program. Its address must be among the request domains of the mini program's settings. */
const API = "https://saleor.example.com/graphql/";
const UPDATE = `mutation($id: ID!, $input: [MetadataInput!]!) {
  updateMetadata(id: $id, input: $input) { errors { field message } }
}`;

function ask(query, variables) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: API,
      method: "POST",
      header: { "content-type": "application/json" },
      data: { query, variables },
      timeout: 5000,
      success: ({ data }) => (data && data.data ? resolve(data.data) : reject(new Error("Saleor refused"))),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    });
  });
}

/* True once the checkout knows; false, and no error, when it could not be told: it may be tried again. */
function attach(checkoutId, input) {
  if (!checkoutId || !input.length) return Promise.resolve(false);
  return ask(UPDATE, { id: checkoutId, input })
    .then(({ updateMetadata }) => updateMetadata.errors.length === 0)
    .catch(() => false);
}

module.exports = { attach };
