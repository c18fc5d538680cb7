export type { GetToken } from "./api/tokens";
export {
  ChatWidget,
  type ChatWidgetHandle,
  type ChatWidgetProps,
  type Position,
  type Theme,
} from "./ChatWidget";
