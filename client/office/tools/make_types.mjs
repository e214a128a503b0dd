// Makes src/api/schema.ts from the server's description: npm run types -- PATH_OF_OPENAPI_JSON
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const [description] = process.argv.slice(2);
if (!description) {
  console.error("Name the file that holds the server's /openapi.json: npm run types -- openapi.json");
  process.exit(2);
}
const types = await openapiTS(JSON.parse(readFileSync(description, "utf8")), { alphabetize: true });
const target = join(dirname(fileURLToPath(import.meta.url)), "../src/api/schema.ts");
writeFileSync(target, `// Made by “npm run types” from the server's /openapi.json. Do not edit it by hand.\n\n${astToString(types)}`);
