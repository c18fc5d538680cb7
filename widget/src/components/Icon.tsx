const PATHS = {
  spark:
    "M12 3.5c.6 4.9 3.1 7.4 8 8-4.9.6-7.4 3.1-8 8-.6-4.9-3.1-7.4-8-8 4.9-.6 7.4-3.1 8-8Z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5.5M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z",
  plus: "M12 5.5v13M5.5 12h13",
  widen: "M9.5 5H5v4.5M14.5 5H19v4.5M9.5 19H5v-4.5M14.5 19H19v-4.5",
  narrow: "M5 9.5h4.5V5M19 9.5h-4.5V5M5 14.5h4.5V19M19 14.5h-4.5V19",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  up: "M7 11v9H4v-9zM7 11l4-7c1.6 0 2.4 1.2 2 2.8L12.3 10h6.2c1 0 1.7.9 1.4 1.9l-1.8 6.6c-.2.9-1 1.5-1.9 1.5H7",
  down: "M7 13V4H4v9zM7 13l4 7c1.6 0 2.4-1.2 2-2.8L12.3 14h6.2c1 0 1.7-.9 1.4-1.9l-1.8-6.6c-.2-.9-1-1.5-1.9-1.5H7",
  table: "M4 5.5h16v13H4zM4 10h16M10 10v8.5",
  code: "M8.5 8L4.5 12l4 4M15.5 8l4 4-4 4",
  out: "M9 6H6v12h12v-3M13 5h6v6M19 5l-8.5 8.5",
  next: "M6 12h12M13 7l5 5-5 5",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4",
  info: "M12 11v5M12 8v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  alert: "M12 9v4.5M12 16.5v.1M12 4l9 15.5H3z",
  again: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  bin: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
} as const;

export type IconName = keyof typeof PATHS;

/** A sign beside words or within a control that has a label of its own. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
