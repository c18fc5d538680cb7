import { useCallback, useState } from "react";
import type { ChatClient } from "../api/client.js";
import { useLoaded } from "../state/useLoaded.js";
import { wordError } from "./AlertCard.js";
import { Icon } from "./Icon.js";

/** One's own alerts, to look at and to delete. */
export function AlertList({ client }: { client: ChatClient }) {
  const [changes, setChanges] = useState(0);
  const [refusal, setRefusal] = useState("");
  const load = useCallback((signal: AbortSignal) => client.alerts(signal), [client]);
  const { value, error } = useLoaded(load, changes);
  const remove = (id: string) =>
    client
      .deleteAlert(id)
      .catch((reason) => setRefusal(wordError(reason)))
      .finally(() => setChanges((last) => last + 1));
  const trouble = refusal || (error === null ? "" : wordError(error));
  return (
    <section className="alerts" aria-label="Your alerts">
      <h3>Your alerts</h3>
      {trouble && <p role="alert">{trouble}</p>}
      {value?.alerts.length === 0 && (
        <p className="muted">
          None yet. Ask for one, such as “alert me when cost is above $500 a day”.
        </p>
      )}
      <ul>
        {value?.alerts.map((alert) => (
          <li key={alert.id}>
            <span>
              {alert.text} <span className="muted">To {alert.destination}.</span>
              {alert.failure && <span className="refusal"> {alert.failure}</span>}
            </span>
            <button
              type="button"
              className="icon-button"
              aria-label={`Delete: ${alert.text}`}
              title="Delete"
              onClick={() => remove(alert.id)}
            >
              <Icon name="bin" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
