// 现在先办哪一件？ The phone of grid workers and cadres.
import { render, type JSX } from "preact";
import { useEffect } from "preact/hooks";

import "./phone.css";
import { LoginForm } from "../design/login";
import { PageContext } from "../design/page";
import { Banner, Sheet } from "../design/parts";
import * as C from "../words/common";
import * as W from "../words/staff";
import { beginLanguage, say } from "../words/language";
import { Case } from "./case";
import { Header, PhoneContext, usePhone, useRoute } from "./frame";
import { List } from "./list";
import { MapView, MeView } from "./me_view";
import { OutboxView } from "./outbox_view";
import { Report } from "./report";
import { Phone } from "./state";
import { formKindOf } from "./form_rules";
import { Spoken } from "./spoken";
import { StepForm } from "./step_form";
import { PhoneStore } from "./store";

function Screen(): JSX.Element {
  const [at = "", number = "", part = ""] = useRoute();
  if (at === "case" && number !== "") {
    const kind = part === "" ? undefined : formKindOf(part);
    return kind ? <StepForm key={`${number}/${part}`} number={number} kind={kind} /> : <Case key={number} number={number} />;
  }
  if (at === "report") return <Report />;
  if (at === "outbox") return <OutboxView />;
  if (at === "map") return <MapView />;
  if (at === "me") return <MeView />;
  return <List />;
}

function App(): JSX.Element {
  const phone = usePhone();
  useEffect(() => {
    document.title = say(W.myCases);
  });
  const page = { time: phone.api.time, zone: phone.zone, demonstration: phone.demonstration, mapBase: phone.street?.mapBase || null };
  const others = phone.outbox.ofOthers();
  return (
    <PageContext.Provider value={page}>
      <Banner shown={phone.demonstration} otherwise={phone.street?.street.name ?? ""} />
      {!phone.begun ? (
        <main>
          <p class="empty" role="status">
            {say(C.loading)}
          </p>
        </main>
      ) : phone.me === null ? (
        <>
          <Header title={say(W.welcome)} />
          <main class="form">
            <section>
              {others > 0 ? <p class="notice strong">{say(W.otherPerson, { n: others })}</p> : null}
              <LoginForm api={phone.api} onDone={(me) => void phone.entered(me)} />
            </section>
          </main>
        </>
      ) : (
        <>
          <Screen />
          <Spoken key={phone.me.person} />
        </>
      )}
      {phone.me !== null && phone.logInNeeded ? (
        <Sheet title={say(C.logInAgain)}>
          <p>{say(C.expired)}</p>
          <LoginForm api={phone.api} person={phone.me.person} button={say(C.logInAgain)} onDone={(me) => void phone.entered(me)} />
        </Sheet>
      ) : null}
    </PageContext.Provider>
  );
}

beginLanguage(location.search, localStorage.getItem("huying.language"));
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/phone-worker.js", { scope: "/phone" }).catch(() => {});
const place = document.getElementById("page");
if (place) {
  void PhoneStore.open().then(
    (store) => {
      const phone = new Phone(store);
      render(
        <PhoneContext.Provider value={phone}>
          <App />
        </PhoneContext.Provider>,
        place,
      );
      void phone.start();
    },
    () => {
      place.textContent = say([
        "这个浏览器不能保存数据，请换一个浏览器，或退出无痕模式。",
        "This browser cannot store data. Use another, or leave private mode.",
      ]);
    },
  );
}
