import { render } from "preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import "./theme/theme.css";
import "./shell/page.css";
import "./shell/shell.css";
import "./list/list.css";
import "./visits/visits.css";
import "./work_orders/work_orders.css";
import "./devices/devices.css";
import "./set_aside/set_aside.css";
import { isSessionOver, problemOf, type Problem } from "./api/call";
import { followFromNow, watchNetwork } from "./api/live";
import { watchDevices } from "./devices/devices";
import { DevicesPage } from "./devices/devices_page";
import { languageOfBrowser, speak, t } from "./i18n/texts";
import { PeoplePage } from "./people/people_page";
import { go, route, watchRoute } from "./route";
import { askWhoIAm, isOfficePerson, mustSetUpCode, session, signInByLink, signOut, standing, watchSession } from "./session";
import { watchSetAside } from "./set_aside/set_aside";
import { SetAsidePage } from "./set_aside/set_aside_page";
import { SettingsPage } from "./settings/settings_page";
import { Shell } from "./shell/shell";
import { CodeSetup } from "./sign_in/code_setup";
import { SessionOverDialog, SignInPage } from "./sign_in/sign_in";
import { watchDay } from "./today";
import { wearTheme } from "./theme/theme";
import { VisitPage } from "./visits/visit_page";
import { VisitsPage } from "./visits/visits_page";
import { ConflictDialog } from "./work_orders/conflict_dialog";
import { conflict, leavePending, restorePending, watchPending } from "./work_orders/order_changes";
import { EditOrderPage, NewOrderPage } from "./work_orders/order_editor";
import { OrderPage } from "./work_orders/order_pane";
import { OrdersPage } from "./work_orders/orders_page";
import { loaders } from "virtual:texts/office";

const linkProblem = signal<Problem | undefined>(undefined);

function Office() {
  switch (standing.value) {
    case "asking": return <p class="only-heard">{t("state.loading")}</p>;
    case "unreachable": return <Unreachable />;
    case "out": return <SignInPage linkProblem={linkProblem.value} />;
    case "in": return <SignedIn />;
  }
}

function SignedIn() {
  if (!isOfficePerson()) return <NotForYou />;
  if (mustSetUpCode()) return <CodeFirst />;
  return <AtWork />;
}

function AtWork() {
  useEffect(() => {
    watchDevices();
    watchSetAside();
    void followFromNow();
    restorePending();
    return leavePending;
  }, []);
  return (
    <>
      <Shell>
        <Place />
      </Shell>
      {conflict.value && <ConflictDialog conflict={conflict.value} />}
      {isSessionOver.value && <SessionOverDialog />}
    </>
  );
}

function Place() {
  const { place, id, query } = route.value;
  switch (place) {
    case "work_orders":
      if (id === "new") return <NewOrderPage />;
      if (id && query["edit"]) return <EditOrderPage id={id} />;
      return id ? <OrderPage id={id} /> : <OrdersPage />;
    case "set_aside": return <SetAsidePage seq={id} />;
    case "devices": return <DevicesPage />;
    case "people": return <PeoplePage />;
    case "settings": return <SettingsPage />;
    default: return id ? <VisitPage id={id} /> : <VisitsPage />;
  }
}

function Unreachable() {
  return (
    <main class="alone">
      <div class="alone-card">
        <p class="brand">Aftercare</p>
        <h1>{t("office.unreachable")}</h1>
        <p>{t("office.unreachable.hint")}</p>
        <button type="button" class="button is-primary" onClick={() => void askWhoIAm()}>
          {t("button.try_again")}
        </button>
      </div>
    </main>
  );
}

function NotForYou() {
  return (
    <main class="alone">
      <div class="alone-card">
        <p class="brand">Aftercare</p>
        <h1>{t("office.not_for_you", { name: session.value?.user.name ?? "" })}</h1>
        <p>{t("office.not_for_you.hint")}</p>
        <button type="button" class="button is-primary" onClick={() => void signOut()}>
          {t("office.sign_out")}
        </button>
      </div>
    </main>
  );
}

function CodeFirst() {
  return (
    <main class="alone">
      <div class="alone-card">
        <p class="brand">Aftercare</p>
        <h1>{t("office.code.first")}</h1>
        <p>{t("office.code.first.hint")}</p>
        <CodeSetup />
        <footer class="alone-foot">
          <button type="button" class="button" onClick={() => void signOut()}>
            {t("office.sign_out")}
          </button>
        </footer>
      </div>
    </main>
  );
}

/// “#sign-in=TOKEN” is used once and taken out of the address at once, so that nobody reads it over a shoulder or in the history.
async function signInByAddress(): Promise<boolean> {
  const token = /^#sign-in=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (!token) return false;
  go({ place: "visits" }, "replace");
  try {
    await signInByLink(token);
    return true;
  } catch (error) {
    linkProblem.value = problemOf(error);
    return false;
  }
}

async function start(): Promise<void> {
  wearTheme();
  await speak(loaders, languageOfBrowser());
  const isIn = await signInByAddress();
  watchRoute();
  watchNetwork();
  watchPending();
  watchSession();
  watchDay();
  render(<Office />, document.getElementById("page")!);
  if (!isIn) await askWhoIAm();
}

void start();
