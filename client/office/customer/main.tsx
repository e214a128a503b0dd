import { render } from "preact";
import "../src/theme/theme.css";
import { wearTheme } from "../src/theme/theme";
import { languageOfBrowser, speak } from "../src/i18n/texts";
import { loaders } from "virtual:texts/customer";

async function start(): Promise<void> {
  wearTheme();
  await speak(loaders, languageOfBrowser());
  render(<main />, document.getElementById("page")!);
}

void start();
