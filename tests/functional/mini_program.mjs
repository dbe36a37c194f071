// As much of WeChat as the example calls, over Node's own storage and network: opens the program, then tells a checkout.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { folder, replaced, steps } = JSON.parse(process.argv[2]);
const storage = new Map();
const wx = {
  getStorageSync: (key) => structuredClone(storage.get(key)) ?? "",
  setStorageSync: (key, value) => storage.set(key, structuredClone(value)),
  removeStorageSync: (key) => storage.delete(key),
  request: ({ url, method, header, data, timeout, success, fail }) =>
    fetch(url, { method, headers: header, body: JSON.stringify(data), signal: AbortSignal.timeout(timeout ?? 60000) })
      .then(async (answer) => success({ statusCode: answer.status, data: await answer.json().catch(() => null) }))
      .catch((error) => fail({ errMsg: `request:fail ${error}` })),
};

const modules = new Map();
let program = null;
const load = (path) => {
  if (modules.has(path)) return modules.get(path).exports;
  const module = { exports: {} };
  modules.set(path, module);
  let text = readFileSync(path, "utf8");
  for (const [from, to] of Object.entries(replaced)) text = text.replaceAll(from, to);
  const run = vm.runInThisContext(`(function (require, module, wx, App) {${text}\n})`, { filename: path });
  const near = createRequire(path);
  run((name) => load(near.resolve(name)), module, wx, (given) => (program = given));
  return module.exports;
};

load(`${folder}/app.js`);
const referral = load(`${folder}/utils/referral.js`);
const saleor = load(`${folder}/utils/saleor.js`);
const told = [];
for (const step of steps) {
  if (step.open) {
    program.onShow(step.open);
    await program.landed;
  }
  if (step.forget) referral.forget();
  if (step.attach) told.push(await saleor.attach(step.attach, referral.metadata()));
  told.push(referral.current() || null);
}
console.log(JSON.stringify(told));
