/// Simple shapes on a grid of 24, drawn for this page. An icon never stands alone: a word or an aria-label is beside it.
const shapes = {
  list: "M4 5h3v3H4zM9 5h11v3H9zM4 10.5h3v3H4zM9 10.5h11v3H9zM4 16h3v3H4zM9 16h11v3H9z",
  work: "M7 3h2v2h6V3h2v2h3v15H4V5h3zm-1 7v8h12v-8zm2 2h4v4H8z",
  tablet: "M3 4h18v16H3zm4 2v12h10V6zM4.5 11h1v2h-1zM18.5 11h1v2h-1z",
  gear: "M10.5 2h3l.5 2.6 1.9.8 2.2-1.5 2.1 2.1-1.5 2.2.8 1.9 2.5.4v3l-2.5.5-.8 1.9 1.5 2.2-2.1 2.1-2.2-1.5-1.9.8-.5 2.5h-3l-.4-2.5-1.9-.8L6 20.2l-2.1-2.1 1.4-2.2-.8-1.9L2 13.5v-3l2.5-.4.8-1.9L3.9 6 6 3.900l2.2 1.5 1.9-.8zM12 8.500a3.5 3.5 0 100 7 3.5 3.5 0 000-7z",
  people: "M9 5a3.5 3.5 0 110 7 3.5 3.5 0 010-7zm7.5 1.500a3 3 0 11-.1 6 5 5 0 00.1-6zM2 19c0-3.5 3-5 7-5s7 1.5 7 5v1H2zm16 1v-1c0-1.9-.7-3.4-1.9-4.5 3.3.1 5.9 1.5 5.9 4.500v1z",
  search: "M10 3a7 7 0 015.6 11.200l5 5-1.4 1.4-5-5A7 7 0 1110 3zm0 2a5 5 0 100 10 5 5 0 000-10z",
  download: "M11 3h2v9l3.5-3.5 1.4 1.400L12 15.8 6.1 9.900l1.4-1.400L11 12zM4 18h16v2H4z",
  lock: "M7 10V8a5 5 0 0110 0v2h2v11H5V10zm2 0h6V8a3 3 0 00-6 0zm3 3.500a1.7 1.7 0 00-.8 3.200V19h1.600v-2.300a1.7 1.7 0 00-.8-3.200z",
  shield: "M12 2l8 3v6c0 5-3.3 9.3-8 11-4.7-1.7-8-6-8-11V5zm-1.2 14L17 9.800l-1.4-1.4-4.8 4.8-2.4-2.400L7 12.200z",
  warning: "M12 3l10 18H2zm-1 6.500v6h2v-6zm0 7.500v2h2v-2z",
  close: "M6.4 5L12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.400z",
  back: "M10.5 5l1.4 1.400L7.3 11H20v2H7.300l4.6 4.6-1.4 1.400L3.5 12z",
  check: "M9.5 17.800l-5.3-5.3 1.4-1.4 3.9 3.9 8.9-8.9 1.4 1.400z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  person: "M12 4a4 4 0 110 8 4 4 0 010-8zM4 20c0-4 3.6-6 8-6s8 2 8 6z",
  clock: "M12 3a9 9 0 110 18 9 9 0 010-18zm0 2a7 7 0 100 14 7 7 0 000-14zm-1 2h2v4.600l3.2 3.2-1.4 1.400L11 12.400z",
  photo: "M3 5h18v14H3zm2 2v7.500l4-4 4.5 4.5 2-2L19 16.500V7zm11 1.500a1.8 1.8 0 110 3.6 1.8 1.8 0 010-3.600z",
  away: "M18 11a5 5 0 00-9.6-1.900L7 7.700A7 7 0 0119.8 11 4.5 4.5 0 0121 18.900l-1.5-1.500A2.5 2.5 0 0018.5 13H18zM3.4 3L21 20.6 19.6 22l-2-2H7a5 5 0 01-1-9.900L2 6.1 3.4 4.700zM7.7 11.700H7a3 3 0 000 6h8.600z",
  down: "M12 15.500L5.5 9l1.4-1.4 5.1 5.1 5.1-5.100L18.5 9z",
  up: "M12 8.500l6.5 6.5-1.4 1.4-5.1-5.1-5.1 5.100L5.5 15z",
  leave: "M4 4h9v2H6v12h7v2H4zm11.5 3.500L20 12l-4.5 4.5-1.4-1.4 2.1-2.100H9v-2h7.200l-2.1-2.100z",
  history: "M13 4a8 8 0 11-7.8 9.800l2-.4A6 6 0 1013 6c-1.7 0-3.2.7-4.3 1.800L11 10H4V3l3.3 3.300A8 8 0 0113 4zm-1 4h2v4.200l2.8 1.7-1 1.700L12 13.300z",
  key: "M8 7a5 5 0 014.7 3.300H22V14h-2v3h-3.500v-3h-3.800A5 5 0 118 7zm0 3a2 2 0 100 4 2 2 0 000-4z",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, label }: { name: IconName; label?: string }) {
  const role = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true as const };
  return (
    <svg class="icon" viewBox="0 0 24 24" {...role}>
      <path d={shapes[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
