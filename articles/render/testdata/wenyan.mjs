// Renders an article with @wenyan-md/core and tells milliseconds a render and length.
// node wenyan.mjs DIR ARTICLE TIMES, where DIR/node_modules has it and jsdom.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";
import path from "node:path";

const [dir, article, times] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(dir), "x.js"));
const { JSDOM } = require("jsdom");
const entry = path.join(path.resolve(dir), "node_modules/@wenyan-md/core/dist/core.js");
const { createWenyanCore } = await import(pathToFileURL(entry).href);

const core = await createWenyanCore({ isWechat: true });
const { content: body } = await core.handleFrontMatter(readFileSync(article, "utf8"));

async function render() {
  const html = await core.renderMarkdown(body);
  const page = new JSDOM(`<body><section id="wenyan">${html}</section></body>`);
  return core.applyStylesWithTheme(page.window.document.getElementById("wenyan"), {
    themeId: "default", hlThemeId: "github", isMacStyle: false, isAddFootnote: true,
  });
}

let html = "";
for (let i = 0; i < 3; i++) html = await render(); // let the engine warm up
const began = performance.now();
for (let i = 0; i < Number(times); i++) html = await render();
console.log(JSON.stringify({ ms: (performance.now() - began) / Number(times), chars: [...html].length }));
