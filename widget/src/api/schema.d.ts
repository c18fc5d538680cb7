// Written by `npm run types` from openapi.json, sha256 3392ffe1f7b9580adf0a1492ae89b4a9156b7b643bf64fa035a7a1437f6db4aa.

export interface paths {
    "/api/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Chat
         * @description Answer a question in plain words; as events where text/event-stream is accepted.
         *
         *     The events are `status`, `delta`, `answer` (this very body), `error` and `done`.
         */
        post: operations["chat_api_chat_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quick-stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Quick Stats
         * @description Give yesterday, the last seven days, the month and the budget.
         */
        get: operations["quick_stats_api_quick_stats_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Suggestions
         * @description Give questions to begin with.
         */
        get: operations["suggestions_api_suggestions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description Say that the process is alive.
         */
        get: operations["healthz_healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description Say whether there are figures to answer from.
         */
        get: operations["readyz_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Alerts
         * @description Give one's own alerts, and the channels that are on.
         */
        get: operations["list_alerts_api_alerts_get"];
        put?: never;
        /**
         * Create Alert
         * @description Subscribe; the daily job judges it, under the customers of this token.
         */
        post: operations["create_alert_api_alerts_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/alerts/{alert_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Alert
         * @description Delete one of one's own alerts.
         */
        delete: operations["delete_alert_api_alerts__alert_id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Feedback
         * @description Say whether an answer was good.
         */
        post: operations["feedback_api_feedback_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Usage
         * @description Give the use of the last days, today included.
         */
        get: operations["usage_api_admin_usage_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AlertIn
         * @description A subscription to make: a rule, such as a proposal's, and where it is told.
         */
        AlertIn: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "cost_above" | "budget_used_above" | "anomaly";
            /**
             * Threshold
             * @description USD, or a fraction of a budget (0.8 is 80 %).
             */
            threshold?: number | null;
            /**
             * Period
             * @default day
             * @enum {string}
             */
            period: "day" | "month";
            /**
             * Filters
             * @default []
             */
            filters: components["schemas"]["Filter"][];
            /**
             * Per Customer
             * @default false
             */
            per_customer: boolean;
            /**
             * Channel
             * @enum {string}
             */
            channel: "email" | "slack" | "webhook";
            /**
             * Destination
             * @description An address of mail, or a webhook's.
             */
            destination: string;
        };
        /**
         * AlertOut
         * @description A subscription.
         */
        AlertOut: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "cost_above" | "budget_used_above" | "anomaly";
            /**
             * Threshold
             * @description USD, or a fraction of a budget (0.8 is 80 %).
             */
            threshold?: number | null;
            /**
             * Period
             * @default day
             * @enum {string}
             */
            period: "day" | "month";
            /**
             * Filters
             * @default []
             */
            filters: components["schemas"]["Filter"][];
            /**
             * Per Customer
             * @default false
             */
            per_customer: boolean;
            /** Id */
            id: string;
            /**
             * Text
             * @description What it tells, in words.
             */
            text: string;
            /**
             * Channel
             * @enum {string}
             */
            channel: "email" | "slack" | "webhook";
            /**
             * Destination
             * @description Shortened, where the address is a key.
             */
            destination: string;
            /**
             * Customers
             * @description Whose costs it is about, from the token of its making; null: all.
             */
            customers: string[] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * First Day
             * @description The first day that is judged.
             */
            first_day: string | null;
            /**
             * Last Sent At
             * @description When it last told something.
             */
            last_sent_at: string | null;
            /**
             * Failure
             * @description Why a message has not arrived; it is tried again by the next run.
             */
            failure: string | null;
        };
        /**
         * AlertProposal
         * @description A subscription that was asked for in chat; it is made when it is confirmed.
         *
         *     Attributes:
         *         text: What would be told, in words.
         */
        AlertProposal: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "cost_above" | "budget_used_above" | "anomaly";
            /**
             * Threshold
             * @description USD, or a fraction of a budget (0.8 is 80 %).
             */
            threshold?: number | null;
            /**
             * Period
             * @default day
             * @enum {string}
             */
            period: "day" | "month";
            /**
             * Filters
             * @default []
             */
            filters: components["schemas"]["Filter"][];
            /**
             * Per Customer
             * @default false
             */
            per_customer: boolean;
            /** Text */
            text: string;
        };
        /**
         * Alerts
         * @description Somebody's subscriptions, and what he may subscribe by.
         */
        Alerts: {
            /** Alerts */
            alerts: components["schemas"]["AlertOut"][];
            /** Channels */
            channels: components["schemas"]["ChannelOut"][];
        };
        /**
         * ChannelOut
         * @description A way that alerts are delivered, and where it may lead.
         */
        ChannelOut: {
            /**
             * Channel
             * @enum {string}
             */
            channel: "email" | "slack" | "webhook";
            /**
             * Allowed
             * @description Domains of mail, workspaces of Slack, or hosts of webhooks.
             */
            allowed: string[];
        };
        /**
         * ChartOut
         * @description How the rows look best.
         */
        ChartOut: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "line" | "bar";
            /** X */
            x: string;
            /** Y */
            y: string[];
        };
        /**
         * ChatRequest
         * @description A question, and what was asked before it.
         */
        ChatRequest: {
            /**
             * Question
             * @example Cost by model last month
             */
            question: string;
            /** @description The `context` of the answer before, for follow-ups. */
            context?: components["schemas"]["CostQuery"] | null;
            /**
             * History
             * @description Questions before this one, the oldest first.
             */
            history?: string[] | null;
            /**
             * Time Zone
             * @description IANA name, for today and yesterday.
             * @default UTC
             */
            time_zone: string;
        };
        /**
         * ChatResponse
         * @description An answer.
         */
        ChatResponse: {
            /**
             * Answer Id
             * @description Its own; feedback names it.
             */
            answer_id: string;
            /**
             * Text
             * @description In words, the figure first.
             */
            text: string;
            /**
             * Columns
             * @default []
             */
            columns: components["schemas"]["ColumnOut"][];
            /**
             * Rows
             * @default []
             */
            rows: (string | number | null)[][];
            chart?: components["schemas"]["ChartOut"] | null;
            /**
             * Caveats
             * @default []
             */
            caveats: string[];
            /**
             * Suggestions
             * @default []
             */
            suggestions: string[];
            /**
             * Choices
             * @description Answers to a question back.
             * @default []
             */
            choices: string[];
            /**
             * Sql
             * @description Without the bound values.
             */
            sql?: string | null;
            /** @description The alert that was asked for. Nothing is stored yet: it is made by `POST /api/alerts`, with a channel and a destination and without `text`. */
            alert?: components["schemas"]["AlertProposal"] | null;
            /** @description To be sent with a follow-up. */
            context?: components["schemas"]["CostQuery"] | null;
            /** @description Null where Grafana's address is not set. */
            dashboard?: components["schemas"]["DashboardLink"] | null;
        };
        /**
         * ColumnOut
         * @description A column of the rows.
         */
        ColumnOut: {
            /** Name */
            name: string;
            /** Label */
            label: string;
            /**
             * Unit
             * @description What its numbers count; null for a name.
             */
            unit: ("usd" | "amount" | "usd_per_million_tokens" | "tokens" | "count" | "share" | "ratio" | "text") | null;
        };
        /**
         * Comparison
         * @description What the period is held against.
         *
         *     Attributes:
         *         kind: Which other period.
         *         periods: How many periods before, for their average.
         */
        Comparison: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "previous_period" | "same_period_last_month" | "same_period_last_year" | "average_of_previous";
            /**
             * Periods
             * @default 1
             */
            periods: number;
        };
        /**
         * CostQuery
         * @description A question about costs.
         *
         *     Attributes:
         *         metrics: Figures, all of one mart.
         *         dimensions: By what they are split.
         *         filters: Which rows count.
         *         metric_filters: Which lines of the answer stay.
         *         time: The period.
         *         comparison: The period it is held against.
         *         order: How the lines are sorted; without it by time, or by the first figure.
         *         limit: How many lines.
         *         spread: What has to be there several times for a line to stay.
         */
        CostQuery: {
            /** Metrics */
            metrics: string[];
            /**
             * Dimensions
             * @default []
             */
            dimensions: string[];
            /**
             * Filters
             * @default []
             */
            filters: components["schemas"]["Filter"][];
            /**
             * Metric Filters
             * @default []
             */
            metric_filters: components["schemas"]["MetricFilter"][];
            time: components["schemas"]["TimeRange"];
            comparison?: components["schemas"]["Comparison"] | null;
            order?: components["schemas"]["Order"] | null;
            /**
             * Limit
             * @default 100
             */
            limit: number;
            spread?: components["schemas"]["Spread"] | null;
        };
        /**
         * DashboardLink
         * @description Where to see more, with the days and the filters of the answer chosen.
         */
        DashboardLink: {
            /** Title */
            title: string;
            /** Url */
            url: string;
        };
        /**
         * Fault
         * @description What is wrong with a part of a request; what was sent there is not repeated.
         */
        Fault: {
            /**
             * Type
             * @description The kind of fault, for programs.
             */
            type: string;
            /**
             * Loc
             * @description Where: body, query or path, and names.
             */
            loc: (string | number)[];
            /** Msg */
            msg: string;
        };
        /**
         * FeedbackIn
         * @description What the asker thinks of an answer; said again, the last word counts.
         */
        FeedbackIn: {
            /**
             * Answer Id
             * @description The `answer_id` of the answer.
             */
            answer_id: string;
            /**
             * Rating
             * @enum {string}
             */
            rating: "up" | "down";
            /** Comment */
            comment?: string | null;
        };
        /**
         * Filter
         * @description Keeps rows by a dimension.
         *
         *     `matches` keeps values that hold every word of one of the given ones, in any order:
         *     claude-sonnet is claude-sonnet-4-6 as well as claude-3-5-sonnet. `not_matches` keeps
         *     all others.
         */
        Filter: {
            /** Dimension */
            dimension: string;
            /**
             * Operator
             * @default in
             * @enum {string}
             */
            operator: "in" | "not_in" | "matches" | "not_matches";
            /** Values */
            values: string[];
        };
        /**
         * Invalid
         * @description What is wrong with a request: its parts, or in a sentence what cannot be done.
         */
        Invalid: {
            /** Detail */
            detail: string | components["schemas"]["Fault"][];
        };
        /**
         * MetricFilter
         * @description Keeps lines of the answer by one of its figures.
         */
        MetricFilter: {
            /** Metric */
            metric: string;
            /**
             * Operator
             * @enum {string}
             */
            operator: ">" | ">=" | "<" | "<=";
            /** Value */
            value: number;
        };
        /**
         * Order
         * @description By which figure the lines are sorted.
         */
        Order: {
            /** Metric */
            metric?: string | null;
            /**
             * By
             * @default value
             * @enum {string}
             */
            by: "value" | "change";
            /**
             * Descending
             * @default true
             */
            descending: boolean;
        };
        /**
         * Problem
         * @description Why a request was not answered.
         */
        Problem: {
            /** Detail */
            detail: string;
        };
        /**
         * QuickStat
         * @description One figure of the badge.
         */
        QuickStat: {
            /**
             * Name
             * @enum {string}
             */
            name: "yesterday" | "month_to_date" | "last_7_days" | "budget_used";
            /** Label */
            label: string;
            /** Value */
            value: string | number | null;
            /**
             * Unit
             * @enum {string}
             */
            unit: "usd" | "amount" | "usd_per_million_tokens" | "tokens" | "count" | "share" | "ratio" | "text";
            /** Text */
            text: string;
        };
        /**
         * QuickStats
         * @description What the badge shows.
         */
        QuickStats: {
            /**
             * Complete Until
             * @description Last day that is billed in full.
             */
            complete_until: string | null;
            /** Stats */
            stats: components["schemas"]["QuickStat"][];
        };
        /**
         * Spread
         * @description Keeps what has several of something: models that are run on two clouds.
         *
         *     Attributes:
         *         over: A dimension of the query; each line is of one of its values.
         *         least: Of how many of them there has to be a line, the other dimensions alike.
         */
        Spread: {
            /** Over */
            over: string;
            /**
             * Least
             * @default 2
             */
            least: number;
        };
        /**
         * State
         * @description Whether the service works.
         */
        State: {
            /**
             * Status
             * @default ok
             * @constant
             */
            status: "ok";
        };
        /**
         * Suggestions
         * @description Questions to begin with.
         */
        Suggestions: {
            /** Questions */
            questions: string[];
        };
        /**
         * TimeRange
         * @description A named period, or days from the first to the last, both included.
         */
        TimeRange: {
            /** Name */
            name?: string | null;
            /** First */
            first?: string | null;
            /** Last */
            last?: string | null;
        };
        /**
         * UsageComment
         * @description What somebody said of an answer.
         */
        UsageComment: {
            /**
             * Given At
             * Format: date-time
             */
            given_at: string;
            /** Rating */
            rating: string;
            /** Comment */
            comment: string;
            /**
             * Question
             * @description Null unless LLM_COSTS_CHAT_LOG_QUESTIONS was set then.
             */
            question: string | null;
        };
        /**
         * UsageFigures
         * @description How often and how well questions were answered.
         */
        UsageFigures: {
            /** Questions */
            questions: number;
            /**
             * Askers
             * @description Different people, by the subject of their token.
             */
            askers: number;
            /** Answered */
            answered: number;
            /** Asked Back */
            asked_back: number;
            /** Refused */
            refused: number;
            /** Failed */
            failed: number;
            /**
             * Up
             * @description Thumbs up.
             */
            up: number;
            /**
             * Down
             * @description Thumbs down.
             */
            down: number;
            /** Milliseconds P50 */
            milliseconds_p50: number | null;
            /** Milliseconds P95 */
            milliseconds_p95: number | null;
            /**
             * Model Requests
             * @description Requests to the language model.
             */
            model_requests: number;
            /**
             * Input Tokens
             * @description Of its prompts, cached ones included.
             */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
        };
        /**
         * UsageOfDay
         * @description The figures of a UTC day.
         */
        UsageOfDay: {
            /** Questions */
            questions: number;
            /**
             * Askers
             * @description Different people, by the subject of their token.
             */
            askers: number;
            /** Answered */
            answered: number;
            /** Asked Back */
            asked_back: number;
            /** Refused */
            refused: number;
            /** Failed */
            failed: number;
            /**
             * Up
             * @description Thumbs up.
             */
            up: number;
            /**
             * Down
             * @description Thumbs down.
             */
            down: number;
            /** Milliseconds P50 */
            milliseconds_p50: number | null;
            /** Milliseconds P95 */
            milliseconds_p95: number | null;
            /**
             * Model Requests
             * @description Requests to the language model.
             */
            model_requests: number;
            /**
             * Input Tokens
             * @description Of its prompts, cached ones included.
             */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /**
             * Day
             * Format: date
             */
            day: string;
        };
        /**
         * UsageOfPlanner
         * @description The figures of what read the questions.
         */
        UsageOfPlanner: {
            /** Questions */
            questions: number;
            /**
             * Askers
             * @description Different people, by the subject of their token.
             */
            askers: number;
            /** Answered */
            answered: number;
            /** Asked Back */
            asked_back: number;
            /** Refused */
            refused: number;
            /** Failed */
            failed: number;
            /**
             * Up
             * @description Thumbs up.
             */
            up: number;
            /**
             * Down
             * @description Thumbs down.
             */
            down: number;
            /** Milliseconds P50 */
            milliseconds_p50: number | null;
            /** Milliseconds P95 */
            milliseconds_p95: number | null;
            /**
             * Model Requests
             * @description Requests to the language model.
             */
            model_requests: number;
            /**
             * Input Tokens
             * @description Of its prompts, cached ones included.
             */
            input_tokens: number;
            /** Output Tokens */
            output_tokens: number;
            /** Planner */
            planner: string;
        };
        /**
         * UsageReport
         * @description How the chat is used.
         */
        UsageReport: {
            /**
             * First
             * Format: date
             */
            first: string;
            /**
             * Last
             * Format: date
             */
            last: string;
            total: components["schemas"]["UsageFigures"];
            /** Days */
            days: components["schemas"]["UsageOfDay"][];
            /** Planners */
            planners: components["schemas"]["UsageOfPlanner"][];
            /**
             * Comments
             * @description The latest, newest first.
             */
            comments: components["schemas"]["UsageComment"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    chat_api_chat_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatResponse"];
                    "text/event-stream": string;
                };
            };
            /** @description The body cannot be read as JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invalid"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    quick_stats_api_quick_stats_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuickStats"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggestions_api_suggestions_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suggestions"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz_healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
        };
    };
    readyz_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_alerts_api_alerts_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alerts"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_alert_api_alerts_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertOut"];
                };
            };
            /** @description The body cannot be read as JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invalid"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_alert_api_alerts__alert_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There is none of yours with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invalid"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    feedback_api_feedback_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FeedbackIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body cannot be read as JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no answer of yours with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invalid"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usage_api_admin_usage_get: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageReport"];
                };
            };
            /** @description The token is missing or not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description For the role admin of all customers only. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invalid"];
                };
            };
            /** @description Too many requests of this person, or without a valid token. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description There are no published figures. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
