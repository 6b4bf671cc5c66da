// Packages from the folder that the test names.

import { join } from "node:path";
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = join(process.env.VISIT_MODULES, "node_modules");
const require = createRequire(join(folder, "x.js"));

// What `import` finds, which is not always what `require.resolve` does.
function entry(name) {
  const about = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
  const main = about.exports?.["."]?.node?.import ?? about.exports?.["."]?.import;
  const path = typeof main === "string" ? join(folder, name, main) : null;
  return path && existsSync(path) ? path : require.resolve(name);
}

export function load(name) {
  return import(pathToFileURL(entry(name)));
}
