import type { components } from "./schema.js";

type Schemas = components["schemas"];

export type CostQuery = Schemas["CostQuery"];
export type Column = Schemas["ColumnOut"];
export type Unit = NonNullable<Column["unit"]>;
export type Cell = string | number | null;
export type ChartSpec = Schemas["ChartOut"];
export type QuickStats = Schemas["QuickStats"];
export type QuickStat = Schemas["QuickStat"];
export type Answer = Schemas["ChatResponse"];
export type Question = Schemas["ChatRequest"];
export type AlertProposal = Schemas["AlertProposal"];
export type AlertWish = Schemas["AlertIn"];
export type Alert = Schemas["AlertOut"];
export type Alerts = Schemas["Alerts"];
export type Channel = Schemas["ChannelOut"];
export type Rating = "up" | "down";

/** What is being done about a question, in the order of a stream's `status` events. */
export type Stage = "planning" | "querying" | "wording";
