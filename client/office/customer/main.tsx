import { render } from "preact";
import "../src/theme/theme.css";
import "./customer.css";
import { Page } from "./page";
import { open } from "./opened";

void open();
addEventListener("hashchange", () => void open());
render(<Page />, document.getElementById("page")!);
