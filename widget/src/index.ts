export type { GetToken } from "./api/tokens.js";
export {
  ChatWidget,
  type ChatWidgetHandle,
  type ChatWidgetProps,
  type Position,
  type Theme,
} from "./ChatWidget.js";
