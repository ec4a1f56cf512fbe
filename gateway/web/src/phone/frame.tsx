// What every screen of the phone has: the header, the tabs within the thumb's reach, the notice of what was sent, and the way
// from screen to screen (the address's fragment).
import type { ComponentChildren, JSX } from "preact";
import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";

import { Icon, type IconName } from "../design/signs";
import { time } from "../logic/civil_time";
import { age } from "../logic/countdown";
import { freshness, limits } from "../logic/stale";
import * as C from "../words/common";
import * as W from "../words/staff";
import { language, say } from "../words/language";
import type { Phone } from "./state";

export const PhoneContext = createContext<Phone>(undefined as unknown as Phone);

/** The phone's state; the view is drawn anew with each change. */
export function usePhone(): Phone {
  const phone = useContext(PhoneContext);
  const [, redraw] = useState(0);
  useEffect(() => phone.subscribe(() => redraw((n) => n + 1)), [phone]);
  return phone;
}

export function go(to: string): void {
  location.hash = to;
}

/** Whether the person is still on this screen: a step that settles later takes nobody away from where they went. */
export function useIsHere(): () => boolean {
  const shown = useRef(true);
  const address = useRef(location.hash);
  useEffect(
    () => () => {
      shown.current = false;
    },
    [],
  );
  return () => shown.current && location.hash === address.current;
}

export function useRoute(): string[] {
  const read = (): string[] => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const change = (): void => {
      setRoute(read());
      scrollTo(0, 0);
    };
    addEventListener("hashchange", change);
    setRoute(read()); // the address may have changed before anybody listened
    return () => removeEventListener("hashchange", change);
  }, []);
  return route;
}

export function Header({
  title,
  aside,
  back,
  onBack,
}: {
  title: string;
  aside?: ComponentChildren;
  back?: string;
  onBack?: () => void;
}): JSX.Element {
  return (
    <header class="header">
      {back !== undefined || onBack ? (
        <button type="button" class="back" aria-label={say(C.back)} onClick={() => (onBack ? onBack() : go(back ?? "#/"))}>
          <Icon of="back" />
        </button>
      ) : null}
      <h1>{title}</h1>
      <div class="aside">{aside}</div>
    </header>
  );
}

/** The black bar short of the centre, which says where the way ends; the age of what is shown where it is old. */
export function Connection(): JSX.Element | null {
  const phone = usePhone();
  const old = phone.loadedSteadyMs === 0 ? 0 : performance.now() - phone.loadedSteadyMs;
  if (phone.reach !== "there") {
    return (
      <div class="offline" role="status">
        <Icon of={phone.reach === "centreAway" ? "clock" : "offline"} />
        <p>
          {say(W.cutOff[phone.reach])}
          {phone.loadedAtMs > 0 ? <small>{say(C.standsAt, { time: time(phone.loadedAtMs, phone.zone) })}</small> : null}
        </p>
      </div>
    );
  }
  if (freshness(old, limits.phone) !== "fresh")
    return (
      <p class="stale" role="status">
        <Icon of="clock" size={18} />
        {say(C.stale, { age: age(old, language()) })}
      </p>
    );
  return null;
}

export function Notice(): JSX.Element {
  const phone = usePhone();
  return (
    <div class={phone.notice ? "told" : "told none"} role="status">
      {phone.notice}
    </div>
  );
}

export function Tabs({ at }: { at: "cases" | "map" | "report" | "outbox" | "me" }): JSX.Element {
  const phone = usePhone();
  const tabs: { id: typeof at; to: string; icon: IconName; label: string }[] = [
    { id: "cases", to: "#/", icon: "list", label: say(W.tabCases, { n: phone.views.length }) },
    { id: "map", to: "#/map", icon: "map", label: say(C.map) },
    { id: "report", to: "#/report", icon: "plus", label: say(W.tabReport) },
    { id: "outbox", to: "#/outbox", icon: "up", label: say(W.tabOutbox, { n: phone.outbox.mine().length }) },
    { id: "me", to: "#/me", icon: "person", label: say(W.tabMe) },
  ];
  return (
    <nav class="tabs">
      {tabs.map((tab) => (
        <a key={tab.id} href={tab.to} class={tab.id} aria-current={tab.id === at ? "page" : undefined}>
          <span class="icon">
            <Icon of={tab.icon} />
          </span>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
