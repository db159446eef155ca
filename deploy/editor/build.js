/* Builds static/vendor/codemirror from the versions in package-lock.json: see README.md. */
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "../../static/vendor/codemirror");

/* CodeMirror's styles. Into a document, style-mod writes them as a <style> element, which `style-src 'self'`
   refuses; into a shadow root it hands them over as a constructed style sheet, which needs no permission.
   Every browser that runs this bundle takes such sheets in documents too, so it shall do that always. */
const CONDITION = "if (!root.head && root.adoptedStyleSheets && win.CSSStyleSheet) {";
const constructedSheets = {
  name: "constructed-style-sheets",
  setup(run) {
    run.onLoad({ filter: /[\\/]style-mod[\\/]src[\\/]style-mod\.js$/ }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split(CONDITION);
      if (parts.length !== 2) throw new Error("style-mod has changed: look at how it mounts its sheets");
      return { contents: parts.join("if (root.adoptedStyleSheets && win.CSSStyleSheet) {") };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: ["entry.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // their texts stand in LICENSES.txt
  plugins: [constructedSheets],
  metafile: true,
  write: false,
});
const bundle = result.outputFiles[0].contents;

/* The packages that a line of the bundle comes from. */
const inside = (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
const used = Object.values(result.metafile.outputs)[0].inputs;
const names = Object.keys(used).filter((path) => used[path].bytesInOutput > 0).map(inside).filter(Boolean);
const packages = [...new Set(names)].sort();

const versions = {};
const licences = [];
for (const name of packages) {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} comes without its licence text`);
  versions[name] = version;
  licences.push(`${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`);
}

const record = {
  file: "codemirror.js",
  sha256: createHash("sha256").update(bundle).digest("hex"),
  bytes: bundle.length,
  packages: versions,
};
await mkdir(target, { recursive: true });
await writeFile(join(target, "codemirror.js"), bundle);
await writeFile(join(target, "LICENSES.txt"), licences.join(`\n${"─".repeat(80)}\n\n`));
await writeFile(join(target, "versions.json"), `${JSON.stringify(record, null, 2)}\n`);
console.log(`${packages.length} packages, ${bundle.length} bytes, ${gzipSync(bundle, { level: 9 }).length} gzipped`);
