#!/usr/bin/env node
import { walkPages } from "./browser.mjs";
await walkPages({
  "try": async (here) => {
    const s = await here.open();
    await s.page.goto("/healthz");
    return await s.page.textContent("body");
  },
});
