import { render } from "preact";
import "./theme/theme.css";
import { wearTheme } from "./theme/theme";
import { languageOfBrowser, speak } from "./i18n/texts";
import { loaders } from "virtual:texts/office";

async function start(): Promise<void> {
  wearTheme();
  await speak(loaders, languageOfBrowser());
  render(<main />, document.getElementById("page")!);
}

void start();
