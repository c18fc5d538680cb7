import { type FormEvent, useCallback, useId, useState } from "react";
import type { ChatClient } from "../api/client.js";
import { ApiError } from "../api/errors.js";
import type { Alert, AlertProposal, Channel } from "../api/types.js";
import { useLoaded } from "../state/useLoaded.js";
import { wordTrouble } from "../words.js";
import { Icon } from "./Icon.js";

const LONGEST_DESTINATION = 500;
const CHANNELS: Record<Channel["channel"], string> = {
  email: "E-mail",
  slack: "Slack",
  webhook: "Webhook",
};

function example({ channel, allowed }: Channel): string {
  const [first = "example.com"] = allowed;
  if (channel === "email") return `you@${first}`;
  if (channel === "slack") return `https://hooks.slack.com/services/${first}/…`;
  return `https://${first}/…`;
}

/** Says what the service said of a request that it refused, or else what it means. */
export function wordError(error: unknown): string {
  if (!(error instanceof ApiError)) return wordTrouble("failed", "");
  return error.message || wordTrouble(error.reason, "");
}

interface Props {
  client: ChatClient;
  proposal: AlertProposal;
}

/** An alert that was asked for: it is set when it is confirmed, and not before. */
export function AlertCard({ client, proposal }: Props) {
  const id = useId();
  const load = useCallback((signal: AbortSignal) => client.alerts(signal), [client]);
  const { value, error } = useLoaded(load, null);
  const [chosen, choose] = useState<Channel["channel"] | null>(null);
  const [made, setMade] = useState<Alert | null>(null);
  const [refusal, setRefusal] = useState("");
  const [isSending, setSending] = useState(false);
  const channels = value?.channels ?? [];
  const channel = channels.find((one) => one.channel === chosen) ?? channels[0];

  const attempt = async (act: () => Promise<void>) => {
    setSending(true);
    setRefusal("");
    await act().catch((reason) => setRefusal(wordError(reason)));
    setSending(false);
  };
  const confirm = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const destination = String(new FormData(event.currentTarget).get("destination"));
    if (!channel || !destination.trim()) return;
    const { text: _, ...rule } = proposal;
    const wish = { ...rule, channel: channel.channel, destination: destination.trim() };
    void attempt(async () => setMade(await client.createAlert(wish)));
  };
  const undo = (alert: Alert) =>
    attempt(async () => {
      await client.deleteAlert(alert.id);
      setMade(null);
    });

  return (
    <form className="alert-card" onSubmit={confirm}>
      <p>
        <Icon name={made ? "check" : "bell"} />
        <span>
          {made ? `${made.text} Set, to ${made.destination}.` : proposal.text}
        </span>
      </p>
      {error !== null && <p role="alert">{wordError(error)}</p>}
      {value && !channel && (
        <p>No way of delivery is set up here. Ask whoever runs this service.</p>
      )}
      {channel && !made && (
        <div>
          {channels.length > 1 && (
            <select
              aria-label="Deliver by"
              value={channel.channel}
              onChange={({ currentTarget }) =>
                choose(currentTarget.value as Channel["channel"])
              }
            >
              {channels.map((one) => (
                <option key={one.channel} value={one.channel}>
                  {CHANNELS[one.channel]}
                </option>
              ))}
            </select>
          )}
          <input
            key={channel.channel}
            name="destination"
            required
            maxLength={LONGEST_DESTINATION}
            type={channel.channel === "email" ? "email" : "url"}
            placeholder={example(channel)}
            aria-label={`${CHANNELS[channel.channel]} address`}
            aria-describedby={refusal ? `${id}refusal` : undefined}
          />
          <button type="submit" className="small-button primary" disabled={isSending}>
            Set alert
          </button>
        </div>
      )}
      {made && (
        <div>
          <button
            type="button"
            className="small-button"
            disabled={isSending}
            onClick={() => undo(made)}
          >
            Undo
          </button>
        </div>
      )}
      {refusal && (
        <p className="refusal" role="alert" id={`${id}refusal`}>
          {refusal}
        </p>
      )}
    </form>
  );
}
